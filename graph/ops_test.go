package graph

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// arg is an input of a row: its shape and where its values are drawn from.
type arg struct {
	shape  Shape
	lo, hi float64
	whole  bool // whole numbers only
	any    bool // values beyond lo and hi are as good
}

func real3(lo, hi float64) arg { return arg{shape: Rows(3), lo: lo, hi: hi} }

// row is one way to apply an op; every test of this file runs every row.
type row struct {
	name string // of the op, with what is special in brackets
	in   []arg
	f    func(g *Graph, x []*Node) *Node
}

// unary and binary rows take values between lo and hi.
func unaryRow(name string, lo, hi float64, f func(*Node) *Node) row {
	return row{name, []arg{real3(lo, hi)}, func(g *Graph, x []*Node) *Node { return f(x[0]) }}
}

func binaryRow(name string, a, b arg, f func(a, b *Node) *Node) row {
	return row{name, []arg{a, b}, func(g *Graph, x []*Node) *Node { return f(x[0], x[1]) }}
}

// imageRow takes images.
func imageRow(name string, f func(*Node) *Node) row {
	return row{name, []arg{images}, func(g *Graph, x []*Node) *Node { return f(x[0]) }}
}

// places are positions, some outside of every axis. Rows add one half, so that none
// is where a whole number begins.
func places(shape ...Dim) arg { return arg{shape: shape, lo: -2, hi: 5, whole: true} }

var (
	anyReal = real3(-2, 2)
	above0  = real3(0.1, 3)
	classes = arg{shape: Shape{Batch}, lo: -1, hi: 5, whole: true}
	flags   = arg{shape: Rows(3), lo: 0, hi: 2, whole: true}
	matrix  = arg{shape: Dims(3, 2), lo: -2, hi: 2}
	cube    = arg{shape: Rows(3, 2), lo: -2, hi: 2}
	images  = arg{shape: Rows(4, 5, 2), lo: -2, hi: 2}
)

