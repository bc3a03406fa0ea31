package keras

import (
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// shared are functions that K, keras.ops, tf and np have under one name, beside those
// that the tracer has itself.
func shared() []*tracer.Builtin {
	var rows []ops.Function
	one := func(node func(*graph.Node) *graph.Node, number func(float64) float64, names ...string) {
		for _, name := range names {
			rows = append(rows, ops.Function{Signature: name + "(x)", Do: ops.One(node, number)})
		}
	}
	one(ops.Log2, math.Log2, "log2")
	one(ops.Log10, math.Log10, "log10")
	one(ops.Ceil, math.Ceil, "ceil")
	one(ops.Rsqrt, func(x float64) float64 { return 1 / math.Sqrt(x) }, "rsqrt")
	one(ops.Reciprocal, func(x float64) float64 { return 1 / x }, "reciprocal")
	one(ops.Cosh, math.Cosh, "cosh")
	one(ops.Sinh, math.Sinh, "sinh")
	one((*graph.Node).Abs, math.Abs, "absolute")
	one(ops.IsNaN, nil, "isnan", "is_nan")
	one(ops.IsFinite, nil, "isfinite", "is_finite")
	one(ops.Relu6, nil, "relu6")
	one(ops.Softsign, nil, "softsign")
	one(ops.LogSigmoid, nil, "log_sigmoid")
	one(ops.HardSigmoid, nil, "hard_sigmoid")
	one((*graph.Node).Selu, nil, "selu")
	one((*graph.Node).Silu, nil, "silu", "swish")
	one(func(x *graph.Node) *graph.Node { return x }, nil, "identity", "convert_to_tensor", "copy")
	two := func(node func(a, b *graph.Node) *graph.Node, names ...string) {
		for _, name := range names {
			rows = append(rows, ops.Function{Signature: name + "(x, y)", Do: ops.Two(node)})
		}
	}
	two(ops.MatMul, "matmul", "dot")
	two(ops.SquaredDifference, "squared_difference")
	two(ops.DivNoNaN, "divide_no_nan", "div_no_nan")
	two(ops.FloorDiv, "floor_divide", "floordiv")
	two((*graph.Node).Div, "true_divide", "truediv", "realdiv")
	two(ops.XLogY, "xlogy")
	two(ops.Xor, "logical_xor")
	two(func(a, b *graph.Node) *graph.Node {
		if b.Poisoned() {
			return b
		}
		return b.Equal(b.Graph().Const(0)).Where(b.Graph().Const(0), a.Mul(b))
	}, "multiply_no_nan")
	return append(ops.Table(nil, rows...), axes()...)
}

// axes are shared functions over axes.
func axes() []*tracer.Builtin {
	const over = "(x, axis=None, keepdims=False)"
	return ops.Table(nil,
		ops.Function{Signature: "any" + over, Do: ops.Reduce(ops.Any, ops.AnyKeep)},
		ops.Function{Signature: "all" + over, Do: ops.Reduce(ops.All, ops.AllKeep)},
		ops.Function{Signature: "prod" + over, Do: prod},
		ops.Function{Signature: "argmin(x, axis=-1)", Do: func(c *tracer.Call) tracer.Value {
			x := c.TensorArg(0)
			if c.IsNone(1) {
				return c.Node(func() *graph.Node { return ops.ArgMin(x.Reshape(-1), 0) })
			}
			axis := c.AxisArg(1)
			return c.Node(func() *graph.Node { return ops.ArgMin(x, axis) })
		}},
		ops.Function{Signature: "cumsum(x, axis=0)", Do: cumulative((*graph.Node).CumSum)},
		ops.Function{Signature: "cumprod(x, axis=0)", Do: cumulative(ops.CumProd)},
		ops.Function{Signature: "l2_normalize(x, axis=None, epsilon=1e-12)", Do: func(c *tracer.Call) tracer.Value {
			x, over, eps := c.TensorArg(0), c.AxesArg(1), c.Float(2)
			return c.Node(func() *graph.Node { return ops.Normalize(x, math.Sqrt(eps), over...) })
		}},
		ops.Function{Signature: "squeeze(x, axis=None)", Do: func(c *tracer.Call) tracer.Value {
			x, drop := c.TensorArg(0), c.AxesArg(1)
			return c.Node(func() *graph.Node { return ops.Squeeze(x, drop, false) })
		}},
		ops.Function{Signature: "tile(x, n)", Do: func(c *tracer.Call) tracer.Value {
			x, times := c.TensorArg(0), ops.Times(c, c.Arg(1))
			return c.Node(func() *graph.Node { return ops.Tile(x, times) })
		}},
		ops.Function{Signature: "repeat(x, repeats, axis=None)", Do: func(c *tracer.Call) tracer.Value {
			x, times := c.TensorArg(0), c.Int(1)
			if c.IsNone(2) {
				return c.Node(func() *graph.Node { return ops.Repeat(x.Reshape(-1), times, 0) })
			}
			axis := c.AxisArg(2)
			return c.Node(func() *graph.Node { return ops.Repeat(x, times, axis) })
		}},
		ops.Function{Signature: "flip(x, axis)", Do: reverse},
		ops.Function{Signature: "reverse(x, axes)", Do: reverse},
		ops.Function{Signature: "einsum(equation, *operands)", Do: einsum},
		ops.Function{Signature: "broadcast_to(x, shape)", Do: func(c *tracer.Call) tracer.Value {
			x := c.TensorArg(0)
			return ops.OfShape(c, 1, x.BroadcastTo)
		}},
		ops.Function{Signature: "top_k(input, k=1, sorted=True)", Do: func(c *tracer.Call) tracer.Value {
			x, k := c.TensorArg(0), c.Int(1)
			var at *graph.Node
			v := c.Node(func() *graph.Node {
				var values *graph.Node
				values, at = x.TopK(k, -1)
				return values
			})
			if tracer.Poisoned(v) {
				return tracer.Poison
			}
			return tracer.Tuple{v, at}
		}},
		ops.Function{Signature: "sort(x, axis=-1, direction='ASCENDING')", Do: func(c *tracer.Call) tracer.Value {
			x, axis, how := c.TensorArg(0), c.AxisArg(1), c.Choice(2, "ASCENDING", "DESCENDING")
			return c.Node(func() *graph.Node {
				if how == "DESCENDING" {
					v, _ := x.Neg().Sort(axis)
					return v.Neg()
				}
				v, _ := x.Sort(axis)
				return v
			})
		}},
		ops.Function{Signature: "eye(n, m=None, dtype=None)", Do: func(c *tracer.Call) tracer.Value { return ops.EyeOf(c, 1) }},
		ops.Function{Signature: "softmax(x, axis=-1)", Do: ops.AlongAxis((*graph.Node).Softmax)},
		ops.Function{Signature: "elu(x, alpha=1.0)", Do: withNumber((*graph.Node).Elu)},
		ops.Function{Signature: "gelu(x, approximate=False)", Do: gelu},
	)
}

func gelu(c *tracer.Call) tracer.Value {
	x, approximate := c.TensorArg(0), c.Bool(1)
	return c.Node(func() *graph.Node {
		if approximate {
			return x.GeluTanh()
		}
		return x.Gelu()
	})
}

func cumulative(node func(*graph.Node, int) *graph.Node) func(*tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value {
		x, axis := c.TensorArg(0), c.AxisArg(1)
		return c.Node(func() *graph.Node { return node(x, axis) })
	}
}

func withNumber(node func(x *graph.Node, v float64) *graph.Node) func(*tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value {
		x, v := c.TensorArg(0), c.Float(1)
		return c.Node(func() *graph.Node { return node(x, v) })
	}
}

// prod multiplies the elements of a tensor, or the lengths of a shape.
func prod(c *tracer.Call) tracer.Value { return product(c, 2) }

// product is prod where argument keepdims says whether axes stay.
func product(c *tracer.Call, keepdims int) tracer.Value {
	if list := ops.List(c.Arg(0)); list != nil {
		if size, ok := lengths(list); ok {
			return c.LengthOf(size)
		}
	}
	x, axes, keep := c.TensorArg(0), c.AxesArg(1), c.Bool(keepdims)
	return c.Node(func() *graph.Node {
		if axes == nil {
			return ops.Prod(x.Reshape(-1), 0, false)
		}
		for i, a := range axes {
			x = ops.Prod(x, a, true)
			if i == len(axes)-1 && !keep {
				return ops.Squeeze(x, axes, false)
			}
		}
		return x
	})
}

// lengths multiplies lengths of which at most one depends on the batch.
func lengths(list []tracer.Value) (graph.Dim, bool) {
	shape := make(graph.Shape, len(list))
	for i, v := range list {
		d, ok := tracer.Dim(v)
		if !ok {
			return graph.Dim{}, false
		}
		shape[i] = d
	}
	return shape.Size()
}

func reverse(c *tracer.Call) tracer.Value {
	x, axes := c.TensorArg(0), ops.Ints(c, 1)
	return c.Node(func() *graph.Node {
		for _, a := range axes {
			x = ops.Flip(x, a)
		}
		return x
	})
}

func einsum(c *tracer.Call) tracer.Value {
	equation := c.Str(0)
	var nodes []*graph.Node
	for i, v := range c.Rest {
		n, ok := c.Tensor(v, c.RestSpan(i))
		if !ok {
			return c.Refuse(c.RestSpan(i), tracer.CodeType, "%s() takes tensors, not %s", c.Fn.Name, tracer.Describe(v))
		}
		nodes = append(nodes, n)
	}
	if nodes == nil {
		return c.Refuse(c.At, tracer.CodeType, "%s() takes at least one tensor", c.Fn.Name)
	}
	return c.Node(func() *graph.Node { return ops.Einsum(equation, nodes...) })
}
