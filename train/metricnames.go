package train

import (
	"fmt"
	"slices"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/metric"
)

// MetricNames are the metrics that an epoch may show, of whatever task.
var MetricNames = []string{
	"log_loss", "average_precision", "roc_auc", "brier", "ece", "f1", "precision", "recall", "accuracy", "balanced_accuracy",
	"f1_macro", "f1_weighted", "f1_micro", "rmse", "mae", "r2",
}

// OwnMetric is a metric of the user's own, of a whole part at once; on the rows that
// train it is the mean over the batches. It needs no gradient.
type OwnMetric struct {
	Name string
	Of   func(p, y *graph.Node) *graph.Node // one number, or values whose mean is meant
}

// reportOwn reports the metrics of the user's own.
func (j *Job) reportOwn(s *Step) {
	p := s.output(Prediction)
	if p.Poisoned() {
		return
	}
	defer s.at(j.MetricsPos)()
	for _, m := range j.OwnMetrics {
		value := m.Of(p, s.Input("y"))
		if !value.Poisoned() && value.Rank() > 0 {
			value = value.Cast(graph.Float).Mean()
		}
		s.Report(m.Name, value)
	}
}

// epochJudge measures the valid part at the end of an epoch.
type epochJudge struct {
	judge
	chosen []string // nil for those of the task
}

func (j *Job) epochJudge(task data.Task) epochJudge {
	chosen := j.Metrics
	if j.EarlyStop != nil && chosen != nil {
		name, ofValid := strings.CutPrefix(j.EarlyStop.Metric, "valid.")
		if ofValid && slices.Contains(known(task), name) && !slices.Contains(chosen, name) {
			chosen = append(slices.Clone(chosen), name)
		}
	}
	return epochJudge{judge{task}, chosen}
}

// checkMetrics refuses names that the task has not.
func (j *Job) checkMetrics(task data.Task) error {
	for _, name := range j.Metrics {
		if !slices.Contains(known(task), name) {
			return graph.Diagnostics{{
				Code: graph.CodeUnknownWord, Pos: j.MetricsPos,
				Message: fmt.Sprintf("metrics: a %v target has no %q", task, name),
				Notes:   graph.Columns([]string{"metrics", strings.Join(known(task), ", ")}),
			}}
		}
	}
	return nil
}

// known lists the metrics of a task.
func known(task data.Task) []string {
	switch task {
	case data.Binary:
		return []string{"log_loss", "average_precision", "roc_auc", "brier", "ece", "f1", "precision", "recall", "accuracy", "balanced_accuracy"}
	case data.MultiClass:
		return []string{"log_loss", "accuracy", "balanced_accuracy", "f1_macro", "f1_weighted", "f1_micro", "brier", "ece"}
	case data.MultiLabel:
		return []string{"log_loss", "average_precision", "roc_auc", "f1_macro", "brier", "ece"}
	}
	return []string{"rmse", "mae", "r2"}
}

func (e epochJudge) names() []string {
	if e.chosen == nil {
		return e.judge.names()
	}
	return e.chosen
}

// epoch measures what was chosen, classes of yes or no being those of 0.5.
func (e epochJudge) epoch(set *data.Set, prediction []float32) (Metrics, error) {
	all, err := e.judge.epoch(set, prediction)
	if err != nil || e.chosen == nil {
		return all, err
	}
	more, err := e.further(set, prediction)
	if err != nil {
		return nil, err
	}
	all = append(all, more...)
	var out Metrics
	for _, name := range e.chosen {
		value, _ := all.Get(name)
		out = append(out, Metric{name, value})
	}
	return out, nil
}

// further are the metrics that an epoch does not show by itself.
func (e epochJudge) further(set *data.Set, prediction []float32) (m Metrics, err error) {
	if e.task == data.Regression {
		return nil, nil
	}
	p := wide(prediction)
	if r, err := reliability(p, set); err == nil { // not of values that are no probabilities
		m = append(m, Metric{"brier", r.Brier}, Metric{"ece", r.ECE})
	}
	switch e.task {
	case data.Binary:
		counts, err := metric.CountAt(p, labels(set), nil, metric.DefaultThreshold)
		return append(m, cut(counts)...), err
	case data.MultiClass:
		counts, err := metric.Confuse(likeliest(prediction, set.TargetWidth), classOf(set), nil, set.TargetWidth)
		return append(m, Metric{"f1_micro", counts.F1(metric.Micro, metric.Zero)}), err
	}
	sum, k := 0.0, set.TargetWidth
	for label := range k {
		counts, err := metric.CountAt(column(p, label, k), column(hasLabel(set), label, k), nil, metric.DefaultThreshold)
		if err != nil {
			return nil, err
		}
		sum += counts.F1(metric.Zero)
	}
	return append(m, Metric{"f1_macro", sum / float64(k)}), nil
}