// rows hold every op of the vocabulary; adding an op means adding a row.
var rows = []row{
	{"Input", []arg{anyReal}, func(g *Graph, x []*Node) *Node { return x[0] }},
	{"Param", nil, func(g *Graph, x []*Node) *Node { return g.Param(Param{Name: "w", Shape: []int{2, 2}}) }},
	{"Const", nil, func(g *Graph, x []*Node) *Node { return g.Const(2.5) }},
	{"Const [array]", nil, func(g *Graph, x []*Node) *Node {
		return g.Array([]int{2, 2}, []float64{1, math.Inf(-1), math.MaxFloat64, -0.25})
	}},
	{"Count", nil, func(g *Graph, x []*Node) *Node { return g.Count(Dim{Rows: 2, Const: -1}) }},
	{"Random", nil, func(g *Graph, x []*Node) *Node { return g.Random("noise", StandardUniform, Rows(3)) }},
	{"Random [normal]", nil, func(g *Graph, x []*Node) *Node { return g.Random("noise", StandardNormal, Rows(3)) }},
	{"Schedule", nil, func(g *Graph, x []*Node) *Node {
		return g.Scheduled("rate", func(step int64) float64 { return 1 / float64(step) })
	}},

	binaryRow("Add", anyReal, anyReal, (*Node).Add),
	binaryRow("Add [column and row]", arg{shape: Rows(1), lo: -2, hi: 2}, arg{shape: Dims(3), lo: -2, hi: 2}, (*Node).Add),
	binaryRow("Sub", anyReal, anyReal, (*Node).Sub),
	binaryRow("Sub [scalar]", arg{lo: -2, hi: 2}, anyReal, (*Node).Sub),
	binaryRow("Mul", anyReal, anyReal, (*Node).Mul),
	binaryRow("Mul [bias]", anyReal, arg{shape: Dims(3), lo: -2, hi: 2}, (*Node).Mul),
	binaryRow("Div", anyReal, above0, (*Node).Div),
	unaryRow("Neg", -2, 2, (*Node).Neg),
	binaryRow("Power", above0, anyReal, (*Node).Pow),
	unaryRow("Pow [0.5]", 0.1, 3, func(x *Node) *Node { return x.PowConst(0.5) }),
	unaryRow("Pow [3]", -2, 2, func(x *Node) *Node { return x.PowConst(3) }),
	unaryRow("Pow [4]", -2, 2, func(x *Node) *Node { return x.PowConst(4) }),
	unaryRow("Pow [-1]", 0.1, 3, func(x *Node) *Node { return x.PowConst(-1) }),
	unaryRow("Pow [-2]", -3, -0.1, func(x *Node) *Node { return x.PowConst(-2) }),
	unaryRow("Pow [0]", -2, 2, func(x *Node) *Node { return x.PowConst(0) }),
	binaryRow("Maximum", anyReal, anyReal, (*Node).Max),
	binaryRow("Minimum", anyReal, anyReal, (*Node).Min),
	binaryRow("XLogY", anyReal, above0, (*Node).XLogY),
	unaryRow("Exp", -2, 2, (*Node).Exp),
	unaryRow("Log", 0.1, 3, (*Node).Log),
	unaryRow("Log1p", -0.9, 2, (*Node).Log1p),
	unaryRow("Expm1", -2, 2, (*Node).Expm1),
	unaryRow("Sqrt", 0.1, 3, (*Node).Sqrt),
	unaryRow("Square", -2, 2, (*Node).Square),
	unaryRow("Abs", -2, 2, (*Node).Abs),
	unaryRow("Sigmoid", -5, 5, (*Node).Sigmoid),
	unaryRow("Tanh", -3, 3, (*Node).Tanh),
	unaryRow("Relu", -2, 2, (*Node).Relu),
	binaryRow("ReluGrad", anyReal, anyReal, func(y, dy *Node) *Node { return apply(reluGradOp{}, y, dy) }),
	unaryRow("Softplus", -5, 5, (*Node).Softplus),
	unaryRow("Erf", -2, 2, (*Node).Erf),
	unaryRow("Lgamma", 0.1, 9, (*Node).Lgamma),
	unaryRow("Lgamma [below 0]", -2.9, -2.1, (*Node).Lgamma),
	unaryRow("Polygamma", 0.3, 9, (*Node).Digamma),
	unaryRow("Polygamma [below 0]", -2.9, -2.1, (*Node).Digamma),
	unaryRow("Polygamma [1]", 0.5, 30, func(x *Node) *Node { return x.Polygamma(1) }),
	unaryRow("Polygamma [3]", 1, 30, func(x *Node) *Node { return x.Polygamma(3) }),
	unaryRow("LogCosh", -3, 3, (*Node).LogCosh),
	unaryRow("Where [leaky relu]", -2, 2, func(x *Node) *Node { return x.LeakyRelu(0.3) }),
	unaryRow("Expm1 [elu]", -2, 2, func(x *Node) *Node { return x.Elu(0.7) }),
	unaryRow("Expm1 [selu]", -2, 2, (*Node).Selu),
	unaryRow("Sigmoid [silu]", -5, 5, (*Node).Silu),
	unaryRow("Erf [gelu]", -3, 3, (*Node).Gelu),
	unaryRow("Tanh [gelu]", -3, 3, (*Node).GeluTanh),
	unaryRow("Softmax", -5, 5, func(x *Node) *Node { return x.Softmax(-1) }),
	{"Softmax [middle axis]", []arg{cube}, func(g *Graph, x []*Node) *Node { return x[0].Softmax(1) }},
	unaryRow("LogSoftmax", -5, 5, func(x *Node) *Node { return x.LogSoftmax(1) }),
	unaryRow("LogSumExp", -5, 5, func(x *Node) *Node { return x.LogSumExp(1) }),
	unaryRow("LogSumExp [batch]", -5, 5, func(x *Node) *Node { return x.LogSumExp(0) }),
	unaryRow("Round", -2, 2, (*Node).Round),
	unaryRow("Floor", -2, 2, (*Node).Floor),
	unaryRow("Sign", -2, 2, (*Node).Sign),
	unaryRow("Clip", -2, 2, func(x *Node) *Node { return x.Clip(-0.5, 1) }),
	unaryRow("Clip [one end]", -2, 2, func(x *Node) *Node { return x.Clip(0, math.Inf(1)) }),
	binaryRow("Greater", anyReal, anyReal, (*Node).Greater),
	binaryRow("GreaterEqual", anyReal, anyReal, (*Node).GreaterEqual),
	binaryRow("Less", anyReal, anyReal, (*Node).Less),
	binaryRow("LessEqual", anyReal, anyReal, (*Node).LessEqual),
	binaryRow("Equal", flags, flags, (*Node).Equal),
	binaryRow("NotEqual", flags, flags, (*Node).NotEqual),
	binaryRow("And", flags, flags, (*Node).And),
	binaryRow("Or", flags, flags, (*Node).Or),
	{"Not", []arg{flags}, func(g *Graph, x []*Node) *Node { return x[0].Not() }},
	{"Where", []arg{flags, anyReal, anyReal}, func(g *Graph, x []*Node) *Node { return x[0].Where(x[1], x[2]) }},
	{"Where [wide]", []arg{{shape: Rows(1), lo: 0, hi: 2, whole: true}, anyReal, {shape: Dims(3), lo: -2, hi: 2}},
		func(g *Graph, x []*Node) *Node { return x[0].Where(x[1], x[2]) }},
	unaryRow("Cast [to int]", -2, 2, func(x *Node) *Node { return x.Cast(Int) }),
	unaryRow("Cast [to bool]", -2, 2, func(x *Node) *Node { return x.Cast(Bool) }),
	unaryRow("Cast [from bool]", -2, 2, func(x *Node) *Node { return x.Cast(Bool).Cast(Float) }),
	unaryRow("Cast [from int]", -2, 2, func(x *Node) *Node { return x.Cast(Int).Cast(Float) }),
	unaryRow("StopGradient", -2, 2, (*Node).StopGradient),
	unaryRow("Reshape", -2, 2, func(x *Node) *Node { return x.Reshape(-1) }),
	unaryRow("Broadcast", -2, 2, func(x *Node) *Node { return x.BroadcastTo(Shape{Fixed(2), Batch, Fixed(3)}) }),
	{"Broadcast [inner]", []arg{{shape: Dims(2, 1), lo: -2, hi: 2}}, func(g *Graph, x []*Node) *Node { return x[0].BroadcastTo(Dims(2, 4)) }},
	{"Transpose", []arg{cube}, func(g *Graph, x []*Node) *Node { return x[0].Transpose(2, 0, 1) }},
	{"Concat", []arg{cube, {shape: Rows(1, 2), lo: -2, hi: 2}}, func(g *Graph, x []*Node) *Node { return Concat(-2, x...) }},
	{"Concat [batch]", []arg{anyReal, anyReal}, func(g *Graph, x []*Node) *Node { return Concat(0, x...) }},
	unaryRow("Slice", -2, 2, func(x *Node) *Node { return x.Slice(1, Fixed(1), Fixed(3)) }),
	unaryRow("Slice [batch]", -2, 2, func(x *Node) *Node { return x.Slice(0, Fixed(1), Batch) }),
	{"Pad", []arg{cube}, func(g *Graph, x []*Node) *Node {
		return apply(padOp{Axis: 1, Before: Fixed(1), Size: Fixed(6)}, x[0])
	}},
	{"OneHot", []arg{classes}, func(g *Graph, x []*Node) *Node { return x[0].OneHot(4) }},
	unaryRow("Sum", -2, 2, func(x *Node) *Node { return x.Sum() }),
	{"Sum [axis]", []arg{cube}, func(g *Graph, x []*Node) *Node { return x[0].Sum(-2) }},
	{"Sum [batch]", []arg{cube}, func(g *Graph, x []*Node) *Node { return x[0].SumKeep(0, 2) }},
	unaryRow("Max", -2, 2, func(x *Node) *Node { return x.ReduceMax(1) }),
	unaryRow("Min", -2, 2, func(x *Node) *Node { return x.ReduceMinKeep() }),
	unaryRow("ArgMax", -2, 2, func(x *Node) *Node { return x.ArgMax(1) }),
	binaryRow("Gather", arg{shape: Dims(4, 2), lo: -2, hi: 2}, places(Batch), func(x, at *Node) *Node { return x.Gather(at.Shift(0.5), 0) }),
	binaryRow("Gather [last axis, of rows]", cube, places(Fixed(2), Fixed(2)), func(x, at *Node) *Node { return x.Gather(at.Shift(0.5), -1) }),
	binaryRow("Gather [rows]", anyReal, places(Batch), func(x, at *Node) *Node { return x.Gather(at.Shift(0.5), 0) }),
	binaryRow("Gather [line by line]", cube, places(Batch, Fixed(5), Fixed(2)), func(x, at *Node) *Node { return x.TakeAlong(at.Shift(0.5), 1) }),
	binaryRow("Gather [some axes line by line]", cube, places(Batch), func(x, at *Node) *Node {
		return apply(gatherOp{Axis: 2, Batch: 1}, x, at.Shift(0.5).Reshape(-1, 1).Cast(Int))
	}),
	binaryRow("ScatterAdd", arg{shape: Rows(2), lo: -2, hi: 2}, places(Batch), func(x, at *Node) *Node {
		return apply(scatterAddOp{Axis: 0, Size: Fixed(4)}, x, at.Shift(0.5).Cast(Int))
	}),
	binaryRow("ScatterAdd [line by line]", cube, places(Batch, Fixed(3), Fixed(2)), func(x, at *Node) *Node {
		return apply(scatterAddOp{Axis: 2, Batch: 2, Size: Fixed(4)}, x, at.Shift(0.5).Cast(Int))
	}),
	{"CumSum", []arg{cube}, func(g *Graph, x []*Node) *Node { return x[0].CumSum(1) }},
	{"CumSum [reverse, batch]", []arg{cube}, func(g *Graph, x []*Node) *Node { return x[0].CumSumReverse(0) }},
	{"TopK", []arg{cube}, func(g *Graph, x []*Node) *Node { _, at := x[0].TopK(2, 1); return at }},
	{"TopK [values]", []arg{cube}, func(g *Graph, x []*Node) *Node { v, _ := x[0].TopK(2, 1); return v }},
	{"TopK [sort, batch]", []arg{cube}, func(g *Graph, x []*Node) *Node { v, _ := x[0].Sort(0); return v }},
	binaryRow("Conv2D", images, arg{shape: Dims(2, 3, 2, 3), lo: -2, hi: 2}, func(x, k *Node) *Node { return x.Conv2D(k, Window{}) }),
	binaryRow("Conv2D [same, stride]", images, arg{shape: Dims(3, 2, 2, 1), lo: -2, hi: 2}, func(x, k *Node) *Node {
		return x.Conv2D(k, Window{Same: true, Stride: [2]int{2, 3}})
	}),
	binaryRow("Conv2D [pads, dilation, groups]", images, arg{shape: Dims(2, 2, 1, 4), lo: -2, hi: 2}, func(x, k *Node) *Node {
		return x.Conv2D(k, Window{Pad: [2][2]int{{1, 0}, {0, 2}}, Dilation: [2]int{2, 1}, Groups: 2})
	}),
	binaryRow("Conv2DTranspose", images, arg{shape: Dims(3, 2, 1, 2), lo: -2, hi: 2}, func(y, k *Node) *Node {
		return y.Conv2DTranspose(k, Window{Same: true, Stride: [2]int{2, 1}}, 7, 5)
	}),
	binaryRow("Conv2DTranspose [groups, more than it reaches]", images, arg{shape: Dims(2, 2, 3, 2), lo: -2, hi: 2}, func(y, k *Node) *Node {
		return y.Conv2DTranspose(k, Window{Stride: [2]int{3, 2}, Groups: 2}, 13, 11)
	}),
	imageRow("MaxPool2D", func(x *Node) *Node { return x.MaxPool2D(Pooling{Size: [2]int{2, 2}}) }),
	imageRow("MaxPool2D [overlap, pads, dilation]", func(x *Node) *Node {
		return x.MaxPool2D(Pooling{Size: [2]int{3, 2}, Stride: [2]int{1, 2}, Dilation: [2]int{1, 2}, Pad: [2][2]int{{1, 2}, {0, 1}}})
	}),
	imageRow("MaxPool2D [same]", func(x *Node) *Node {
		return x.MaxPool2D(Pooling{Size: [2]int{3, 3}, Stride: [2]int{2, 2}, Same: true})
	}),
	imageRow("MaxPool2DGrad", func(x *Node) *Node {
		y := x.MaxPool2D(Pooling{Size: [2]int{2, 3}, Stride: [2]int{1, 1}})
		return apply(maxPool2DGradOp{y.op.(maxPool2DOp).Pooling}, x, y, y)
	}),
	imageRow("AvgPool2D", func(x *Node) *Node { return x.AvgPool2D(Pooling{Size: [2]int{2, 2}}) }),
	imageRow("AvgPool2D [same, overlap]", func(x *Node) *Node {
		return x.AvgPool2D(Pooling{Size: [2]int{3, 3}, Stride: [2]int{1, 2}, Same: true})
	}),
	imageRow("AvgPool2DGrad", func(y *Node) *Node {
		return apply(avgPool2DGradOp{Pooling{Size: [2]int{3, 2}, Pad: [2][2]int{{1, 0}, {0, 1}}}.of(nil), [2]int{11, 9}}, y)
	}),
	imageRow("Resize2D", func(x *Node) *Node { return x.Resize2D(2, 3, false) }),
	imageRow("Resize2D [linear]", func(x *Node) *Node { return x.Resize2D(3, 2, true) }),
	imageRow("Resize2DGrad", func(y *Node) *Node { return apply(resize2DGradOp{resize{Factor: [2]int{2, 1}}}, y) }),
	imageRow("Resize2DGrad [linear]", func(y *Node) *Node { return apply(resize2DGradOp{resize{Factor: [2]int{4, 5}, Linear: true}}, y) }),
	binaryRow("Conv2DFilter", images, arg{shape: Rows(2, 3, 1), lo: -2, hi: 2}, func(x, y *Node) *Node {
		return apply(conv2DFilterOp{Window: Window{Stride: [2]int{2, 1}, Dilation: [2]int{1, 2}, Groups: 1}, Size: [2]int{2, 2}}, x, y)
	}),
	binaryRow("MatMul", anyReal, matrix, (*Node).MatMul),
	binaryRow("MatMul [left transposed]", anyReal, anyReal, func(a, b *Node) *Node { return apply(matMulOp{TransA: true}, a, b) }),
	binaryRow("MatMul [right transposed]", anyReal, arg{shape: Dims(2, 3), lo: -2, hi: 2}, func(a, b *Node) *Node { return apply(matMulOp{TransB: true}, a, b) }),
	binaryRow("MatMul [both transposed]", anyReal, arg{shape: Shape{Fixed(2), Batch}, lo: -2, hi: 2},
		func(a, b *Node) *Node { return apply(matMulOp{TransA: true, TransB: true}, a, b) }),
}

