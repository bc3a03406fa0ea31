package keras

import (
	"maps"
	"math"
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/recipe/internal/layer"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// activations are those that layers take by name, and keras.activations has.
var activations = map[string]func(*graph.Node) *graph.Node{
	"relu": (*graph.Node).Relu, "sigmoid": (*graph.Node).Sigmoid, "tanh": (*graph.Node).Tanh,
	"softmax":     func(x *graph.Node) *graph.Node { return x.Softmax(-1) },
	"log_softmax": func(x *graph.Node) *graph.Node { return x.LogSoftmax(-1) },
	"softplus":    (*graph.Node).Softplus, "softsign": ops.Softsign, "selu": (*graph.Node).Selu,
	"elu": func(x *graph.Node) *graph.Node { return x.Elu(1) }, "exponential": (*graph.Node).Exp,
	"linear": func(x *graph.Node) *graph.Node { return x }, "gelu": (*graph.Node).Gelu, "silu": (*graph.Node).Silu, "swish": (*graph.Node).Silu,
	"leaky_relu": func(x *graph.Node) *graph.Node { return x.LeakyRelu(0.2) }, "relu6": ops.Relu6, "hard_sigmoid": ops.HardSigmoid,
	"hard_silu": ops.HardSwish, "mish": ops.Mish,
}

// activationArg returns argument i: None, a name, or something that can be called.
func activationArg(c *tracer.Call, i int) layer.Activation {
	switch v := c.Arg(i).(type) {
	case tracer.None:
		return layer.Activation{Name: "linear"}
	case tracer.Str:
		name := c.Choice(i, slices.Sorted(maps.Keys(activations))...)
		if name == "linear" {
			return layer.Activation{Name: name}
		}
		return layer.Activation{Name: name, Apply: activations[name]}
	case *tracer.Function, *tracer.Builtin, *tracer.Method, *tracer.Instance:
		t, at := c.Tracer, c.At
		name := "custom"
		if f, ok := v.(*tracer.Function); ok {
			name = f.Name()
		}
		return layer.Activation{Name: name, Apply: func(x *graph.Node) *graph.Node {
			n, ok := t.Call(v, at, x).(*graph.Node)
			if !ok {
				return poisoned(x.Graph())
			}
			return n
		}}
	}
	c.Want(i, "the name of an activation, or a function")
	return layer.Activation{}
}

// poisoned returns a poisoned node for what was refused already.
func poisoned(g *graph.Graph) *graph.Node {
	for _, d := range g.Diagnostics() {
		if d.Severity == graph.Error {
			return g.Poison(*d)
		}
	}
	return g.Poison(graph.Diagnostic{Code: tracer.CodeType, Message: "an activation gives a tensor"})
}

// initial is a value of keras.initializers.
type initial struct{ graph.Initializer }

// TypeName implements [tracer.Named].
func (initial) TypeName() string { return "initializer" }

// byName are the initializers that layers take by name, with Keras's defaults.
func byName() map[string]graph.Initializer {
	scaled := func(scale float64, by layer.Fan, as layer.Shape) graph.Initializer {
		return layer.Scaling{Scale: scale, By: by, As: as}
	}
	return map[string]graph.Initializer{
		"zeros": nn.Constant(0), "ones": nn.Constant(1), "zero": nn.Constant(0), "one": nn.Constant(1),
		"glorot_uniform": nn.GlorotUniform{}, "glorot_normal": scaled(1, layer.Average, layer.Truncated),
		"he_uniform": nn.HeUniform{}, "he_normal": scaled(2, layer.Inputs, layer.Truncated),
		"lecun_uniform": scaled(1, layer.Inputs, layer.Uniform), "lecun_normal": scaled(1, layer.Inputs, layer.Truncated),
		"random_normal": layer.Normal{SD: 0.05}, "normal": layer.Normal{SD: 0.05}, "random_uniform": nn.Uniform(0.05), "uniform": nn.Uniform(0.05),
		"truncated_normal": layer.Normal{SD: 0.05, Truncated: true},
	}
}

// initializer returns how a weight starts that v names.
func initializer(c *tracer.Call, v tracer.Value) (graph.Initializer, bool) {
	switch v := v.(type) {
	case initial:
		return v.Initializer, true
	case tracer.Str:
		if init, ok := byName()[string(v)]; ok {
			return init, true
		}
		names := slices.Sorted(maps.Keys(byName()))
		d := graph.Diagnostic{Code: graph.CodeUnknownWord, Message: "there is no initializer " + tracer.Repr(v)}
		if near, ok := tracer.Nearest(string(v), names); ok {
			d.Fixes = []string{tracer.Repr(tracer.Str(near))}
		}
		c.Fail()
		c.Report(c.At, d)
	case *tracer.Builtin: // a class without parentheses
		if init, ok := c.Call(v, c.At).(initial); ok {
			return init.Initializer, true
		}
		c.Fail()
	default:
		c.Fail()
		c.Refuse(c.At, tracer.CodeType, "%s is no initializer", tracer.Describe(v))
	}
	return nil, false
}

// initializers are the functions of keras.initializers.
func initializers() []*tracer.Builtin {
	row := func(signature string, make func(c *tracer.Call) graph.Initializer) ops.Function {
		return ops.Function{Signature: signature, Do: func(c *tracer.Call) tracer.Value { return initial{make(c)} }}
	}
	rows := []ops.Function{
		row("Constant(value=0.0)", func(c *tracer.Call) graph.Initializer { return nn.Constant(c.Float(0)) }),
		row("RandomNormal(mean=0.0, stddev=0.05, seed=None)", func(c *tracer.Call) graph.Initializer { return layer.Normal{Mean: c.Float(0), SD: c.Float(1)} }),
		row("TruncatedNormal(mean=0.0, stddev=0.05, seed=None)", func(c *tracer.Call) graph.Initializer {
			return layer.Normal{Mean: c.Float(0), SD: c.Float(1), Truncated: true}
		}),
		row("RandomUniform(minval=-0.05, maxval=0.05, seed=None)", func(c *tracer.Call) graph.Initializer { return layer.Between{Lo: c.Float(0), Hi: c.Float(1)} }),
		row("VarianceScaling(scale=1.0, mode='fan_in', distribution='truncated_normal', seed=None)", func(c *tracer.Call) graph.Initializer {
			by := map[string]layer.Fan{"fan_in": layer.Inputs, "fan_out": layer.Outputs, "fan_avg": layer.Average}[c.Choice(1, "fan_in", "fan_out", "fan_avg")]
			as := map[string]layer.Shape{"truncated_normal": layer.Truncated, "untruncated_normal": layer.Gaussian, "uniform": layer.Uniform}[c.Choice(2, "truncated_normal", "untruncated_normal", "uniform")]
			return layer.Scaling{Scale: c.Float(0), By: by, As: as}
		}),
	}
	for class, name := range map[string]string{
		"Zeros": "zeros", "Ones": "ones", "GlorotUniform": "glorot_uniform", "GlorotNormal": "glorot_normal", "HeUniform": "he_uniform", "HeNormal": "he_normal",
		"LecunUniform": "lecun_uniform", "LecunNormal": "lecun_normal",
	} {
		for _, spelled := range []string{class, name} {
			rows = append(rows, row(spelled+"(seed=None)", func(c *tracer.Call) graph.Initializer { return byName()[name] }))
		}
	}
	return ops.Table(nil, rows...)
}

// unregularized refuses the keywords that would add to the loss or bound the weights.
func unregularized(c *tracer.Call) {
	for i, p := range c.Fn.Params() {
		switch p.Name {
		case "kernel_regularizer", "bias_regularizer", "activity_regularizer", "regularizer", "beta_regularizer", "gamma_regularizer", "embeddings_regularizer":
			if !c.IsNone(i) {
				c.ReportArg(i, graph.Diagnostic{
					Code: tracer.CodeUnsupported, Message: p.Name + " adds to the loss behind the back of train(...)",
					Fixes: []string{"train(..., optimizer = adamw(weight_decay = 0.01))"},
				})
			}
		case "kernel_constraint", "bias_constraint", "constraint", "beta_constraint", "gamma_constraint", "embeddings_constraint":
			if !c.IsNone(i) {
				c.ReportArg(i, graph.Diagnostic{
					Code: tracer.CodeUnsupported, Message: p.Name + " is not supported: nothing changes weights but the optimizer",
					Fixes: []string{"leave it out"},
				})
			}
		}
	}
}

// whole returns argument i, a whole number of at least 1.
func whole(c *tracer.Call, i int) int {
	n := c.Int(i)
	if c.Fine(i) && n < 1 {
		c.RefuseArg(i, tracer.CodeValue, "%s is a whole number of at least 1, not %d", c.Fn.Params()[i].Name, n)
	}
	return n
}

// limit returns argument i as a number, +Inf for None.
func limit(c *tracer.Call, i int) float64 {
	if c.IsNone(i) {
		return math.Inf(1)
	}
	return c.Float(i)
}
