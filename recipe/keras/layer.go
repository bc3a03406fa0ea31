package keras

import (
	"strings"
	"unicode"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/layer"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
)

// dialect is what one file's layers and models know of each other.
type dialect struct {
	layerClass, modelClass, lossClass *tracer.Class

	named map[string]int            // how many layers were named after each class
	calls map[*graph.Node]*recorded // the calls of layers at the top level, by each of their results
	depth int                       // of calls of layers inside one another
	watch func(self *tracer.Instance, args []tracer.Value, result tracer.Value)
	fit   Fit
	step  *step // of a train_step that is traced now; nil outside of one
}

// recorded is a call of a layer on values that depend on an input: it is made again
// wherever a model of those values is applied.
type recorded struct {
	self     *tracer.Instance
	args     []tracer.Value
	keywords []tracer.Keyword
	at       syntax.Span
	result   tracer.Value
}

// forwarder is the Go side of a layer of one input.
type forwarder interface {
	Forward(x *graph.Node) *graph.Node
}

// host is what is kept of every layer.
type host struct {
	name    string
	kind    string // its class
	of      any    // the Go side; nil for a layer of the file's, and before it is built
	build   func(c *tracer.Call, x *graph.Node) any
	built   bool
	input   graph.Shape // that the layer was told of: input_shape
	weights []*layer.Variable

	compiled *tracer.Call // of a model's compile, the last
}

// Forward marks every layer as one: see [layer.Owns].
func (h *host) Forward(x *graph.Node) *graph.Node { return x }

// hostOf returns what is kept of a layer, also of one whose class forgot to call
// super().__init__().
func (d *dialect) hostOf(self *tracer.Instance) *host {
	switch h := self.Host.(type) {
	case *host:
		return h
	case interface{ layerHost() *host }:
		return h.layerHost()
	}
	h := &host{kind: self.Class.Name, name: d.nameFor(self.Class.Name)}
	self.Host = h
	return h
}

// nameFor is the name that Keras gives a layer of a class: "conv2d", "conv2d_1".
func (d *dialect) nameFor(class string) string {
	name := snake(class)
	n := d.named[name]
	d.named[name]++
	if n > 0 {
		return name + "_" + tracer.NewInt(int64(n)).String()
	}
	return name
}

