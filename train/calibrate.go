package train

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/probe"
)

// Calibrate names a way to make probabilities of a trained model's scores, so that of
// the rows given 0.3 three in ten are positive.
type Calibrate string

// The ways. Platt and Isotonic are of yes or no, and of each of several labels; the
// others are of several classes too.
//
// PriorCorrection takes the class weights of a cross entropy out of the probabilities:
// a model that was trained with weights w says q ∝ w·p, so p ∝ q/w. It is fitted to no
// rows, and refused where the loss is no cross entropy: [probe.ClassWeights].
const (
	Platt           Calibrate = "platt"            // [metric.FitPlatt]
	Temperature     Calibrate = "temperature"      // [metric.FitTemperature]
	Isotonic        Calibrate = "isotonic"         // [metric.FitIsotonic]
	PriorCorrection Calibrate = "prior_correction" // [metric.CorrectPriors]
)

// Calibration tells what calibrating did. It is part of the model's graph, so that
// every prediction has it.
type Calibration struct {
	Method      Calibrate `json:"method"`
	Part        string    `json:"part,omitempty"` // whose rows it was fitted to; "" of [PriorCorrection]
	Rows        int       `json:"rows,omitempty"`
	Slope       []float64 `json:"slope,omitempty"`       // of [Platt], one for each label
	Intercept   []float64 `json:"intercept,omitempty"`   // of [Platt]
	Temperature []float64 `json:"temperature,omitempty"` // of [Temperature]
	Points      []int     `json:"points,omitempty"`      // of [Isotonic]: how many

	// Weights of the classes relative to the least, of [PriorCorrection]: one list, or
	// one for each label, no before yes.
	Weights [][]float64 `json:"weights,omitempty"`

	JudgedOn string   `json:"judged_on"` // the part that Before and After are of
	Before   Reliable `json:"before"`
	After    Reliable `json:"after"`
}

// Reliable is how far probabilities are from what came: of several classes that of
// the likeliest one.
type Reliable struct {
	ECE   float64 `json:"ece"` // of [metric.DefaultBins] bins of equal width
	Brier float64 `json:"brier"`
}

// checkCalibrate refuses a way that is not for the task.
func (j *Job) checkCalibrate(task data.Task) error {
	refused := func(message string, fixes ...string) error {
		return graph.Diagnostics{{Code: CodeConfig, Pos: j.CalibratePos, Message: message, Fixes: fixes}}
	}
	switch {
	case j.Calibrate == "":
		return nil
	case task == data.Regression:
		return refused("there is nothing to calibrate: the target is a number, not a class", "leave calibrate out")
	case task == data.MultiClass && (j.Calibrate == Platt || j.Calibrate == Isotonic):
		return refused(fmt.Sprintf("%s calibrates yes or no, and the target has several classes", j.Calibrate), "calibrate = temperature()")
	}
	return nil
}

// weightsToCorrect finds the class weights of the loss; nil where they are not asked
// for. It refuses to correct for a loss that is no weighted cross entropy.
func (p *Prepared) weightsToCorrect() ([][]float64, error) {
	if p.Job.Calibrate != PriorCorrection {
		return nil, nil
	}
	by := p.trainer.training.step.supervised
	weights, err := probe.ClassWeights(by.in, by.loss)
	if err == nil {
		return weights, nil
	}
	way, entropy := "platt()", "bce"
	if p.task == data.MultiClass {
		way, entropy = "temperature()", "cross_entropy"
	}
	return nil, graph.Diagnostics{{
		Code: CodeConfig, Pos: p.Job.CalibratePos,
		Message: fmt.Sprintf("prior_correction() takes class weights out of a cross entropy, and %s is none", p.lossName),
		Notes:   graph.Columns([]string{"found", err.Error()}, []string{"would", "move probabilities by weights that they do not have."}),
		Fixes:   []string{"calibrate = " + way + ", which is fitted to the valid rows", "or loss = " + entropy + `(class_weight = "balanced")`},
	}}
}

