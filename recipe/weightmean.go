package recipe

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/train"
)

// noteMean says by how much the weights scale the mean loss of the training rows or pixels,
// where they do.
func (w *classWeights) noteMean(spec train.LossSpec, r resolvedWeights) graph.Diagnostics {
	mean := r.mean(spec)
	if math.Abs(mean-1) <= train.WeightMeanNear1 || math.IsNaN(mean) {
		return nil
	}
	unit := "rows"
	if spec.Images {
		unit = "pixels"
	}
	d := &graph.Diagnostic{
		Code: train.CodeWeightMean, Severity: graph.Note, Pos: w.pos,
		Message: fmt.Sprintf("class_weight makes the mean loss %.2f times as large: that is the mean weight of the %d training %s", mean, spec.Rows, unit),
		Fixes:   []string{`class_weight = "balanced"`, `or divide by the weights: reduction = "weighted_mean"`},
	}
	rows := [][]string{{"would", fmt.Sprintf("scale every gradient %.2f times, as a larger learning rate does; balanced weights have mean 1.", mean)}}
	if r.classes != nil && spec.Task != data.MultiLabel {
		rows = append([][]string{{"given", spell(spec.Classes, r.classes)}, {"balanced", spell(spec.Classes, loss.BalancedWeights(spec.Counts...))}}, rows...)
	}
	d.Notes = graph.Columns(rows...)
	return graph.Diagnostics{d}
}

// noteShares says of the inverses of shares, where no data is known, that they make the mean
// loss as many times as large as there are classes: n/n_k has that mean over n pixels or
// rows.
func (w *classWeights) noteShares(r resolvedWeights) graph.Diagnostics {
	total := 0.0
	shares, balanced, names := make([]float64, len(r.classes)), make([]float64, len(r.classes)), make([]string, len(r.classes))
	for k, weight := range r.classes {
		shares[k], balanced[k], names[k] = 1/weight, weight/float64(len(r.classes)), strconv.Itoa(k)
		total += shares[k]
	}
	const rounded = 1e-3 // what people leave of digits
	if math.Abs(total-1) > rounded {
		return nil
	}
	return graph.Diagnostics{{
		Code: train.CodeWeightMean, Severity: graph.Note, Pos: w.pos,
		Message: fmt.Sprintf("class_weight holds the inverses of shares: on classes with those shares it makes the mean loss %d times as large", len(names)),
		Notes: graph.Columns(
			[]string{"given", spell(names, r.classes)},
			[]string{"shares", spell(names, shares)},
			[]string{"balanced", spell(names, balanced)},
			[]string{"would", fmt.Sprintf("scale every gradient %d times, as a larger learning rate does; balanced weights have mean 1.", len(names))},
		),
		Fixes: []string{`class_weight = "balanced"`},
	}}
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
