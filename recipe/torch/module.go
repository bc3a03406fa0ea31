package torch

import (
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/layer"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
)

// moduleClass is nn.Module: what a class of the file derives from, and all layers here.
func moduleClass(tr *training) *tracer.Class {
	attrs := map[string]tracer.Value{}
	method := func(signature string, do func(c *tracer.Call, self *tracer.Instance) tracer.Value) {
		b := tracer.NewBuiltin(signature, func(c *tracer.Call) tracer.Value {
			self, ok := c.Arg(0).(*tracer.Instance)
			if !ok {
				c.Want(0, "a module")
				return tracer.Poison
			}
			return do(c, self)
		})
		b.Hands = b.Name == "__call__"
		attrs[b.Name] = b.Method()
	}
	method("__init__(self, *args, **kwargs)", func(c *tracer.Call, self *tracer.Instance) tracer.Value { return tracer.None{} })
	method("__call__(self, *args, **kwargs)", call)
	for _, name := range []string{
		"train(self, mode=True)", "eval(self)", "to(self, *args, **kwargs)", "cuda(self, device=None)", "cpu(self)",
		"float(self)", "double(self)", "half(self)", "requires_grad_(self, requires_grad=True)",
	} {
		method(name, func(c *tracer.Call, self *tracer.Instance) tracer.Value { return self })
	}
	method("zero_grad(self, set_to_none=True)", func(c *tracer.Call, self *tracer.Instance) tracer.Value { return tr.clear(c) })
	method("parameters(self, recurse=True)", func(c *tracer.Call, self *tracer.Instance) tracer.Value {
		return tr.listed(&tracer.List{Elems: parameters(self)}, self)
	})
	method("children(self)", func(c *tracer.Call, self *tracer.Instance) tracer.Value {
		return &tracer.List{Elems: modules(self, false)}
	})
	method("modules(self)", func(c *tracer.Call, self *tracer.Instance) tracer.Value {
		return &tracer.List{Elems: modules(self, true)}
	})
	method("apply(self, fn)", func(c *tracer.Call, self *tracer.Instance) tracer.Value {
		for _, m := range modules(self, true) {
			c.Call(c.Arg(1), c.At, m)
		}
		return self
	})
	keep := func(c *tracer.Call, self *tracer.Instance) tracer.Value {
		self.Set(c.Str(1), c.Arg(2))
		return tracer.None{}
	}
	method("register_buffer(self, name, tensor, persistent=True)", keep)
	method("register_parameter(self, name, param)", keep)
	method("add_module(self, name, module)", keep)
	method("register_module(self, name, module)", keep)
	attrs["_modules"] = tracer.Property(tracer.NewBuiltin("_modules(self)", func(c *tracer.Call) tracer.Value {
		return childrenOf(c.Arg(0).(*tracer.Instance))
	}))
	attrs["training"] = tracer.Property(tracer.NewBuiltin("training(self)", func(c *tracer.Call) tracer.Value {
		return tracer.Bool(c.Graph().Mode == graph.Training)
	}))
	return tracer.NewClass("Module", attrs)
}

// call is what calling a module does: its forward, in a scope of its own where it has
// parameters.
func call(c *tracer.Call, self *tracer.Instance) tracer.Value {
	forward, ok := c.Find(self, "forward", c.At)
	if !ok {
		return c.Report(c.At, graph.Diagnostic{
			Code:    tracer.CodeType,
			Message: "Module [" + self.Class.Name + "] is missing the required \"forward\" function",
			Fixes:   []string{"def forward(self, x): return ..."},
		})
	}
	defer c.Graph().At(c.Position(c.At))()
	if layer.Owns(self) && self.Host == nil {
		defer layer.Scope(c.Graph(), self, self.Class.Name)()
	}
	return c.CallWith(forward, c.At, c.Rest, c.Extra)
}

// parameters lists the variables of a module and the weights of its layers.
func parameters(self *tracer.Instance) (list []tracer.Value) {
	layer.Walk(self, func(owner any, _ string) {
		switch o := owner.(type) {
		case *layer.Variable:
			list = append(list, o)
		case *tracer.Instance:
			for _, name := range []string{"weight", "bias"} {
				if has(o, name) {
					list = append(list, layerWeight{o, name})
				}
			}
		}
	})
	return list
}