// calibrate puts the calibration behind the prediction. One that is fitted is so to the
// rows that choose thresholds; where it cannot be, the prediction stays as it is, with
// a note.
func (p *Prepared) calibrate(ctx context.Context, r *Result) error {
	if p.Job.Calibrate == "" {
		return nil
	}
	raw := p.trainer.judging.step.output(Prediction)
	c := newCalibrator(p.Job.Calibrate, raw, p.task, p.Parts.Train.TargetWidth)
	c.info.Weights = p.classWeights
	by, part := p.choosing()
	if p.Job.Calibrate != PriorCorrection {
		if by == nil {
			r.Notes = append(r.Notes, data.Note{Code: "not-calibrated", Text: "there are no valid rows to calibrate on: probabilities stay as the model gives them"})
			return nil
		}
		scores, err := p.outputOf(ctx, c.score, by)
		if err != nil {
			return err
		}
		if err := c.fit(wide(scores), by); err != nil {
			r.Notes = append(r.Notes, data.Note{Code: "not-calibrated", Text: fmt.Sprintf("probabilities stay as the model gives them: %v", err)})
			return nil
		}
		c.info.Part, c.info.Rows = part, by.Rows
	}
	p.calibrated = c.probability()
	on := p.Parts.Part("test")
	c.info.JudgedOn = "test"
	switch {
	case on != nil:
	case by != nil:
		on, c.info.JudgedOn = by, part
	default:
		on, c.info.JudgedOn = p.Parts.Train, "train"
	}
	for _, x := range []struct {
		node *graph.Node
		into *Reliable
	}{{raw, &c.info.Before}, {p.calibrated, &c.info.After}} {
		prediction, err := p.outputOf(ctx, x.node, on)
		if err == nil {
			*x.into, err = reliability(wide(prediction), on)
		}
		if err != nil {
			return err
		}
	}
	r.Calibration = &c.info
	r.Notes = append(r.Notes, data.Note{Code: "calibrated", Text: c.info.text()})
	return nil
}

// choosing returns the rows that choose thresholds, and the name of their part; nil
// without any.
func (p *Prepared) choosing() (set *data.Set, part string) {
	for _, part := range []string{"tune", "valid"} {
		if set := p.Parts.Part(part); set != nil {
			return set, part
		}
	}
	return nil, ""
}

// text says what came of it.
func (c *Calibration) text() string {
	by := fmt.Sprintf("on %d %s rows", c.Rows, c.Part)
	if c.Weights != nil {
		var lists []string
		for _, list := range c.Weights {
			var weights []string
			for _, w := range list {
				weights = append(weights, fmt.Sprintf("%.4g", w))
			}
			lists = append(lists, strings.Join(weights, " : "))
		}
		by = "of class weights " + strings.Join(lists, ", ")
	}
	return fmt.Sprintf("%s() %s; on the %s rows ece %.3f before, %.3f after, brier %.4f before, %.4f after",
		c.Method, by, c.JudgedOn, c.Before.ECE, c.After.ECE, c.Before.Brier, c.After.Brier)
}

// outputOf computes a node for every row of a set.
func (p *Prepared) outputOf(ctx context.Context, n *graph.Node, set *data.Set) ([]float32, error) {
	predictor, err := newPredictor(p.trainer.state, map[string]*graph.Node{Prediction: n}, p.Job.Workers)
	if err != nil {
		return nil, err
	}
	defer predictor.close()
	return predictor.run(ctx, Prediction, set)
}

// reliability measures probabilities.
func reliability(p []float64, set *data.Set) (out Reliable, err error) {
	confidence, right := p, labels(set)
	switch {
	case set.MultiLabel:
		right = hasLabel(set)
	case set.TargetWidth > 1:
		if confidence, right, err = metric.Top(p, set.TargetWidth, classOf(set)); err != nil {
			return out, err
		}
	}
	bins, err := metric.Reliable(confidence, right, nil, metric.EqualWidth, 0)
	if err != nil {
		return out, err
	}
	out.ECE = bins.ECE()
	if set.TargetWidth > 1 && !set.MultiLabel {
		out.Brier, err = metric.MultiBrier(p, set.TargetWidth, classOf(set), nil)
	} else {
		out.Brier, err = metric.Brier(p, right, nil)
	}
	return out, err
}

// calibrator fits one function of scores, or one for each label.
type calibrator struct {
	method  Calibrate
	score   *graph.Node // behind the prediction
	shape   graph.Shape // of the prediction
	several bool        // classes that exclude each other
	width   int         // labels
	curves  []metric.Isotonic
	info    Calibration
}

func newCalibrator(method Calibrate, prediction *graph.Node, task data.Task, width int) *calibrator {
	c := &calibrator{method: method, shape: prediction.Shape(), several: task == data.MultiClass, width: width, info: Calibration{Method: method}}
	defer prediction.Graph().Enter(graph.Scope{Name: string(method)})()
	c.score = c.behind(prediction)
	return c
}

// tiny keeps a logarithm finite where there is no score to look at.
const tiny = 1e-7

