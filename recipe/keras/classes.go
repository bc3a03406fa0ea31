package keras

import (
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/layer"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// layerNames are the names of keras.layers.
func (d *dialect) layerNames() map[string]tracer.Value {
	out := map[string]tracer.Value{"Layer": d.layerClass, "Input": d.inputFunction("Input"), "InputLayer": d.inputFunction("InputLayer")}
	for _, r := range layerRows() {
		for _, name := range r.names {
			out[name] = d.class(name, r)
		}
	}
	for _, m := range merges() {
		class := d.mergeClass(m)
		out[m.class] = class
		if m.function != "" {
			out[m.function] = d.mergeFunction(m, class)
		}
	}
	return out
}

// class makes the class of a layer.
func (d *dialect) class(name string, r layerRow) *tracer.Class {
	common := every
	if strings.HasPrefix(r.settings, "input_dim,") {
		common = strings.Replace(common, "input_dim=None, ", "", 1)
	}
	return d.goClass(name, r.settings+", "+common, func(c *tracer.Call, h *host) {
		unregularized(c)
		h.build = r.read(c)
		for i, p := range c.Fn.Params() {
			switch {
			case c.IsNone(i):
			case p.Name == "input_shape":
				h.input = d.declaredInput(c, i, false)
			case p.Name == "batch_input_shape":
				h.input = d.declaredInput(c, i, true)
			case p.Name == "input_dim" && p.Default != nil:
				h.input = graph.Rows(whole(c, i))
			}
		}
	})
}

// goClass makes a class whose __init__ reads settings and whose call applies the Go side.
func (d *dialect) goClass(name, settings string, read func(c *tracer.Call, h *host)) *tracer.Class {
	init := tracer.NewBuiltin("__init__(self, "+settings+")", withSelf(func(c *tracer.Call, self *tracer.Instance) tracer.Value {
		h := &host{kind: name}
		self.Host = h
		read(c, h)
		if v, ok := c.ArgNamed("name"); ok {
			h.rename(v)
		}
		if h.name == "" {
			h.name = d.nameFor(self.Class.Name)
		}
		return tracer.None{}
	}))
	call := tracer.NewBuiltin("call(self, inputs, training=None, mask=None)", withSelf(func(c *tracer.Call, self *tracer.Instance) tracer.Value {
		h, ok := self.Host.(*host)
		if !ok || h.build == nil {
			return c.Refuse(c.At, tracer.CodeType, "this %s was not made: its __init__ was not called", name)
		}
		return d.apply(c, h)
	}))
	init.Name, call.Name = name, name
	return tracer.NewClass(name, map[string]tracer.Value{"__init__": init.Method(), "call": call.Method()}, d.layerClass)
}

// declaredInput reads the shape of an input, with the batch in front where rows says so.
func (d *dialect) declaredInput(c *tracer.Call, i int, rows bool) graph.Shape {
	s, ok := c.Shape(c.Arg(i), c.Span(i))
	if !ok {
		c.Fail()
		return nil
	}
	if rows && len(s) > 0 {
		s = s[1:]
	}
	for _, n := range s {
		if n == graph.Infer || n.Depends() {
			c.ReportArg(i, graph.Diagnostic{
				Code: tracer.CodeUnsupported, Message: "an input has one size, known before it is trained: only the number of rows is open",
				Fixes: []string{"shape = (256, 256, 3)"},
			})
			return nil
		}
	}
	return append(graph.Shape{graph.Batch}, s...)
}

// apply builds a layer at its first input and applies it.
func (d *dialect) apply(c *tracer.Call, h *host) tracer.Value {
	if h.kind == "Lambda" { // which takes whatever its function takes
		l := h.build(c, nil).(applied)
		return c.CallWith(l.f, c.At, []tracer.Value{c.Arg(1)}, l.keywords)
	}
	x := c.TensorArg(1)
	if !c.OK() || x.Poisoned() {
		return tracer.Poison
	}
	if h.of == nil {
		if h.of = h.build(c, x); h.of == nil {
			return tracer.Poison
		}
		h.built = true
	}
	f := h.of.(forwarder)
	return c.Node(func() *graph.Node {
		g := c.Graph()
		name := g.NameOf(h, h.name)
		if u, ok := f.(unary); ok {
			defer g.Enter(graph.Scope{Name: name, Detail: h.kind, Layer: true})()
			return u(x)
		}
		g.Bind(f, name)
		return f.Forward(x)
	})
}

// merge is a layer of several inputs.
type merge struct {
	class, function string
	settings        string
	of              func(c *tracer.Call, list []*graph.Node) *graph.Node // c is the call of __init__
}

// merges lists them.
func merges() []merge {
	fold := func(f func(a, b *graph.Node) *graph.Node) func(*tracer.Call, []*graph.Node) *graph.Node {
		return func(_ *tracer.Call, list []*graph.Node) *graph.Node {
			out := list[0]
			for _, x := range list[1:] {
				out = f(out, x)
			}
			return out
		}
	}
	return []merge{
		{"Add", "add", "", fold((*graph.Node).Add)},
		{"Subtract", "subtract", "", fold((*graph.Node).Sub)},
		{"Multiply", "multiply", "", fold((*graph.Node).Mul)},
		{"Maximum", "maximum", "", fold((*graph.Node).Max)},
		{"Minimum", "minimum", "", fold((*graph.Node).Min)},
		{"Average", "average", "", func(_ *tracer.Call, list []*graph.Node) *graph.Node {
			return fold((*graph.Node).Add)(nil, list).Scale(1 / float64(len(list)))
		}},
		{"Concatenate", "concatenate", "axis=-1", func(c *tracer.Call, list []*graph.Node) *graph.Node {
			return graph.Concat(c.AxisArg(1), list...)
		}},
		{"Dot", "dot", "axes, normalize=False", func(c *tracer.Call, list []*graph.Node) *graph.Node {
			a, b := list[0], list[len(list)-1]
			if c.Bool(2) {
				a, b = ops.Normalize(a, 1e-6, -1), ops.Normalize(b, 1e-6, -1)
			}
			return a.Mul(b).SumKeep(-1)
		}},
	}
}

// joined is the Go side of a merge.
type joined struct {
	of   func(c *tracer.Call, list []*graph.Node) *graph.Node
	made *tracer.Call
}

func (d *dialect) mergeClass(m merge) *tracer.Class {
	settings := m.settings
	if settings != "" {
		settings += ", "
	}
	init := tracer.NewBuiltin("__init__(self, "+settings+"name=None, trainable=True, dtype=None)", withSelf(func(c *tracer.Call, self *tracer.Instance) tracer.Value {
		h := &host{kind: m.class, of: joined{m.of, c}}
		self.Host = h
		if v, ok := c.ArgNamed("name"); ok {
			h.rename(v)
		}
		if h.name == "" {
			h.name = d.nameFor(self.Class.Name)
		}
		return tracer.None{}
	}))
	call := tracer.NewBuiltin("call(self, inputs)", withSelf(func(c *tracer.Call, self *tracer.Instance) tracer.Value {
		h, ok := self.Host.(*host)
		if !ok {
			return c.Refuse(c.At, tracer.CodeType, "this %s was not made: its __init__ was not called", m.class)
		}
		if _, single := c.Arg(1).(*graph.Node); single {
			return c.Report(c.At, graph.Diagnostic{
				Code: tracer.CodeType, Message: m.class + " takes a list of tensors, but got one",
				Fixes: []string{m.class + "()([a, b])"},
			})
		}
		list, j := c.TensorsArg(1), h.of.(joined)
		return c.Node(func() *graph.Node {
			g := c.Graph()
			defer g.Enter(graph.Scope{Name: g.NameOf(h, h.name), Detail: h.kind, Layer: true})()
			return j.of(j.made, list)
		})
	}))
	init.Name, call.Name = m.class, m.class
	return tracer.NewClass(m.class, map[string]tracer.Value{"__init__": init.Method(), "call": call.Method()}, d.layerClass)
}

// mergeFunction is a merge in one call: layers.add([a, b]).
func (d *dialect) mergeFunction(m merge, class *tracer.Class) *tracer.Builtin {
	return tracer.NewBuiltin(m.function+"(inputs, *args, **kwargs)", func(c *tracer.Call) tracer.Value {
		made := c.CallWith(class, c.At, c.Rest, c.Extra)
		if tracer.Poisoned(made) {
			return tracer.Poison
		}
		return c.Call(made, c.At, c.Arg(0))
	})
}

// inputFunction is keras.Input: a tensor of rows, of which everything that is computed
// from it is a function.
func (d *dialect) inputFunction(name string) *tracer.Builtin {
	return tracer.NewBuiltin(name+"(shape=None, batch_size=None, name=None, dtype=None, sparse=None, tensor=None, input_shape=None, batch_shape=None)", func(c *tracer.Call) tracer.Value {
		i, rows := 0, false
		switch {
		case !c.IsNone(6):
			i = 6
		case !c.IsNone(7):
			i, rows = 7, true
		}
		if c.IsNone(i) {
			return c.Refuse(c.At, tracer.CodeType, "%s() needs a shape: %s(shape = (4,))", name, name)
		}
		shape := d.declaredInput(c, i, rows)
		label := d.nameFor("InputLayer")
		if s, ok := c.Arg(2).(tracer.Str); ok {
			label = string(s)
		}
		if !c.OK() {
			return tracer.Poison
		}
		return c.Node(func() *graph.Node { return c.Graph().Input(c.Graph().Unique(label), shape, graph.Unknown) })
	})
}

// walkable is what a model holds, for the names of its parameters.
func children(list []tracer.Value) (out []layer.Child) {
	for _, v := range list {
		if i, ok := v.(*tracer.Instance); ok {
			if h, ok := i.Host.(interface{ layerName() string }); ok {
				out = append(out, layer.Child{Name: h.layerName(), Value: v})
			}
		}
	}
	return out
}

func (h *host) layerName() string { return h.name }
