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
		return []string{"log_loss", "accuracy", "balanced_accuracy", "f1_macro", "f1_weighted"}
	case data.MultiLabel:
		return []string{"log_loss", "average_precision", "roc_auc"}
	}
	return []string{"rmse", "mae", "r2"}
}

// epoch measures what needs no threshold, and of several classes the likeliest one.
func (j judge) epoch(set *data.Set, prediction []float32) (Metrics, error) {
	m, err := j.scores(set, prediction)
	if err != nil || j.task != data.MultiClass {
		return m, err
	}
	counts, err := metric.Confuse(likeliest(prediction, set.TargetWidth), classOf(set), nil, set.TargetWidth)
	return append(m, confusionCut(counts)...), err
}

// scores measures the predictions without any decision by them.
func (j judge) scores(set *data.Set, prediction []float32) (Metrics, error) {
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
		return Metrics{{"log_loss", defined(metric.MultiLogLoss(wide(prediction), set.TargetWidth, classOf(set), nil))}}, nil
	case data.MultiLabel:
		return labelScores(set, prediction)
	}
	return distances(wide(prediction), wide(set.Y), nil)
}

// labelScores are means over the labels.
func labelScores(set *data.Set, prediction []float32) (Metrics, error) {
	p, has := wide(prediction), hasLabel(set)
	ranked, err := metric.RankLabels(p, has, set.TargetWidth, nil)
	if err != nil {
		return nil, err
	}
	return Metrics{
		{"log_loss", defined(metric.LogLoss(p, has, nil))}, // every label has as many rows
		{"average_precision", ranked.AveragePrecision(metric.Macro, metric.Undefined)},
		{"roc_auc", ranked.ROCAUC(metric.Macro, metric.Undefined)},
	}, nil
}

// classOf returns the class of each row.
func classOf(set *data.Set) []int {
	class := make([]int, set.Rows)
	for i, c := range set.Class {
		class[i] = int(c)
	}
	return class
}

// distances measures predictions p of numbers y.
func distances(p, y, weight []float64) (m Metrics, err error) {
	for _, f := range []struct {
		name string
		of   func(p, y, weight []float64) (float64, error)
	}{{"rmse", metric.RMSE}, {"mae", metric.MAE}, {"r2", metric.R2}} {
		value, err := f.of(p, y, weight)
		if err != nil {
			return nil, err
		}
		m = append(m, Metric{f.name, value})
	}
	return m, nil
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
