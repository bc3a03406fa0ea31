package keras

import (
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// random are the draws of keras.backend. Each is named after its function, which is how
// messages and random nodes call it.
func random() []*tracer.Builtin {
	return ops.Table(nil,
		draw("random_normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None, name=None)", "random_normal", gaussian),
		draw("random_uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None, name=None)", "random_uniform", ops.Uniform),
		draw("truncated_normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None, name=None)", "truncated_normal", truncated),
		draw("random_normal_variable(shape, mean, scale, dtype=None, seed=None, name=None)", "random_normal", gaussian),
		ops.Function{Signature: "random_bernoulli(shape, p=0.0, dtype=None, seed=None)", Do: bernoulli},
		ops.Function{Signature: "random_binomial(shape, p=0.0, dtype=None, seed=None)", Do: bernoulli},
		ops.Function{Signature: "dropout(x, level, noise_shape=None, seed=None)", Do: func(c *tracer.Call) tracer.Value {
			x, rate := c.TensorArg(0), c.Float(1)
			return c.Node(func() *graph.Node { return dropped(x, rate) })
		}},
	)
}

// tfRandom are tf.random's and keras.random's.
func tfRandom() []*tracer.Builtin {
	return ops.Table(nil,
		draw("normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None, name=None)", "random_normal", gaussian),
		draw("uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None, name=None)", "random_uniform", ops.Uniform),
		draw("truncated_normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None, name=None)", "truncated_normal", truncated),
		ops.Function{Signature: "SeedGenerator(seed=None, name=None)", Do: func(*tracer.Call) tracer.Value { return tracer.None{} }}, // draws have a number each
		ops.Function{Signature: "set_seed(seed)", Do: seed},
		ops.Function{Signature: "set_random_seed(seed)", Do: seed},
	)
}

type drawing func(c *tracer.Call, name string, s graph.Shape, a, b float64) *graph.Node

func gaussian(c *tracer.Call, name string, s graph.Shape, mean, sd float64) *graph.Node {
	return ops.Normal(c, name, s, mean, sd)
}

// truncated is a normal draw without what is more than two deviations away, as the
// inverse of its distribution function would give it: here a limit at two deviations of
// a draw, whose mass of 4.6 % lies on the ends.
func truncated(c *tracer.Call, name string, s graph.Shape, mean, sd float64) *graph.Node {
	return c.Random(name, graph.StandardNormal, s).Clip(-2, 2).Scale(sd).Shift(mean)
}

// draw is a function of a shape and two numbers.
func draw(signature, name string, f drawing) ops.Function {
	return ops.Function{Signature: signature, Do: func(c *tracer.Call) tracer.Value {
		a := c.Float(1)
		b := 1.0
		if !c.IsNone(2) {
			b = c.Float(2)
		}
		return ops.OfShape(c, 0, func(s graph.Shape) *graph.Node { return f(c, name, s, a, b) })
	}}
}

func bernoulli(c *tracer.Call) tracer.Value {
	p := c.Float(1)
	return ops.OfShape(c, 0, func(s graph.Shape) *graph.Node {
		return c.Random("random_bernoulli", graph.StandardUniform, s).Less(c.Graph().Const(p)).Cast(graph.Float)
	})
}

func seed(c *tracer.Call) tracer.Value {
	if n := c.Int(0); c.OK() {
		c.Seed(uint64(n))
	}
	return tracer.None{}
}

// dropped sets elements to 0 with probability rate, in graphs for training.
func dropped(x *graph.Node, rate float64) *graph.Node {
	if x.Poisoned() || x.Graph().Mode != graph.Training || rate == 0 {
		return x
	}
	g := x.Graph()
	if !(rate >= 0 && rate < 1) {
		return g.Poison(graph.Diagnostic{Code: tracer.CodeValue, Message: "dropout: the rate must lie in [0, 1)"})
	}
	defer g.Enter(graph.Scope{Name: "dropout"})()
	keep := g.Random("dropout", graph.StandardUniform, x.Shape()).GreaterEqual(g.Const(rate))
	return keep.Where(x.Scale(1/(1-rate)), g.Const(0))
}
