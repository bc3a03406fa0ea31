package loss_test

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/program"
	"pgregory.net/rapid"
)

// onEngine runs nodes in float32 and compares with what they are in float64: within
// 4·10⁻⁶ of the largest number of each, the smallest that float32 holds in full, and what
// moving each prediction by four roundings does to it: much, where a gradient is the small
// difference of large terms. A loss may besides be off by two roundings of 1, that of its
// probabilities and that of 1 − F₁ and the like.
func (s *scene) onEngine(t rapid.TB, nodes []*graph.Node, want [][]float64) {
	t.Helper()
	outputs, inputs := map[string]*graph.Node{}, map[string][]float32{}
	for i, n := range nodes {
		outputs[fmt.Sprint(i)] = n
	}
	for n, v := range s.feed.Values {
		name, _ := n.InputName()
		for _, x := range v.Data {
			inputs[name] = append(inputs[name], float32(x))
		}
	}
	p, err := program.Compile(program.NewState(1), program.Spec{Outputs: outputs, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := p.Run(context.Background(), program.Batch{Rows: s.feed.Rows, Step: 1, Inputs: inputs}); err != nil {
		t.Fatal(err)
	}
	moved := s.moved(t, nodes, want)
	for i := range nodes {
		largest, off := 0.0, 0x1p-126
		if nodes[i].Rank() == 0 {
			off = 0x1p-23
		}
		for _, v := range want[i] {
			largest = math.Max(largest, math.Abs(v))
		}
		for k, got := range p.Output(fmt.Sprint(i)) {
			if d := math.Abs(float64(got) - want[i][k]); !(d <= 4e-6*largest+off+moved[i]) {
				t.Errorf("on the engine, element %d of value %d is %v, not %v", k, i, got, want[i][k])
			}
		}
	}
}

// moved returns how far each node moves, at most, when every prediction moves by four
// roundings of float32, up or down. What is not finite there does not count.
func (s *scene) moved(t rapid.TB, nodes []*graph.Node, want [][]float64) []float64 {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 2))
	feed := graph.Feed{Rows: s.feed.Rows, Values: maps.Clone(s.feed.Values)}
	far := make([]float64, len(nodes))
	for range 3 {
		at := s.feed.Values[s.leaf]
		pred := slices.Clone(at.Data)
		for i := range pred {
			size := math.Abs(pred[i])
			if s.kind != probabilities { // whose sigmoid or exponential rounds like 1
				size = max(size, 1)
			}
			pred[i] += float64(1-2*r.IntN(2)) * 0x1p-22 * size
		}
		feed.Values[s.leaf] = graph.ArrayOf(pred, at.Dims...)
		out, err := graph.Eval(feed, nodes...)
		if err != nil {
			t.Fatal(err)
		}
		for i := range nodes {
			for k, v := range out[i].Data {
				if d := math.Abs(v - want[i][k]); d < math.Inf(1) {
					far[i] = math.Max(far[i], d)
				}
			}
		}
	}
	return far
}

// TestEngine runs every loss on the engine, on more rows than a vector holds.
func TestEngine(t *testing.T) {
	const n = 300
	for _, c := range formulas {
		t.Run(c.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(3, 1))
			var pred, target []float64
			shape := graph.Rows(formulaClasses)
			for range n / formulaRows {
				y := drawTarget(r, c.target)
				target, shape = append(target, y.data...), y.shape
				for range formulaRows * formulaClasses {
					v := r.NormFloat64() * 2
					if c.kind == probabilities {
						v = 0.02 + 0.96*r.Float64()
					}
					pred = append(pred, v)
				}
			}
			s := newScene(n, c.kind, grid(graph.Rows(formulaClasses), pred...), grid(shape, target...))
			s.apply(t, loss.Mean(c.f))
		})
	}
	for _, c := range countLosses {
		for policy, e := range policies {
			t.Run(fmt.Sprintf("%s/%s", c.name, policy), func(t *testing.T) {
				drawMasks(rand.New(rand.NewPCG(5, 9)), "rows").scene().apply(t, c.of(e))
			})
		}
	}
}
