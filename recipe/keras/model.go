package keras

import (
	"fmt"
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/layer"
	"github.com/descent-ml/descent/recipe/tracer"
)

// functional is the Go side of keras.Model(inputs, outputs): a function that was told by
// example.
type functional struct {
	*host
	inputs  tracer.Value
	outputs tracer.Value
	layers  []tracer.Value // in the order of the calls
}

func (f *functional) layerHost() *host { return f.host }

// Children implements [layer.Container].
func (f *functional) Children() []layer.Child { return children(f.layers) }

// sequential is the Go side of keras.Sequential.
type sequential struct {
	*host
	layers []tracer.Value
	input  graph.Shape // that it was told of
}

func (s *sequential) layerHost() *host { return s.host }

// Children implements [layer.Container].
func (s *sequential) Children() []layer.Child { return children(s.layers) }

// newModelClass is keras.Model: made of inputs and outputs, or derived from.
func (d *dialect) newModelClass() *tracer.Class {
	attrs := map[string]tracer.Value{}
	add := func(signature string, do func(c *tracer.Call, self *tracer.Instance) tracer.Value) {
		b := tracer.NewBuiltin(signature, withSelf(do))
		attrs[b.Name] = b.Method()
	}
	add("__init__(self, inputs=None, outputs=None, name=None, trainable=True, dtype=None, **kwargs)", d.newModel)
	add("call(self, inputs, training=None, mask=None)", func(c *tracer.Call, self *tracer.Instance) tracer.Value {
		f, ok := self.Host.(*functional)
		if !ok {
			return c.Report(c.At, graph.Diagnostic{
				Code: tracer.CodeType, Message: "a " + self.Class.Name + " cannot be called: its class has no method call",
				Fixes: []string{"def call(self, inputs): return ..."},
			})
		}
		return d.again(c, f, c.Arg(1))
	})
	add("summary(self, line_length=None, positions=None, print_fn=None, expand_nested=False, show_trainable=False, layer_range=None)", d.summary)
	add("get_layer(self, name=None, index=None)", d.getLayer)
	add("compile(self, "+compileKeywords+")", func(c *tracer.Call, self *tracer.Instance) tracer.Value {
		d.hostOf(self).compiled = c
		return tracer.None{}
	})
	add("fit(self, "+fitKeywords+")", func(c *tracer.Call, self *tracer.Instance) tracer.Value {
		return d.fit(c, d.hostOf(self).compiled, self, d.trainStep(self))
	})
	add("evaluate(self, *args, **kwargs)", refused("evaluate() has no place in a recipe: a run is judged on its test part", "descent report RUN"))
	add("predict(self, *args, **kwargs)", refused("predict() has no place in a recipe: there is no trained model yet", "descent predict RUN DATA"))
	for _, name := range []string{"save", "save_weights", "load_weights"} {
		add(name+"(self, *args, **kwargs)", refused(name+"() has no place in a recipe: it reads and writes no files; a run keeps its model", "descent train"))
	}
	add("add_loss(self, losses, **kwargs)", refused("add_loss() adds to a loss behind the back of train(...)", "add the term to the loss: loss = bce() + f"))
	attrs["optimizer"] = tracer.Property(tracer.NewBuiltin("optimizer(self)", func(c *tracer.Call) tracer.Value {
		if d.step == nil {
			return c.Refuse(c.At, tracer.CodeUnsupported, "the optimizer of a model is for its train_step")
		}
		return optimizer{d}
	}))
	attrs["layers"] = tracer.Property(tracer.NewBuiltin("layers(self)", func(c *tracer.Call) tracer.Value {
		self := c.Arg(0).(*tracer.Instance)
		switch h := self.Host.(type) {
		case *functional:
			return &tracer.List{Elems: slices.Clone(h.layers)}
		case *sequential:
			return &tracer.List{Elems: slices.Clone(h.layers)}
		}
		return &tracer.List{}
	}))
	part := func(name string, get func(f *functional) tracer.Value) {
		attrs[name] = tracer.Property(tracer.NewBuiltin(name+"(self)", func(c *tracer.Call) tracer.Value {
			f, ok := c.Arg(0).(*tracer.Instance).Host.(*functional)
			if !ok {
				return c.Refuse(c.At, graph.CodeUnknownWord, "only a model made of inputs and outputs has %s", name)
			}
			return get(f)
		}))
	}
	list := func(v tracer.Value) tracer.Value {
		if _, single := v.(*graph.Node); single {
			return &tracer.List{Elems: []tracer.Value{v}}
		}
		return v
	}
	part("inputs", func(f *functional) tracer.Value { return list(f.inputs) })
	part("outputs", func(f *functional) tracer.Value { return list(f.outputs) })
	part("input", func(f *functional) tracer.Value { return f.inputs })
	part("output", func(f *functional) tracer.Value { return f.outputs })
	return tracer.NewClass("Model", attrs, d.layerClass)
}

