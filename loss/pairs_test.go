package loss_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// TestClassesOfTheBatch tries a contrastive loss, in which every row is a class: each
// row's partner is to have the largest of its scores. Its oracle is a loop over the
// formula −ln(exp zᵢᵢ / Σₖ exp zᵢₖ), with the scores left out that are −inf.
func TestClassesOfTheBatch(t *testing.T) {
	const width = 3
	for _, rows := range []int{1, 2, 5, 17} {
		t.Run(fmt.Sprintf("%d rows", rows), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(uint64(rows), 3))
			g := graph.New(graph.Training)
			p := g.Input("p", graph.Rows(width), graph.Unknown)
			q := g.Input("q", graph.Rows(width), graph.Unknown)
			left := g.Input("left", graph.Shape{graph.Batch, graph.Batch}, graph.Unknown)
			numbers := func() []float64 {
				out := make([]float64, rows*width)
				for i := range out {
					out[i] = float64(float32(rng.NormFloat64()))
				}
				return out
			}
			a, b, out := numbers(), numbers(), make([]float64, rows*rows)
			for i := range rows {
				if k := (i + 2) % rows; k != i {
					out[i*rows+k] = math.Inf(-1)
				}
			}
			s := &scene{in: loss.In{Pred: p, Target: q}, leaf: p, feed: graph.Feed{Rows: rows, Step: 1, Values: map[*graph.Node]graph.Array{
				p: graph.ArrayOf(a, rows, width), q: graph.ArrayOf(b, rows, width), left: graph.ArrayOf(out, rows, rows),
			}}}
			contrast := loss.Mean(func(p, q *graph.Node) *graph.Node {
				z := p.MatMul(q.Transpose()).Add(left)
				return loss.SparseCrossEntropyWithLogits(z, g.Positions(graph.Batch))
			})
			want := 0.0
			for i := range rows {
				sum, own := 0.0, 0.0
				for k := range rows {
					z := 0.0
					for c := range width {
						z += a[i*width+c] * b[k*width+c]
					}
					if sum += math.Exp(z + out[i*rows+k]); k == i {
						own = z
					}
				}
				want += (math.Log(sum) - own) / float64(rows)
			}
			if got := s.eval(t, contrast.Apply(s.in))[0][0]; math.Abs(got-want) > 1e-12*max(1, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			s.apply(t, contrast)
		})
	}
}
