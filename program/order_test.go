package program

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/optim"
)

// uses are what may be done with a [6 48] parameter besides a product with rows from the
// left: each gives one number.
var uses = map[string]func(w *graph.Node) *graph.Node{
	"nothing":             func(w *graph.Node) *graph.Node { return w.Graph().Const(0) },
	"squares":             func(w *graph.Node) *graph.Node { return w.Square().Sum() },
	"squares by column":   func(w *graph.Node) *graph.Node { return w.Square().Sum(0).Sqrt().Sum() },
	"largest of rows":     func(w *graph.Node) *graph.Node { return w.ReduceMax(1).Square().Sum() },
	"left factor":         func(w *graph.Node) *graph.Node { return w.MatMul(w.Transpose()).Tanh().Sum() },
	"both factors":        func(w *graph.Node) *graph.Node { return square(w).MatMul(square(w)).Sigmoid().Sum() },
	"right of a product":  func(w *graph.Node) *graph.Node { return square(w).MatMul(w).Tanh().Sum() },
	"changed, a factor":   func(w *graph.Node) *graph.Node { return square(w).MatMul(w.Tanh()).Tanh().Sum() },
	"product of products": func(w *graph.Node) *graph.Node { return square(w).MatMul(square(w).MatMul(w)).Tanh().Sum() },
	"reshaped":            func(w *graph.Node) *graph.Node { return w.Reshape(48, 6).Mul(ramp(w, 6)).Tanh().Sum() },
	"with its columns":    func(w *graph.Node) *graph.Node { return w.Mul(ramp(w, 48)).Tanh().Sum() },
	"behind a view":       func(w *graph.Node) *graph.Node { return w.StopGradient().Mul(w).Sum() },
	"softmax":             func(w *graph.Node) *graph.Node { return w.Softmax(1).Square().Sum() },
}

func square(w *graph.Node) *graph.Node { return w.Slice(1, graph.Fixed(3), graph.Fixed(9)) }

func ramp(w *graph.Node, n int) *graph.Node {
	values := make([]float64, n)
	for i := range values {
		values[i] = math.Sin(float64(i))
	}
	return w.Graph().Array([]int{n}, values)
}

var rules = map[string]optim.Optimizer{
	"sgd":               optim.SGD{LR: 0.05},
	"momentum, clipped": optim.ClipNorm{Max: 0.1, Of: optim.SGD{LR: 0.05, Momentum: 0.9, Nesterov: true}},
	"adam":              optim.Adam{LR: 0.01, Eps: 1e-3},
	"adam, clipped":     optim.ClipNorm{Max: 0.1, Of: optim.Adam{LR: 0.01, Eps: 1e-3}},
	"adamw, averaged":   optim.EMA{Decay: 0.9, Of: optim.AdamW{LR: 0.01, Eps: 1e-3}},
}

// TestKernelOrder takes steps with parameters that lie in kernel order, in whatever way
// they are read, and compares every parameter and output with the float64 reference. The
// bits are the same for any number of workers.
func TestKernelOrder(t *testing.T) {
	for name, use := range uses {
		for ruleName, rule := range rules {
			t.Run(name+"/"+ruleName, func(t *testing.T) {
				var first [][]float32
				for _, workers := range []int{1, 3} {
					got := orderedSteps(t, use, rule, workers)
					if first == nil {
						first = got
					}
					for i := range got {
						if !slices.Equal(got[i], first[i]) {
							t.Fatalf("%d workers leave other bits than one", workers)
						}
					}
				}
			})
		}
	}
}

