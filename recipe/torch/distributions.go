package torch

import (
	"math"
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
)

// law is a family of distributions: its parameters and what is computed of them. What is
// nil it does not have here.
type law struct {
	name       string
	parameters []string
	positive   []string // those that must be above 0
	logProb    func(p values, x *graph.Node) *graph.Node
	entropy    func(p values) *graph.Node
	mean       func(p values) *graph.Node
	variance   func(p values) *graph.Node
	cdf        func(p values, x *graph.Node) *graph.Node
	draw       func(c *tracer.Call, p values, s graph.Shape) *graph.Node
	divergence func(p, q values) *graph.Node // from p to q
	event      int                           // how many of the last axes of the parameters are one draw
}

// values are the parameters of a distribution, by name.
type values map[string]*graph.Node

var halfLog2Pi = 0.5 * math.Log(2*math.Pi)

// laws are the families of torch.distributions that losses use.
var laws = []*law{
	{
		name: "Normal", parameters: []string{"loc", "scale"}, positive: []string{"scale"},
		logProb: func(p values, x *graph.Node) *graph.Node {
			return x.Sub(p["loc"]).Div(p["scale"]).Square().Scale(-0.5).Sub(p["scale"].Log()).Shift(-halfLog2Pi)
		},
		entropy:  func(p values) *graph.Node { return p["scale"].Log().Shift(0.5 + halfLog2Pi) },
		mean:     func(p values) *graph.Node { return p["loc"] },
		variance: func(p values) *graph.Node { return p["scale"].Square() },
		cdf: func(p values, x *graph.Node) *graph.Node {
			return x.Sub(p["loc"]).Div(p["scale"]).Scale(math.Sqrt2 / 2).Erf().Shift(1).Scale(0.5)
		},
		draw: func(c *tracer.Call, p values, s graph.Shape) *graph.Node {
			return p["loc"].Add(p["scale"].Mul(ops.Normal(c, "normal", s, 0, 1)))
		},
		divergence: func(p, q values) *graph.Node {
			ratio := p["scale"].Div(q["scale"]).Square()
			apart := p["loc"].Sub(q["loc"]).Div(q["scale"]).Square()
			return ratio.Add(apart).Shift(-1).Sub(ratio.Log()).Scale(0.5)
		},
	},
	{
		name: "Laplace", parameters: []string{"loc", "scale"}, positive: []string{"scale"},
		logProb: func(p values, x *graph.Node) *graph.Node {
			return x.Sub(p["loc"]).Abs().Div(p["scale"]).Neg().Sub(p["scale"].Scale(2).Log())
		},
		entropy:  func(p values) *graph.Node { return p["scale"].Scale(2).Log().Shift(1) },
		mean:     func(p values) *graph.Node { return p["loc"] },
		variance: func(p values) *graph.Node { return p["scale"].Square().Scale(2) },
		draw: func(c *tracer.Call, p values, s graph.Shape) *graph.Node {
			u := ops.Uniform(c, "laplace", s, -1, 1)
			return p["loc"].Sub(p["scale"].Mul(u.Sign()).Mul(u.Abs().Neg().Log1p()))
		},
	},
	{
		name: "Uniform", parameters: []string{"low", "high"},
		logProb: func(p values, x *graph.Node) *graph.Node {
			inside := x.GreaterEqual(p["low"]).And(x.Less(p["high"]))
			return inside.Cast(graph.Float).Log().Sub(p["high"].Sub(p["low"]).Log())
		},
		entropy:  func(p values) *graph.Node { return p["high"].Sub(p["low"]).Log() },
		mean:     func(p values) *graph.Node { return p["low"].Add(p["high"]).Scale(0.5) },
		variance: func(p values) *graph.Node { return p["high"].Sub(p["low"]).Square().Scale(1. / 12) },
		draw: func(c *tracer.Call, p values, s graph.Shape) *graph.Node {
			return p["low"].Add(p["high"].Sub(p["low"]).Mul(ops.Uniform(c, "uniform", s, 0, 1)))
		},
	},
	{
		name: "Exponential", parameters: []string{"rate"}, positive: []string{"rate"},
		logProb:  func(p values, x *graph.Node) *graph.Node { return p["rate"].Log().Sub(p["rate"].Mul(x)) },
		entropy:  func(p values) *graph.Node { return p["rate"].Log().OneMinus() },
		mean:     func(p values) *graph.Node { return ops.Reciprocal(p["rate"]) },
		variance: func(p values) *graph.Node { return p["rate"].PowConst(-2) },
		draw: func(c *tracer.Call, p values, s graph.Shape) *graph.Node {
			return ops.Uniform(c, "exponential", s, 0, 1).Neg().Log1p().Neg().Div(p["rate"])
		},
	},
	{
		name: "Gamma", parameters: []string{"concentration", "rate"}, positive: []string{"concentration", "rate"},
		logProb: func(p values, x *graph.Node) *graph.Node {
			a, r := p["concentration"], p["rate"]
			return a.XLogY(r).Add(a.Shift(-1).XLogY(x)).Sub(r.Mul(x)).Sub(a.Lgamma())
		},
		entropy: func(p values) *graph.Node {
			a := p["concentration"]
			return a.Sub(p["rate"].Log()).Add(a.Lgamma()).Add(a.OneMinus().Mul(a.Digamma()))
		},
		mean:     func(p values) *graph.Node { return p["concentration"].Div(p["rate"]) },
		variance: func(p values) *graph.Node { return p["concentration"].Div(p["rate"].Square()) },
		divergence: func(p, q values) *graph.Node {
			a, r, b, s := p["concentration"], p["rate"], q["concentration"], q["rate"]
			return b.Mul(r.Div(s).Log()).Add(b.Lgamma()).Sub(a.Lgamma()).Add(a.Sub(b).Mul(a.Digamma())).Add(s.Sub(r).Mul(a.Div(r)))
		},
	},
	{
		name: "Bernoulli", parameters: []string{"probs"},
		logProb: func(p values, x *graph.Node) *graph.Node {
			return x.Mul(p["log"]).Add(x.OneMinus().Mul(p["log of the rest"]))
		},
		entropy: func(p values) *graph.Node {
			return p["probs"].Mul(p["log"]).Add(p["probs"].OneMinus().Mul(p["log of the rest"])).Neg()
		},
		mean:     func(p values) *graph.Node { return p["probs"] },
		variance: func(p values) *graph.Node { return p["probs"].Mul(p["probs"].OneMinus()) },
		draw: func(c *tracer.Call, p values, s graph.Shape) *graph.Node {
			return ops.Uniform(c, "bernoulli", s, 0, 1).Less(p["probs"]).Cast(graph.Float)
		},
		divergence: func(p, q values) *graph.Node {
			return p["probs"].Mul(p["log"].Sub(q["log"])).Add(p["probs"].OneMinus().Mul(p["log of the rest"].Sub(q["log of the rest"])))
		},
	},
	{
		name: "Categorical", parameters: []string{"probs"}, event: 1,
		logProb: func(p values, x *graph.Node) *graph.Node {
			return p["log"].TakeAlong(x.Cast(graph.Int).ExpandDims(-1), -1).Squeeze(-1)
		},
		entropy:    func(p values) *graph.Node { return p["probs"].Mul(p["log"]).Sum(-1).Neg() },
		divergence: func(p, q values) *graph.Node { return p["probs"].Mul(p["log"].Sub(q["log"])).Sum(-1) },
	},
	{
		name: "OneHotCategorical", parameters: []string{"probs"}, event: 1,
		logProb:    func(p values, x *graph.Node) *graph.Node { return x.Mul(p["log"]).Sum(-1) },
		entropy:    func(p values) *graph.Node { return p["probs"].Mul(p["log"]).Sum(-1).Neg() },
		mean:       func(p values) *graph.Node { return p["probs"] },
		variance:   func(p values) *graph.Node { return p["probs"].Mul(p["probs"].OneMinus()) },
		divergence: func(p, q values) *graph.Node { return p["probs"].Mul(p["log"].Sub(q["log"])).Sum(-1) },
	},
}

