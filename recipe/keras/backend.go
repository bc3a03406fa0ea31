package keras

import (
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// backend are the functions of keras.backend alone.
func backend() []*tracer.Builtin {
	return ops.Table(map[string]string{"tensor": "x", "n": "n"},
		ops.Function{Signature: "relu(x, alpha=0.0, max_value=None, threshold=0.0)", Do: relu},
		ops.Function{Signature: "hard_sigmoid(x)", Do: ops.One(func(x *graph.Node) *graph.Node { // Keras 2's, with a slope of 0.2; activations have that of Keras 3
			return x.Scale(0.2).Shift(0.5).Clip(0, 1)
		}, nil)},
		ops.Function{Signature: "batch_flatten(x)", Do: ops.One(func(x *graph.Node) *graph.Node { return ops.FlattenFrom(x, 1, -1) }, nil)},
		ops.Function{Signature: "cast_to_floatx(x)", Do: ops.One(func(x *graph.Node) *graph.Node { return x.Cast(graph.Float) }, nil)},
		ops.Function{Signature: "dtype(x)", Do: func(c *tracer.Call) tracer.Value { return tracer.DType{DType: c.TensorArg(0).DType()} }},
		ops.Function{Signature: "image_data_format()", Do: func(c *tracer.Call) tracer.Value { return tracer.Str("channels_last") }},
		ops.Function{Signature: "backend()", Do: func(c *tracer.Call) tracer.Value { return tracer.Str("tensorflow") }},
		ops.Function{Signature: "learning_phase()", Do: func(c *tracer.Call) tracer.Value { return tracer.Bool(c.Graph().Mode == graph.Training) }},
		ops.Function{Signature: "is_tensor(x)", Do: isTensorValue},
		ops.Function{Signature: "is_keras_tensor(x)", Do: isTensorValue},
		ops.Function{Signature: "count_params(x)", Do: size},
		ops.Function{Signature: "gather(reference, indices)", Do: func(c *tracer.Call) tracer.Value {
			x, at := c.TensorArg(0), c.TensorArg(1)
			return c.Node(func() *graph.Node { return x.Gather(at, 0) })
		}},
		// The divergence of N(mean, e^log_var) from N(0, 1), of each number: ours, where Keras writes the formula out.
		ops.Function{Signature: "gaussian_kl(mean, log_var)", Do: func(c *tracer.Call) tracer.Value {
			mean, logVar := c.TensorArg(0), c.TensorArg(1)
			return c.Node(func() *graph.Node { return loss.GaussianKL(mean, logVar) })
		}},
		ops.Function{Signature: "repeat_elements(x, rep, axis)", Do: func(c *tracer.Call) tracer.Value {
			x, times, axis := c.TensorArg(0), c.Int(1), c.AxisArg(2)
			return c.Node(func() *graph.Node { return ops.Repeat(x, times, axis) })
		}},
		ops.Function{Signature: "repeat(x, n)", Do: func(c *tracer.Call) tracer.Value {
			x, n := c.TensorArg(0), c.Int(1)
			return c.Node(func() *graph.Node { return ops.Repeat(x.ExpandDims(1), n, 1) })
		}},
		ops.Function{Signature: "batch_dot(x, y, axes=None)", Do: batchDot},
		ops.Function{Signature: "reverse(x, axes)", Do: reverse},
		ops.Function{Signature: "variable(value, dtype=None, name=None, constraint=None)", Do: func(c *tracer.Call) tracer.Value { return array(c, 0, 1) }},
		ops.Function{Signature: "constant(value, dtype=None, shape=None, name=None)", Do: tracer.Constant},
		ops.Function{Signature: "zeros(shape, dtype=None, name=None)", Do: filled(0)},
		ops.Function{Signature: "ones(shape, dtype=None, name=None)", Do: filled(1)},
		ops.Function{Signature: "eye(size, dtype=None, name=None)", Do: func(c *tracer.Call) tracer.Value { return ops.EyeOf(c, -1) }},
		ops.Function{Signature: "print_tensor(x, message='', summarize=3)", Do: func(c *tracer.Call) tracer.Value { return c.TensorArg(0) }},
		ops.Function{Signature: "function(inputs, outputs, updates=None)", Do: func(c *tracer.Call) tracer.Value {
			return c.Report(c.At, graph.Diagnostic{
				Code: tracer.CodeUnsupported, Message: "K.function() runs a graph at once, but nothing runs while a recipe is read",
				Fixes: []string{"keras.Model(inputs, outputs)"},
			})
		}},
	)
}

// relu is max(x, threshold) limited above, with a slope below: alpha·(x − threshold).
func relu(c *tracer.Call) tracer.Value {
	x, slope, at := c.TensorArg(0), c.Float(1), c.Float(3)
	most := math.Inf(1)
	if !c.IsNone(2) {
		most = c.Float(2)
	}
	return c.Node(func() *graph.Node { return reluOf(x, slope, most, at) })
}

func reluOf(x *graph.Node, slope, most, threshold float64) *graph.Node {
	switch {
	case x.Poisoned():
		return x
	case threshold != 0:
		g := x.Graph()
		y := x.GreaterEqual(g.Const(threshold)).Where(x, x.Shift(-threshold).Scale(slope))
		if math.IsInf(most, 1) {
			return y
		}
		return y.Clip(math.Inf(-1), most)
	case slope == 0 && math.IsInf(most, 1):
		return x.Relu()
	case slope == 0:
		return x.Clip(0, most)
	case math.IsInf(most, 1):
		return x.LeakyRelu(slope)
	}
	return x.LeakyRelu(slope).Clip(math.Inf(-1), most)
}

func isTensorValue(c *tracer.Call) tracer.Value {
	_, ok := c.Arg(0).(*graph.Node)
	return tracer.Bool(ok)
}

// size is the number of elements, which may depend on the batch.
func size(c *tracer.Call) tracer.Value {
	x := c.TensorArg(0)
	if !c.OK() || x.Poisoned() {
		return tracer.Poison
	}
	n, ok := x.Shape().Size()
	if !ok {
		return c.Refuse(c.At, tracer.CodeValue, "%s() of %v: rows against rows have no number of elements that is a multiple of the batch", c.Fn.Name, x.Shape())
	}
	return c.LengthOf(n)
}

// batchDot multiplies row by row: the last axis of x with the one before the last of y,
// or the axes that are named.
func batchDot(c *tracer.Call) tracer.Value {
	x, y := c.TensorArg(0), c.TensorArg(1)
	if !c.OK() || x.Poisoned() || y.Poisoned() {
		return tracer.Poison
	}
	a, b := x.Rank()-1, max(1, y.Rank()-2)
	if !c.IsNone(2) {
		switch over := ops.Ints(c, 2); len(over) {
		case 1:
			a, b = over[0], over[0]
		case 2:
			a, b = over[0], over[1]
		default:
			c.Want(2, "one or two axes")
		}
	}
	if a < 0 {
		a += x.Rank()
	}
	if b < 0 {
		b += y.Rank()
	}
	if c.OK() && (a < 1 || b < 1 || a >= x.Rank() || b >= y.Rank() || x.Rank() > 6 || y.Rank() > 6) {
		return c.Refuse(c.At, graph.CodeShape, "batch_dot(): %v and %v have no such axes %d and %d behind the batch", x.Shape(), y.Shape(), a, b)
	}
	if !c.OK() {
		return tracer.Poison
	}
	left, right := []byte("nabcde")[:x.Rank()], []byte("npqrst")[:y.Rank()]
	left[a], right[b] = 'z', 'z'
	result := "n"
	for _, l := range append(append([]byte{}, left[1:]...), right[1:]...) {
		if l != 'z' {
			result += string(l)
		}
	}
	equation := string(left) + "," + string(right) + "->" + result
	return c.Node(func() *graph.Node {
		out := ops.Einsum(equation, x, y)
		if out.Rank() == 1 {
			out = out.ExpandDims(1)
		}
		return out
	})
}

// array makes a tensor of floats, which Keras's are, unless a dtype says else.
func array(c *tracer.Call, i, dtype int) tracer.Value {
	if dtype >= 0 && !c.IsNone(dtype) {
		return ops.Array(c, i, dtype)
	}
	n, ok := ops.Array(c, i, -1).(*graph.Node)
	if !ok {
		return tracer.Poison
	}
	return c.Node(func() *graph.Node { return n.Cast(graph.Float) })
}

// filled is a function of a shape.
func filled(v float64) func(c *tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value {
		kind := graph.Float
		if !c.IsNone(1) {
			kind, _ = c.DTypeArg(1)
		}
		return ops.OfShape(c, 0, func(s graph.Shape) *graph.Node { return ops.Filled(c.Graph(), v, s).Cast(kind) })
	}
}
