package loss_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/program"
)

// onEngine runs a loss and its gradient to what was fed in float32, and compares both
// with the float64 reference: within 4·10⁻⁶ of the largest value of each.
func onEngine(t *testing.T, s *scene, l loss.Loss) {
	t.Helper()
	value := graph.Rewrite(l.Apply(s.in))[0]
	grad := graph.Gradient(value, []*graph.Node{s.leaf})[0]
	inputs := map[string][]float32{}
	for n, v := range s.feed.Values {
		name, _ := n.InputName()
		data := make([]float32, len(v.Data))
		for i, x := range v.Data {
			data[i] = float32(x)
			v.Data[i] = float64(data[i]) // both get the same numbers
		}
		inputs[name] = data
	}
	p, err := program.Compile(program.NewState(1), program.Spec{Outputs: map[string]*graph.Node{"value": value, "grad": grad}, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := p.Run(context.Background(), program.Batch{Rows: s.feed.Rows, Step: 1, Inputs: inputs}); err != nil {
		t.Fatal(err)
	}
	want := s.eval(t, value, grad)
	for i, name := range []string{"value", "grad"} {
		scale := 0.0
		for _, v := range want[i] {
			scale = math.Max(scale, math.Abs(v))
		}
		for k, got := range p.Output(name) {
			if d := math.Abs(float64(got) - want[i][k]); !(d <= 4e-6*scale) {
				t.Errorf("%s[%d]: got %v, want %v", name, k, got, want[i][k])
			}
		}
	}
}

// TestEngine runs every loss on the engine.
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
			onEngine(t, s, loss.Mean(c.f))
		})
	}
	for _, c := range countLosses {
		for policy, e := range policies {
			t.Run(fmt.Sprintf("%s/%s", c.name, policy), func(t *testing.T) {
				onEngine(t, drawMasks(rand.New(rand.NewPCG(5, 9)), "rows").scene(), c.of(e))
			})
		}
	}
}
