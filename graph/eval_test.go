package graph

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestValues holds the special cases that the doc comments of ops name.
func TestValues(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name   string
		a, b   []float64
		f      func(a, b *Node) *Node
		want   []float64
		da, db []float64 // the derivatives of the sum; nil where there is none
	}{
		{"log", []float64{0, -1, 1}, nil, func(a, _ *Node) *Node { return a.Log() }, []float64{-inf, nan, 0}, []float64{inf, -1, 1}, nil},
		{"xlogy", []float64{0, 0, 0, 2, 1}, []float64{0, -1, nan, 0, 1}, (*Node).XLogY, []float64{0, 0, nan, -200, 0},
			[]float64{-100, nan, nan, -100, 0}, []float64{0, 0, nan, 0x1p127, 1}},
		{"division", []float64{1, -1, 0}, []float64{0, 0, 0}, (*Node).Div, []float64{inf, -inf, nan}, []float64{inf, inf, inf}, []float64{-inf, inf, nan}},
		{"equal largest", []float64{1, 2, 3}, []float64{1, 3, 2}, (*Node).Max, []float64{1, 3, 3}, []float64{0.5, 0, 1}, []float64{0.5, 1, 0}},
		{"equal smallest", []float64{1, 2, 3}, []float64{1, 3, 2}, (*Node).Min, []float64{1, 2, 2}, []float64{0.5, 1, 0}, []float64{0.5, 0, 1}},
		{"largest of a row", []float64{3, 1, 3, 3}, nil, func(a, _ *Node) *Node { return a.ReduceMax() }, []float64{3}, []float64{1. / 3, 0, 1. / 3, 1. / 3}, nil},
		{"smallest of a row", []float64{3, 1, 1}, nil, func(a, _ *Node) *Node { return a.ReduceMin() }, []float64{1}, []float64{0, 0.5, 0.5}, nil},
		{"first largest", []float64{1, 3, 3}, nil, func(a, _ *Node) *Node { return a.ArgMax(0) }, []float64{1}, nil, nil},
		{"abs", []float64{0, -2}, nil, func(a, _ *Node) *Node { return a.Abs() }, []float64{0, 2}, []float64{0, -1}, nil},
		{"relu", []float64{0, -2, 2}, nil, func(a, _ *Node) *Node { return a.Relu() }, []float64{0, 0, 2}, []float64{0, 0, 1}, nil},
		{"clip", []float64{-1, 0, 0.5, 1, 2}, nil, func(a, _ *Node) *Node { return a.Clip(0, 1) }, []float64{0, 0, 0.5, 1, 1}, []float64{0, 1, 1, 1, 0}, nil},
		{"round", []float64{0.5, 1.5, 2.5, -0.5, -1.2}, nil, func(a, _ *Node) *Node { return a.Round() }, []float64{0, 2, 2, 0, -1}, nil, nil},
		{"whole part", []float64{1.7, -1.7}, nil, func(a, _ *Node) *Node { return a.Cast(Int) }, []float64{1, -1}, nil, nil},
		{"one-hot", []float64{0, 2, -1, 3, 1.5}, nil, func(a, _ *Node) *Node { return a.OneHot(3) },
			[]float64{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0}, nil, nil},
		{"power of 0", []float64{0, 0}, []float64{0, 2}, (*Node).Pow, []float64{1, 0}, []float64{nan, 0}, []float64{0, 0}},
		{"sigmoid", []float64{1000, -1000}, nil, func(a, _ *Node) *Node { return a.Sigmoid() }, []float64{1, 0}, []float64{0, 0}, nil},
		{"softplus", []float64{1000, -1000}, nil, func(a, _ *Node) *Node { return a.Softplus() }, []float64{1000, 0}, []float64{1, 0}, nil},
		{"softmax", []float64{1000, 1000, -1000}, nil, func(a, _ *Node) *Node { return a.Softmax(0) }, []float64{0.5, 0.5, 0}, []float64{0, 0, 0}, nil},
		{"logsumexp of nothing", []float64{math.Inf(-1), math.Inf(-1)}, nil, func(a, _ *Node) *Node { return a.LogSumExp(0) }, []float64{-inf}, []float64{nan, nan}, nil},
		{"logsumexp", []float64{1000, 1000}, nil, func(a, _ *Node) *Node { return a.LogSumExp(0) }, []float64{1000 + math.Ln2}, []float64{0.5, 0.5}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := New(Training)
			a, b := g.Input("a", Dims(len(c.a)), Unknown), g.Input("b", Dims(len(c.b)), Unknown)
			feed := Feed{Rows: 1, Values: map[*Node]Array{a: ArrayOf(c.a, len(c.a)), b: ArrayOf(c.b, len(c.b))}}
			y := c.f(a, b)
			grads := Gradient(y.Sum(), []*Node{a, b})
			for i, want := range [][]float64{c.want, c.da, c.db} {
				n := append([]*Node{y}, grads...)[i]
				if n == nil || want == nil {
					if n != nil || want != nil {
						t.Errorf("derivative %d: there is %v, wanted %v", i, n, want)
					}
					continue
				}
				got, err := Eval(feed, n)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got[0].Data, cmpopts.EquateNaNs()); diff != "" {
					t.Errorf("result %d (-want +got):\n%s", i, diff)
				}
			}
		})
	}
}

