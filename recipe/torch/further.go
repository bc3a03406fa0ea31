package torch

import (
	"fmt"
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// further are the functions of whole tensors that fit no other table, under torch and as methods.
func further() []*tracer.Builtin {
	pair := func(f func(a, b, x *graph.Node) *graph.Node) func(*tracer.Call) tracer.Value {
		return func(c *tracer.Call) tracer.Value {
			x, a, b, v := c.TensorArg(0), c.TensorArg(1), c.TensorArg(2), c.Float(3)
			return c.Node(func() *graph.Node { return x.Add(f(a, b, x).Scale(v)) })
		}
	}
	return ops.Table(aliases,
		ops.Function{Signature: "cdist(x1, x2, p=2.0, compute_mode=None)", Do: cdist},
		ops.Function{Signature: "histc(input, bins=100, min=0, max=0)", Do: histc},
		ops.Function{Signature: "clamp_min(input, min)", Do: func(c *tracer.Call) tracer.Value {
			x, b := c.TensorArg(0), c.TensorArg(1)
			return c.Node(func() *graph.Node { return x.Max(b) })
		}},
		ops.Function{Signature: "clamp_max(input, max)", Do: func(c *tracer.Call) tracer.Value {
			x, b := c.TensorArg(0), c.TensorArg(1)
			return c.Node(func() *graph.Node { return x.Min(b) })
		}},
		ops.Function{Signature: "isinf(input)", Do: ops.One(func(x *graph.Node) *graph.Node { return x.Abs().Equal(x.Graph().Const(math.Inf(1))) }, nil)},
		ops.Function{Signature: "exp2(input)", Do: ops.One(func(x *graph.Node) *graph.Node { return x.Scale(math.Ln2).Exp() }, nil)},
		ops.Function{Signature: "frac(input)", Do: ops.One(func(x *graph.Node) *graph.Node { return x.Sub(ops.Trunc(x)) }, nil)},
		ops.Function{Signature: "sgn(input)", Do: ops.One((*graph.Node).Sign, nil)},
		ops.Function{Signature: "signbit(input)", Do: ops.One(func(x *graph.Node) *graph.Node { return x.Less(x.Graph().Const(0)) }, nil)},
		ops.Function{Signature: "fmod(input, other)", Do: ops.Two(func(a, b *graph.Node) *graph.Node { return a.Sub(ops.Trunc(a.Div(b)).Mul(b)) })},
		ops.Function{Signature: "hypot(input, other)", Do: ops.Two(func(a, b *graph.Node) *graph.Node { return a.Square().Add(b.Square()).Sqrt() })},
		ops.Function{Signature: "logaddexp(input, other)", Do: ops.Two(func(a, b *graph.Node) *graph.Node { return a.Max(b).Add(a.Sub(b).Abs().Neg().Exp().Log1p()) })},
		ops.Function{Signature: "logit(input, eps=None)", Do: func(c *tracer.Call) tracer.Value {
			x, eps := c.TensorArg(0), 0.0
			if !c.IsNone(1) {
				eps = c.Float(1)
			}
			return c.Node(func() *graph.Node {
				if eps > 0 {
					x = x.Clip(eps, 1-eps)
				}
				return x.Log().Sub(x.OneMinus().Log())
			})
		}},
		ops.Function{Signature: "addcmul(input, tensor1, tensor2, value=1)", Do: pair(func(a, b, _ *graph.Node) *graph.Node { return a.Mul(b) })},
		ops.Function{Signature: "addcdiv(input, tensor1, tensor2, value=1)", Do: pair(func(a, b, _ *graph.Node) *graph.Node { return a.Div(b) })},
		ops.Function{Signature: "addmm(input, mat1, mat2, *, beta=1, alpha=1)", Do: addmm},
		ops.Function{Signature: "baddbmm(input, batch1, batch2, *, beta=1, alpha=1)", Do: addmm},
		ops.Function{Signature: "count_nonzero(input, dim=None)", Do: func(c *tracer.Call) tracer.Value {
			x, axes := c.TensorArg(0), c.AxesArg(1)
			return c.Node(func() *graph.Node { return x.Cast(graph.Bool).Cast(graph.Int).Sum(axes...) })
		}},
		ops.Function{Signature: "nansum(input, dim=None, keepdim=False)", Do: ops.Reduce(nanSum((*graph.Node).Sum), nanSum((*graph.Node).SumKeep))},
		ops.Function{Signature: "nanmean(input, dim=None, keepdim=False)", Do: ops.Reduce(nanMean((*graph.Node).Sum), nanMean((*graph.Node).SumKeep))},
		ops.Function{Signature: "dist(input, other, p=2)", Do: func(c *tracer.Call) tracer.Value {
			a, b, p := c.TensorArg(0), c.TensorArg(1), c.Float(2)
			return c.Node(func() *graph.Node { return ops.Norm(a.Sub(b), p, nil, false) })
		}},
		ops.Function{Signature: "diff(input, n=1, dim=-1)", Do: func(c *tracer.Call) tracer.Value {
			x, n, axis := c.TensorArg(0), c.Int(1), c.AxisArg(2)
			at, length, ok := fixedAxis(c, x, axis)
			if !ok {
				return tracer.Poison
			}
			return c.Node(func() *graph.Node {
				for range min(max(n, 0), length) {
					k := x.Shape()[at].Const
					if k == 0 {
						break
					}
					x = x.Slice(at, graph.Fixed(1), graph.Fixed(k)).Sub(x.Slice(at, graph.Fixed(0), graph.Fixed(k-1)))
				}
				return x
			})
		}},
		ops.Function{Signature: "roll(input, shifts, dims=None)", Do: roll},
		ops.Function{Signature: "select(input, dim, index)", Do: func(c *tracer.Call) tracer.Value {
			x, axis, i := c.TensorArg(0), c.AxisArg(1), c.Int(2)
			return c.Node(func() *graph.Node { return x.Index(axis, i) })
		}},
		ops.Function{Signature: "unflatten(input, dim, sizes)", Do: func(c *tracer.Call) tracer.Value {
			x, axis := c.TensorArg(0), c.AxisArg(1)
			sizes, ok := c.Shape(c.Arg(2), c.Span(2))
			if !ok {
				return tracer.Poison
			}
			return c.Node(func() *graph.Node { return unflatten(x, axis, sizes) })
		}},
		ops.Function{Signature: "broadcast_to(input, size)", Do: func(c *tracer.Call) tracer.Value {
			x := c.TensorArg(0)
			return ops.OfShape(c, 1, x.BroadcastTo)
		}},
		ops.Function{Signature: "inner(input, other)", Do: ops.Two(func(a, b *graph.Node) *graph.Node {
			if a.Rank() == 0 || b.Rank() == 0 {
				return a.Mul(b)
			}
			return ops.MatMul(a, ops.SwapAxes(b, -1, max(-2, -b.Rank())))
		})},
		ops.Function{Signature: "vdot(input, other)", Do: ops.Two(ops.MatMul)},
		ops.Function{Signature: "median(input, dim=None, keepdim=False)", Do: median},
		ops.Function{Signature: "is_floating_point(input)", Do: func(c *tracer.Call) tracer.Value {
			return tracer.Bool(c.TensorArg(0).DType() == graph.Float)
		}},
	)
}

// cdist is the distance of each row of one matrix to each of another, which has the
// derivative 0 where it is 0.
func cdist(c *tracer.Call) tracer.Value {
	a, b, p := c.TensorArg(0), c.TensorArg(1), c.Float(2)
	if c.Fine(2) && !(p > 0) {
		c.RefuseArg(2, tracer.CodeValue, "cdist() takes a p above 0 here, not %v", p)
	}
	return c.Node(func() *graph.Node {
		if a.Poisoned() || b.Poisoned() {
			return a.Add(b)
		}
		k := a.Rank() - 1
		if a.Rank() < 2 || b.Rank() < 2 || a.Shape()[k] != b.Shape()[b.Rank()-1] {
			return c.Graph().Poison(graph.Diagnostic{
				Code:    graph.CodeShape,
				Message: fmt.Sprintf("cdist: X1 and X2 must have the same number of columns. X1: %v X2: %v", a.Shape(), b.Shape()),
				Notes:   graph.Columns([]string{"x1", a.Shape().String(), a.Origin()}, []string{"x2", b.Shape().String(), b.Origin()}),
			})
		}
		apart := a.ExpandDims(-2).Sub(b.ExpandDims(-3))
		if p != 2 {
			return ops.Norm(apart, p, []int{-1}, false)
		}
		square, zero := apart.Square().Sum(-1), c.Graph().Const(0)
		same := square.Equal(zero)
		return same.Where(zero, same.Where(c.Graph().Const(1), square).Sqrt())
	})
}

// histc counts elements in bins of one width from min to max, which are those of the
// elements where both are equal.
func histc(c *tracer.Call) tracer.Value {
	x, bins, lo, hi := c.TensorArg(0), c.Int(1), c.Float(2), c.Float(3)
	switch {
	case !c.OK():
	case bins < 1 || bins > 1<<16:
		c.RefuseArg(1, tracer.CodeValue, "histc() makes 1 to 65536 bins, not %d", bins)
	case lo > hi:
		c.RefuseArg(3, tracer.CodeValue, "max must be larger than min")
	}
	return c.Node(func() *graph.Node {
		g, flat := c.Graph(), x.Reshape(-1)
		if flat.Poisoned() {
			return flat
		}
		from, to := g.Const(lo), g.Const(hi)
		if lo == hi {
			from, to = flat.ReduceMin(), flat.ReduceMax()
			one := from.Equal(to)
			from, to = one.Where(from.Shift(-1), from), one.Where(to.Shift(1), to)
		}
		inside := flat.GreaterEqual(from).And(flat.LessEqual(to))
		bin := flat.Sub(from).Div(to.Sub(from)).Scale(float64(bins)).Floor().Min(g.Const(float64(bins - 1)))
		hot := bin.ExpandDims(-1).Equal(g.Positions(graph.Fixed(bins)).ExpandDims(0))
		return hot.And(inside.ExpandDims(-1)).Cast(graph.Float).Sum(0)
	})
}

// addmm is beta·x + alpha·(a @ b).
func addmm(c *tracer.Call) tracer.Value {
	x, a, b, beta, alpha := c.TensorArg(0), c.TensorArg(1), c.TensorArg(2), c.Float(3), c.Float(4)
	return c.Node(func() *graph.Node {
		product := ops.MatMul(a, b)
		if alpha != 1 {
			product = product.Scale(alpha)
		}
		if beta != 1 {
			x = x.Scale(beta)
		}
		return x.Add(product)
	})
}

// nanSum leaves out what is no number.
func nanSum(sum ops.Reduction) ops.Reduction {
	return func(x *graph.Node, axes ...int) *graph.Node { return sum(ops.NaNToNum(x, 0), axes...) }
}

func nanMean(sum ops.Reduction) ops.Reduction {
	return func(x *graph.Node, axes ...int) *graph.Node {
		return sum(ops.NaNToNum(x, 0), axes...).Div(sum(ops.IsNaN(x).Not().Cast(graph.Float), axes...))
	}
}

// roll moves elements along axes of fixed length, those at the end to the front.
func roll(c *tracer.Call) tracer.Value {
	x, shifts, axes := c.TensorArg(0), ops.Ints(c, 1), []int{0}
	shape := x.Shape()
	if c.IsNone(2) {
		x = x.Reshape(-1)
	} else {
		axes = ops.Ints(c, 2)
	}
	if c.OK() && len(shifts) != len(axes) {
		c.RefuseArg(1, tracer.CodeValue, "shifts and dimensions must align. shifts: %d, dims:%d", len(shifts), len(axes))
	}
	for i, axis := range axes {
		if !c.OK() {
			return tracer.Poison
		}
		at, length, ok := fixedAxis(c, x, axis)
		if !ok {
			return tracer.Poison
		}
		if length == 0 {
			continue
		}
		by := ((shifts[i] % length) + length) % length
		n, isNode := c.Node(func() *graph.Node {
			if by == 0 {
				return x
			}
			parts := ops.Parts(x, at, []int{length - by, by})
			return graph.Concat(at, parts[1], parts[0])
		}).(*graph.Node)
		if !isNode {
			return tracer.Poison
		}
		x = n
	}
	return c.Node(func() *graph.Node { return x.ReshapeTo(shape) })
}

// median is the lower one of the two in the middle, as PyTorch has it.
func median(c *tracer.Call) tracer.Value {
	x, axis, keep := c.TensorArg(0), 0, c.Bool(2)
	if c.IsNone(1) {
		x = x.Reshape(-1)
	} else {
		axis = c.AxisArg(1)
	}
	at, length, ok := fixedAxis(c, x, axis)
	if !ok || length == 0 {
		if ok {
			c.Refuse(c.At, tracer.CodeValue, "median() of no elements")
		}
		return tracer.Poison
	}
	var places *graph.Node
	middle := c.Node(func() *graph.Node {
		values, order := x.Sort(at)
		places = order.Index(at, (length-1)/2)
		return values.Index(at, (length-1)/2)
	})
	if c.IsNone(1) || tracer.Poisoned(middle) {
		return middle
	}
	return pairOf(c.Node(func() *graph.Node { return kept(middle.(*graph.Node), at, keep) }), c.Node(func() *graph.Node { return kept(places, at, keep) }))
}
