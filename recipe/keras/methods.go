package keras

import (
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// Methods are the methods of NumPy's arrays that differ from PyTorch's of the same name:
// they take axis, give no positions, and deviations are those of a population.
func Methods() []*tracer.Builtin {
	const over = "(x, axis=None, keepdims=False)"
	spread := func(root bool) func(c *tracer.Call) tracer.Value {
		return func(c *tracer.Call) tracer.Value {
			x, axes, correction, keep := c.TensorArg(0), c.AxesArg(1), c.Float(2), c.Bool(3)
			return c.Node(func() *graph.Node { return ops.Variance(correction, root, keep)(x, axes...) })
		}
	}
	return ops.Table(map[string]string{"dim": "axis", "keepdim": "keepdims"},
		ops.Function{Signature: "sum" + over, Do: ops.Reduce((*graph.Node).Sum, (*graph.Node).SumKeep)},
		ops.Function{Signature: "mean" + over, Do: ops.Reduce((*graph.Node).Mean, (*graph.Node).MeanKeep)},
		ops.Function{Signature: "max" + over, Do: ops.Reduce((*graph.Node).ReduceMax, (*graph.Node).ReduceMaxKeep)},
		ops.Function{Signature: "min" + over, Do: ops.Reduce((*graph.Node).ReduceMin, (*graph.Node).ReduceMinKeep)},
		ops.Function{Signature: "std(x, axis=None, ddof=0, keepdims=False)", Do: spread(true)},
		ops.Function{Signature: "var(x, axis=None, ddof=0, keepdims=False)", Do: spread(false)},
		ops.Function{Signature: "prod" + over, Do: prod},
		ops.Function{Signature: "squeeze(x, axis=None)", Do: func(c *tracer.Call) tracer.Value {
			x, drop := c.TensorArg(0), c.AxesArg(1)
			return c.Node(func() *graph.Node { return ops.Squeeze(x, drop, false) })
		}},
		ops.Function{Signature: "transpose(x, *axes)", Do: func(c *tracer.Call) tracer.Value {
			x := c.TensorArg(0)
			var order []int
			for _, v := range ops.List(ops.Sizes(c)) {
				d, ok := tracer.Dim(v)
				if !ok || d.Depends() {
					return c.Refuse(c.At, tracer.CodeType, "transpose() takes the numbers of axes, not %s", tracer.Describe(v))
				}
				order = append(order, d.Const)
			}
			return c.Node(func() *graph.Node { return x.Transpose(order...) })
		}},
		ops.Function{Signature: "copy(x)", Do: ops.One(func(x *graph.Node) *graph.Node { return x }, nil)},
		ops.Function{Signature: "flatten(x)", Do: ops.One(func(x *graph.Node) *graph.Node { return x.Reshape(-1) }, nil)},
		ops.Function{Signature: "astype(x, dtype)", Do: func(c *tracer.Call) tracer.Value {
			x := c.TensorArg(0)
			kind, _ := c.DTypeArg(1)
			return c.Node(func() *graph.Node { return x.Cast(kind) })
		}},
		ops.Function{Signature: "get_shape(x)", Do: shapeOf},
	)
}

// ShapeMethods are the methods of TensorFlow's shapes, which are tuples here.
func ShapeMethods() []*tracer.Builtin {
	return []*tracer.Builtin{tracer.NewBuiltin("as_list(self)", func(c *tracer.Call) tracer.Value {
		shape, _ := c.Arg(0).(tracer.Tuple)
		return &tracer.List{Elems: slices.Clone(shape)}
	})}
}