// newModel is __init__ of keras.Model, for models made of inputs and outputs and for
// classes that derive from it.
func (d *dialect) newModel(c *tracer.Call, self *tracer.Instance) tracer.Value {
	if c.IsNone(1) && c.IsNone(2) {
		h := d.hostOf(self)
		h.rename(c.Arg(3))
		return tracer.None{}
	}
	f := &functional{host: &host{kind: "Model", built: true}, inputs: c.Arg(1), outputs: c.Arg(2)}
	f.rename(c.Arg(3))
	if f.name == "" {
		f.name = d.nameFor("Functional")
	}
	given := map[*graph.Node]bool{}
	tensors(f.inputs, func(n *graph.Node) { given[n] = true })
	for n := range given {
		if _, isInput := n.InputName(); !isInput {
			c.RefuseArg(1, tracer.CodeType, "inputs of a model are those of keras.Input(...), not %s %v", n.Display(), n.Shape())
			return tracer.Poison
		}
	}
	ok := true
	tensors(f.outputs, func(n *graph.Node) {
		for _, x := range graph.Reachable(n) {
			if _, isInput := x.InputName(); isInput && !given[x] && ok {
				ok = false
				c.ReportArg(2, graph.Diagnostic{
					Code:    tracer.CodeValue,
					Message: fmt.Sprintf("output %s %v is computed from %s, which is no input of the model", n.Display(), n.Shape(), x.Display()),
					Fixes:   []string{"keras.Model([" + x.Display() + ", ...], outputs)"},
				})
			}
		}
	})
	if !ok {
		return tracer.Poison
	}
	f.layers = d.layersOf(f.outputs)
	self.Host = f
	return tracer.None{}
}

// layersOf lists the layers that outputs are computed by, in the order of their calls.
func (d *dialect) layersOf(outputs tracer.Value) (list []tracer.Value) {
	seen := map[*tracer.Instance]bool{}
	tensors(outputs, func(n *graph.Node) {
		for _, x := range graph.Reachable(n) {
			if r := d.calls[x]; r != nil && !seen[r.self] {
				seen[r.self] = true
				list = append(list, r.self)
			}
		}
	})
	return list
}

// replay computes the outputs of a model from other inputs, in the graph that is made
// now.
type replay struct {
	d     *dialect
	c     *tracer.Call
	known map[*graph.Node]*graph.Node
	done  map[*recorded]bool
}