func (r row) op() string { name, _, _ := strings.Cut(r.name, " "); return name }

// failer is a test of package testing or of rapid.
type failer interface {
	Helper()
	Fatal(args ...any)
}

// trial is a row applied to inputs that were fed.
type trial struct {
	g    *Graph
	in   []*Node
	out  *Node
	feed Feed
}

// apply builds the row for inputs of given ranges.
func (r row) apply(t failer, ranges []Range) trial {
	g := New(Training)
	tr := trial{g: g}
	for i, a := range r.in {
		tr.in = append(tr.in, g.Input(fmt.Sprintf("x%d", i), a.shape, ranges[i]))
	}
	tr.out = r.f(g, tr.in)
	if err := g.Diagnostics().Err(); err != nil {
		t.Fatal(err)
	}
	return tr
}

// fill feeds random values to everything that a trial needs.
func (tr *trial) fill(r row, rows int, rng *rand.Rand) {
	tr.feed = Feed{Rows: rows, Step: 3, Values: map[*Node]Array{}, Random: func(name string, d Distribution, dst []float64) {
		for i := range dst {
			dst[i] = float64(i) / float64(len(dst)) // a stand-in: any fixed values do
		}
	}}
	for i, x := range tr.in {
		a := r.in[i]
		v := NewArray(a.shape.At(rows)...)
		for k := range v.Data {
			v.Data[k] = a.lo + (a.hi-a.lo)*rng.Float64()
			if a.whole {
				v.Data[k] = math.Floor(v.Data[k])
			}
		}
		tr.feed.Values[x] = v
	}
	for _, w := range tr.g.Params() {
		tr.feed.Values[w] = ArrayOf([]float64{1, -2, 3, 0.5}, 2, 2)
	}
}