// distributions is the module torch.distributions.
func distributions() *tracer.Module {
	var functions []*tracer.Builtin
	for _, l := range laws {
		signature := l.name + "(" + l.parameters[0]
		for _, p := range l.parameters[1:] {
			signature += ", " + p
		}
		if l.parameters[0] == "probs" {
			signature = l.name + "(probs=None, logits=None"
		}
		functions = append(functions, tracer.NewBuiltin(signature+", validate_args=None)", func(c *tracer.Call) tracer.Value { return newDistribution(c, l) }))
	}
	functions = append(functions, tracer.NewBuiltin("kl_divergence(p, q)", klDivergence))
	m := tracer.NewModule("torch.distributions", functions, nil)
	m.Attrs["kl"] = tracer.NewModule("torch.distributions.kl", functions[len(functions)-1:], nil)
	return m
}

// distribution is a member of a family.
type distribution struct {
	*law
	values
}

// TypeName implements [tracer.Named].
func (d *distribution) TypeName() string { return d.name }

func newDistribution(c *tracer.Call, l *law) tracer.Value {
	d := &distribution{l, values{}}
	if l.parameters[0] == "probs" {
		if c.IsNone(0) == c.IsNone(1) {
			return c.Refuse(c.At, tracer.CodeValue, "%s() takes either probs or logits", l.name)
		}
		if v := c.Node(func() *graph.Node { return fromProbabilities(c, d) }); tracer.Poisoned(v) {
			return tracer.Poison
		}
		return d
	}
	for i, name := range l.parameters {
		x := c.TensorArg(i)
		if !c.OK() || x.Poisoned() {
			return tracer.Poison
		}
		if r := x.Range(); slices.Contains(l.positive, name) && (r.Tag == graph.Score && r.Lo < 0 || r.Hi <= 0) {
			return c.Report(c.Span(i), graph.Diagnostic{
				Code:    graph.CodeLossDomain,
				Message: l.name + "(): " + name + " must be above 0, but it may be any value",
				Notes:   graph.Columns([]string{x.Display(), x.Shape().String(), x.Origin()}),
				Fixes:   []string{"torch.exp(0.5 * " + x.Display() + "), if it is the logarithm of a variance", "or F.softplus(" + x.Display() + ")"},
			})
		}
		d.values[name] = x
	}
	return d
}

