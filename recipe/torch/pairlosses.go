package torch

import (
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// The losses of more than an input and a target.

// gaussianNLL is ½·(ln v + (y − x)²/v) with the variance v, at least eps.
func gaussianNLL(c *tracer.Call) tracer.Value {
	x, y, v := c.TensorArg(0), c.TensorArg(1), c.TensorArg(2)
	full, eps, how := c.Bool(3), c.Float(4), c.Choice(5, "none", "mean", "sum")
	return c.Node(func() *graph.Node {
		v := v.Clip(eps, math.Inf(1))
		terms := v.Log().Add(y.Sub(x).Square().Div(v)).Scale(0.5)
		if full {
			terms = terms.Shift(0.5 * math.Log(2*math.Pi))
		}
		return reduced(terms, nil, how)
	})
}

// marginRanking is max(0, margin − y·(a − b)).
func marginRanking(c *tracer.Call) tracer.Value {
	a, b, y, margin := c.TensorArg(0), c.TensorArg(1), c.TensorArg(2), c.Float(3)
	how := (&lossCall{Call: c}).reduction(nil)
	return c.Node(func() *graph.Node {
		return reduced(y.Neg().Mul(a.Sub(b)).Shift(margin).Relu(), nil, how)
	})
}

// tripletMargin is max(0, d(a, p) − d(a, n) + margin) with distances along the last axis.
func tripletMargin(c *tracer.Call) tracer.Value {
	a, p, n := c.TensorArg(0), c.TensorArg(1), c.TensorArg(2)
	margin, power, eps, swap := c.Float(3), c.Float(4), c.Float(5), c.Bool(6)
	how := (&lossCall{Call: c}).reduction(nil)
	return c.Node(func() *graph.Node {
		distance := func(a, b *graph.Node) *graph.Node { return ops.Norm(a.Sub(b).Shift(eps), power, []int{-1}, false) }
		far := distance(a, n)
		if swap {
			far = far.Min(distance(p, n))
		}
		return reduced(distance(a, p).Sub(far).Shift(margin).Relu(), nil, how)
	})
}

// cosineEmbedding is 1 − cos(a, b) where y is 1, else max(0, cos(a, b) − margin).
func cosineEmbedding(c *tracer.Call) tracer.Value {
	a, b, y, margin := c.TensorArg(0), c.TensorArg(1), c.TensorArg(2), c.Float(3)
	how := (&lossCall{Call: c}).reduction(nil)
	return c.Node(func() *graph.Node {
		cos := cosineOf(a, b, -1, 1e-6)
		same := y.Greater(c.Graph().Const(0))
		return reduced(same.Where(cos.OneMinus(), cos.Shift(-margin).Relu()), nil, how)
	})
}
