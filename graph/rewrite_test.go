package graph

import (
	"math"
	"math/rand/v2"
	"testing"
)

// stable are forms that overflow or vanish as they are written, and what they come
// to at scores of ±1000.
var stable = []struct {
	name string
	f    func(z *Node) *Node // of scores [N 2]
	want func(z []float64) float64
}{
	{"log sigmoid", func(z *Node) *Node { return z.Sigmoid().Log() },
		func(z []float64) float64 { return -softplus(-z[0]) - softplus(-z[1]) }},
	{"log of one minus sigmoid", func(z *Node) *Node { return z.Sigmoid().OneMinus().Log() },
		func(z []float64) float64 { return -softplus(z[0]) - softplus(z[1]) }},
	{"log sigmoid through reshapes", func(z *Node) *Node { return z.Sigmoid().Reshape(-1, 2, 1).Squeeze(-1).Log() },
		func(z []float64) float64 { return -softplus(-z[0]) - softplus(-z[1]) }},
	{"log of one minus a reshaped sigmoid", func(z *Node) *Node { return z.Sigmoid().Reshape(-1, 1).OneMinus().Log() },
		func(z []float64) float64 { return -softplus(z[0]) - softplus(z[1]) }},
	{"log of a reshaped one minus sigmoid", func(z *Node) *Node { return z.Sigmoid().OneMinus().ExpandDims(0).Log() },
		func(z []float64) float64 { return -softplus(z[0]) - softplus(z[1]) }},
	{"log sigmoid transposed", func(z *Node) *Node { return z.Sigmoid().Transpose().Log() },
		func(z []float64) float64 { return -softplus(-z[0]) - softplus(-z[1]) }},
	{"log softmax", func(z *Node) *Node { return z.Softmax(-1).Log() },
		func(z []float64) float64 { return -softplus(z[1]-z[0]) - softplus(z[0]-z[1]) }},
	{"log of one column of softmax", func(z *Node) *Node { return z.Softmax(-1).Index(1, 0).Log() },
		func(z []float64) float64 { return -softplus(z[1] - z[0]) }},
	{"binary cross entropy by xlogy", func(z *Node) *Node {
		p, y := z.Sigmoid(), z.g.Array([]int{2}, []float64{1, 0.25})
		return y.XLogY(p).Add(y.OneMinus().XLogY(p.OneMinus()))
	}, func(z []float64) float64 { return -softplus(-z[0]) - 0.25*softplus(-z[1]) - 0.75*softplus(z[1]) }},
	{"binary cross entropy by log", func(z *Node) *Node {
		p, y := z.Sigmoid(), z.g.Array([]int{2}, []float64{1, 0.25})
		return y.Mul(p.Log()).Add(y.OneMinus().Mul(p.OneMinus().Log()))
	}, func(z []float64) float64 { return -softplus(-z[0]) - 0.25*softplus(-z[1]) - 0.75*softplus(z[1]) }},
}

// TestRewriteIsStable holds that the rewritten forms are exact, and their
// derivatives alive, where the forms as written give infinities.
func TestRewriteIsStable(t *testing.T) {
	for _, c := range stable {
		for _, scores := range [][]float64{{1000, -1000}, {-1000, 1000}, {-1000, -1000}, {1000, 1000}, {0.5, -2}} {
			g := New(Training)
			z := g.Input("z", Rows(2), Unknown)
			loss := Rewrite(c.f(z).Sum())[0]
			grad := Gradient(loss, []*Node{z})[0]
			feed := Feed{Rows: 1, Values: map[*Node]Array{z: ArrayOf(scores, 1, 2)}}
			out, err := Eval(feed, loss, grad)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := out[0].Data[0], c.want(scores); math.Abs(got-want) > 1e-12*max(1, math.Abs(want)) {
				t.Errorf("%s at %v is %v, want %v", c.name, scores, got, want)
			}
			for k, d := range out[1].Data {
				const h = 1e-3
				up, down := append([]float64(nil), scores...), append([]float64(nil), scores...)
				up[k], down[k] = up[k]+h, down[k]-h
				if slope := (c.want(up) - c.want(down)) / (2 * h); math.Abs(d-slope) > 1e-6 {
					t.Errorf("%s at %v has the derivative %v to score %d, want %v", c.name, scores, d, k, slope)
				}
			}
		}
	}
}

