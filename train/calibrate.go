package train

import (
	"context"
	"fmt"
	"slices"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/metric"
)

// Calibrate names a way to make probabilities of a trained model's scores, so that of
// the rows given 0.3 three in ten are positive.
type Calibrate string

// The ways. Platt and Isotonic are of yes or no, and of each of several labels;
// Temperature is of several classes too.
const (
	Platt       Calibrate = "platt"       // [metric.FitPlatt]
	Temperature Calibrate = "temperature" // [metric.FitTemperature]
	Isotonic    Calibrate = "isotonic"    // [metric.FitIsotonic]
)

// Calibration tells what calibrating did. It is part of the model's graph, so that
// every prediction has it.
type Calibration struct {
	Method      Calibrate `json:"method"`
	Part        string    `json:"part"` // whose rows it was fitted to
	Rows        int       `json:"rows"`
	Slope       []float64 `json:"slope,omitempty"`       // of [Platt], one for each label
	Intercept   []float64 `json:"intercept,omitempty"`   // of [Platt]
	Temperature []float64 `json:"temperature,omitempty"` // of [Temperature]
	Points      []int     `json:"points,omitempty"`      // of [Isotonic]: how many

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
	case task == data.MultiClass && j.Calibrate != Temperature:
		return refused(fmt.Sprintf("%s calibrates yes or no, and the target has several classes", j.Calibrate), "calibrate = temperature()")
	}
	return nil
}

// calibrate fits the calibration on the rows that choose thresholds, and puts it behind
// the prediction. Where it cannot be fitted, the prediction stays as it is, with a note.
func (p *Prepared) calibrate(ctx context.Context, r *Result) error {
	if p.Job.Calibrate == "" {
		return nil
	}
	by := p.Parts.Part("tune")
	part := "tune"
	if by == nil {
		by, part = p.Parts.Part("valid"), "valid"
	}
	if by == nil {
		r.Notes = append(r.Notes, data.Note{Code: "not-calibrated", Text: "there are no valid rows to calibrate on: probabilities stay as the model gives them"})
		return nil
	}
	raw := p.trainer.judging.step.output(Prediction)
	c := newCalibrator(p.Job.Calibrate, raw, p.task, by.TargetWidth)
	scores, err := p.outputOf(ctx, c.score, by)
	if err != nil {
		return err
	}
	if err := c.fit(wide(scores), by); err != nil {
		r.Notes = append(r.Notes, data.Note{Code: "not-calibrated", Text: fmt.Sprintf("probabilities stay as the model gives them: %v", err)})
		return nil
	}
	c.info.Part, c.info.Rows = part, by.Rows
	p.calibrated = c.probability()
	on := p.Parts.Part("test")
	c.info.JudgedOn = "test"
	if on == nil {
		on, c.info.JudgedOn = by, part
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

// text says what came of it.
func (c *Calibration) text() string {
	return fmt.Sprintf("%s() on %d %s rows; on the %s rows ece %.3f before, %.3f after, brier %.4f before, %.4f after",
		c.Method, c.Rows, c.Part, c.JudgedOn, c.Before.ECE, c.After.ECE, c.Before.Brier, c.After.Brier)
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
