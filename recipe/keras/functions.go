package keras

import (
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// opsFunctions are the functions of keras.ops alone.
func opsFunctions() []*tracer.Builtin {
	return ops.Table(nil,
		ops.Function{Signature: "gelu(x, approximate=True)", Do: gelu},
		ops.Function{Signature: "leaky_relu(x, negative_slope=0.2)", Do: withNumber((*graph.Node).LeakyRelu)},
		ops.Function{Signature: "norm(x, ord=None, axis=None, keepdims=False)", Do: norm},
		ops.Function{Signature: "zeros_like(x, dtype=None)", Do: like(0)},
		ops.Function{Signature: "ones_like(x, dtype=None)", Do: like(1)},
		ops.Function{Signature: "array(x, dtype=None)", Do: func(c *tracer.Call) tracer.Value { return ops.Array(c, 0, 1) }},
		ops.Function{Signature: "arange(start, stop=None, step=1, dtype=None)", Do: arange},
		ops.Function{Signature: "take(x, indices, axis=None)", Do: func(c *tracer.Call) tracer.Value {
			x, at := c.TensorArg(0), c.TensorArg(1)
			if c.IsNone(2) {
				return c.Node(func() *graph.Node { return x.Reshape(-1).Gather(at, 0) })
			}
			axis := c.AxisArg(2)
			return c.Node(func() *graph.Node { return x.Gather(at, axis) })
		}},
		ops.Function{Signature: "take_along_axis(x, indices, axis=None)", Do: func(c *tracer.Call) tracer.Value {
			x, at, axis := c.TensorArg(0), c.TensorArg(1), c.AxisArg(2)
			return c.Node(func() *graph.Node { return x.TakeAlong(at, axis) })
		}},
		ops.Function{Signature: "swapaxes(x, axis1, axis2)", Do: func(c *tracer.Call) tracer.Value {
			x, a, b := c.TensorArg(0), c.AxisArg(1), c.AxisArg(2)
			return c.Node(func() *graph.Node { return ops.SwapAxes(x, a, b) })
		}},
		ops.Function{Signature: "transpose(x, axes=None)", Do: func(c *tracer.Call) tracer.Value {
			x := c.TensorArg(0)
			if c.IsNone(1) {
				return c.Node(func() *graph.Node { return x.Transpose() })
			}
			order := c.AxesArg(1)
			return c.Node(func() *graph.Node { return x.Transpose(order...) })
		}},
		ops.Function{Signature: "split(x, indices_or_sections, axis=0)", Do: split},
		ops.Function{Signature: "unstack(x, num=None, axis=0)", Do: func(c *tracer.Call) tracer.Value { return unstack(c, 2) }},
		ops.Function{Signature: "stop_gradient(variable)", Do: ops.One((*graph.Node).StopGradient, nil)},
		ops.Function{Signature: "size(x)", Do: size},
	)
}

// activationFunctions are the activations as functions: keras.activations and tf.nn.
func activationFunctions() []*tracer.Builtin {
	var rows []ops.Function
	for name, node := range activations {
		switch name {
		case "relu", "softmax", "elu", "leaky_relu", "log_softmax", "gelu":
			continue
		}
		rows = append(rows, ops.Function{Signature: name + "(x, name=None)", Do: ops.One(node, nil)})
	}
	rows = append(rows,
		ops.Function{Signature: "relu(x, negative_slope=0.0, max_value=None, threshold=0.0, name=None)", Do: relu},
		ops.Function{Signature: "leaky_relu(x, negative_slope=0.2, name=None)", Do: withNumber((*graph.Node).LeakyRelu)},
		ops.Function{Signature: "elu(x, alpha=1.0, name=None)", Do: withNumber((*graph.Node).Elu)},
		ops.Function{Signature: "softmax(x, axis=-1, name=None)", Do: ops.AlongAxis((*graph.Node).Softmax)},
		ops.Function{Signature: "log_softmax(x, axis=-1, name=None)", Do: ops.AlongAxis((*graph.Node).LogSoftmax)},
		ops.Function{Signature: "gelu(x, approximate=False, name=None)", Do: gelu},
	)
	return ops.Table(map[string]string{"features": "x", "logits": "x", "input": "x", "alpha": "negative_slope"}, rows...)
}

func dropoutFunction() *tracer.Builtin {
	return tracer.NewBuiltin("dropout(x, rate, noise_shape=None, seed=None, name=None)", func(c *tracer.Call) tracer.Value {
		x, rate := c.TensorArg(0), c.Float(1)
		return c.Node(func() *graph.Node { return dropped(x, rate) })
	})
}

// utilities are the functions of keras.utils.
func utilities() []*tracer.Builtin {
	return ops.Table(nil,
		ops.Function{Signature: "to_categorical(x, num_classes=None)", Do: func(c *tracer.Call) tracer.Value {
			x := c.TensorArg(0)
			if !c.IsNone(1) {
				n := c.Int(1)
				return c.Node(func() *graph.Node { return x.OneHot(n) })
			}
			a, known := c.Known(x, c.At)
			if !known || !c.OK() {
				return c.Refuse(c.At, tracer.CodeValue, "to_categorical() needs num_classes: the largest one is only known while training runs")
			}
			n := 0
			for _, v := range a.Data {
				n = max(n, int(v)+1)
			}
			return c.Node(func() *graph.Node { return x.OneHot(n) })
		}},
		ops.Function{Signature: "set_random_seed(seed)", Do: seed},
		ops.Function{Signature: "register_keras_serializable(package='Custom', name=None)", Do: func(c *tracer.Call) tracer.Value { return tracer.None{} }},
	)
}