// has reports whether a layer of torch.nn has such a weight.
func has(self *tracer.Instance, name string) bool {
	if _, ok := self.Class.Lookup(name); !ok {
		return false
	}
	switch l := self.Host.(type) {
	case *layer.Affine:
		return name == "weight" || !l.NoBias
	case *layer.Conv:
		return name == "weight" || !l.NoBias
	case *layer.ConvTranspose:
		return name == "weight" || !l.NoBias
	}
	return self.Host != nil
}

// layerWeight is the weight or bias of a layer, in whatever graph is made.
type layerWeight struct {
	of   *tracer.Instance
	name string
}

// TypeName is what messages call it.
func (layerWeight) TypeName() string { return "Parameter" }

// TensorIn implements [tracer.Tensorer].
func (w layerWeight) TensorIn(t *tracer.Tracer, at syntax.Span) tracer.Value {
	v, _ := t.Find(w.of, w.name, at)
	return v
}

// modules lists the modules in a module: those that it holds itself, or all.
func modules(self *tracer.Instance, all bool) (list []tracer.Value) {
	if all {
		layer.Walk(self, func(owner any, _ string) {
			if i, ok := owner.(*tracer.Instance); ok {
				list = append(list, i)
			}
		})
		return list
	}
	childrenOf(self).Each(func(_, m tracer.Value) { list = append(list, m) })
	return list
}

// childrenOf are the modules that a module holds itself, by their names. A list of modules
// counts as one: that is what nn.ModuleList is here.
func childrenOf(self *tracer.Instance) *tracer.Dict {
	d := tracer.NewDict()
	s, _ := self.Host.(*sequential)
	if s != nil {
		for _, child := range s.children {
			d.Put(tracer.Str(strings.Trim(child.Name, ".[]")), child.Value)
		}
	}
	for _, name := range self.Names() {
		if v := self.Fields[name]; holdsModules(v) {
			d.Put(tracer.Str(name), v)
		}
	}
	d.Watch(func(name, m tracer.Value) {
		key, ok := name.(tracer.Str)
		_, isField := self.Fields[string(key)]
		switch {
		case !ok: // no name of a module
		case s != nil && !isField:
			s.set(string(key), m)
		case m == nil:
			self.Remove(string(key))
		default:
			self.Set(string(key), m)
		}
	})
	return d
}

// holdsModules reports whether v is a module, or a list or dict of modules alone.
func holdsModules(v tracer.Value) bool {
	var parts []tracer.Value
	switch v := v.(type) {
	case *tracer.Instance:
		return v.Class.Derives("Module")
	case *tracer.List:
		parts = v.Elems
	case *tracer.Dict:
		v.Each(func(_, part tracer.Value) { parts = append(parts, part) })
	}
	return len(parts) > 0 && !slices.ContainsFunc(parts, func(part tracer.Value) bool { return !holdsModules(part) })
}

// class makes a class of nn: init reads its settings and returns the Go side, apply is
// its forward.
func class(base *tracer.Class, name, settings string, init func(c *tracer.Call, self *tracer.Instance) any, apply func(c *tracer.Call, host any) tracer.Value) *tracer.Class {
	if settings != "" {
		settings = ", " + settings
	}
	made := tracer.NewBuiltin("__init__(self"+settings+")", func(c *tracer.Call) tracer.Value {
		self, ok := c.Arg(0).(*tracer.Instance)
		if !ok {
			c.Want(0, "a module")
			return tracer.Poison
		}
		self.Host = init(c, self)
		return tracer.None{}
	})
	forward := tracer.NewBuiltin("forward(self, input)", func(c *tracer.Call) tracer.Value {
		self, ok := c.Arg(0).(*tracer.Instance)
		if !ok || self.Host == nil {
			return c.Refuse(c.At, tracer.CodeType, "%s was not made: its __init__ was not called", name)
		}
		return apply(c, self.Host)
	})
	made.Name, forward.Name = name, name
	return tracer.NewClass(name, map[string]tracer.Value{"__init__": made.Method(), "forward": forward.Method()}, base)
}

// onTensor applies a function over nodes to a module's input.
func onTensor(c *tracer.Call, f func(x *graph.Node) *graph.Node) tracer.Value {
	x := c.TensorArg(1)
	return c.Node(func() *graph.Node { return f(x) })
}