func (tr *trial) eval(t failer, roots ...*Node) []Array {
	t.Helper()
	out, err := Eval(tr.feed, roots...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func unknown(n int) []Range { return slices.Repeat([]Range{Unknown}, n) }

func TestEveryOpIsTested(t *testing.T) {
	tested := map[string]bool{}
	for _, r := range rows {
		tr := r.apply(t, unknown(len(r.in)))
		found := false
		for _, n := range Reachable(tr.out) {
			tested[n.op.Name()] = true
			found = found || n.op.Name() == r.op()
		}
		if !found {
			t.Errorf("row %q does not use op %s", r.name, r.op())
		}
	}
	for _, name := range OpNames() {
		if !tested[name] {
			t.Errorf("op %s has no row", name)
		}
	}
}

// TestGradients compares Gradient with central differences, and holds that ops
// without a derivative have slope 0 and say why.
func TestGradients(t *testing.T) {
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			for _, rows := range []int{1, 3, 64} {
				tr := r.apply(t, unknown(len(r.in)))
				rng := rand.New(rand.NewPCG(1, uint64(rows)))
				tr.fill(r, rows, rng)
				checkGradients(t, tr, rng)
			}
		})
	}
}

func checkGradients(t *testing.T, tr trial, rng *rand.Rand) {
	t.Helper()
	weight := tr.g.Input("weight", tr.out.shape, Unknown)
	w := NewArray(tr.out.shape.At(tr.feed.Rows)...)
	for k := range w.Data {
		w.Data[k] = rng.NormFloat64()
	}
	tr.feed.Values[weight] = w
	loss := tr.out.Mul(weight).Sum()
	grads := Gradient(loss, tr.in)
	for i, x := range tr.in {
		grad, passes := grads[i], passes(tr.out, x)
		if grad == nil {
			if passes && x != tr.out {
				t.Errorf("no derivative to input %d", i)
			}
		} else if !grad.shape.Equal(x.shape) {
			t.Fatalf("the derivative to input %d is %v, the input %v", i, grad.shape, x.shape)
		}
		if d, _ := tr.out.op.Diff(); d == Cut {
			continue // its slope is not 0, but there is no derivative to see it by
		}
		exact := NewArray(x.shape.At(tr.feed.Rows)...)
		if grad != nil {
			exact = tr.eval(t, grad)[0]
		}
		for _, k := range sample(rng, len(exact.Data), 24) {
			slope := tr.slope(t, loss, x, k)
			if math.Abs(slope-exact.Data[k]) > 1e-6*max(1, math.Abs(slope)) {
				t.Errorf("N = %d, input %d, element %d: derivative %v, central difference %v", tr.feed.Rows, i, k, exact.Data[k], slope)
			}
		}
	}
}

