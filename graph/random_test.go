package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// TestRandomGraphs grows graphs from the rows of the op table and compares
// Gradient, and Gradient after Rewrite, with central differences.
func TestRandomGraphs(t *testing.T) {
	var grow []row
	for _, r := range rows {
		if len(r.in) > 0 && r.op() != "Input" && passesAll(r) {
			grow = append(grow, r)
		}
	}
	if len(grow) < 50 {
		t.Fatalf("only %d rows to grow from", len(grow))
	}
	rapid.Check(t, func(t *rapid.T) {
		g := New(Training)
		feed := Feed{Rows: rapid.IntRange(1, 3).Draw(t, "rows"), Values: map[*Node]Array{}}
		// Values are drawn apart from rapid, which would shrink them to ties.
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		feedNew := func(a arg) *Node {
			x := g.Input(fmt.Sprintf("x%d", len(feed.Values)), a.shape, Unknown)
			v := NewArray(a.shape.At(feed.Rows)...)
			for k := range v.Data {
				v.Data[k] = a.lo + (a.hi-a.lo)*rng.Float64()
				if a.whole {
					v.Data[k] = math.Floor(v.Data[k])
				}
			}
			feed.Values[x] = v
			return x
		}
		leaves := []*Node{feedNew(anyReal), feedNew(anyReal)}
		pool := append([]*Node(nil), leaves...)
		for range rapid.IntRange(1, 8).Draw(t, "ops") {
			r := grow[rapid.IntRange(0, len(grow)-1).Draw(t, "row")]
			in := make([]*Node, len(r.in))
			for i, a := range r.in {
				if a.whole {
					in[i] = feedNew(a)
					continue
				}
				in[i] = fit(pool[rapid.IntRange(0, len(pool)-1).Draw(t, "from")], a)
			}
			pool = append(pool, r.f(g, in))
		}
		loss := g.Const(0)
		for _, n := range pool {
			loss = loss.Add(n.Tanh().Sum())
		}
		if err := g.Diagnostics().Err(); err != nil {
			t.Fatal(err)
		}
		tr := trial{g: g, feed: feed}
		for _, l := range []*Node{loss, Rewrite(loss)[0]} {
			for i, grad := range Gradient(l, leaves) {
				if grad == nil {
					t.Fatalf("no derivative to leaf %d", i)
				}
				exact := tr.eval(t, grad)[0].Data
				for k := range exact {
					slope := tr.slope(t, l, leaves[i], k)
					if math.Abs(slope-exact[k]) > 1e-5*max(1, math.Abs(slope)) {
						t.Fatalf("leaf %d, element %d: derivative %v, central difference %v", i, k, exact[k], slope)
					}
				}
			}
		}
	})
}

// passesAll reports whether derivatives pass from every input of a row that is not
// whole.
func passesAll(r row) bool {
	g := New(Training)
	in := make([]*Node, len(r.in))
	for i, a := range r.in {
		in[i] = g.Input(fmt.Sprint(i), a.shape, Unknown)
	}
	out := r.f(g, in)
	for i, a := range r.in {
		if !a.whole && r.op() != "ReluGrad" && !passes(out, in[i]) {
			return false
		}
	}
	return true
}

// fit brings n to the shape and into the interval that a row asks for.
func fit(n *Node, a arg) *Node {
	if !n.shape.Equal(a.shape) {
		if len(a.shape) > 0 && a.shape[0] == Batch && len(n.shape) > 0 && n.shape[0] == Batch {
			for n.Rank() > 1 {
				n = n.Mean(-1)
			}
			for n.Rank() < len(a.shape) {
				n = n.ExpandDims(-1)
			}
		} else {
			n = n.Mean()
		}
		n = n.BroadcastTo(a.shape)
	}
	return n.Sigmoid().Scale(a.hi - a.lo).Shift(a.lo)
}
