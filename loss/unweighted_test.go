package loss_test

import (
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// Without weights a loss is what it is without data's weights and weightings; what is no
// term stays none.
func TestUnweighted(t *testing.T) {
	p := grid(graph.Rows(2), 0.9, 0.2, 0.4, 0.7, 0.1, 0.6)
	y := grid(graph.Rows(2), 1, 0, 0, 1, 1, 0)
	for name, of := range map[string]struct{ weighted, plain loss.Loss }{
		"mean":          {loss.Mean(loss.BCE, loss.ByClass(1, 9)), loss.Mean(loss.BCE)},
		"weighted mean": {loss.WeightedMean(loss.BCE, loss.ByLabel(1, 3), loss.BySample), loss.Mean(loss.BCE)},
		"sum":           {loss.Scale(2, loss.Add(loss.Sum(loss.BCE), loss.SumPerSample(loss.BCE, loss.ByClass(3, 1)))), loss.Scale(2, loss.Add(loss.Sum(loss.BCE), loss.SumPerSample(loss.BCE)))},
		"soft F1":       {loss.SoftF1{Weights: []float64{1, 5}}, loss.SoftF1{}},
		"soft F1, one":  {loss.SoftF1{Average: loss.OneClass, By: []loss.Weighting{loss.BySample}}, loss.SoftF1{Average: loss.OneClass}},
		"dice":          {loss.Dice{Smooth: 1, By: []loss.Weighting{loss.ByClass(1, 4)}}, loss.Dice{Smooth: 1}},
		"dice per row":  {loss.Dice{Per: loss.Image}, loss.Dice{Per: loss.Image}},
		"precision":     {loss.SoftPrecision{MinRecall: 0.9}, loss.SoftPrecision{MinRecall: 0.9}},
		"own":           {loss.Func(loss.SquaredError), loss.Func(loss.SquaredError)},
	} {
		got, grad := newScene(3, probabilities, p, y, rows(1, 7, 0.5)).apply(t, loss.Unweighted(of.weighted))
		want, wantGrad := newScene(3, probabilities, p, y).apply(t, of.plain)
		wantNear(t, name, got, want, 1e-12)
		wantAll(t, name+", gradient", grad, wantGrad, 1e-12)
		if with, _ := newScene(3, probabilities, p, y, rows(1, 7, 0.5)).apply(t, of.weighted); near(with, want, 1e-9) {
			t.Errorf("%s: its weights do nothing", name)
		}
	}
	got, _ := newScene(3, probabilities, p, y, rows(1, 0, 5)).apply(t, loss.Unweighted(loss.Mean(loss.BCE, loss.Mask, loss.ByClass(1, 9))))
	want, _ := newScene(3, probabilities, p, y, rows(1, 0, 1)).apply(t, loss.Mean(loss.BCE, loss.Mask))
	wantNear(t, "with a mask", got, want, 1e-12)
}
