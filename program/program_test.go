package program

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/descent-ml/descent/graph"
)

// normal fills a parameter with normal numbers that depend on its name only.
type normal struct{ scale float64 }

func (n normal) Fill(dst []float32, shape []int, seed uint64, name string) {
	h := seed
	for _, c := range name {
		h = h*31 + uint64(c)
	}
	r := rand.New(rand.NewPCG(h, 1))
	for i := range dst {
		dst[i] = float32(r.NormFloat64() * n.scale)
	}
}

// opCase builds one value from inputs x [N 6], y [N 6] and a column c [N 1] in
// (0, 1), and names the op that it is there for.
type opCase struct {
	op    string
	build func(x, y, c *graph.Node) *graph.Node
}

var opCases = []opCase{
	{"Input", func(x, y, c *graph.Node) *graph.Node { return x }},
	{"Const", func(x, y, c *graph.Node) *graph.Node {
		return x.Add(x.Graph().Array([]int{6}, []float64{1, 2, 3, 4, 5, 6}))
	}},
	{"Count", func(x, y, c *graph.Node) *graph.Node { return x.Mean(0) }},
	{"Add", func(x, y, c *graph.Node) *graph.Node { return x.Add(y).Add(c).Shift(2) }},
	{"Sub", func(x, y, c *graph.Node) *graph.Node { return x.Sub(y).Sub(c).OneMinus().Sub(x.Sum()) }},
	{"Mul", func(x, y, c *graph.Node) *graph.Node { return x.Mul(y).Mul(c).Scale(3) }},
	{"Div", func(x, y, c *graph.Node) *graph.Node {
		return x.Div(c.Shift(1)).Div(x.Graph().Const(4)).Add(x.Graph().Const(2).Div(c))
	}},
	{"Neg", func(x, y, c *graph.Node) *graph.Node { return x.Neg() }},
	{"Power", func(x, y, c *graph.Node) *graph.Node { return x.Abs().Pow(y).Add(x.Graph().Const(2).Pow(y)) }},
	{"Pow", func(x, y, c *graph.Node) *graph.Node { return x.Abs().PowConst(1.5) }},
	{"Maximum", func(x, y, c *graph.Node) *graph.Node { return x.Max(y).Max(x.Graph().Const(0.1)) }},
	{"Minimum", func(x, y, c *graph.Node) *graph.Node { return x.Min(y).Min(c) }},
	{"XLogY", func(x, y, c *graph.Node) *graph.Node { return x.XLogY(c).Add(x.XLogY(y.Relu())) }},
	{"Exp", func(x, y, c *graph.Node) *graph.Node { return x.Exp() }},
	{"Log", func(x, y, c *graph.Node) *graph.Node { return c.Log() }},
	{"Log1p", func(x, y, c *graph.Node) *graph.Node { return c.Log1p() }},
	{"Expm1", func(x, y, c *graph.Node) *graph.Node { return x.Expm1() }},
	{"Sqrt", func(x, y, c *graph.Node) *graph.Node { return c.Sqrt() }},
	{"Square", func(x, y, c *graph.Node) *graph.Node { return x.Square() }},
	{"Abs", func(x, y, c *graph.Node) *graph.Node { return x.Abs() }},
	{"Sigmoid", func(x, y, c *graph.Node) *graph.Node { return x.Sigmoid() }},
	{"Tanh", func(x, y, c *graph.Node) *graph.Node { return x.Tanh() }},
	{"Relu", func(x, y, c *graph.Node) *graph.Node { return x.Relu() }},
	{"Softplus", func(x, y, c *graph.Node) *graph.Node { return x.Softplus() }},
	{"Erf", func(x, y, c *graph.Node) *graph.Node { return x.Erf() }},
	{"Lgamma", func(x, y, c *graph.Node) *graph.Node { return x.Square().Shift(0.25).Lgamma() }},
	{"Polygamma", func(x, y, c *graph.Node) *graph.Node {
		z := x.Square().Shift(0.25)
		return z.Digamma().Add(z.Shift(1).Polygamma(1)).Add(z.Shift(2).Polygamma(4))
	}},
	{"Softmax", func(x, y, c *graph.Node) *graph.Node { return x.Softmax(-1).Add(y.Softmax(0)) }},
	{"LogSoftmax", func(x, y, c *graph.Node) *graph.Node { return x.LogSoftmax(1).Add(y.LogSoftmax(0)) }},
	{"LogSumExp", func(x, y, c *graph.Node) *graph.Node { return x.LogSumExp(1).ExpandDims(-1).Add(y.LogSumExp(0)) }},
	{"Round", func(x, y, c *graph.Node) *graph.Node { return x.Scale(3).Round() }},
	{"Floor", func(x, y, c *graph.Node) *graph.Node { return x.Scale(3).Floor() }},
	{"Sign", func(x, y, c *graph.Node) *graph.Node { return x.Sign() }},
	{"Clip", func(x, y, c *graph.Node) *graph.Node { return x.Clip(-0.5, 0.75) }},
	{"Greater", func(x, y, c *graph.Node) *graph.Node { return x.Greater(y).Mul(x) }},
	{"GreaterEqual", func(x, y, c *graph.Node) *graph.Node { return x.GreaterEqual(c) }},
	{"Less", func(x, y, c *graph.Node) *graph.Node { return x.Graph().Const(0.2).Less(y) }},
	{"LessEqual", func(x, y, c *graph.Node) *graph.Node { return x.Graph().Const(0.2).LessEqual(y) }},
	{"Equal", func(x, y, c *graph.Node) *graph.Node { return x.Sign().Equal(y.Sign()) }},
	{"NotEqual", func(x, y, c *graph.Node) *graph.Node { return x.Sign().NotEqual(y.Sign()) }},
	{"And", func(x, y, c *graph.Node) *graph.Node { return x.Relu().And(y.Greater(c)) }},
	{"Or", func(x, y, c *graph.Node) *graph.Node { return x.Relu().Or(y.Greater(c)) }},
	{"Not", func(x, y, c *graph.Node) *graph.Node { return x.Relu().Not() }},
	{"Where", func(x, y, c *graph.Node) *graph.Node { return x.Greater(y).Where(c, x.Graph().Const(7)) }},
	{"Cast", func(x, y, c *graph.Node) *graph.Node {
		return x.Scale(3).Cast(graph.Int).Add(y.Relu().Cast(graph.Bool)).Cast(graph.Float)
	}},
	{"StopGradient", func(x, y, c *graph.Node) *graph.Node { return x.StopGradient().Mul(y) }},
	{"Reshape", func(x, y, c *graph.Node) *graph.Node { return x.Reshape(-1, 2).Square().Reshape(-1, 6).Add(y) }},
	{"Broadcast", func(x, y, c *graph.Node) *graph.Node { // a repeated number, shown in another shape, is added up
		return x.Sum().Neg().BroadcastTo(graph.Rows()).ExpandDims(1).Sum().Neg()
	}},
	{"Broadcast", func(x, y, c *graph.Node) *graph.Node { return c.BroadcastTo(x.Shape()).Reshape(-1).Exp() }},
	{"Transpose", func(x, y, c *graph.Node) *graph.Node { return x.Transpose().MatMul(y) }},
	{"Concat", func(x, y, c *graph.Node) *graph.Node {
		return graph.Concat(1, x, c, y.Square()).Add(graph.Concat(0, x, y).Sum())
	}},
	{"Slice", func(x, y, c *graph.Node) *graph.Node {
		return x.Slice(1, graph.Fixed(1), graph.Fixed(4)).Add(y.Index(1, -1).ExpandDims(1)).Add(x.Index(0, 0).Sum())
	}},
	{"Pad", func(x, y, c *graph.Node) *graph.Node {
		part := x.Slice(1, graph.Fixed(1), graph.Fixed(4)).Square()
		return graph.Backward([]*graph.Node{part}, []*graph.Node{part}, []*graph.Node{x})[0]
	}},
	{"OneHot", func(x, y, c *graph.Node) *graph.Node { return x.ArgMax(1).OneHot(6) }},
	{"Sum", func(x, y, c *graph.Node) *graph.Node {
		cube := x.Reshape(-1, 2, 3)
		return cube.Add(cube.SumKeep(1)).Add(cube.SumKeep(2)).Add(cube.SumKeep(0)).Add(cube.SumKeep(0, 2)).Add(x.Square().Sum())
	}},
	{"Max", func(x, y, c *graph.Node) *graph.Node { return x.ReduceMaxKeep(1).Add(y.ReduceMaxKeep(0)) }},
	{"Min", func(x, y, c *graph.Node) *graph.Node { return x.ReduceMinKeep(1).Add(y.ReduceMin()) }},
	{"ArgMax", func(x, y, c *graph.Node) *graph.Node { return x.ArgMax(1).ExpandDims(1).Add(y.ArgMax(0)) }},
	{"MatMul", func(x, y, c *graph.Node) *graph.Node { return x.MatMul(y.Transpose().MatMul(c)) }},
	{"MatMul", func(x, y, c *graph.Node) *graph.Node { // a layer of one unit between two others
		w := x.Graph().Param(graph.Param{Name: "w", Shape: []int{1, 33}, Init: normal{0.5}})
		return graph.Gradient(x.MatMul(y.Transpose().MatMul(c)).MatMul(w).Square().Mean(), []*graph.Node{x})[0]
	}},
	{"Random", func(x, y, c *graph.Node) *graph.Node {
		g := x.Graph()
		return g.Random("a", graph.StandardNormal, x.Shape()).Square().Add(g.Random("b", graph.StandardUniform, c.Shape()))
	}},
	{"Schedule", func(x, y, c *graph.Node) *graph.Node {
		return x.Mul(x.Graph().Scheduled("t", func(step int64) float64 { return 1 / float64(step) }))
	}},
	{"ReluGrad", func(x, y, c *graph.Node) *graph.Node {
		r := x.MatMul(y.Transpose().MatMul(y)).Relu()
		return graph.Backward([]*graph.Node{r}, []*graph.Node{r.Mul(c)}, []*graph.Node{x})[0]
	}},
	{"LogCosh", func(x, y, c *graph.Node) *graph.Node {
		return x.Scale(4).LogCosh().Add(y.Scale(1e-3).LogCosh().Scale(1e6))
	}},
	{"Gather", func(x, y, c *graph.Node) *graph.Node {
		g := x.Graph()
		table := g.Array([]int{4, 3}, []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
		rowsOf := table.Gather(y.Scale(2).Cast(graph.Int), 0) // [N 6 3], some outside
		return rowsOf.Sum(2).Add(x.TakeAlong(y.ArgMax(1).ExpandDims(1), 1))
	}},
	{"ScatterAdd", func(x, y, c *graph.Node) *graph.Node {
		g := x.Graph()
		table := g.Param(graph.Param{Name: "table", Shape: []int{4, 3}, Init: normal{1}})
		picked := table.Gather(y.Index(1, 0).Scale(2).Cast(graph.Int), 0).Square().Mean()
		return graph.Gradient(picked.Add(x.Sum()), []*graph.Node{table})[0]
	}},
	{"CumSum", func(x, y, c *graph.Node) *graph.Node { return x.CumSum(1).Add(y.CumSumReverse(1)).Add(x.CumSum(0)) }},
	{"TopK", func(x, y, c *graph.Node) *graph.Node {
		best, at := x.TopK(3, 1)
		sorted, _ := y.Scale(2).Round().Sort(1)
		return best.Add(at.Cast(graph.Float)).Sum(1).ExpandDims(1).Add(sorted)
	}},
	{"Conv2D", func(x, y, c *graph.Node) *graph.Node {
		return convolved(x, graph.Window{Same: true}, 3, 2, 1, 5).Reshape(-1, 30)
	}},
	{"Conv2DTranspose", func(x, y, c *graph.Node) *graph.Node {
		out := convolved(x, graph.Window{Stride: [2]int{2, 1}, Pad: [2][2]int{{1, 0}, {0, 1}}}, 2, 2, 1, 3)
		return graph.Backward([]*graph.Node{out}, []*graph.Node{out.Square()}, []*graph.Node{x})[0]
	}},
	{"Conv2DFilter", func(x, y, c *graph.Node) *graph.Node {
		out := convolved(x, graph.Window{Same: true, Stride: [2]int{1, 2}, Dilation: [2]int{1, 2}}, 3, 2, 1, 20)
		kernel := x.Graph().Params()[0]
		return graph.Gradient(out.Square().Mean(), []*graph.Node{kernel})[0]
	}},
	{"Conv2D", func(x, y, c *graph.Node) *graph.Node { // groups, and the derivatives to both
		image := graph.Concat(1, x, y).Reshape(-1, 2, 3, 2)
		kernel := x.Graph().Param(graph.Param{Name: "k", Shape: []int{2, 2, 1, 4}, Init: normal{0.5}})
		out := image.Conv2D(kernel, graph.Window{Same: true, Groups: 2})
		d := graph.Gradient(out.Square().Mean(), []*graph.Node{x, kernel})
		return d[0].Add(d[1].Sum()).Add(out.Mean())
	}},
	{"MaxPool2D", func(x, y, c *graph.Node) *graph.Node {
		pools := graph.Pooling{Size: [2]int{3, 2}, Stride: [2]int{1, 2}, Pad: [2][2]int{{1, 1}, {0, 1}}}
		return graph.Concat(3, x.Reshape(-1, 2, 3, 1), y.Reshape(-1, 2, 3, 1)).MaxPool2D(pools).Reshape(-1, 8)
	}},
	{"MaxPool2DGrad", func(x, y, c *graph.Node) *graph.Node {
		pools := graph.Pooling{Size: [2]int{2, 2}, Stride: [2]int{1, 1}, Dilation: [2]int{1, 2}}
		out := wideImage(x).MaxPool2D(pools)
		return graph.Gradient(out.Square().Sum(), []*graph.Node{x})[0]
	}},
	{"AvgPool2D", func(x, y, c *graph.Node) *graph.Node {
		return x.Reshape(-1, 2, 3, 1).AvgPool2D(graph.Pooling{Size: [2]int{2, 3}, Stride: [2]int{1, 1}, Same: true}).Reshape(-1, 6)
	}},
	{"AvgPool2DGrad", func(x, y, c *graph.Node) *graph.Node {
		out := wideImage(x).AvgPool2D(graph.Pooling{Size: [2]int{2, 2}, Same: true})
		return graph.Gradient(out.Square().Sum(), []*graph.Node{x})[0]
	}},
	{"Resize2D", func(x, y, c *graph.Node) *graph.Node {
		return graph.Concat(3, wideImage(x).Resize2D(2, 3, false), wideImage(x).Resize2D(2, 3, true)).Sum(3).Reshape(-1, 36)
	}},
	{"Resize2DGrad", func(x, y, c *graph.Node) *graph.Node {
		out := wideImage(x).Resize2D(3, 2, true).Add(wideImage(y).Resize2D(3, 2, false))
		d := graph.Gradient(out.Square().Sum(), []*graph.Node{x, y})
		return d[0].Add(d[1])
	}},
	{"Param", func(x, y, c *graph.Node) *graph.Node {
		w := x.Graph().Param(graph.Param{Name: "w", Shape: []int{6, 33}, Init: normal{0.3}})
		b := x.Graph().Param(graph.Param{Name: "b", Shape: []int{33}, Init: normal{0.3}})
		h := x.MatMul(w).Add(b).Relu()
		return h.MatMul(x.Graph().Param(graph.Param{Name: "v", Shape: []int{33, 1}, Init: normal{0.3}}))
	}},
}

// wideImage is x as images of 2 x 3 pixels with 17 channels, x times 1, 2, ...
func wideImage(x *graph.Node) *graph.Node {
	image := x.Reshape(-1, 2, 3, 1)
	var channels []*graph.Node
	for i := range 17 {
		channels = append(channels, image.Scale(float64(i%5)-2.5))
	}
	return graph.Concat(3, channels...)
}

// convolved is x as images of 2 x 3 pixels, through a kernel of the given size.
func convolved(x *graph.Node, w graph.Window, kh, kw, in, out int) *graph.Node {
	kernel := x.Graph().Param(graph.Param{Name: "k", Shape: []int{kh, kw, in, out}, Init: normal{0.5}})
	return x.Reshape(-1, 2, 3, in).Conv2D(kernel, w)
}

// TestEveryOpHasACase holds that the table above is complete.
func TestEveryOpHasACase(t *testing.T) {
	for _, name := range graph.OpNames() {
		if !slices.ContainsFunc(opCases, func(c opCase) bool { return c.op == name }) {
			t.Errorf("no case runs op %s", name)
		}
	}
}

// run builds the case and draws inputs for so many rows.
func (c opCase) run(t testing.TB, rows int) (*graph.Graph, *graph.Node, map[string][]float32) {
	t.Helper()
	r := rand.New(rand.NewPCG(uint64(rows), 7))
	g := graph.New(graph.Training)
	x := g.Input("x", graph.Rows(6), graph.Unknown)
	y := g.Input("y", graph.Rows(6), graph.Unknown)
	col := g.Input("c", graph.Rows(1), graph.Range{Interval: graph.Within(0, 1)})
	out := c.build(x, y, col)
	if err := g.Diagnostics().Err(); err != nil {
		t.Fatal(err)
	}
	inputs := map[string][]float32{"x": make([]float32, rows*6), "y": make([]float32, rows*6), "c": make([]float32, rows)}
	for i := range inputs["x"] {
		inputs["x"][i], inputs["y"][i] = float32(r.NormFloat64()), float32(r.NormFloat64())
	}
	for i := range inputs["c"] {
		inputs["c"][i] = float32(0.05 + 0.9*r.Float64())
	}
	return g, out, inputs
}

// BenchmarkOps times the same cases, those without a kernel of their own among them.
func BenchmarkOps(b *testing.B) {
	const rows = 700
	for _, c := range opCases {
		b.Run(c.op, func(b *testing.B) {
			_, out, inputs := c.run(b, rows)
			p, err := Compile(NewState(1), Spec{Outputs: map[string]*graph.Node{"out": out}, Workers: 1, Seed: 5})
			if err != nil {
				b.Fatal(err)
			}
			defer p.Close()
			for b.Loop() {
				if err := p.Run(context.Background(), Batch{Rows: rows, Step: 3, Inputs: inputs}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestAgainstReference runs every op on the engine, at several numbers of rows and
// workers, and compares with float64. All numbers of workers give the same bits.
func TestAgainstReference(t *testing.T) {
	for _, c := range opCases {
		for _, rows := range []int{1, 2, 7, 64, 700} {
			t.Run(fmt.Sprintf("%s/%d", c.op, rows), func(t *testing.T) {
				g, out, inputs := c.run(t, rows)
				var first []float32
				for _, workers := range []int{1, 2, 3, 7} {
					state := NewState(1)
					p, err := Compile(state, Spec{Outputs: map[string]*graph.Node{"out": out}, Workers: workers, Seed: 5})
					if err != nil {
						t.Fatal(err)
					}
					p.pool.Eager = true
					if err := p.Run(context.Background(), Batch{Rows: rows, Step: 3, Inputs: inputs}); err != nil {
						t.Fatal(err)
					}
					got := slices.Clone(p.Output("out"))
					p.Close()
					if first == nil {
						first = got
						if c.op != "Random" {
							compare(t, g, state, out, rows, inputs, got)
						}
					}
					for i := range got {
						if math.Float32bits(got[i]) != math.Float32bits(first[i]) {
							t.Fatalf("%d workers: element %d is %v, with 1 worker %v", workers, i, got[i], first[i])
						}
					}
				}
			})
		}
	}
}

// compare checks an engine result against graph.Eval.
func compare(t *testing.T, g *graph.Graph, state *State, out *graph.Node, rows int, inputs map[string][]float32, got []float32) {
	t.Helper()
	values := map[*graph.Node]graph.Array{}
	for _, n := range graph.Reachable(out) {
		var data []float32
		if name, ok := n.InputName(); ok {
			data = inputs[name]
		} else if p, ok := n.Param(); ok {
			v, _ := state.Get(p.Name)
			data = v.Numbers()
		} else {
			continue
		}
		wide := make([]float64, len(data))
		for i, v := range data {
			wide[i] = float64(v)
		}
		values[n] = graph.ArrayOf(wide, n.Shape().At(rows)...)
	}
	want, err := graph.Eval(graph.Feed{Rows: rows, Step: 3, Values: values}, out)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want[0].Data) {
		t.Fatalf("%d elements, want %d", len(got), len(want[0].Data))
	}
	scale := 1.0
	for _, v := range want[0].Data {
		scale = max(scale, math.Abs(v))
	}
	for i, v := range want[0].Data {
		if d := math.Abs(float64(got[i]) - v); !(d <= 4e-6*scale) {
			t.Fatalf("element %d: %v, want %v", i, got[i], v)
		}
	}
}
