package nn_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/program"
)

// segmentation is a U-Net with cross entropy of its masks, and what it computes by name.
type segmentation struct {
	g       *graph.Graph
	x, y    *graph.Node
	outputs map[string]*graph.Node
}

func newSegmentation(c nn.UNetConfig, height, width int) segmentation {
	g := graph.New(graph.Training)
	x := g.Input("x", graph.Rows(height, width, c.In), graph.Unknown)
	y := g.Input("y", graph.Rows(height, width, 1), graph.Range{Interval: graph.Within(0, 1), Tag: graph.Label})
	model := nn.UNet(c)
	nn.Bind(g, model)
	z := model.Forward(x)
	loss := z.Softplus().Sub(z.Mul(y)).Mean()
	s := segmentation{g, x, y, map[string]*graph.Node{"scores": z, "loss": loss}}
	for i, d := range graph.Gradient(loss, g.Trainable()) {
		p, _ := g.Trainable()[i].Param()
		s.outputs[p.Name] = d
	}
	return s
}

// inputs draws images with discs and where those are.
func (s segmentation) inputs(rows int) map[string][]float32 {
	r := rand.New(rand.NewPCG(7, 7))
	in := map[string][]float32{"x": nil, "y": nil}
	for range graph.Size(s.y.Shape().At(rows)) {
		label := float32(r.IntN(2))
		in["y"] = append(in["y"], label)
		for range s.x.Shape()[3].Const {
			in["x"] = append(in["x"], label/2+float32(r.NormFloat64()))
		}
	}
	return in
}

// run returns a copy of all outputs.
func (s segmentation) run(t *testing.T, spec program.Spec, rows int) (outputs map[string][]float32, state *program.State, text string) {
	t.Helper()
	state = program.NewState(3, s.g.Params()...)
	spec.Outputs = s.outputs
	p, err := program.Compile(state, spec)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := p.Run(context.Background(), program.Batch{Rows: rows, Step: 1, Inputs: s.inputs(rows)}); err != nil {
		t.Fatal(err)
	}
	outputs = map[string][]float32{}
	for name := range s.outputs {
		outputs[name] = slices.Clone(p.Output(name))
	}
	text, err = p.Describe(rows, false)
	if err != nil {
		t.Fatal(err)
	}
	return outputs, state, text
}

// exact evaluates the outputs in float64.
func (s segmentation) exact(t *testing.T, state *program.State, rows int) map[string][]float64 {
	t.Helper()
	feed := graph.Feed{Rows: rows, Values: map[*graph.Node]graph.Array{}}
	set := func(n *graph.Node, values []float32) {
		a := graph.NewArray(n.Shape().At(rows)...)
		for i, v := range values {
			a.Data[i] = float64(v)
		}
		feed.Values[n] = a
	}
	in := s.inputs(rows)
	set(s.x, in["x"])
	set(s.y, in["y"])
	for _, n := range s.g.Params() {
		p, _ := n.Param()
		v, _ := state.Get(p.Name)
		set(n, v.Numbers())
	}
	want := map[string][]float64{}
	for name, n := range s.outputs {
		want[name] = eval(t, feed, n)
	}
	return want
}

// TestUNetGradient holds scores, loss and all gradients of U-Nets against the float64
// reference: the largest error is below a bound times the root mean square of each, with
// sizes that are no multiple of a tile and where skip connections are a part of what they
// go into, with every normalisation, and with precise convolutions and the fast ones.
func TestUNetGradient(t *testing.T) {
	const rows = 2
	for _, c := range []struct {
		name    string
		norm    nn.Norm
		height  int
		precise bool
		plan    string // the plan says so
		bound   float64
	}{
		{"fast", nn.Without, 23, false, "F(4)", 1e-4},
		{"precise", nn.Without, 23, true, "F(2)", 2e-5},
		{"fast, halves", nn.Without, 24, false, "added, masked", 1e-4},
		{"fast, groups", nn.Groups, 23, false, "F(4)", 1e-4},
		{"fast, batches", nn.Batches, 24, false, "F(4)", 1e-4},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSegmentation(nn.UNetConfig{In: 1, Base: 16, Depth: 1, Norm: c.norm, Head: nn.Head{Out: 1}}, c.height, 14)
			got, state, text := s.run(t, program.Spec{Workers: 2, Precise: c.precise}, rows)
			if !strings.Contains(text, c.plan) {
				t.Errorf("nothing is %s:\n%s", c.plan, text)
			}
			largest := 0.0
			for name, want := range s.exact(t, state, rows) {
				sum, worst := 0.0, 0.0
				for i, v := range want {
					sum += v * v
					worst = math.Max(worst, math.Abs(float64(got[name][i])-v))
				}
				rms := math.Sqrt(sum / float64(len(want)))
				largest = math.Max(largest, worst/rms)
				if !(worst <= c.bound*rms) {
					t.Errorf("%s: the largest error is %.2g of the root mean square, want at most %.2g", name, worst/rms, c.bound)
				}
			}
			t.Logf("largest error %.2g", largest)
		})
	}
}

// TestUNetWorkers holds that the number of workers changes no bit of a U-Net's gradient.
func TestUNetWorkers(t *testing.T) {
	const rows = 3
	s := newSegmentation(nn.UNetConfig{In: 3, Base: 16, Depth: 2, Norm: nn.Without, Head: nn.Head{Out: 1}}, 52, 36)
	one, _, _ := s.run(t, program.Spec{Workers: 1}, rows)
	for _, workers := range []int{2, 3, 7} {
		several, _, _ := s.run(t, program.Spec{Workers: workers}, rows)
		for name, want := range one {
			if !slices.Equal(several[name], want) {
				t.Errorf("%d workers: other bits of %s than one", workers, name)
			}
		}
	}
}
