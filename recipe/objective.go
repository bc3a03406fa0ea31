package recipe

import (
	"fmt"
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/recipe/internal/layer"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
	"github.com/descent-ml/descent/train"
)

// partsValue is several models under names of their own, for an objective of the recipe's.
type partsValue struct {
	declaration
	names  []string
	models []*stack
}

// stack is an mlp as an objective calls it: hidden layers, and one or several linear layers
// that put out what was asked for.
type stack struct {
	hidden  []int
	act     nn.Activation
	dropout float64
	heads   []stackHead
	at      graph.Position

	layers  nn.Chain // made where it is first called, for the width that it gets
	outputs []*nn.Dense
}

// stackHead is a linear layer; that of a stack without names has none.
type stackHead struct {
	name  string
	width int
}

// headsOf reads what an mlp puts out when an objective calls it: heads = {"mean": 2}, or out = 5. It is nil if neither is given.
func headsOf(c *tracer.Call, heads, out int) []stackHead {
	var list []stackHead
	width := func(v tracer.Value) (int, bool) {
		n, ok := v.(tracer.Int)
		if !ok {
			return 0, false
		}
		w, small := n.Int64()
		return int(w), small && w >= 1 && w <= limits.TensorElements
	}
	if !c.IsNone(heads) {
		d, ok := c.Arg(heads).(*tracer.Dict)
		if ok = ok && d.Len() > 0; ok {
			d.Each(func(key, val tracer.Value) {
				name, isName := key.(tracer.Str)
				w, isWidth := width(val)
				list, ok = append(list, stackHead{string(name), w}), ok && isName && isWidth && name != ""
			})
		}
		if !ok {
			c.Want(heads, "names and numbers of outputs: {\"mean\": 2, \"log_var\": 2}")
		}
	}
	if c.IsNone(out) {
		return list
	}
	w, ok := width(c.Arg(out))
	switch {
	case tracer.Poisoned(c.Arg(out)):
		c.Fail()
	case !ok:
		c.Want(out, "a number of outputs of at least 1")
	case list != nil:
		c.RefuseArg(out, tracer.CodeValue, "heads and out both say what the model puts out: give one of them")
	}
	return append(list, stackHead{width: w})
}

// partsWord gathers models for an objective.
func (f *File) partsWord(c *tracer.Call) tracer.Value {
	p := &partsValue{declaration: declaration{"model", c}}
	if len(c.Extra) == 0 {
		return c.Refuse(c.At, tracer.CodeValue, "parts takes models by names: parts(encode = mlp(heads = {\"mean\": 2, \"log_var\": 2}), decode = mlp(out = data.width))")
	}
	for _, k := range c.Extra {
		m, ok := k.Value.(*model)
		switch {
		case tracer.Poisoned(k.Value):
			c.Fail()
		case !ok || m.stack == nil:
			c.Refuse(k.Src, tracer.CodeValue, "%s is no model that an objective can call: parts takes mlp(out = 8) or mlp(heads = {\"mean\": 2})", k.Name)
			c.Fail()
		default:
			p.names, p.models = append(p.names, k.Name), append(p.models, m.stack)
		}
	}
	if !c.OK() {
		return tracer.Poison
	}
	return p
}

// Attrs implements [tracer.Attributer].
func (p *partsValue) Attrs() []string { return slices.Clone(p.names) }

// Attr implements [tracer.Attributer]: a model is a function of a tensor.
func (p *partsValue) Attr(_ *tracer.Tracer, name string, _ syntax.Span) (tracer.Value, bool) {
	i := slices.Index(p.names, name)
	if i < 0 {
		return nil, false
	}
	return tracer.NewBuiltin(name+"(x)", func(c *tracer.Call) tracer.Value { return p.models[i].call(c, name) }), true
}

// call applies the model: a tensor, or a tuple of as many as there are heads.
func (s *stack) call(c *tracer.Call, name string) tracer.Value {
	x := c.TensorArg(0)
	if !c.OK() || x.Poisoned() {
		return tracer.Poison
	}
	if shape := x.Shape(); len(shape) < 2 || shape[len(shape)-1] == graph.Batch {
		return c.Refuse(c.Span(0), graph.CodeShape, "%s takes rows of numbers, [N width], not %v", name, shape)
	}
	if s.outputs == nil {
		if err := s.make(graph.Size(x.Shape().At(x.Rank() - 1))); err != nil {
			for _, d := range err.(graph.Diagnostics) {
				c.Report(c.At, *d)
			}
			return tracer.Poison
		}
	}
	s.bind(x.Graph(), name)
	defer x.Graph().At(c.Position(c.At))()
	h := s.layers.Forward(x)
	var out []tracer.Value
	for _, head := range s.outputs {
		out = append(out, head.Forward(h))
	}
	if len(out) == 1 {
		return out[0]
	}
	return tracer.Tuple(out)
}