// TestRewriteKeepsValues holds that values are the same after a rewrite,
// with names and places kept.
func TestRewriteKeepsValues(t *testing.T) {
	for _, c := range stable {
		rng := rand.New(rand.NewPCG(5, 5))
		g := New(Training)
		g.at = &Position{File: "loss.py", Line: 4}
		z := g.Input("z", Rows(2), Unknown)
		made := c.f(z).Named("terms")
		root := made.Square().Sum().Named("total")
		g.at = nil
		now := Rewrite(root)[0]
		if now == root {
			t.Errorf("%s is not rewritten", c.name)
		}
		if now.label != "total" || now.pos != root.pos {
			t.Errorf("%s: %q at %v has become %q at %v", c.name, root.label, root.pos, now.label, now.pos)
		}
		v := NewArray(3, 2)
		for i := range v.Data {
			v.Data[i] = 5 * rng.NormFloat64()
		}
		out, err := Eval(Feed{Rows: 3, Values: map[*Node]Array{z: v}}, root, now)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := out[0].Data[0], out[1].Data[0]; math.Abs(a-b) > 1e-9*math.Abs(a) {
			t.Errorf("%s was %v and is %v", c.name, a, b)
		}
	}
}

// TestRewriteLeavesTheRest holds that nothing else is touched.
func TestRewriteLeavesTheRest(t *testing.T) {
	g := New(Training)
	z := g.Input("z", Rows(2), Unknown)
	for _, n := range []*Node{
		z.Exp().Log(), z.Sigmoid(), z.Sigmoid().Clip(1e-7, 1).Log(), z.Sigmoid().Shift(1).Log(),
		g.Const(2).Sub(z.Sigmoid()).Log(), z.Softmax(1).OneMinus().Log(), g.poison(),
	} {
		if Rewrite(n)[0] != n {
			t.Errorf("%v of %v is rewritten", n.op.Name(), n.in[0].op.Name())
		}
	}
}

// TestRewriteKeepsDeclared holds that what the user declares of a value outlives a
// rewrite below it.
func TestRewriteKeepsDeclared(t *testing.T) {
	g := New(Training)
	z := g.Input("z", Rows(2), Unknown)
	declared := Range{Interval: Within(-3, 0), Tag: Untagged}
	n := z.Sigmoid().Log().Scale(2).Declare(declared)
	if got := Rewrite(n)[0].Range(); got != declared {
		t.Errorf("declared %v, it is now %v", declared, got)
	}
}

// TestRewriteIsLinear holds that logarithms of one value share their stable form.
func TestRewriteIsLinear(t *testing.T) {
	g := New(Training)
	p := g.Input("z", Rows(2), Unknown).Sigmoid()
	for i := range 100 {
		p = p.Reshape(append([]int{-1}, []int{2, 1}[:1+i%2]...)...)
		if i%2 == 1 {
			p = p.Squeeze(-1)
		}
	}
	sum := p.Log()
	for range 100 {
		sum = sum.Add(p.Log())
	}
	before := len(g.nodes)
	Rewrite(sum)
	if made := len(g.nodes) - before; made > before {
		t.Errorf("%d nodes have become %d more", before, made)
	}
}

func TestScore(t *testing.T) {
	g := New(Training)
	z := g.Input("z", Rows(2), Unknown)
	if s := z.Sigmoid().Score(); s != z {
		t.Error("the score of a sigmoid is not its input")
	}
	if s := z.Sigmoid().Index(1, 0).Reshape(-1, 1).Score(); s == nil || !s.shape.Equal(Rows(1)) {
		t.Errorf("the score of a part of a sigmoid: %v", s)
	}
	for _, n := range []*Node{z, z.Softmax(1), z.Sigmoid().OneMinus(), g.poison()} {
		if n.Score() != nil {
			t.Errorf("%s has a score", n.op.Name())
		}
	}
}