// behind returns the scores that a prediction was made of, or what they must have been.
func (c *calibrator) behind(p *graph.Node) *graph.Node {
	if !c.several {
		if z := p.Score(); z != nil {
			return z
		}
		p = p.Clip(tiny, 1-tiny)
		return p.Log().Sub(p.OneMinus().Log())
	}
	if p.Op().Name() == "Softmax" {
		return p.In(0)
	}
	return p.Clip(tiny, 1).Log()
}

// fit finds the functions for the rows of a set.
func (c *calibrator) fit(z []float64, set *data.Set) error {
	if c.several {
		t, err := metric.FitMultiTemperature(z, c.width, classOf(set), nil)
		c.info.Temperature = []float64{float64(t)}
		return err
	}
	has := labels(set)
	if set.MultiLabel {
		has = hasLabel(set)
	}
	for k := range c.width {
		if err := c.fitOne(column(z, k, c.width), column(has, k, c.width)); err != nil {
			return err
		}
	}
	return nil
}

func column[T any](rows []T, k, width int) []T {
	var out []T
	for i := k; i < len(rows); i += width {
		out = append(out, rows[i])
	}
	return out
}

func (c *calibrator) fitOne(z []float64, has []bool) error {
	switch c.method {
	case Platt:
		f, err := metric.FitPlatt(z, has, nil)
		c.info.Slope, c.info.Intercept = append(c.info.Slope, f.Slope), append(c.info.Intercept, f.Intercept)
		return err
	case Temperature:
		f, err := metric.FitTemperature(z, has, nil)
		c.info.Temperature = append(c.info.Temperature, float64(f))
		return err
	}
	f, err := metric.FitIsotonic(z, has, nil)
	c.curves, c.info.Points = append(c.curves, f), append(c.info.Points, len(f.Score))
	return err
}

// probability makes the calibrated prediction, of the prediction's shape.
func (c *calibrator) probability() *graph.Node {
	g := c.score.Graph()
	defer g.Enter(graph.Scope{Name: string(c.method)})()
	array := func(values []float64) *graph.Node {
		if len(values) == 1 {
			return g.Const(values[0])
		}
		return g.Array([]int{len(values)}, values)
	}
	switch {
	case c.method == PriorCorrection && c.several:
		return c.score.Add(array(lessLogs(c.info.Weights[0])).BroadcastTo(c.score.Shape())).Softmax(-1)
	case c.method == PriorCorrection:
		shifts := make([]float64, len(c.info.Weights))
		for k, w := range c.info.Weights {
			logs := lessLogs(w)
			shifts[k] = logs[1] - logs[0]
		}
		return c.score.Add(array(shifts)).Sigmoid()
	case c.several:
		return c.score.Scale(1 / c.info.Temperature[0]).Softmax(-1)
	case c.method == Platt:
		return c.score.Mul(array(c.info.Slope)).Add(array(c.info.Intercept)).Sigmoid()
	case c.method == Temperature:
		inverse := slices.Clone(c.info.Temperature)
		for i, t := range inverse {
			inverse[i] = 1 / t
		}
		return c.score.Mul(array(inverse)).Sigmoid()
	}
	var columns []*graph.Node
	z := c.score.ReshapeTo(graph.Rows(c.width))
	for k, curve := range c.curves {
		columns = append(columns, rising(curve, z.Index(1, k)).ReshapeTo(graph.Rows(1)))
	}
	return graph.Concat(1, columns...).ReshapeTo(c.shape)
}

// lessLogs returns what is added to scores to divide what they are logarithms of.
func lessLogs(by []float64) []float64 {
	logs := make([]float64, len(by))
	for i, x := range by {
		logs[i] = -math.Log(x)
	}
	return logs
}

// rising is an isotonic function of scores [N]: the sum of its slopes' parts.
func rising(c metric.Isotonic, z *graph.Node) *graph.Node {
	var from, to, slope []float64
	for i := range len(c.Score) - 1 {
		if rise := c.Value[i+1] - c.Value[i]; rise > 0 {
			from, to = append(from, c.Score[i]), append(to, c.Score[i+1])
			slope = append(slope, rise/(c.Score[i+1]-c.Score[i]))
		}
	}
	g := z.Graph()
	if slope == nil {
		return z.Scale(0).Shift(c.Value[0])
	}
	n := []int{len(slope)}
	lo := g.Array(n, from)
	inside := z.ExpandDims(-1).Max(lo).Min(g.Array(n, to)).Sub(lo)
	return inside.Mul(g.Array(n, slope)).Sum(-1).Shift(c.Value[0]).Clip(0, 1)
}
