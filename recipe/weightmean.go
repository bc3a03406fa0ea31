package recipe

import (
	"fmt"
	"math"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/train"
)

// noteMean says by how much the weights scale the mean loss of the training rows, where
// they do.
func (w *classWeights) noteMean(spec train.LossSpec, r resolvedWeights) graph.Diagnostics {
	mean := r.mean(spec)
	if math.Abs(mean-1) <= train.WeightMeanNear1 || math.IsNaN(mean) {
		return nil
	}
	d := &graph.Diagnostic{
		Code: train.CodeWeightMean, Severity: graph.Note, Pos: w.pos,
		Message: fmt.Sprintf("class_weight makes the mean loss %.2f times as large: that is the mean weight of the %d training rows", mean, spec.Rows),
		Fixes:   []string{`class_weight = "balanced"`, `or divide by the weights: reduction = "weighted_mean"`},
	}
	rows := [][]string{{"would", fmt.Sprintf("scale every gradient %.2f times, as a larger learning rate does; balanced weights have mean 1.", mean)}}
	if r.classes != nil && spec.Task != data.MultiLabel {
		rows = append([][]string{{"given", spell(spec.Classes, r.classes)}, {"balanced", spell(spec.Classes, loss.BalancedWeights(spec.Counts...))}}, rows...)
	}
	d.Notes = graph.Columns(rows...)
	return graph.Diagnostics{d}
}

// mean returns the mean weight of the training rows.
func (r resolvedWeights) mean(spec train.LossSpec) float64 {
	sum, n := 0.0, 0.0
	add := func(weight float64, rows int) { sum, n = sum+weight*float64(rows), n+float64(rows) }
	for k, rows := range spec.Counts {
		switch {
		case spec.Task == data.MultiLabel && r.classes != nil:
			add(r.classes[0], spec.Rows-rows)
			add(r.classes[1], rows)
		case r.classes != nil && k < len(r.classes):
			add(r.classes[k], rows)
		case r.labels != nil:
			add(r.labels[k], spec.Rows)
		case r.pairs != nil:
			add(r.pairs[k][0], spec.Rows-rows)
			add(r.pairs[k][1], rows)
		}
	}
	return sum / n
}

// spell lists classes with their weights.
func spell(classes []string, weights []float64) string {
	var out []string
	for k, w := range weights {
		if k < len(classes) {
			out = append(out, fmt.Sprintf("%s: %.3g", classes[k], w))
		}
	}
	return strings.Join(out, ", ")
}
