package tracer

import (
	"math"

	"github.com/descent-ml/descent/graph"
)

// epsilon is Keras's K.epsilon().
const epsilon = 1e-7

// otherOps are the functions that fit no table: choices and casts.
func otherOps() []*Builtin {
	return []*Builtin{
		NewBuiltin("epsilon()", func(c *Call) Value { return Float(epsilon) }),
		NewBuiltin("floatx()", func(c *Call) Value { return Str("float32") }),
		Clip("clip(x, min_value, max_value)"),
		NewBuiltin("where(condition, x, y)", Where), NewBuiltin("switch(condition, then_expression, else_expression)", Where),
		NewBuiltin("cast(x, dtype)", func(c *Call) Value {
			x := c.TensorArg(0)
			kind, ok := c.DTypeArg(1)
			if !ok {
				return Poison
			}
			return c.node(func() *graph.Node { return x.Cast(kind) })
		}),
		OneHot("one_hot(indices, num_classes)"),
		NewBuiltin("dot(x, y)", func(c *Call) Value {
			x, y := c.TensorArg(0), c.TensorArg(1)
			return c.node(func() *graph.Node { return x.MatMul(y) })
		}),
		NewBuiltin("stop_gradient(x)", func(c *Call) Value {
			x := c.TensorArg(0)
			return c.node(func() *graph.Node { return x.StopGradient() })
		}),
	}
}

// Clip returns a function that limits its first argument to the next two.
func Clip(sig string) *Builtin { return NewBuiltin(sig, Clamp) }

// Clamp limits argument 0 to arguments 1 and 2, of which each may be None, a number or a
// tensor. A number stays one.
func Clamp(c *Call) Value {
	bound := func(i int, none float64) (f float64, n *graph.Node) {
		if c.IsNone(i) {
			return none, nil
		}
		if f, ok := Number(c.Arg(i)); ok {
			return f, nil
		}
		return none, c.TensorArg(i)
	}
	lo, low := bound(1, math.Inf(-1))
	hi, high := bound(2, math.Inf(1))
	if f, ok := Number(c.Arg(0)); ok && low == nil && high == nil {
		return Float(math.Min(math.Max(f, lo), hi))
	}
	x := c.TensorArg(0)
	return c.node(func() *graph.Node {
		if !math.IsInf(lo, 0) || !math.IsInf(hi, 0) {
			x = x.Clip(lo, hi)
		}
		if low != nil {
			x = x.Max(low)
		}
		if high != nil {
			x = x.Min(high)
		}
		return x
	})
}

// Where chooses element by element; a condition that is known chooses at once.
func Where(c *Call) Value {
	if !isTensor(c.Arg(0)) {
		if truth, known := Truth(c.Arg(0)); known {
			if truth {
				return c.Arg(1)
			}
			return c.Arg(2)
		}
	}
	condition, x, y := c.TensorArg(0), c.TensorArg(1), c.TensorArg(2)
	return c.node(func() *graph.Node { return condition.Where(x, y) })
}

// OneHot returns a function that makes rows of zeros and a one.
func OneHot(sig string) *Builtin {
	return NewBuiltin(sig, func(c *Call) Value {
		x, k := c.TensorArg(0), c.Int(1)
		return c.node(func() *graph.Node { return x.OneHot(k) })
	})
}