// fromProbabilities keeps probabilities and their logarithms, which are exact where scores
// are given, and finite for probabilities of 0 and 1.
func fromProbabilities(c *tracer.Call, d *distribution) *graph.Node {
	const least = 1.1920929e-07 // of a float32 beside 1, as in PyTorch
	single := d.event == 0
	if c.IsNone(0) {
		z := c.TensorArg(1)
		if single {
			d.values["probs"], d.values["log"], d.values["log of the rest"] = z.Sigmoid(), ops.LogSigmoid(z), ops.LogSigmoid(z.Neg())
		} else {
			d.values["probs"], d.values["log"] = z.Softmax(-1), z.LogSoftmax(-1)
		}
		return d.values["log"]
	}
	p := c.TensorArg(0)
	if !single {
		p = p.Div(p.SumKeep(-1))
	}
	inside := p.Clip(least, 1-least)
	d.values["probs"], d.values["log"] = p, inside.Log()
	if single {
		d.values["log of the rest"] = inside.Neg().Log1p()
	}
	return d.values["log"]
}

// in returns the parameters in the graph that is made now.
func (d *distribution) in(c *tracer.Call) values {
	out := values{}
	for name, x := range d.values {
		out[name], _ = c.Tensor(x, c.At)
	}
	return out
}

// Attrs implements [tracer.Attributer].
func (d *distribution) Attrs() []string {
	return append([]string{"log_prob", "entropy", "mean", "variance", "stddev", "cdf", "rsample", "sample", "logits"}, d.parameters...)
}

