package loss_test

import (
	"math"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// Each label has weights of its own for no and for yes.
func TestByLabelClass(t *testing.T) {
	pairs := [][2]float64{{1, 5}, {2, 7}}
	p, y := []float64{0.2, 0.9, 0.6, 0.5}, []float64{1, 0, 0, 1}
	want := 0.0
	for i := range p {
		w := pairs[i%2][int(y[i])]
		want -= w * (y[i]*math.Log(p[i]) + (1-y[i])*math.Log(1-p[i])) / 4
	}
	got, _ := newScene(2, probabilities, grid(graph.Rows(2), p...), grid(graph.Rows(2), y...)).apply(t, loss.Mean(loss.BCE, loss.ByLabelClass(pairs...)))
	wantNear(t, "weighted by label and class", got, want, 1e-12)
}
