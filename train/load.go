package train

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/program"
)

// A Model is a trained network with all that a prediction needs. It is used by
// one goroutine at a time.
type Model struct {
	Schema    *data.Schema
	Threshold float64 // of a binary target: positive where the probability is at least this
	// Thresholds are those of each label, or of each class: see [metric.Thresholds].
	// Nil of classes takes the likeliest.
	Thresholds metric.Thresholds

	path      string
	task      data.Task
	predictor *predictor
	width     int // of an encoded row
}

// Load reads the model of a run directory: model.json, model.safetensors and, where
// it lies beside them, run.json, of which the thresholds hold. [Tune] writes it last,
// so a choice that was cut short has not been made. Nothing in the files is trusted,
// and the recipe is not needed. Workers is the number of threads, 0 for GOMAXPROCS.
func Load(path string, workers int) (*Model, error) {
	dir, err := openDir(path)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return loadIn(dir, path, workers)
}

func loadIn(fsys fsx.FS, path string, workers int) (*Model, error) {
	m, outputs, state, err := readModel(fsys, path)
	if err != nil {
		return nil, err
	}
	if m.Schema == nil && m.VAE == nil {
		return nil, refuse(Refused, CodeModel, path, "this model is of images, not of rows of a table", nil, "load it with train.LoadImages")
	}
	result, err := readResult(fsys, path)
	if err != nil {
		return nil, err
	}
	model, err := newModel(path, m, outputs, state, workers)
	if err != nil || result == nil {
		return model, err
	}
	if err := model.decideBy(result.Threshold, result.Thresholds); err != nil {
		model.Close()
		return nil, badResult(path, err)
	}
	return model, nil
}

