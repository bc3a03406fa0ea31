package tracer

import (
	"math"
	"slices"

	"github.com/descent-ml/descent/graph"
)

// kerasOps are the functions over tensors that K, keras.ops, tf and np share.
func kerasOps() []*Builtin {
	var ops []*Builtin
	add := func(sig string, do func(*Call) Value) { ops = append(ops, NewBuiltin(sig, do)) }
	for _, u := range []struct {
		name   string
		node   func(*graph.Node) *graph.Node
		number func(float64) float64
	}{
		{"exp", (*graph.Node).Exp, math.Exp},
		{"expm1", (*graph.Node).Expm1, math.Expm1},
		{"log", (*graph.Node).Log, math.Log},
		{"log1p", (*graph.Node).Log1p, math.Log1p},
		{"sqrt", (*graph.Node).Sqrt, math.Sqrt},
		{"square", (*graph.Node).Square, func(x float64) float64 { return x * x }},
		{"abs", (*graph.Node).Abs, math.Abs},
		{"sign", (*graph.Node).Sign, sign},
		{"round", (*graph.Node).Round, math.RoundToEven},
		{"floor", (*graph.Node).Floor, math.Floor},
		{"sigmoid", (*graph.Node).Sigmoid, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }},
		{"tanh", (*graph.Node).Tanh, math.Tanh},
		{"relu", (*graph.Node).Relu, func(x float64) float64 { return math.Max(x, 0) }},
		{"softplus", (*graph.Node).Softplus, func(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }},
		{"erf", (*graph.Node).Erf, math.Erf},
		{"negative", (*graph.Node).Neg, func(x float64) float64 { return -x }},
	} {
		add(u.name+"(x)", func(c *Call) Value { return c.Elementwise(u.node, u.number) })
	}
	for _, b := range []struct {
		name string
		node func(a, b *graph.Node) *graph.Node
	}{
		{"maximum", (*graph.Node).Max}, {"minimum", (*graph.Node).Min}, {"pow", (*graph.Node).Pow},
		{"equal", (*graph.Node).Equal}, {"not_equal", (*graph.Node).NotEqual},
		{"greater", (*graph.Node).Greater}, {"greater_equal", (*graph.Node).GreaterEqual},
		{"less", (*graph.Node).Less}, {"less_equal", (*graph.Node).LessEqual},
		{"logical_and", (*graph.Node).And}, {"logical_or", (*graph.Node).Or},
		{"add", (*graph.Node).Add}, {"subtract", (*graph.Node).Sub}, {"multiply", (*graph.Node).Mul}, {"divide", (*graph.Node).Div},
		{"matmul", (*graph.Node).MatMul},
	} {
		add(b.name+"(x, y)", func(c *Call) Value {
			x, y := c.TensorArg(0), c.TensorArg(1)
			return c.node(func() *graph.Node { return b.node(x, y) })
		})
	}
	add("logical_not(x)", func(c *Call) Value {
		x := c.TensorArg(0)
		return c.node(func() *graph.Node { return x.Not() })
	})
	return append(append(ops, reductions()...), append(shapeOps(), otherOps()...)...)
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}

// Elementwise applies a function to a number, which stays a number, or to a tensor.
func (c *Call) Elementwise(node func(*graph.Node) *graph.Node, number func(float64) float64) Value {
	if f, ok := Number(c.Arg(0)); ok {
		return Float(number(f))
	}
	x := c.TensorArg(0)
	return c.node(func() *graph.Node { return node(x) })
}

// Node makes nodes at the call's place, unless an argument was refused.
func (c *Call) Node(make func() *graph.Node) Value { return c.node(make) }

func (c *Call) node(make func() *graph.Node) Value {
	if c.failed {
		return Poison
	}
	defer c.at(c.At)()
	return make()
}

// TensorArg returns argument i as a tensor. A refused one is poisoned, so that ops
// on it are silent.
func (c *Call) TensorArg(i int) *graph.Node {
	n, ok := c.Tensor(c.args[i], c.spans[i])
	if !ok {
		c.Want(i, "a tensor")
		return c.poisonedNode()
	}
	return n
}

// poisonedNode is a tensor that stands for what was refused: a graph keeps a message
// once, so the refusal is not said again.
func (c *Call) poisonedNode() *graph.Node {
	for _, d := range c.g.Diagnostics() {
		if d.Severity == graph.Error {
			return c.g.Poison(*d)
		}
	}
	return c.g.Poison(graph.Diagnostic{Code: CodeType, Pos: c.Position(c.At), Message: "an argument of " + c.Fn.Name + "() could not be made"})
}