// orderedSteps returns all parameters after a few steps.
func orderedSteps(t *testing.T, use func(w *graph.Node) *graph.Node, rule optim.Optimizer, workers int) (params [][]float32) {
	const rows = 19
	g := graph.New(graph.Training)
	x := g.Input("x", graph.Rows(6), graph.Unknown)
	w := g.Param(graph.Param{Name: "w", Shape: []int{6, 48}, Init: normal{0.4}})
	v := g.Param(graph.Param{Name: "v", Shape: []int{48, 32}, Init: normal{0.2}})
	u := g.Param(graph.Param{Name: "u", Shape: []int{32, 32}, Init: normal{0.2}}) // shown, and updated in order
	h := x.MatMul(w).Relu().MatMul(v).Relu().MatMul(u).Relu()
	loss := h.MatMul(v.Transpose()).Tanh().MatMul(w.Transpose()).Sub(x).Square().Mean().Add(use(w))
	trained := []*graph.Node{w, v, u}
	grads := graph.Gradient(loss, trained)
	updates := rule.Updates(g, trained, grads)
	state := NewState(5)
	outputs := map[string]*graph.Node{"loss": loss, "h": h, "u": u}
	p, err := Compile(state, Spec{Outputs: outputs, Updates: updates, Guard: append(grads, loss), Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	p.pool.Eager = true

	r := rand.New(rand.NewPCG(3, 3))
	for step := int64(1); step <= 3; step++ {
		inputs := map[string][]float32{"x": make([]float32, rows*6)}
		for i := range inputs["x"] {
			inputs["x"][i] = float32(r.NormFloat64())
		}
		feed := feedOf(t, g, state, rows)
		feed.Values[x] = graph.ArrayOf(widened(inputs["x"]), rows, 6)
		feed.Step = step
		if err := p.Run(context.Background(), Batch{Rows: rows, Step: step, Inputs: inputs}); err != nil {
			t.Fatal(err)
		}
		for name, out := range outputs {
			isNear(t, fmt.Sprintf("step %d: %s", step, name), feed, out, p.Output(name), 1)
		}
		for _, u := range updates {
			d, _ := u.Param.Param()
			got, _ := state.Get(d.Name)
			isNear(t, fmt.Sprintf("step %d: new %s", step, d.Name), feed, u.Value, got.Numbers(), 1e-6)
		}
	}
	for _, name := range state.Names() {
		v, _ := state.Get(name)
		params = append(params, v.Numbers())
	}
	return params
}

// feedOf gives the reference the parameters as they are.
func feedOf(t *testing.T, g *graph.Graph, state *State, rows int) graph.Feed {
	feed := graph.Feed{Rows: rows, Values: map[*graph.Node]graph.Array{}}
	for _, n := range g.Params() {
		d, _ := n.Param()
		v, ok := state.Get(d.Name)
		if !ok {
			t.Fatalf("no parameter %s", d.Name)
		}
		feed.Values[n] = graph.ArrayOf(widened(v.Numbers()), d.Shape...)
	}
	return feed
}

func widened(v []float32) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = float64(x)
	}
	return out
}

// isNear compares with the reference, by the largest value or scale.
func isNear(t *testing.T, name string, feed graph.Feed, n *graph.Node, got []float32, scale float64) {
	t.Helper()
	want, err := graph.Eval(feed, n)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range want[0].Data {
		scale = max(scale, math.Abs(v))
	}
	for i, v := range want[0].Data {
		if d := math.Abs(float64(got[i]) - v); !(d <= 2e-5*scale) {
			t.Fatalf("%s: element %d is %v, want %v", name, i, got[i], v)
		}
	}
}

// TestValue gives and takes parameters row by row, however they lie in memory.
func TestValue(t *testing.T) {
	for _, shape := range [][]int{{7}, {5, 16}, {1, 48}, {3, 40}, {3, 48}, {2, 3, 32}} {
		g := graph.New(graph.Training)
		start := make([]float32, graph.Size(shape))
		for i := range start {
			start[i] = float32(i)
		}
		state := NewState(1, g.Param(graph.Param{Name: "first", Shape: []int{5}}), g.Param(graph.Param{Name: "p", Shape: shape, Init: counted{}}))
		v, _ := state.Get("p")
		if v.Len() != len(start) || !slices.Equal(v.Numbers(), start) {
			t.Fatalf("%v starts with %v", shape, v.Numbers())
		}
		changed := v.Numbers()
		changed[1] = -1
		v.Set(changed)
		got := make([]float32, len(start))
		v.Read(got)
		start[1] = -1
		if !slices.Equal(got, start) {
			t.Errorf("%v: set to %v, read as %v", shape, start, got)
		}
	}
}

// counted gives elements their numbers.
type counted struct{}

func (counted) Fill(dst []float32, _ []int, _ uint64, _ string) {
	for i := range dst {
		dst[i] = float32(i)
	}
}