// Attr implements [tracer.Attributer].
func (d *distribution) Attr(t *tracer.Tracer, name string, at syntax.Span) (tracer.Value, bool) {
	ofValue := func(f func(p values, x *graph.Node) *graph.Node) (tracer.Value, bool) {
		return tracer.NewBuiltin(name+"(value)", func(c *tracer.Call) tracer.Value {
			x := c.TensorArg(0)
			return c.Node(func() *graph.Node { return ops.Named(c.Graph(), name, func() *graph.Node { return f(d.in(c), x) }) })
		}), f != nil
	}
	plain := func(f func(p values) *graph.Node) (tracer.Value, bool) {
		if f == nil {
			return nil, false
		}
		defer t.Graph().At(t.Position(at))()
		p := values{}
		for key, x := range d.values {
			p[key], _ = t.Tensor(x, at)
		}
		return f(p), true
	}
	switch name {
	case "log_prob":
		return ofValue(d.logProb)
	case "cdf":
		return ofValue(d.law.cdf)
	case "entropy":
		return tracer.NewBuiltin("entropy()", func(c *tracer.Call) tracer.Value {
			return c.Node(func() *graph.Node { return d.law.entropy(d.in(c)) })
		}), d.law.entropy != nil
	case "mean":
		return plain(d.law.mean)
	case "variance":
		return plain(d.law.variance)
	case "stddev":
		if d.law.variance == nil {
			return nil, false
		}
		return plain(func(p values) *graph.Node { return d.law.variance(p).Sqrt() })
	case "logits":
		if d.values["log"] == nil {
			return nil, false
		}
		return plain(func(p values) *graph.Node {
			if rest := p["log of the rest"]; rest != nil {
				return p["log"].Sub(rest)
			}
			return p["log"]
		})
	case "sample", "rsample":
		return tracer.NewBuiltin(name+"(sample_shape=())", func(c *tracer.Call) tracer.Value { return d.sample(c, name == "sample") }), true
	}
	if slices.Contains(d.parameters, name) {
		return plain(func(p values) *graph.Node { return p[name] })
	}
	return nil, false
}

// sample draws; what sample draws passes no derivatives to the parameters, and what
// Bernoulli draws never does.
func (d *distribution) sample(c *tracer.Call, stop bool) tracer.Value {
	if d.draw == nil || !stop && d.name == "Bernoulli" {
		return c.Report(c.At, graph.Diagnostic{
			Code:    tracer.CodeUnsupported,
			Message: c.Fn.Name + "() of " + d.name + " is not supported: no derivative passes it, or it draws until a draw is accepted",
			Fixes:   []string{"log_prob(), entropy() and kl_divergence() of it", "or F.gumbel_softmax in the place of a draw of classes"},
		})
	}
	outer, ok := c.Shape(c.Arg(0), c.Span(0))
	if !ok {
		return tracer.Poison
	}
	return c.Node(func() *graph.Node {
		p := d.in(c)
		var all *graph.Node // of the shape of all parameters together
		for _, name := range d.parameters {
			if all == nil {
				all = p[name]
			} else {
				all = all.Add(p[name])
			}
		}
		if all.Poisoned() {
			return all
		}
		x := d.draw(c, p, append(outer, all.Shape()...))
		if stop {
			return x.StopGradient()
		}
		return x
	})
}

// klDivergence is that of two members of one family.
func klDivergence(c *tracer.Call) tracer.Value {
	p, okP := c.Arg(0).(*distribution)
	q, okQ := c.Arg(1).(*distribution)
	switch {
	case !okP:
		c.Want(0, "a distribution")
		return tracer.Poison
	case !okQ:
		c.Want(1, "a distribution")
		return tracer.Poison
	case p.law != q.law || p.divergence == nil:
		return c.Refuse(c.At, tracer.CodeUnsupported, "kl_divergence() of %s from %s is not supported: it takes two of one family, with a formula", p.name, q.name)
	}
	return c.Node(func() *graph.Node {
		return ops.Named(c.Graph(), "kl_divergence", func() *graph.Node { return p.divergence(p.in(c), q.in(c)) })
	})
}
