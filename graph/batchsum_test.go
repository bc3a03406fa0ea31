package graph

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// batchLosses are losses of p = sigmoid(x·w) and y, as a user might write them.
var batchLosses = []struct {
	name  string
	build func(p, y *Node) *Node
}{
	{"mean", func(p, y *Node) *Node { return p.Sub(y).Square().Mean() }},
	{"divided before the sum", func(p, y *Node) *Node { return p.Sub(y).Square().Div(p.g.Count(Batch)).Sum() }},
	{"weighted mean", func(p, y *Node) *Node {
		w := y.Scale(3).Shift(1)
		return p.Sub(y).Square().Mul(w).Sum().Div(w.Sum())
	}},
	{"mean of row means", func(p, y *Node) *Node { return p.Sub(y).Abs().Mean(1).Mean() }},
	{"soft F1 of columns, weighted by their rows", func(p, y *Node) *Node {
		tp, said, is := p.Mul(y).Sum(0), p.Sum(0), y.Sum(0)
		f1 := tp.Scale(2).Div(said.Add(is).Shift(1e-7))
		return f1.Mul(is).Sum().Div(is.Sum()).OneMinus()
	}},
	{"flattened", func(p, y *Node) *Node {
		a, b := p.Reshape(-1), y.Reshape(-1)
		return a.Mul(b).Sum().Scale(2).Shift(1).Div(a.Sum().Add(b.Sum()).Shift(1)).OneMinus()
	}},
	{"products over the batch", func(p, y *Node) *Node { return p.Transpose().MatMul(y).Sub(y.Transpose().MatMul(y)).Square().Sum() }},
	{"softmax of each row", func(p, y *Node) *Node { return p.LogSoftmax(1).Mul(y).Sum(1).Mean().Neg() }},
	{"with a penalty", func(p, y *Node) *Node {
		return p.Sub(y).Square().Mean().Add(p.g.params["w"].Square().Sum().Scale(0.01))
	}},
}

func batchScene() (g *Graph, x, y, w, p *Node) {
	g = New(Training)
	x = g.Input("x", Rows(4), Unknown)
	y = g.Input("y", Rows(3), Unknown)
	w = g.Param(Param{Name: "w", Shape: []int{4, 3}})
	return g, x, y, w, x.MatMul(w).Sigmoid()
}

func draws(r *rand.Rand, dims ...int) Array {
	a := NewArray(dims...)
	for i := range a.Data {
		a.Data[i] = r.NormFloat64()
	}
	return a
}

func (a Array) rows(from, to int) Array {
	n := Size(a.Dims[1:])
	return Array{Dims: append([]int{to - from}, a.Dims[1:]...), Data: a.Data[from*n : to*n]}
}

// TestSumsOverBatch holds that two passes over unequal parts of a batch give the
// value and the gradient of the whole batch.
func TestSumsOverBatch(t *testing.T) {
	for _, c := range batchLosses {
		t.Run(c.name, func(t *testing.T) {
			g, x, y, w, p := batchScene()
			loss := c.build(p, y)
			whole := Gradient(loss, []*Node{w})[0]
			sums, refusal := SumsOverBatch(loss)
			if refusal != nil {
				t.Fatal(refusal)
			}
			fromValues := Gradient(sums.Results[0], append(slices.Clone(sums.Values), w))
			seeds := make([]*Node, len(sums.Sums))
			for i, s := range sums.Sums {
				seeds[i] = g.Input(g.Unique("seed"), s.shape, Unknown)
			}
			part := Backward(sums.Sums, seeds, []*Node{w})[0]

			r := rand.New(rand.NewPCG(1, 2))
			const rows = 11
			xs, ys, ws := draws(r, rows, 4), draws(r, rows, 3), draws(r, 4, 3)
			for i, v := range ys.Data {
				ys.Data[i] = math.Abs(v)
			}
			must := func(feed Feed, roots ...*Node) []Array {
				t.Helper()
				out, err := Eval(feed, roots...)
				if err != nil {
					t.Fatal(err)
				}
				return out
			}
			want := must(Feed{Rows: rows, Values: map[*Node]Array{x: xs, y: ys, w: ws}}, loss, whole)

			cuts := []int{0, 1, 5, rows}
			feed := func(k int) Feed {
				f := Feed{Rows: cuts[k+1] - cuts[k], Values: map[*Node]Array{x: xs.rows(cuts[k], cuts[k+1]), y: ys.rows(cuts[k], cuts[k+1]), w: ws}}
				for _, n := range sums.Counts {
					f.Values[n.Input] = ArrayOf([]float64{float64(n.Size.At(rows))})
				}
				return f
			}
			finish := feed(0)
			for i, n := range sums.Values {
				total := NewArray(n.shape.At(0)...)
				for k := range cuts[1:] {
					add(total, must(feed(k), sums.Sums[i])[0])
				}
				finish.Values[n] = total
			}
			near(t, "loss", must(finish, sums.Results[0])[0], want[0])
			gradient := NewArray(4, 3)
			for k := range cuts[1:] {
				f := feed(k)
				for i, s := range seeds {
					f.Values[s] = NewArray(sums.Sums[i].shape.At(0)...)
					if fromValues[i] != nil {
						f.Values[s] = must(finish, fromValues[i])[0]
					}
				}
				add(gradient, must(f, part)[0])
			}
			if direct := fromValues[len(fromValues)-1]; direct != nil {
				add(gradient, must(finish, direct)[0])
			}
			near(t, "gradient", gradient, want[1])
		})
	}
}

func add(to, from Array) {
	for i, v := range from.Data {
		to.Data[i] += v
	}
}

func near(t *testing.T, what string, got, want Array) {
	t.Helper()
	for i, v := range want.Data {
		if d := math.Abs(got.Data[i] - v); !(d <= 1e-12*math.Max(1, math.Abs(v))) {
			t.Errorf("%s %d: %v, of the whole batch %v", what, i, got.Data[i], v)
		}
	}
}

// TestSumsOverBatchRefuses holds which losses a part of the batch cannot stand
// for, and why.
func TestSumsOverBatchRefuses(t *testing.T) {
	for _, c := range []struct {
		name, why string
		build     func(p, y *Node) *Node
	}{
		{"a batch mean compared with each row", "itself a sum over the batch, is used for every row", func(p, y *Node) *Node {
			return p.Sub(p.Mean(0)).Square().Mean()
		}},
		{"the largest row", "is no sum over the batch", func(p, y *Node) *Node { return p.Sub(y).Square().ReduceMax() }},
		{"softmax over the batch", "looks at several rows", func(p, y *Node) *Node { return p.Softmax(0).Mul(y).Sum() }},
		{"the first row", "is no sum over the batch", func(p, y *Node) *Node { return p.Index(0, 0).Sum() }},
		{"all rows but the first", "looks at several rows", func(p, y *Node) *Node {
			return p.Slice(0, Fixed(1), Batch).Mean()
		}},
	} {
		_, _, y, _, p := batchScene()
		_, d := SumsOverBatch(c.build(p, y))
		if d == nil || d.Code != CodeBatchSum || !strings.Contains(d.Message, c.why) {
			t.Errorf("%s: %v", c.name, d)
		}
	}
}