func TestEvalRefuses(t *testing.T) {
	g := New(Training)
	x := g.Input("x", Rows(3), Unknown)
	for _, c := range []struct {
		n    *Node
		feed Feed
		want string
	}{
		{x, Feed{Rows: 2}, "graph: x has no value"},
		{g.Param(Param{Name: "w", Shape: []int{2}}), Feed{Rows: 2}, "graph: w has no value"},
		{x, Feed{Rows: 2, Values: map[*Node]Array{x: NewArray(3, 3)}}, "graph: x is fed 9 numbers for [2 3]"},
		{x, Feed{Rows: 2, Values: map[*Node]Array{x: ArrayOf([]float64{1}, 2, 3)}}, "graph: x is fed 1 numbers for [2 3]"},
		{g.Random("noise", StandardNormal, Rows(3)), Feed{Rows: 2}, "graph: random node noise has no generator"},
	} {
		if _, err := Eval(c.feed, c.n.Exp()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// TestFeedAnyNode holds that a value in the middle of a graph can be replaced.
func TestFeedAnyNode(t *testing.T) {
	g := New(Training)
	x := g.Input("x", Rows(1), Unknown)
	h := x.Exp()
	out, err := Eval(Feed{Rows: 2, Values: map[*Node]Array{h: ArrayOf([]float64{3, 4}, 2, 1), x: NewArray(2, 1)}}, h.Square())
	if err != nil || out[0].Data[0] != 9 || out[0].Data[1] != 16 {
		t.Errorf("%v, %v", out, err)
	}
}

func TestConstant(t *testing.T) {
	g := New(Training)
	one, list := g.Const(1), g.Array([]int{2}, []float64{3, 4})
	for _, c := range []struct {
		n      *Node
		want   []float64
		wanted bool
	}{
		{one, []float64{1}, true},
		{one.BroadcastTo(Dims(2, 3)), []float64{1}, true},
		{list, []float64{3, 4}, true},
		{list.BroadcastTo(Dims(3, 2)), nil, false},
		{one.Neg(), nil, false},
		{g.Input("x", nil, Unknown), nil, false},
	} {
		got, ok := c.n.Constant()
		if ok != c.wanted || !cmp.Equal(got, c.want) {
			t.Errorf("%s: %v, %v", c.n.op.Name(), got, ok)
		}
	}
	x := g.Input("y", Rows(2), Unknown)
	if x.Pow(g.Const(1)) != x || x.Pow(g.Const(2)).op != (squareOp{}) || x.PowConst(3).op != (powConstOp{Exponent: 3}) {
		t.Error("powers by a constant are not made simple")
	}
	if d, ok := g.Count(Batch).Counted(); !ok || d != Batch {
		t.Errorf("the count of rows is %v, %v", d, ok)
	}
	if n := g.Count(Fixed(4)); n.Display() != "4" {
		t.Errorf("a fixed count is %s", n.Display())
	}
}

// TestAttrs holds the attributes that tables outside the package see.
func TestAttrs(t *testing.T) {
	g, x := inputs([]Shape{Rows(3, 2), Rows(1, 2)})
	a, b := x[0], x[1]
	for _, c := range []struct {
		n    *Node
		want Attrs
	}{
		{a.SumKeep(-1, 0), Attrs{Axes: []int{0, 2}}},
		{a.ReduceMinKeep(1), Attrs{Axes: []int{1}, Least: true}},
		{a.ReduceMaxKeep(1), Attrs{Axes: []int{1}}},
		{a.ArgMax(1).In(0), Attrs{Axes: []int{1}}},
		{a.LogSumExp(1).In(0), Attrs{Axes: []int{1}}},
		{a.Softmax(-1), Attrs{Axis: 2}},
		{a.LogSoftmax(1), Attrs{Axis: 1}},
		{Concat(-2, a, b), Attrs{Axis: 1}},
		{a.Slice(1, Fixed(1), Fixed(2)), Attrs{Axis: 1, Start: Fixed(1)}},
		{apply(padOp{Axis: 1, Before: Fixed(2), Size: Fixed(9)}, a), Attrs{Axis: 1, Start: Fixed(2)}},
		{a.Transpose(2, 0, 1), Attrs{Perm: []int{2, 0, 1}}},
		{apply(matMulOp{TransB: true}, g.Input("m", Dims(2, 3), Unknown), g.Input("n", Dims(4, 3), Unknown)), Attrs{TransB: true}},
		{a.Clip(0, 2), Attrs{Hi: 2}},
		{a.PowConst(1.5), Attrs{Exponent: 1.5}},
		{a.OneHot(7), Attrs{Classes: 7}},
		{a.Cast(Int), Attrs{From: Float, To: Int}},
		{a.Exp(), Attrs{}},
	} {
		if diff := cmp.Diff(c.want, c.n.Attrs()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.n.op.Name(), diff)
		}
	}
}