// passes reports whether every op from x to out passes derivatives. A reason must
// be given by each that does not.
func passes(out, x *Node) bool {
	smooth := map[*Node]bool{x: true}
	for _, n := range Reachable(out) {
		d, reason := n.op.Diff()
		if d.Passes() != (reason == "") {
			panic(n.op.Name() + ": a reason is given exactly where no derivative passes")
		}
		for i, from := range n.in {
			_, gates := n.op.(reluGradOp)
			if smooth[from] && d.Passes() && !selects(n, i) && !(gates && i == 0) {
				smooth[n] = true
			}
		}
	}
	return smooth[out]
}

// slope is the central difference of loss by element k of x.
func (tr *trial) slope(t failer, loss, x *Node, k int) float64 {
	return tr.difference(t, loss, x, k, 1e-6)
}

func (tr *trial) difference(t failer, loss, x *Node, k int, h float64) float64 {
	v := tr.feed.Values[x].Data
	at := v[k]
	v[k] = at + h
	up := tr.eval(t, loss)[0].Data[0]
	v[k] = at - h
	down := tr.eval(t, loss)[0].Data[0]
	v[k] = at
	return (up - down) / (2 * h)
}

// sample returns at most want of the numbers below n.
func sample(rng *rand.Rand, n, want int) []int { return rng.Perm(n)[:min(n, want)] }