// AxesArg returns argument i, None, an int, or several, as axes; none means all.
func (c *Call) AxesArg(i int) []int {
	switch v := c.args[i].(type) {
	case None:
		return nil
	case *List, Tuple:
		axes := []int{}
		for _, e := range c.Elements(i) {
			d, ok := Dim(e)
			if !ok || d.Depends() {
				c.Want(i, "axes")
				return nil
			}
			axes = append(axes, d.Const)
		}
		return axes
	case Bool, Int:
		_ = v
		return []int{c.Int(i)}
	}
	c.Want(i, "an axis")
	return nil
}

// AxisArg returns argument i as one axis.
func (c *Call) AxisArg(i int) int {
	if _, _, kind := number(c.args[i]); kind != 'i' {
		c.Want(i, "an axis")
		return 0
	}
	return c.Int(i)
}

// reductions are sum and its kin: (x, axis, keepdims).
func reductions() []*Builtin {
	reduce := func(name string, drop, keep func(x *graph.Node, axes ...int) *graph.Node) *Builtin {
		return NewBuiltin(name+"(x, axis=None, keepdims=False)", func(c *Call) Value {
			x, axes, keepdims := c.TensorArg(0), c.AxesArg(1), c.Bool(2)
			return c.node(func() *graph.Node {
				if keepdims {
					return keep(x, axes...)
				}
				return drop(x, axes...)
			})
		})
	}
	return []*Builtin{
		reduce("sum", (*graph.Node).Sum, (*graph.Node).SumKeep),
		reduce("mean", (*graph.Node).Mean, (*graph.Node).MeanKeep),
		reduce("max", (*graph.Node).ReduceMax, (*graph.Node).ReduceMaxKeep),
		reduce("min", (*graph.Node).ReduceMin, (*graph.Node).ReduceMinKeep),
		reduce("var", Variance(false, false), Variance(true, false)),
		reduce("std", Variance(false, true), Variance(true, true)),
		reduce("logsumexp", LogSumExp(false), LogSumExp(true)),
		NewBuiltin("argmax(x, axis=-1)", func(c *Call) Value {
			x := c.TensorArg(0)
			if c.IsNone(1) {
				return c.node(func() *graph.Node { return x.Reshape(-1).ArgMax(0) })
			}
			axis := c.AxisArg(1)
			return c.node(func() *graph.Node { return x.ArgMax(axis) })
		}),
		NewBuiltin("softmax(x, axis=-1)", func(c *Call) Value {
			x, axis := c.TensorArg(0), c.AxisArg(1)
			return c.node(func() *graph.Node { return x.Softmax(axis) })
		}),
		NewBuiltin("log_softmax(x, axis=-1)", func(c *Call) Value {
			x, axis := c.TensorArg(0), c.AxisArg(1)
			return c.node(func() *graph.Node { return x.LogSoftmax(axis) })
		}),
	}
}

// Variance is the mean of squares around the mean, or its root.
func Variance(keep, root bool) func(x *graph.Node, axes ...int) *graph.Node {
	return func(x *graph.Node, axes ...int) *graph.Node {
		squares := x.Sub(x.MeanKeep(axes...)).Square()
		out := squares.Mean(axes...)
		if keep {
			out = squares.MeanKeep(axes...)
		}
		if root {
			return out.Sqrt()
		}
		return out
	}
}

// LogSumExp reduces one axis, several in turn, or all elements.
func LogSumExp(keep bool) func(x *graph.Node, axes ...int) *graph.Node {
	return func(x *graph.Node, axes ...int) *graph.Node {
		if len(axes) == 0 && !keep {
			return x.Reshape(-1).LogSumExp(0)
		}
		shape := x.SumKeep(axes...).Shape() // refuses what are no axes
		kept := x
		for a, d := range shape {
			if d != x.Shape()[a] || slices.Contains(axes, a) {
				kept = kept.LogSumExp(a).ExpandDims(a)
			}
		}
		if keep {
			return kept
		}
		for a := len(shape) - 1; a >= 0; a-- {
			if shape[a] != x.Shape()[a] || slices.Contains(axes, a) || slices.Contains(axes, a-len(shape)) {
				kept = kept.Squeeze(a)
			}
		}
		return kept
	}
}