// snake writes the name of a class as Keras names its layers.
func snake(class string) string {
	var b strings.Builder
	runes := []rune(class)
	for i, r := range runes {
		upper := unicode.IsUpper(r)
		if upper && i > 0 && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]) && unicode.IsUpper(runes[i-1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// newLayerClass is layers.Layer.
func (d *dialect) newLayerClass() *tracer.Class {
	attrs := map[string]tracer.Value{}
	add := func(signature string, do func(c *tracer.Call, self *tracer.Instance) tracer.Value) {
		b := tracer.NewBuiltin(signature, withSelf(do))
		attrs[b.Name] = b.Method()
	}
	add("__init__(self, *, name=None, trainable=True, dtype=None, dynamic=None, activity_regularizer=None, autocast=True, input_shape=None, **kwargs)",
		func(c *tracer.Call, self *tracer.Instance) tracer.Value {
			h := d.hostOf(self)
			if v, ok := c.ArgNamed("name"); ok {
				h.rename(v)
			}
			return tracer.None{}
		})
	add("__call__(self, *args, **kwargs)", d.call)
	add("build(self, input_shape=None)", func(c *tracer.Call, self *tracer.Instance) tracer.Value {
		d.hostOf(self).built = true
		return tracer.None{}
	})
	add("add_weight(self, *args, name=None, shape=None, initializer=None, dtype=None, trainable=True, regularizer=None, constraint=None, **kwargs)", d.addWeight)
	add("add_loss(self, losses, **kwargs)", refused("add_loss() adds to a loss behind the back of train(...)", "add the term to the loss: loss = bce() + f"))
	add("add_metric(self, *args, **kwargs)", func(c *tracer.Call, self *tracer.Instance) tracer.Value { return tracer.None{} })
	add("get_config(self)", func(c *tracer.Call, self *tracer.Instance) tracer.Value { return tracer.NewDict() })
	add("compute_output_shape(self, input_shape)", refused("compute_output_shape() is not needed: shapes follow from the graph", "layer(x).shape"))
	add("count_params(self)", func(c *tracer.Call, self *tracer.Instance) tracer.Value {
		return refused("a layer has parameters in a model", "model.summary()")(c, self)
	})
	property := func(name string, get func(self *tracer.Instance, h *host) tracer.Value) {
		attrs[name] = tracer.Property(tracer.NewBuiltin(name+"(self)", func(c *tracer.Call) tracer.Value {
			self := c.Arg(0).(*tracer.Instance)
			return get(self, d.hostOf(self))
		}))
	}
	property("name", func(_ *tracer.Instance, h *host) tracer.Value { return tracer.Str(h.name) })
	property("built", func(_ *tracer.Instance, h *host) tracer.Value { return tracer.Bool(h.built) })
	weights := func(self *tracer.Instance, _ *host) tracer.Value {
		if d.step != nil {
			return &tracer.List{Elems: weightsOf(self)}
		}
		return &tracer.List{Elems: variables(self)}
	}
	property("weights", weights)
	property("trainable_weights", weights)
	property("trainable_variables", weights)
	property("variables", weights)
	attrs["trainable"], attrs["dtype"] = tracer.Bool(true), tracer.Str("float32")
	return tracer.NewClass("Layer", attrs)
}

// withSelf makes a function of a method that gets its instance.
func withSelf(do func(c *tracer.Call, self *tracer.Instance) tracer.Value) func(*tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value {
		self, ok := c.Arg(0).(*tracer.Instance)
		if !ok {
			c.Want(0, "a layer")
			return tracer.Poison
		}
		return do(c, self)
	}
}

// refused is a method that recipes leave out.
func refused(message string, fixes ...string) func(c *tracer.Call, self *tracer.Instance) tracer.Value {
	return func(c *tracer.Call, _ *tracer.Instance) tracer.Value {
		return c.Report(c.At, graph.Diagnostic{Code: tracer.CodeUnsupported, Message: message, Fixes: fixes})
	}
}

// rename heeds the argument name.
func (h *host) rename(v tracer.Value) {
	if s, ok := v.(tracer.Str); ok && s != "" {
		h.name = string(s)
	}
}

// call is what calling a layer does: it is built at the first time, and applied in a
// scope of its own.
func (d *dialect) call(c *tracer.Call, self *tracer.Instance) tracer.Value {
	h := d.hostOf(self)
	method, ok := c.Find(self, "call", c.At)
	if !ok {
		return c.Report(c.At, graph.Diagnostic{
			Code: tracer.CodeType, Message: "a " + self.Class.Name + " cannot be called: its class has no method call",
			Fixes: []string{"def call(self, inputs): return ..."},
		})
	}
	defer c.Graph().At(c.Position(c.At))()
	if !d.built(c, self, h) {
		return tracer.Poison
	}
	keywords := c.Extra
	if f, isFunction := d.function(self, "call"); isFunction {
		keywords = passing(c, f, keywords)
		defer layer.Scope(c.Graph(), h, h.scopeName(self))()
	}
	d.depth++
	result := c.CallWith(method, c.At, c.Rest, keywords)
	d.depth--
	if tracer.Poisoned(result) {
		return tracer.Poison
	}
	if d.watch != nil && d.depth == 0 {
		d.watch(self, c.Rest, result)
	}
	if c.TopLevel() && d.depth == 0 {
		return d.record(c.Graph(), h, &recorded{self, c.Rest, c.Extra, c.At, result})
	}
	return result
}

// scopeName is the layer's own name, or that of its class.
func (h *host) scopeName(self *tracer.Instance) string {
	if h.name != "" {
		return h.name
	}
	return self.Class.Name
}

// function returns the method of the file that an instance has under a name.
func (d *dialect) function(self *tracer.Instance, name string) (*tracer.Function, bool) {
	v, _ := self.Class.Lookup(name)
	f, ok := v.(*tracer.Function)
	return f, ok
}

// passing adds the keyword training to a call that takes it, as Keras does.
func passing(c *tracer.Call, f *tracer.Function, keywords []tracer.Keyword) []tracer.Keyword {
	if !f.Takes("training") || len(c.Rest) > 1 {
		return keywords
	}
	for _, k := range keywords {
		if k.Name == "training" {
			return keywords
		}
	}
	training := tracer.Bool(c.Graph().Mode == graph.Training)
	return append(append([]tracer.Keyword{}, keywords...), tracer.Keyword{Name: "training", Value: training, At: c.At, Src: c.At, Func: "call"})
}

// built calls the method build of a class of the file, once.
func (d *dialect) built(c *tracer.Call, self *tracer.Instance, h *host) bool {
	f, ok := d.function(self, "build")
	if !ok || h.built || len(c.Rest) == 0 {
		return true
	}
	h.built = true
	_ = f
	method, _ := c.Find(self, "build", c.At)
	return !tracer.Poisoned(c.Call(method, c.At, shapes(c, c.Rest[0])))
}

// shapes is the shape of a tensor, or the list of those of several.
func shapes(c *tracer.Call, v tracer.Value) tracer.Value {
	switch v := v.(type) {
	case *graph.Node:
		return ops.ShapeTuple(c, v)
	case *tracer.List:
		out := &tracer.List{}
		for _, e := range v.Elems {
			out.Elems = append(out.Elems, shapes(c, e))
		}
		return out
	case tracer.Tuple:
		out := &tracer.List{}
		for _, e := range v {
			out.Elems = append(out.Elems, shapes(c, e))
		}
		return out
	}
	return tracer.None{}
}

// addWeight declares a parameter of a layer of the file. Keras 2 has the name first,
// Keras 3 the shape.
func (d *dialect) addWeight(c *tracer.Call, self *tracer.Instance) tracer.Value {
	named, shape, start, trainable := c.Arg(2), c.Arg(3), c.Arg(4), true
	for i, v := range c.Rest {
		switch v := v.(type) {
		case tracer.Str:
			if i == 0 {
				named = v
			} else {
				start = v
			}
		case tracer.Tuple, *tracer.List, tracer.Int:
			shape = v
		}
	}
	if v, ok := c.ArgNamed("trainable"); ok {
		if b, isBool := v.(tracer.Bool); isBool {
			trainable = bool(b)
		}
	}
	unregularized(c)
	v := &layer.Variable{Kind: d.hostOf(self).scopeName(self) + ".weight", Frozen: !trainable}
	if s, ok := named.(tracer.Str); ok {
		v.Kind = d.hostOf(self).scopeName(self) + "." + string(s)
	}
	size := graph.Shape{}
	if _, none := shape.(tracer.None); !none {
		var ok bool
		if size, ok = c.Shape(shape, c.At); !ok {
			return tracer.Poison
		}
	}
	for _, n := range size {
		if n.Depends() || n.Const < 0 {
			return c.Refuse(c.At, tracer.CodeValue, "a weight has a fixed shape, not %v", size)
		}
	}
	v.Shape = size.At(1)
	if _, none := start.(tracer.None); none {
		start = tracer.Str("glorot_uniform")
	}
	init, ok := initializer(c, start)
	if !ok {
		return tracer.Poison
	}
	v.Init = init
	h := d.hostOf(self)
	h.weights = append(h.weights, v)
	return v
}

// variables lists the weights that a layer of the file declared itself.
func variables(self *tracer.Instance) (list []tracer.Value) {
	layer.Walk(self, func(owner any, _ string) {
		if v, ok := owner.(*layer.Variable); ok {
			list = append(list, v)
		}
	})
	return list
}

// record keeps a call at the top level whose arguments depend on an input, and returns
// its result. What a layer hands on unchanged, as dropout does outside of training,
// becomes a node of its own, so that it can be told from what went in.
func (d *dialect) record(g *graph.Graph, h *host, r *recorded) tracer.Value {
	symbolic := false
	for _, v := range r.args {
		tensors(v, func(n *graph.Node) { symbolic = symbolic || dependsOnInput(n) })
	}
	if !symbolic {
		return r.result
	}
	r.result = mapped(r.result, func(n *graph.Node) tracer.Value {
		if _, isInput := n.InputName(); isInput || d.calls[n] != nil {
			defer g.Enter(graph.Scope{Name: h.name, Detail: h.kind, Layer: true})()
			n = n.StopGradient()
		}
		d.calls[n] = r
		return n
	})
	return r.result
}

// tensors calls f with every tensor in a value.
func tensors(v tracer.Value, f func(n *graph.Node)) {
	switch v := v.(type) {
	case *graph.Node:
		f(v)
	case tracer.Tuple:
		for _, e := range v {
			tensors(e, f)
		}
	case *tracer.List:
		for _, e := range v.Elems {
			tensors(e, f)
		}
	case *tracer.Dict:
		v.Each(func(_, e tracer.Value) { tensors(e, f) })
	}
}

// mapped replaces every tensor in a value.
func mapped(v tracer.Value, f func(n *graph.Node) tracer.Value) tracer.Value {
	switch v := v.(type) {
	case *graph.Node:
		return f(v)
	case tracer.Tuple:
		out := make(tracer.Tuple, len(v))
		for i, e := range v {
			out[i] = mapped(e, f)
		}
		return out
	case *tracer.List:
		out := &tracer.List{Elems: make([]tracer.Value, len(v.Elems))}
		for i, e := range v.Elems {
			out.Elems[i] = mapped(e, f)
		}
		return out
	case *tracer.Dict:
		out := tracer.NewDict()
		v.Each(func(k, e tracer.Value) { out.Put(k, mapped(e, f)) })
		return out
	}
	return v
}

func dependsOnInput(n *graph.Node) bool {
	for _, x := range graph.Reachable(n) {
		if _, ok := x.InputName(); ok {
			return true
		}
	}
	return false
}