// again applies a model of inputs and outputs to other inputs.
func (d *dialect) again(c *tracer.Call, f *functional, inputs tracer.Value) tracer.Value {
	r := &replay{d, c, map[*graph.Node]*graph.Node{}, map[*recorded]bool{}}
	var want, got []*graph.Node
	tensors(f.inputs, func(n *graph.Node) { want = append(want, n) })
	tensors(inputs, func(n *graph.Node) { got = append(got, n) })
	if len(want) != len(got) {
		return c.Refuse(c.At, tracer.CodeType, "model %q takes %d inputs, but got %d", f.name, len(want), len(got))
	}
	for i, n := range want {
		x, ok := c.Tensor(got[i], c.At)
		if !ok || x.Poisoned() {
			return tracer.Poison
		}
		if !x.Shape().Equal(n.Shape()) {
			return c.Report(c.At, graph.Diagnostic{
				Code:    graph.CodeShape,
				Message: fmt.Sprintf("model %q takes %v, but its input is %v", f.name, n.Shape(), x.Shape()),
				Notes: graph.Columns(
					[]string{n.Display(), n.Shape().String(), "declared at " + n.Pos().String()},
					[]string{x.Display(), x.Shape().String(), x.Origin()}),
				Fixes: fitting(n, x),
			})
		}
		r.known[n] = x
	}
	defer layer.Scope(c.Graph(), f.host, f.name)()
	failed := false
	out := mapped(f.outputs, func(n *graph.Node) tracer.Value {
		m := r.node(n)
		failed = failed || m == nil
		return m
	})
	if failed {
		return tracer.Poison
	}
	return out
}

// fitting spells the input that would fit, where rows are plain.
func fitting(want, got *graph.Node) []string {
	if got.Rank() == 2 && want.Rank() == 2 {
		return []string{fmt.Sprintf("keras.Input(shape = (%v,))", got.Shape()[1])}
	}
	return nil
}

// node returns what stands for a node of the top level, or nil. It goes back from the
// node, and over a layer's result to the layer's inputs, so that nothing inside of layers
// is made twice.
func (r *replay) node(n *graph.Node) *graph.Node {
	if m := r.known[n]; m != nil {
		return m
	}
	if call := r.d.calls[n]; call != nil {
		if !r.call(call) {
			return nil
		}
		return r.known[n]
	}
	in := make([]*graph.Node, len(n.Inputs()))
	for i, x := range n.Inputs() {
		if in[i] = r.node(x); in[i] == nil {
			return nil
		}
	}
	restore := r.c.Graph().At(n.Pos())
	m := r.c.Graph().Again(n, in...)
	restore()
	if m.Poisoned() {
		return nil
	}
	r.known[n] = m
	return m
}

// call calls a layer again and takes over its results.
func (r *replay) call(call *recorded) bool {
	if r.done[call] {
		return true
	}
	r.done[call] = true
	ok := true
	args := make([]tracer.Value, len(call.args))
	for i, a := range call.args {
		args[i] = mapped(a, func(n *graph.Node) tracer.Value {
			m := r.node(n)
			if m == nil {
				ok = false
				return tracer.Poison
			}
			return m
		})
	}
	if !ok {
		return false
	}
	result := r.c.CallWith(call.self, call.at, args, call.keywords)
	if tracer.Poisoned(result) {
		return false
	}
	var olds, news []*graph.Node
	tensors(call.result, func(n *graph.Node) { olds = append(olds, n) })
	tensors(result, func(n *graph.Node) { news = append(news, n) })
	if len(olds) != len(news) {
		return false
	}
	for i, n := range olds {
		r.known[n] = news[i].Named(n.Label())
	}
	return true
}

// getLayer finds a layer by its name or number.
func (d *dialect) getLayer(c *tracer.Call, self *tracer.Instance) tracer.Value {
	var list []tracer.Value
	switch h := self.Host.(type) {
	case *functional:
		list = h.layers
	case *sequential:
		list = h.layers
	}
	var names []string
	for i, v := range list {
		h := d.hostOf(v.(*tracer.Instance))
		names = append(names, h.name)
		if s, ok := c.Arg(1).(tracer.Str); ok && h.name == string(s) {
			return v
		}
		if n, ok := c.Arg(2).(tracer.Int); ok && n.String() == fmt.Sprint(i) {
			return v
		}
	}
	diag := graph.Diagnostic{Code: graph.CodeUnknownWord, Message: fmt.Sprintf("model %q has no such layer", d.hostOf(self).name), Notes: graph.Columns(append([]string{"layers"}, names...))}
	if s, ok := c.Arg(1).(tracer.Str); ok {
		if near, found := tracer.Nearest(string(s), names); found {
			diag.Fixes = []string{"name = " + tracer.Repr(tracer.Str(near))}
		}
	}
	return c.Report(c.At, diag)
}
