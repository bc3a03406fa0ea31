package torch

import (
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/recipe/internal/layer"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// initializers are the functions of torch.nn.init: they say how a weight starts, and
// draw nothing by themselves.
func initializers() []*tracer.Builtin {
	row := func(signature string, start func(c *tracer.Call) graph.Initializer) ops.Function {
		return ops.Function{Signature: signature, Do: func(c *tracer.Call) tracer.Value { return restart(c, start(c)) }}
	}
	return ops.Table(nil,
		row("uniform_(tensor, a=0.0, b=1.0)", func(c *tracer.Call) graph.Initializer { return layer.Between{Lo: c.Float(1), Hi: c.Float(2)} }),
		row("normal_(tensor, mean=0.0, std=1.0)", func(c *tracer.Call) graph.Initializer { return layer.Normal{Mean: c.Float(1), SD: c.Float(2)} }),
		row("trunc_normal_(tensor, mean=0.0, std=1.0)", func(c *tracer.Call) graph.Initializer {
			return layer.Normal{Mean: c.Float(1), SD: c.Float(2), Truncated: true}
		}),
		row("constant_(tensor, val)", func(c *tracer.Call) graph.Initializer { return nn.Constant(c.Float(1)) }),
		row("zeros_(tensor)", func(c *tracer.Call) graph.Initializer { return nn.Constant(0) }),
		row("ones_(tensor)", func(c *tracer.Call) graph.Initializer { return nn.Constant(1) }),
		row("xavier_uniform_(tensor, gain=1.0)", xavier(layer.Uniform)),
		row("xavier_normal_(tensor, gain=1.0)", xavier(layer.Gaussian)),
		row("kaiming_uniform_(tensor, a=0, mode='fan_in', nonlinearity='leaky_relu')", kaiming(layer.Uniform)),
		row("kaiming_normal_(tensor, a=0, mode='fan_in', nonlinearity='leaky_relu')", kaiming(layer.Gaussian)),
		row("orthogonal_(tensor, gain=1)", func(c *tracer.Call) graph.Initializer { return layer.Orthogonal{Gain: c.Float(1)} }),
		ops.Function{Signature: "calculate_gain(nonlinearity, param=None)", Do: func(c *tracer.Call) tracer.Value {
			slope := 0.01
			if !c.IsNone(1) {
				slope = c.Float(1)
			}
			return tracer.Float(gain(c, 0, slope))
		}},
	)
}

func xavier(as layer.Shape) func(c *tracer.Call) graph.Initializer {
	return func(c *tracer.Call) graph.Initializer {
		g := c.Float(1)
		return layer.Scaling{Scale: g * g, By: layer.Average, As: as}
	}
}

func kaiming(as layer.Shape) func(c *tracer.Call) graph.Initializer {
	return func(c *tracer.Call) graph.Initializer {
		by := layer.Inputs
		if c.Choice(2, "fan_in", "fan_out") == "fan_out" {
			by = layer.Outputs
		}
		g := gain(c, 3, c.Float(1))
		return layer.Scaling{Scale: g * g, By: by, As: as}
	}
}

// gain is the factor that PyTorch recommends for an activation.
func gain(c *tracer.Call, i int, slope float64) float64 {
	switch c.Choice(i, "linear", "conv2d", "sigmoid", "tanh", "relu", "leaky_relu", "selu") {
	case "tanh":
		return 5.0 / 3
	case "relu":
		return math.Sqrt2
	case "leaky_relu":
		return math.Sqrt(2 / (1 + slope*slope))
	case "selu":
		return 0.75
	}
	return 1
}

// restart gives the parameter that argument 0 is, seen through transpositions, another
// start.
func restart(c *tracer.Call, start graph.Initializer) tracer.Value {
	x := c.TensorArg(0)
	if !c.OK() || x.Poisoned() {
		return tracer.Poison
	}
	if p, ok := weightIn(x).Param(); ok && start != nil {
		if !c.TopLevel() {
			return c.Report(c.At, graph.Diagnostic{
				Code:    tracer.CodeType,
				Message: c.Fn.Name + "() says how a weight starts, but this is traced for every batch",
				Notes:   []string{"would   start the training anew at each batch."},
				Fixes:   []string{"make the model, and start its weights, at the top level of the file"},
			})
		}
		if s, ok := p.Init.(*layer.Start); ok {
			s.Of = start
			return x
		}
	}
	c.Want(0, "the weight of a layer, or a parameter")
	return tracer.Poison
}

// weightIn returns the weight that x is, seen through its transposition and its data.
func weightIn(x *graph.Node) *graph.Node {
	for !x.Poisoned() && (x.Op().Name() == "Transpose" || x.Op().Name() == "StopGradient") {
		x = x.In(0)
	}
	return x
}
