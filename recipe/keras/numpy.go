package keras

import (
	"math"
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// numpyAliases are the names that NumPy's functions give their arguments.
var numpyAliases = map[string]string{"a": "x", "arr": "x", "array": "x", "x1": "x", "x2": "y", "b": "y", "reps": "n"}

// numpy are the functions of np alone.
func numpy() []*tracer.Builtin {
	spread := func(root bool) func(c *tracer.Call) tracer.Value {
		return func(c *tracer.Call) tracer.Value {
			x, axes, correction, keep := c.TensorArg(0), c.AxesArg(1), c.Float(2), c.Bool(3)
			return c.Node(func() *graph.Node { return ops.Variance(correction, root, keep)(x, axes...) })
		}
	}
	return ops.Table(numpyAliases,
		ops.Function{Signature: "std(x, axis=None, ddof=0, keepdims=False)", Do: spread(true)},
		ops.Function{Signature: "var(x, axis=None, ddof=0, keepdims=False)", Do: spread(false)},
		ops.Function{Signature: "prod(x, axis=None, dtype=None, out=None, keepdims=False)", Do: func(c *tracer.Call) tracer.Value {
			v := product(c, 4)
			x, isTensor := v.(*graph.Node)
			if !isTensor || c.IsNone(2) {
				return v
			}
			kind, _ := c.DTypeArg(2)
			return c.Node(func() *graph.Node { return x.Cast(kind) })
		}},
		ops.Function{Signature: "array(object, dtype=None)", Do: func(c *tracer.Call) tracer.Value { return ops.Array(c, 0, 1) }},
		ops.Function{Signature: "asarray(object, dtype=None)", Do: func(c *tracer.Call) tracer.Value { return ops.Array(c, 0, 1) }},
		ops.Function{Signature: "transpose(x, axes=None)", Do: func(c *tracer.Call) tracer.Value {
			x := c.TensorArg(0)
			if c.IsNone(1) {
				return c.Node(func() *graph.Node { return x.Transpose() })
			}
			order := c.AxesArg(1)
			return c.Node(func() *graph.Node { return x.Transpose(order...) })
		}},
		ops.Function{Signature: "swapaxes(x, axis1, axis2)", Do: func(c *tracer.Call) tracer.Value {
			x, a, b := c.TensorArg(0), c.AxisArg(1), c.AxisArg(2)
			return c.Node(func() *graph.Node { return ops.SwapAxes(x, a, b) })
		}},
		ops.Function{Signature: "moveaxis(x, source, destination)", Do: func(c *tracer.Call) tracer.Value {
			x, a, b := c.TensorArg(0), c.AxisArg(1), c.AxisArg(2)
			return c.Node(func() *graph.Node { return ops.MoveAxis(x, a, b) })
		}},
		ops.Function{Signature: "ravel(x)", Do: ops.One(func(x *graph.Node) *graph.Node { return x.Reshape(-1) }, nil)},
		ops.Function{Signature: "expand_dims(x, axis)", Do: ops.AlongAxis((*graph.Node).ExpandDims)},
		ops.Function{Signature: "zeros(shape, dtype=None)", Do: filled(0)},
		ops.Function{Signature: "ones(shape, dtype=None)", Do: filled(1)},
		ops.Function{Signature: "full(shape, fill_value, dtype=None)", Do: func(c *tracer.Call) tracer.Value {
			v, kind := c.TensorArg(1), ops.Kind(c.Arg(1))
			if !c.IsNone(2) {
				kind, _ = c.DTypeArg(2)
			}
			return ops.OfShape(c, 0, func(s graph.Shape) *graph.Node { return v.BroadcastTo(s).Cast(kind) })
		}},
		ops.Function{Signature: "arange(start, stop=None, step=1, dtype=None)", Do: arange},
		ops.Function{Signature: "linspace(start, stop, num=50)", Do: linspace},
		ops.Function{Signature: "sort(x, axis=-1)", Do: ops.AlongAxis(func(x *graph.Node, axis int) *graph.Node { v, _ := x.Sort(axis); return v })},
		ops.Function{Signature: "argsort(x, axis=-1)", Do: ops.AlongAxis(func(x *graph.Node, axis int) *graph.Node { _, at := x.Sort(axis); return at })},
		ops.Function{Signature: "cumsum(x, axis=None)", Do: func(c *tracer.Call) tracer.Value {
			x := c.TensorArg(0)
			if c.IsNone(1) {
				return c.Node(func() *graph.Node { return x.Reshape(-1).CumSum(0) })
			}
			axis := c.AxisArg(1)
			return c.Node(func() *graph.Node { return x.CumSum(axis) })
		}},
		ops.Function{Signature: "dot(x, y)", Do: ops.Two(ops.MatMul)},
		ops.Function{Signature: "outer(x, y)", Do: ops.Two(func(a, b *graph.Node) *graph.Node { return ops.Einsum("i,j->ij", a, b) })},
		ops.Function{Signature: "where(condition, x=None, y=None)", Do: where},
		ops.Function{Signature: "round(x, decimals=0)", Do: func(c *tracer.Call) tracer.Value {
			scale := math.Pow(10, float64(c.Int(1)))
			if scale == 1 {
				return c.Elementwise((*graph.Node).Round, math.RoundToEven)
			}
			return c.Elementwise(func(x *graph.Node) *graph.Node { return x.Scale(scale).Round().Scale(1 / scale) },
				func(x float64) float64 { return math.RoundToEven(x*scale) / scale })
		}},
		ops.Function{Signature: "power(x, y)", Do: ops.Two((*graph.Node).Pow)},
		ops.Function{Signature: "stack(arrays, axis=0)", Do: func(c *tracer.Call) tracer.Value {
			list, axis := c.TensorsArg(0), c.AxisArg(1)
			return c.Node(func() *graph.Node { return ops.Stack(axis, list...) })
		}},
		ops.Function{Signature: "nonzero(x)", Do: selects},
		ops.Function{Signature: "unique(x)", Do: unique},
	)
}

// unique sorts the different elements of what is known; how many a batch will have is not.
func unique(c *tracer.Call) tracer.Value {
	x := c.TensorArg(0)
	if !c.OK() || x.Poisoned() {
		return tracer.Poison
	}
	a, known := c.Known(x, c.At)
	if !known {
		return selects(c)
	}
	values := slices.Compact(slices.Sorted(slices.Values(a.Data)))
	return c.Node(func() *graph.Node { return c.Graph().Array([]int{len(values)}, values).Cast(x.DType()) })
}

func linspace(c *tracer.Call) tracer.Value {
	start, end, n := c.Float(0), c.Float(1), c.Int(2)
	if c.OK() && (n < 1 || n > 1<<22) {
		c.RefuseArg(2, tracer.CodeLimit, "%s() makes at least 1 and at most %d elements", c.Fn.Name, 1<<22)
	}
	return c.Node(func() *graph.Node {
		values := make([]float64, n)
		for i := range values {
			values[i] = start
			if n > 1 {
				values[i] += (end - start) * float64(i) / float64(n-1)
			}
		}
		return c.Graph().Array([]int{n}, values)
	})
}

// numpyRandom are the functions of np.random.
func numpyRandom() []*tracer.Builtin {
	sized := func(name, signature string, f func(c *tracer.Call, s graph.Shape) *graph.Node) ops.Function {
		return ops.Function{Signature: name + signature, Do: func(c *tracer.Call) tracer.Value {
			size := tracer.Value(tracer.Tuple{})
			if v, ok := c.ArgNamed("size"); ok {
				if _, none := v.(tracer.None); !none {
					size = v
				}
			} else {
				size = ops.Sizes(c)
			}
			return ops.ShapeOf(c, size, c.At, func(s graph.Shape) *graph.Node { return f(c, s) })
		}}
	}
	return ops.Table(nil,
		sized("rand", "(*shape)", func(c *tracer.Call, s graph.Shape) *graph.Node { return ops.Uniform(c, "rand", s, 0, 1) }),
		sized("randn", "(*shape)", func(c *tracer.Call, s graph.Shape) *graph.Node { return ops.Normal(c, "randn", s, 0, 1) }),
		sized("random", "(size=None)", func(c *tracer.Call, s graph.Shape) *graph.Node { return ops.Uniform(c, "random", s, 0, 1) }),
		sized("normal", "(loc=0.0, scale=1.0, size=None)", func(c *tracer.Call, s graph.Shape) *graph.Node {
			return ops.Normal(c, "normal", s, c.Float(0), c.Float(1))
		}),
		sized("uniform", "(low=0.0, high=1.0, size=None)", func(c *tracer.Call, s graph.Shape) *graph.Node {
			return ops.Uniform(c, "uniform", s, c.Float(0), c.Float(1))
		}),
		sized("randint", "(low, high=None, size=None, dtype=None)", func(c *tracer.Call, s graph.Shape) *graph.Node {
			lo, hi := 0, c.Int(0)
			if !c.IsNone(1) {
				lo, hi = hi, c.Int(1)
			}
			return ops.Whole(c, "randint", s, lo, hi)
		}),
		ops.Function{Signature: "seed(seed=None)", Do: func(c *tracer.Call) tracer.Value {
			if c.IsNone(0) {
				return tracer.None{}
			}
			return seed(c)
		}},
	)
}
