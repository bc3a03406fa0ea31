package nn_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/program"
)

// TestEngine runs layers in float32, their gradients and what they keep between
// steps, and compares with the float64 reference.
func TestEngine(t *testing.T) {
	const rows = 70
	for name, c := range map[string]struct {
		model nn.Layer
		draw  func(r *rand.Rand) float64
	}{
		"layer norm":    {nn.Chain{&nn.Dense{In: 3, Out: 33, Act: nn.Gelu}, &nn.LayerNorm{Size: 33}}, (*rand.Rand).NormFloat64},
		"batch norm":    {nn.Chain{&nn.Dense{In: 3, Out: 33}, &nn.BatchNorm{Size: 33}, &nn.Dense{In: 33, Out: 2, Act: nn.Silu}}, (*rand.Rand).NormFloat64},
		"leaky":         {nn.Chain{&nn.Dense{In: 3, Out: 5, Act: nn.LeakyRelu}, &nn.Dense{In: 5, Out: 5, Act: nn.Elu}}, (*rand.Rand).NormFloat64},
		"selu":          {nn.Chain{&nn.Dense{In: 3, Out: 5, Act: nn.Selu}, &nn.Dense{In: 5, Out: 5, Act: nn.GeluTanh}}, (*rand.Rand).NormFloat64},
		"embedding":     {nn.Chain{&nn.Embedding{Size: 20, Out: 7}, &nn.Dense{In: 7, Out: 4, Act: nn.Tanh}}, func(r *rand.Rand) float64 { return float64(r.IntN(21)) }},
		"applied twice": {twice{&nn.BatchNorm{Size: 3}}, (*rand.Rand).NormFloat64},
	} {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(4, 4))
			g := graph.New(graph.Training)
			nn.Bind(g, c.model)
			x := g.Input("x", graph.Rows(3), graph.Unknown)
			y := c.model.Forward(x)
			w := g.Input("w", y.Shape(), graph.Unknown)
			loss := y.Mul(w).Sum()
			outputs := map[string]*graph.Node{"y": y}
			for i, d := range graph.Gradient(loss, g.Trainable()) {
				p, _ := g.Trainable()[i].Param()
				outputs[p.Name] = d
			}
			state := program.NewState(3, g.Params()...)
			p, err := program.Compile(state, program.Spec{Outputs: outputs, Updates: g.Updates()})
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()

			feed := graph.Feed{Rows: rows, Values: map[*graph.Node]graph.Array{}}
			inputs := map[string][]float32{}
			fill := func(n *graph.Node, name string, draw func(r *rand.Rand) float64) {
				a := graph.NewArray(n.Shape().At(rows)...)
				inputs[name] = make([]float32, len(a.Data))
				for i := range a.Data {
					inputs[name][i] = float32(draw(r))
					a.Data[i] = float64(inputs[name][i])
				}
				feed.Values[n] = a
			}
			fill(x, "x", c.draw)
			fill(w, "w", (*rand.Rand).NormFloat64)
			for _, n := range g.Params() {
				d, _ := n.Param()
				v, _ := state.Get(d.Name)
				a := graph.NewArray(d.Shape...)
				for i := range a.Data {
					a.Data[i] = float64(v.Numbers()[i])
				}
				feed.Values[n] = a
			}
			if err := p.Run(context.Background(), program.Batch{Rows: rows, Step: 1, Inputs: inputs}); err != nil {
				t.Fatal(err)
			}
			for name, n := range outputs {
				near(t, name, p.Output(name), eval(t, feed, n))
			}
			for _, u := range g.Updates() {
				d, _ := u.Param.Param()
				v, _ := state.Get(d.Name)
				near(t, d.Name, v.Numbers(), eval(t, feed, u.Value))
			}
		})
	}
}

// twice applies a layer two times, with other numbers the second time.
type twice struct{ Layer nn.Layer }

func (m twice) Forward(x *graph.Node) *graph.Node {
	return m.Layer.Forward(m.Layer.Forward(x).Scale(3).Shift(1))
}

// near compares with the reference, by the largest value.
func near(t *testing.T, name string, got []float32, want []float64) {
	t.Helper()
	scale := 0.0
	for _, v := range want {
		scale = math.Max(scale, math.Abs(v))
	}
	for i, v := range want {
		if d := math.Abs(float64(got[i]) - v); !(d <= 4e-6*math.Max(scale, 1)) {
			t.Errorf("%s[%d]: got %v, want %v", name, i, got[i], v)
		}
	}
}