// exactOps make no rounding error of the eighths that TestRange draws: for them open
// ends count. The others may round to an end that they do not reach.
var exactOps = map[string]bool{
	"Input": true, "Add": true, "Sub": true, "Mul": true, "Neg": true, "Maximum": true, "Minimum": true, "Square": true,
	"Abs": true, "Relu": true, "Clip": true, "Round": true, "Floor": true, "Sign": true, "Where": true, "Cast": true,
	"StopGradient": true, "Reshape": true, "Broadcast": true, "Transpose": true, "Concat": true, "Slice": true, "Pad": true,
	"OneHot": true, "Gather": true, "ScatterAdd": true, "CumSum": true, "TopK": true, "Sum": true, "Max": true, "Min": true, "ArgMax": true, "MatMul": true, "Conv2D": true, "Conv2DTranspose": true, "Conv2DFilter": true, "MaxPool2D": true, "MaxPool2DGrad": true, "Greater": true, "Equal": true,
}

// TestRange draws intervals and values in them: results must lie in the interval
// that the graph computes.
func TestRange(t *testing.T) {
	for _, r := range rows {
		t.Run(r.name, rapid.MakeCheck(func(t *rapid.T) {
			ranges := make([]Range, len(r.in))
			tr := trial{feed: Feed{Rows: rapid.IntRange(1, 3).Draw(t, "rows"), Step: 2, Random: func(_ string, d Distribution, dst []float64) {
				for i := range dst {
					dst[i] = rapid.Float64Range(0, 1).Draw(t, "random")
				}
			}}}
			for i := range ranges {
				ranges[i] = only(drawInterval(t))
				if r.in[i].whole {
					ranges[i] = only(Within(r.in[i].lo, r.in[i].hi))
				}
			}
			built := r.apply(t, ranges)
			tr.g, tr.in, tr.out = built.g, built.in, built.out
			tr.feed.Values = map[*Node]Array{}
			for i, x := range tr.in {
				v := NewArray(x.shape.At(tr.feed.Rows)...)
				for k := range v.Data {
					v.Data[k] = drawIn(t, ranges[i].Interval)
					if r.in[i].whole {
						v.Data[k] = math.Floor(v.Data[k])
					}
				}
				tr.feed.Values[x] = v
			}
			for _, w := range tr.g.Params() {
				tr.feed.Values[w] = ArrayOf([]float64{1, -2, 3, 0.5}, 2, 2)
			}
			out, err := Eval(tr.feed, tr.out)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range out[0].Data {
				inside := nearly(tr.out.rng.Interval, v)
				if exactOps[r.op()] {
					inside = tr.out.rng.Has(v)
				}
				if !inside && !math.IsNaN(v) {
					t.Fatalf("%v from %v lies outside %v", v, ranges, tr.out.rng.Interval)
				}
			}
		}))
	}
}

