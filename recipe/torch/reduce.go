package torch

import (
	"fmt"
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// reductions are functions over axes, under torch and as methods of tensors.
func reductions() []*tracer.Builtin {
	const over = "(input, dim=None, keepdim=False, *, dtype=None, out=None)"
	return ops.Table(aliases,
		ops.Function{Signature: "sum" + over, Do: reduce((*graph.Node).Sum, (*graph.Node).SumKeep)},
		ops.Function{Signature: "mean" + over, Do: reduce((*graph.Node).Mean, (*graph.Node).MeanKeep)},
		ops.Function{Signature: "amax" + over, Do: ops.Reduce((*graph.Node).ReduceMax, (*graph.Node).ReduceMaxKeep)},
		ops.Function{Signature: "amin" + over, Do: ops.Reduce((*graph.Node).ReduceMin, (*graph.Node).ReduceMinKeep)},
		ops.Function{Signature: "any" + over, Do: ops.Reduce(ops.Any, ops.AnyKeep)},
		ops.Function{Signature: "all" + over, Do: ops.Reduce(ops.All, ops.AllKeep)},
		ops.Function{Signature: "logsumexp" + over, Do: ops.Reduce(tracer.LogSumExp(false), tracer.LogSumExp(true))},
		ops.Function{Signature: "std(input, dim=None, unbiased=True, keepdim=False, *, correction=None)", Do: spread(true)},
		ops.Function{Signature: "var(input, dim=None, unbiased=True, keepdim=False, *, correction=None)", Do: spread(false)},
		ops.Function{Signature: "std_mean(input, dim=None, unbiased=True, keepdim=False, *, correction=None)", Do: spreadMean(true)},
		ops.Function{Signature: "var_mean(input, dim=None, unbiased=True, keepdim=False, *, correction=None)", Do: spreadMean(false)},
		ops.Function{Signature: "max(input, dim=None, keepdim=False, *, other=None, out=None)", Do: extreme((*graph.Node).ReduceMax, (*graph.Node).Max, (*graph.Node).ArgMax)},
		ops.Function{Signature: "min(input, dim=None, keepdim=False, *, other=None, out=None)", Do: extreme((*graph.Node).ReduceMin, (*graph.Node).Min, ops.ArgMin)},
		ops.Function{Signature: "argmax(input, dim=None, keepdim=False)", Do: position((*graph.Node).ArgMax)},
		ops.Function{Signature: "argmin(input, dim=None, keepdim=False)", Do: position(ops.ArgMin)},
		ops.Function{Signature: "prod(input, dim=None, keepdim=False, *, dtype=None)", Do: prod},
		ops.Function{Signature: "norm(input, p='fro', dim=None, keepdim=False, *, dtype=None)", Do: norm},
		ops.Function{Signature: "cumsum(input, dim, *, dtype=None)", Do: ops.AlongAxis((*graph.Node).CumSum)},
		ops.Function{Signature: "cumprod(input, dim, *, dtype=None)", Do: ops.AlongAxis(ops.CumProd)},
		ops.Function{Signature: "softmax(input, dim=None, dtype=None)", Do: alongClasses((*graph.Node).Softmax)},
		ops.Function{Signature: "log_softmax(input, dim=None, dtype=None)", Do: alongClasses((*graph.Node).LogSoftmax)},
		ops.Function{Signature: "sort(input, dim=-1, descending=False, stable=False)", Do: sorted},
		ops.Function{Signature: "argsort(input, dim=-1, descending=False, stable=False)", Do: func(c *tracer.Call) tracer.Value {
			pair, ok := sorted(c).(tracer.Tuple)
			if !ok {
				return tracer.Poison
			}
			return pair[1]
		}},
		ops.Function{Signature: "topk(input, k, dim=-1, largest=True, sorted=True)", Do: topK},
	)
}

// reduce is ops.Reduce with PyTorch's dtype, which casts before.
func reduce(drop, keep ops.Reduction) func(*tracer.Call) tracer.Value {
	cast := func(c *tracer.Call, f ops.Reduction) ops.Reduction {
		if c.IsNone(3) {
			return f
		}
		kind, _ := c.DTypeArg(3)
		return func(x *graph.Node, axes ...int) *graph.Node { return f(x.Cast(kind), axes...) }
	}
	return func(c *tracer.Call) tracer.Value { return ops.Reduce(cast(c, drop), cast(c, keep))(c) }
}

// spread is std or var: of a sample, so divided by n − 1, unless the call says another
// correction.
func spread(root bool) func(*tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value {
		x := c.TensorArg(0)
		correction, unbiased := 1.0, true
		var axes []int
		if b, ok := c.Arg(1).(tracer.Bool); ok { // std(x, False)
			unbiased = bool(b)
		} else {
			axes = c.AxesArg(1)
		}
		if c.Given(2) {
			unbiased = c.Bool(2)
		}
		if !unbiased {
			correction = 0
		}
		if !c.IsNone(4) {
			correction = c.Float(4)
		}
		keep := c.Bool(3)
		return c.Node(func() *graph.Node { return ops.Variance(correction, root, keep)(x, axes...) })
	}
}

func spreadMean(root bool) func(*tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value {
		s := spread(root)(c)
		if !c.OK() {
			return tracer.Poison
		}
		x, keep := c.TensorArg(0), c.Bool(3)
		m := c.Node(func() *graph.Node {
			var axes []int
			if _, isBool := c.Arg(1).(tracer.Bool); !isBool {
				axes = c.AxesArg(1)
			}
			if keep {
				return x.MeanKeep(axes...)
			}
			return x.Mean(axes...)
		})
		return tracer.Tuple{s, m}
	}
}

// extreme is max or min: of all elements, of two tensors, or values and positions
// along an axis.
func extreme(all func(*graph.Node, ...int) *graph.Node, two func(a, b *graph.Node) *graph.Node, at func(*graph.Node, int) *graph.Node) func(*tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value {
		x := c.TensorArg(0)
		other := 3
		if _, isTensor := c.Arg(1).(*graph.Node); isTensor {
			other = 1
		}
		switch {
		case !c.IsNone(other):
			y := c.TensorArg(other)
			return c.Node(func() *graph.Node { return two(x, y) })
		case c.IsNone(1):
			return c.Node(func() *graph.Node { return all(x) })
		}
		axis, keep := c.AxisArg(1), c.Bool(2)
		values := c.Node(func() *graph.Node { return kept(all(x, axis), axis, keep) })
		positions := c.Node(func() *graph.Node { return kept(at(x, axis), axis, keep) })
		return pairOf(values, positions)
	}
}

// pairOf is PyTorch's pair of values and positions.
func pairOf(values, positions tracer.Value) tracer.Value {
	if tracer.Poisoned(values) || tracer.Poisoned(positions) {
		return tracer.Poison
	}
	return tracer.Tuple{values, positions}
}

// kept puts a reduced axis back as an axis of one.
func kept(x *graph.Node, axis int, keep bool) *graph.Node {
	if keep {
		return x.ExpandDims(axis)
	}
	return x
}

func position(at func(*graph.Node, int) *graph.Node) func(*tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value {
		x, keep := c.TensorArg(0), c.Bool(2)
		if c.IsNone(1) {
			return c.Node(func() *graph.Node { return at(x.Reshape(-1), 0) })
		}
		axis := c.AxisArg(1)
		return c.Node(func() *graph.Node { return kept(at(x, axis), axis, keep) })
	}
}

func prod(c *tracer.Call) tracer.Value {
	x, keep := c.TensorArg(0), c.Bool(2)
	if c.IsNone(1) {
		return c.Node(func() *graph.Node { return ops.Prod(x.Reshape(-1), 0, false) })
	}
	axis := c.AxisArg(1)
	return c.Node(func() *graph.Node { return ops.Prod(x, axis, keep) })
}

func norm(c *tracer.Call) tracer.Value {
	x, p := c.TensorArg(0), 2.0
	switch v := c.Arg(1).(type) {
	case tracer.Str:
		c.Choice(1, "fro")
	case tracer.None:
	default:
		if f, ok := tracer.Number(v); ok && (f > 0 || math.IsInf(f, 1)) {
			p = f
		} else {
			c.Want(1, "a number above 0")
		}
	}
	axes, keep := c.AxesArg(2), c.Bool(3)
	return c.Node(func() *graph.Node { return ops.Norm(x, p, axes, keep) })
}

// alongClasses is softmax and its logarithm.
func alongClasses(node func(*graph.Node, int) *graph.Node) func(*tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value {
		x := c.TensorArg(0)
		if c.IsNone(1) {
			return c.Node(func() *graph.Node {
				axis, refused := guessedAxis(c.Fn.Name, x)
				if refused != nil {
					return refused
				}
				return node(x, axis)
			})
		}
		axis := c.AxisArg(1)
		return c.Node(func() *graph.Node { return node(x, axis) })
	}
}

// guessedAxis is the axis that PyTorch takes for the classes, with a warning, where none is
// given: 0 for 1 and 3 axes, else 1. Classes are not told apart along the batch, so
// where that is what it takes it is refused.
func guessedAxis(what string, x *graph.Node) (axis int, refused *graph.Node) {
	if x.Poisoned() {
		return 0, x
	}
	d := graph.Diagnostic{Code: tracer.CodeValue, Fixes: []string{"dim = 1"}}
	rank := x.Rank()
	switch axis = 1; rank {
	case 0, 1, 3:
		axis = 0
	}
	if rank > 0 && !x.Shape()[axis].Depends() {
		d.Severity, d.Message = graph.Note, fmt.Sprintf("%s() without an axis goes along axis %d of %v, as PyTorch guesses from the number of axes", what, axis, x.Shape())
		x.Graph().Report(d)
		return axis, nil
	}
	d.Message = what + "() needs the axis of the classes"
	d.Notes = []string{fmt.Sprintf("PyTorch guesses it from the number of axes: 0 for 1 and 3 of them, else 1. Of %v that is the batch.", x.Shape())}
	return 0, x.Graph().Poison(d)
}

func sorted(c *tracer.Call) tracer.Value {
	x, axis, falling := c.TensorArg(0), c.AxisArg(1), c.Bool(2)
	var positions *graph.Node
	values := c.Node(func() *graph.Node {
		var v *graph.Node
		if falling {
			v, positions = x.Neg().Sort(axis)
			return v.Neg()
		}
		v, positions = x.Sort(axis)
		return v
	})
	if tracer.Poisoned(values) {
		return tracer.Poison
	}
	return pairOf(values, positions)
}

func topK(c *tracer.Call) tracer.Value {
	x, k, axis, largest := c.TensorArg(0), c.Int(1), c.AxisArg(2), c.Bool(3)
	var positions *graph.Node
	values := c.Node(func() *graph.Node {
		var v *graph.Node
		if largest {
			v, positions = x.TopK(k, axis)
			return v
		}
		v, positions = x.Neg().TopK(k, axis)
		return v.Neg()
	})
	if tracer.Poisoned(values) {
		return tracer.Poison
	}
	return pairOf(values, positions)
}
