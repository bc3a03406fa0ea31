package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// TestRandomGraphs grows graphs from the rows of the op table and compares
// Gradient, and Gradient after Rewrite, with differences. Where these have no limit, at
// a kink or where rounding drowns them, nothing is compared; that must stay rare.
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
	var compared, skipped int
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
					slope, doubt := tr.limit(t, l, leaves[i], k)
					tolerance := 1e-5 * max(1, math.Abs(slope))
					if doubt > tolerance/10 {
						skipped++
						continue
					}
					compared++
					if math.Abs(slope-exact[k]) > tolerance {
						t.Fatalf("leaf %d, element %d: derivative %v, differences tend to %v within %v", i, k, exact[k], slope, doubt)
					}
				}
			}
		}
	})
	if 100*skipped > compared {
		t.Errorf("%d slopes compared, %d could not be", compared, skipped)
	}
}

// limit returns what the central differences of loss by element k of x tend to as their
// step is halved, and how far from it they may still be: Richardson's extrapolation,
// stopped where it is surest (C. J. F. Ridders, "Accurate computation of F'(x) and
// F'(x)F”(x)", Advances in Engineering Software 4, 1982).
func (tr *trial) limit(t failer, loss, x *Node, k int) (slope, doubt float64) {
	const levels = 10
	var a [levels][levels]float64 // a[j][i]: step i, j powers of the step taken out
	doubt = math.Inf(1)
	for i := range levels {
		a[0][i] = tr.difference(t, loss, x, k, 0x1p-7/float64(int(1)<<i))
		power := 1.0
		for j := 1; j <= i; j++ {
			power *= 4
			a[j][i] = (a[j-1][i]*power - a[j-1][i-1]) / (power - 1)
			if d := max(math.Abs(a[j][i]-a[j-1][i]), math.Abs(a[j][i]-a[j-1][i-1])); d < doubt {
				slope, doubt = a[j][i], d
			}
		}
	}
	return slope, doubt
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
