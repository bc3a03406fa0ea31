package recipe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/tracer"
	"github.com/descent-ml/descent/train"
)

// judgingWords say how a trained model is judged.
var judgingWords = []word{
	{`platt()`, calibrateWord(train.Platt)},
	{`temperature()`, calibrateWord(train.Temperature)},
	{`isotonic()`, calibrateWord(train.Isotonic)},
	{`prior_correction()`, calibrateWord(train.PriorCorrection)},
	{`f1(average=None)`, metricWord("f1", "macro", "weighted", "micro")},
	{`average_precision(average="macro")`, metricWord("average_precision", "macro")},
	{`roc_auc(average="macro")`, metricWord("roc_auc", "macro")},
}

// metricValue is a metric that a word named.
type metricValue struct {
	declaration
	name string
}

// metricWord makes a word of a metric that is averaged over classes or labels. The mean
// over them is part of f1's name alone.
func metricWord(name string, averages ...string) func(*tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value {
		m := &metricValue{declaration{"metric", c}, name}
		if !c.IsNone(0) {
			if average := c.Choice(0, averages...); name == "f1" {
				m.name += "_" + average
			}
		}
		return m
	}
}

// calibrate is a way to make probabilities of scores.
type calibrate struct {
	declaration
	by train.Calibrate
}

func calibrateWord(by train.Calibrate) func(*tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value { return &calibrate{declaration{"calibration", c}, by} }
}

func (f *File) setCalibrate(c *tracer.Call, i int, job *train.Job) {
	switch v := c.Arg(i).(type) {
	case tracer.None:
	case *calibrate:
		job.Calibrate, job.CalibratePos = v.by, f.tracer.Position(c.Span(i))
	case tracer.Str:
		f.wordNotString(c, i, string(v), "", "platt", "temperature", "isotonic", "prior_correction")
	default:
		c.Want(i, "platt(), temperature(), isotonic(), prior_correction() or None")
	}
}

// setMetrics reads a list of names, and of functions of the file.
func (f *File) setMetrics(c *tracer.Call, i int, job *train.Job) {
	const wanted = "a list of names such as [\"roc_auc\", \"f1\"], which may hold functions of y_true and y_pred, or \"auto\""
	if s, ok := c.Arg(i).(tracer.Str); ok {
		if s != "auto" {
			c.Want(i, wanted)
		}
		return
	}
	switch c.Arg(i).(type) {
	case *tracer.List, tracer.Tuple:
	default:
		c.Want(i, wanted)
		return
	}
	job.MetricsPos = f.tracer.Position(c.Span(i))
	for _, v := range c.Elements(i) {
		name, isName := v.(tracer.Str)
		if m, ok := v.(*metricValue); ok {
			name, isName = tracer.Str(m.name), true
		}
		of, isFunction := f.function(v, c.Span(i))
		switch {
		case isName && slices.Contains(train.MetricNames, string(name)):
			job.Metrics = append(job.Metrics, string(name))
		case isName:
			c.ReportArg(i, unknownMetric(string(name)))
		case isFunction:
			job.OwnMetrics = append(job.OwnMetrics, train.OwnMetric{Name: f.metricName(v, len(job.OwnMetrics)), Of: of})
		default:
			c.Want(i, wanted)
			return
		}
	}
}

func unknownMetric(name string) graph.Diagnostic {
	d := graph.Diagnostic{
		Code: graph.CodeUnknownWord, Message: fmt.Sprintf("metrics: there is no metric %.80q", name),
		Notes: []string{"metrics  " + strings.Join(train.MetricNames, ", ")},
	}
	if near, ok := tracer.Nearest(name, train.MetricNames); ok {
		d.Fixes = []string{fmt.Sprintf("%q", near)}
	}
	return d
}

// metricName is what a metric of the file is called.
func (f *File) metricName(v tracer.Value, n int) string {
	switch v := v.(type) {
	case *tracer.Function:
		if name := v.Name(); name != "<lambda>" && name != "" {
			return name
		}
	case *tracer.Instance:
		return v.Class.Name
	}
	return fmt.Sprintf("metric_%d", n+1)
}