func drawInterval(t *rapid.T) Interval {
	end := rapid.OneOf(rapid.SampledFrom([]float64{0, 0, 1, -1, 0.5, math.Inf(1), math.Inf(-1)}), eighths(-320, 320))
	a, b := end.Draw(t, "end"), end.Draw(t, "end")
	i := Within(min(a, b), max(a, b))
	if i.Lo == i.Hi {
		if math.IsInf(i.Lo, 0) {
			return Everything
		}
		return i
	}
	i.LoOpen, i.HiOpen = rapid.Bool().Draw(t, "open"), rapid.Bool().Draw(t, "open")
	return i
}

// eighths are numbers that can be added and multiplied without rounding.
func eighths(lo, hi int) *rapid.Generator[float64] {
	return rapid.Map(rapid.IntRange(lo, hi), func(k int) float64 { return float64(k) / 8 })
}

func drawIn(t *rapid.T, i Interval) float64 {
	lo, hi := max(i.Lo, -300), min(i.Hi, 300)
	v := rapid.OneOf(eighths(int(8*lo), int(8*hi)), rapid.SampledFrom([]float64{lo, hi})).Draw(t, "value")
	if v == i.Lo && i.LoOpen || v == i.Hi && i.HiOpen {
		v = lo/2 + hi/2
	}
	return v + 0 // not -0
}