// readResult reads the result of run.json; nil if there is none: a model may be copied
// without its run.
func readResult(fsys fsx.FS, path string) (*Result, error) {
	info, err := readInfo(fsys, path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return info.Result, nil
}

// badResult refuses a run.json whose thresholds do not fit the model beside it.
func badResult(path string, why error) error {
	return refuse(Refused, CodeNotARun, path+"/"+infoFile, why.Error(), nil)
}

func newModel(path string, m *modelJSON, outputs map[string]*graph.Node, state *program.State, workers int) (*Model, error) {
	if m.VAE != nil {
		return nil, refuse(Refused, CodeModel, path, "this run's model predicts no target: it draws rows", nil, "descent sample "+path+" -n 1000 -o new.csv")
	}
	target := m.Schema.Target
	if target == nil {
		return nil, badModel(path, "its schema names no target")
	}
	model := &Model{Schema: m.Schema, path: path, task: target.Task, width: m.Schema.Width()}
	if err := model.decideBy(m.Threshold, m.Thresholds); err != nil {
		return nil, badModel(path, err.Error())
	}
	prediction, err := model.checkGraph(outputs)
	if err != nil {
		return nil, badModel(path, err.Error())
	}
	model.predictor, err = newPredictor(state, map[string]*graph.Node{Prediction: prediction}, workers)
	if err != nil {
		return nil, err
	}
	if need, err := model.predictor.program.Peak(predictRows); err != nil || need > limits.Memory().Bytes {
		model.Close()
		if err == nil {
			err = &limits.Refusal{Where: path, What: "memory to predict", Value: need, Limit: limits.Memory().Bytes, Unit: limits.Bytes}
		}
		return nil, err
	}
	return model, nil
}

func badModel(path, why string) error {
	return refuse(Refused, CodeModel, path+"/"+modelFile, why, nil)
}

// checkGraph refuses a graph that does not lead from the schema's columns to its target.
func (m *Model) checkGraph(outputs map[string]*graph.Node) (*graph.Node, error) {
	prediction := outputs[Prediction]
	if prediction == nil || len(outputs) != 1 {
		return nil, errors.New("its graph must have one output, named prediction")
	}
	for _, n := range graph.Reachable(prediction) {
		if name, ok := n.InputName(); ok && (name != "x" || !n.Shape().Equal(graph.Rows(m.Schema.Width()))) {
			return nil, fmt.Errorf("input %.40q is %v; the schema gives x of %v", name, n.Shape(), graph.Rows(m.Schema.Width()))
		}
	}
	want := graph.Rows(m.outputs())
	if got := prediction.Shape(); !got.Equal(want) && !(m.outputs() == 1 && got.Equal(graph.Rows())) {
		return nil, fmt.Errorf("its prediction is %v; the target needs %v", got, want)
	}
	return prediction, nil
}

// decideBy takes the threshold of a binary target, nil for one half, or those of
// several classes or labels.
func (m *Model) decideBy(one *float64, t []float64) error {
	var err error
	if m.Threshold, err = finiteThreshold(one); err != nil {
		return err
	}
	several := m.task == data.MultiLabel || m.task == data.MultiClass && t != nil
	if several && len(t) != m.outputs() || !several && t != nil {
		return fmt.Errorf("%d thresholds for a %s target with %d outputs", len(t), m.task, m.outputs())
	}
	for i, x := range t {
		if math.IsNaN(x) || math.IsInf(x, 0) || x < 0 && m.task == data.MultiClass {
			return fmt.Errorf("threshold %d is %v", i, x)
		}
	}
	m.Thresholds = t
	return nil
}

// finiteThreshold is what a file says of the threshold of two classes, one half if it
// says nothing.
func finiteThreshold(said *float64) (float64, error) {
	if said == nil {
		return metric.DefaultThreshold, nil
	}
	if math.IsNaN(*said) || math.IsInf(*said, 0) {
		return 0, fmt.Errorf("threshold %v is not finite", *said)
	}
	return *said, nil
}

// outputs returns the numbers of one prediction.
func (m *Model) outputs() int { return m.Schema.Target.Width() }

// Close ends the model's workers.
func (m *Model) Close() { m.predictor.close() }

// Scores computes the model's answer for rows that are encoded already, as
// [data.Schema.Encode] does: x holds Width numbers a row, and dst gets the numbers
// that [Predictions] calls Scores. It is the way for single rows and small batches:
// a call reads no table and, after the first with as many rows, allocates nothing.
func (m *Model) Scores(ctx context.Context, dst, x []float32) error {
	rows := len(x) / max(m.width, 1)
	if rows == 0 || len(x) != rows*m.width || len(dst) != rows*m.outputs() {
		return refuse(Refused, graph.CodeShape, m.path, fmt.Sprintf("%d numbers for rows of %d, and room for %d of %d scores", len(x), m.width, len(dst), rows*m.outputs()), nil)
	}
	return m.predictor.fill(ctx, Prediction, dst, x, rows)
}

// Predictions are what a model says of the rows of a table.
type Predictions struct {
	Rows   *data.Set // as the model saw them, with their numbers, ids and labels
	Scores []float32 // [Rows Outputs]: the probability of the positive class, of each class or label, or the number
	Class  []int     // [Rows] index in the target's classes; nil of a regression and of labels
	Labels []bool    // [Rows Outputs] which labels a row gets; nil unless there are several
	Width  int       // outputs a row
}

// Predict computes the model's answer for each row of a table, which is read as
// the training table was: columns by name, in any order. The table should have
// been read with m.Schema.Options. What differs from the training table is refused
// at once, as a [*data.Problem], unless the policy accepts it.
func (m *Model) Predict(ctx context.Context, t *data.Table, policy data.Policy) (*Predictions, []data.Note, error) {
	if policy.Model == "" {
		policy.Model = m.path
	}
	set, notes, err := m.Schema.Encode(t, policy)
	if err != nil {
		return nil, nil, err
	}
	p := &Predictions{Rows: set, Width: m.outputs()}
	if p.Scores, err = m.predictor.run(ctx, Prediction, set); err != nil {
		return nil, nil, err
	}
	switch m.task {
	case data.Binary:
		p.Class = make([]int, set.Rows)
		for i, score := range p.Scores {
			if float64(score) >= m.Threshold {
				p.Class[i] = 1
			}
		}
	case data.MultiClass:
		if m.Thresholds == nil {
			p.Class = likeliest(p.Scores, p.Width)
			break
		}
		p.Class, err = m.Thresholds.Decide(wide(p.Scores))
	case data.MultiLabel:
		p.Labels, err = m.Thresholds.Flag(wide(p.Scores))
	}
	return p, notes, err
}