// make builds the layers for rows of a width.
func (s *stack) make(width int) error {
	total := 0
	for _, h := range s.heads {
		total += h.width
	}
	if err := fits(train.ModelSpec{Width: width, Outputs: total}, s.hidden, s.at); err != nil {
		return err
	}
	for _, out := range s.hidden {
		s.layers = append(s.layers, &nn.Dense{In: width, Out: out, Act: s.act})
		if s.dropout > 0 {
			s.layers = append(s.layers, &nn.Dropout{Rate: s.dropout})
		}
		width = out
	}
	for _, h := range s.heads {
		s.outputs = append(s.outputs, &nn.Dense{In: width, Out: h.width})
	}
	return nil
}

// bind names the layers in a graph: encode[0], encode.mean.
func (s *stack) bind(g *graph.Graph, name string) {
	for i, l := range s.layers {
		g.Bind(l, fmt.Sprintf("%s[%d]", name, i))
	}
	for i, l := range s.outputs {
		if s.heads[i].name != "" {
			g.Bind(l, name+"."+s.heads[i].name)
		} else {
			g.Bind(l, name+".out")
		}
	}
}

// stepValue is one batch, as an objective sees it.
type stepValue struct {
	step *train.Step
	rows graph.Shape // of x; nil for [N width]
	y    bool        // the data has a target
}

// TypeName is what messages call the value.
func (stepValue) TypeName() string { return "step" }

// Attrs implements [tracer.Attributer].
func (s stepValue) Attrs() []string {
	list := []string{"x", "w", "gaussian", "report", "training"}
	if s.y {
		list = append(list, "y")
	}
	return list
}

// Attr implements [tracer.Attributer].
func (s stepValue) Attr(_ *tracer.Tracer, name string, _ syntax.Span) (tracer.Value, bool) {
	switch name {
	case "x":
		x := s.step.Input(name)
		if s.rows == nil || x.Poisoned() {
			return x, true
		}
		return x.ReshapeTo(s.rows), true
	case "y", "w":
		return s.step.Input(name), true
	case "training":
		return tracer.Bool(s.step.Training()), true
	case "gaussian": // mean + exp(0.5 * log_var) * noise
		return tracer.NewBuiltin("gaussian(mean, log_var)", func(c *tracer.Call) tracer.Value {
			mean, logVar := c.TensorArg(0), c.TensorArg(1)
			return c.Node(func() *graph.Node { return s.step.Gaussian(mean, logVar) })
		}), true
	case "report": // a number to show beside the loss
		return tracer.NewBuiltin("report(name, value)", func(c *tracer.Call) tracer.Value {
			name, value := c.Str(0), c.TensorArg(1)
			if c.OK() && value.Rank() != 0 {
				c.RefuseArg(1, graph.CodeShape, "a report is one number, not %v", value.Shape())
			}
			if c.OK() {
				s.step.Report(name, value)
			}
			return tracer.None{}
		}), true
	}
	return nil, false
}

// likelihoodWord is data.log_likelihood(scores, x): the logarithm of the probability of each column's value, or of its density, each
// column in its own way; numbers are normal with deviation 1.
func likelihoodWord(l loss.Likelihood) *tracer.Builtin {
	return tracer.NewBuiltin("log_likelihood(scores, x)", func(c *tracer.Call) tracer.Value {
		scores, x := c.TensorArg(0), c.TensorArg(1)
		if l == nil {
			return c.Report(c.At, graph.Diagnostic{
				Code: tracer.CodeValue, Message: "how columns are distributed is known once the table is read, so only an objective can ask for it",
				Fixes: []string{"train(data, net, objective = f), where f(step, net) calls data.log_likelihood(scores, step.x)"},
			})
		}
		return c.Node(func() *graph.Node { return l.NLL(scores, nil, x).Neg() })
	})
}

// setObjective reads an objective of the recipe's own.
func (f *File) setObjective(c *tracer.Call, i int, job *train.Job) {
	if c.IsNone(i) {
		return
	}
	fn := c.Arg(i)
	if !callable(f.tracer, fn) {
		c.Want(i, "a function of the step and the model: def objective(step, net)")
		return
	}
	at, data, model := c.Span(i), c.Arg(0), c.Arg(1)
	job.Objective = func(spec train.ModelSpec) (train.Objective, error) {
		f.likelihood = spec.Likelihood
		rows := spec.Rows
		if a, ok := data.(*arrays); ok && a.shape != nil {
			rows = a.shape
		}
		return func(s *train.Step) *graph.Node {
			if n, ok := model.(*tracer.Instance); ok {
				layer.Bind(s.Graph(), n)
			}
			return f.node(s.Graph(), f.tracer.Invoke(s.Graph(), fn, at, stepValue{s, rows, spec.Outputs > 0}, model), fn, at)
		}, nil
	}
	job.LossName, job.LossPos = f.lossName(fn, at), f.tracer.Position(at)
}