// nearly is Has with closed ends and room for rounding.
func nearly(i Interval, v float64) bool {
	if math.IsInf(v, 0) {
		return v == i.Lo || v == i.Hi
	}
	room := 1e-9 * max(1, math.Abs(v))
	return v >= i.Lo-room && v <= i.Hi+room
}

// TestCodec writes every row and its gradient to JSON and reads it back: the same
// graph must compute the same bits.
func TestCodec(t *testing.T) {
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			tr := r.apply(t, unknown(len(r.in)))
			tr.fill(r, 3, rand.New(rand.NewPCG(2, 2)))
			outputs := map[string]*Node{"y": tr.out}
			for i, d := range Gradient(tr.out.Sum(), tr.in) {
				if d != nil && !d.poisoned {
					outputs[fmt.Sprintf("dx%d", i)] = d
				}
			}
			e, err := Encode(outputs)
			if r.op() == "Random" || r.op() == "Schedule" {
				if err == nil || !strings.Contains(err.Error(), "it belongs to training") {
					t.Errorf("a file takes it: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			text, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			var read Encoded
			if err := json.Unmarshal(text, &read); err != nil {
				t.Fatal(err)
			}
			g, again, err := Decode(&read)
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			feed := tr.feed
			feed.Values = map[*Node]Array{}
			for x, v := range tr.feed.Values {
				if name, ok := x.InputName(); ok {
					feed.Values[g.inputs[name]] = v
				} else {
					feed.Values[g.params[x.Display()]] = v
				}
			}
			for name, n := range outputs {
				want := tr.eval(t, n)[0]
				got, err := Eval(feed, again[name])
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(bits(want), bits(got[0])); diff != "" {
					t.Errorf("%s after reading (-wrote +read):\n%s", name, diff)
				}
			}
		})
	}
}

func bits(a Array) []uint64 {
	out := make([]uint64, len(a.Data))
	for i, v := range a.Data {
		out[i] = math.Float64bits(v)
	}
	return out
}
