package train

import (
	"math"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/metric"
)

// judge measures predictions of one task. Metrics are of whole parts, and every
// row counts once whatever its weight.
type judge struct{ task data.Task }

// names lists the metrics of an epoch in their order.
func (j judge) names() []string {
	switch j.task {
	case data.Binary:
		return []string{"log_loss", "average_precision", "roc_auc"}
	case data.MultiClass:
		return []string{"log_loss", "accuracy", "f1_macro", "f1_weighted"}
	}
	return []string{"rmse", "mae", "r2"}
}

// epoch measures what needs no threshold.
func (j judge) epoch(set *data.Set, prediction []float32) (Metrics, error) {
	switch j.task {
	case data.Binary:
		p, label := wide(prediction), labels(set)
		ranking, err := metric.Rank(p, label, nil)
		if err != nil {
			return nil, err
		}
		return Metrics{
			{"log_loss", defined(metric.LogLoss(p, label, nil))},
			{"average_precision", ranking.AveragePrecision()},
			{"roc_auc", ranking.ROCAUC()},
		}, nil
	case data.MultiClass:
		return multiClass(set, prediction)
	}
	return regression(set, prediction)
}

func multiClass(set *data.Set, prediction []float32) (Metrics, error) {
	p, k := wide(prediction), set.TargetWidth
	actual := make([]int, set.Rows)
	for i, c := range set.Class {
		actual[i] = int(c)
	}
	counts, err := metric.Confuse(likeliest(prediction, k), actual, nil, k)
	if err != nil {
		return nil, err
	}
	return Metrics{
		{"log_loss", defined(metric.MultiLogLoss(p, k, actual, nil))},
		{"accuracy", counts.Accuracy()},
		{"f1_macro", counts.F1(metric.Macro, metric.Zero)},
		{"f1_weighted", counts.F1(metric.Weighted, metric.Zero)},
	}, nil
}

func regression(set *data.Set, prediction []float32) (m Metrics, err error) {
	p, y := wide(prediction), wide(set.Y)
	for _, f := range []struct {
		name string
		of   func(p, y, weight []float64) (float64, error)
	}{{"rmse", metric.RMSE}, {"mae", metric.MAE}, {"r2", metric.R2}} {
		value, err := f.of(p, y, nil)
		if err != nil {
			return nil, err
		}
		m = append(m, Metric{f.name, value})
	}
	return m, nil
}

// cut measures classes of a binary target chosen by a threshold.
func cut(c metric.Counts) Metrics {
	return Metrics{
		{"f1", c.F1(metric.Zero)},
		{"precision", c.Precision(metric.Zero)},
		{"recall", c.Recall(metric.Zero)},
		{"accuracy", c.Accuracy()},
		{"balanced_accuracy", c.BalancedAccuracy()},
	}
}

// defined returns a metric, or NaN where the predictions do not allow it: values
// that are no probabilities have no log loss.
func defined(value float64, err error) float64 {
	if err != nil {
		return math.NaN()
	}
	return value
}

// likeliest returns the class of the largest of each row's k numbers, the first of several.
func likeliest(p []float32, k int) []int {
	class := make([]int, len(p)/k)
	for i := range class {
		row := p[i*k : (i+1)*k]
		for c, v := range row {
			if v > row[class[i]] {
				class[i] = c
			}
		}
	}
	return class
}

func labels(set *data.Set) []bool {
	label := make([]bool, set.Rows)
	for i, c := range set.Class {
		label[i] = c == 1
	}
	return label
}

func wide(x []float32) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}
