package torch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/descent-ml/descent/recipe/internal/layer"
	"github.com/descent-ml/descent/recipe/tracer"
)

// sequential is the Go side of nn.Sequential.
type sequential struct{ children []layer.Child }

// Children implements [layer.Container].
func (s *sequential) Children() []layer.Child { return s.children }

// set puts a module in the place of the child of that name, or behind all where there is
// none; nil takes the child away.
func (s *sequential) set(name string, m tracer.Value) {
	i := slices.IndexFunc(s.children, func(c layer.Child) bool { return strings.Trim(c.Name, ".[]") == name })
	switch {
	case i < 0 && m != nil:
		s.children = append(s.children, layer.Child{Name: "." + name, Value: m})
	case i >= 0 && m != nil:
		s.children[i].Value = m
	case i >= 0:
		s.children = slices.Delete(s.children, i, i+1)
	}
}

// Elements implements [tracer.Sequence]: a Sequential is gone over as a list.
func (s *sequential) Elements() []tracer.Value {
	list := make([]tracer.Value, len(s.children))
	for i, c := range s.children {
		list[i] = c.Value
	}
	return list
}

// containers are Sequential, and the lists and dicts of modules, which are Python's own
// here: their modules are found by the walk over attributes.
func containers(base *tracer.Class) map[string]tracer.Value {
	seq := class(base, "Sequential", "*args", func(c *tracer.Call, _ *tracer.Instance) any {
		s := &sequential{}
		add := func(name string, v tracer.Value) {
			if _, ok := v.(*tracer.Instance); !ok && !callable(v) {
				c.Fail()
				if !tracer.Poisoned(v) {
					c.Refuse(c.At, tracer.CodeType, "Sequential() takes modules, not %s", tracer.Describe(v))
				}
			}
			s.children = append(s.children, layer.Child{Name: name, Value: v})
		}
		for i, v := range c.Rest {
			if d, ok := v.(*tracer.Dict); ok && len(c.Rest) == 1 {
				d.Each(func(key, val tracer.Value) { add("."+tracer.Repr(key), val) })
				break
			}
			add(fmt.Sprintf("[%d]", i), v)
		}
		return s
	}, func(c *tracer.Call, host any) tracer.Value {
		x := c.Arg(1)
		for _, child := range host.(*sequential).children {
			x = c.Call(child.Value, c.At, x)
		}
		return x
	})
	grow := tracer.NewBuiltin("append(self, module)", func(c *tracer.Call) tracer.Value {
		self := c.Arg(0).(*tracer.Instance)
		if s, ok := self.Host.(*sequential); ok {
			s.children = append(s.children, layer.Child{Name: fmt.Sprintf("[%d]", len(s.children)), Value: c.Arg(1)})
		}
		return self
	})
	seq.Attrs["append"] = grow.Method()
	named := tracer.NewBuiltin("add_module(self, name, module)", func(c *tracer.Call) tracer.Value {
		self, name := c.Arg(0).(*tracer.Instance), c.Str(1)
		if s, ok := self.Host.(*sequential); ok && c.OK() {
			s.set(name, c.Arg(2))
		}
		return tracer.None{}
	})
	seq.Attrs["add_module"] = named.Method()
	list := func(name string) *tracer.Builtin {
		return tracer.NewBuiltin(name+"(values=())", func(c *tracer.Call) tracer.Value { return &tracer.List{Elems: c.Elements(0)} })
	}
	dict := func(name string) *tracer.Builtin {
		return tracer.NewBuiltin(name+"(values=None)", func(c *tracer.Call) tracer.Value {
			switch d := c.Arg(0).(type) {
			case tracer.None:
				return tracer.NewDict()
			case *tracer.Dict:
				return d
			}
			c.Want(0, "a dict")
			return tracer.Poison
		})
	}
	out := map[string]tracer.Value{"Sequential": seq}
	for _, b := range []*tracer.Builtin{list("ModuleList"), list("ParameterList"), dict("ModuleDict"), dict("ParameterDict")} {
		out[b.Name] = b
	}
	return out
}

func callable(v tracer.Value) bool {
	switch v.(type) {
	case *tracer.Function, *tracer.Builtin, *tracer.Method:
		return true
	}
	return false
}

// keeping makes an __init__ that keeps its settings as attributes.
func keeping(name, signature string) *tracer.Builtin {
	if signature != "" {
		signature = ", " + signature
	}
	made := tracer.NewBuiltin("__init__(self"+signature+")", func(c *tracer.Call) tracer.Value {
		self, ok := c.Arg(0).(*tracer.Instance)
		if !ok {
			c.Want(0, "a module")
			return tracer.Poison
		}
		for i, p := range c.Fn.Params()[1:] {
			self.Set(p.Name, c.Arg(1+i))
		}
		if how, given := forerunners(c); given {
			self.Set("reduction", tracer.Str(how))
			self.Set("size_average", tracer.None{})
			self.Set("reduce", tracer.None{})
		}
		return tracer.None{}
	})
	made.Name = name
	return made.Method()
}

// asModule makes the class of a function: its __init__ keeps the settings as attributes,
// which a class that derives from it may read and change, and its forward takes the
// tensors and calls the function.
func asModule(base *tracer.Class, name, signature string, tensors []string, f *tracer.Builtin) *tracer.Class {
	made := keeping(name, signature)
	forward := tracer.NewBuiltin("forward(self, "+strings.Join(tensors, ", ")+")", func(c *tracer.Call) tracer.Value {
		self, ok := c.Arg(0).(*tracer.Instance)
		if !ok {
			c.Want(0, "a module")
			return tracer.Poison
		}
		args := []tracer.Value{}
		for i := range tensors {
			args = append(args, c.Arg(1+i))
		}
		var keywords []tracer.Keyword
		for _, p := range made.Params()[1:] {
			v, ok := self.Fields[p.Name]
			if !ok {
				return c.Refuse(c.At, tracer.CodeType, "%s was not made: its __init__ was not called", name)
			}
			keywords = append(keywords, tracer.Keyword{Func: name, Name: p.Name, Value: v, At: c.At, Src: c.At})
		}
		return c.CallWith(f, c.At, args, keywords)
	})
	forward.Name, forward.Hands = name, true
	return tracer.NewClass(name, map[string]tracer.Value{"__init__": made, "forward": forward.Method()}, base)
}

// lossBases are the classes that PyTorch's own losses derive from, and those of some files.
func lossBases(base *tracer.Class) map[string]tracer.Value {
	const how = "size_average=None, reduce=None, reduction='mean'"
	plain := tracer.NewClass("_Loss", map[string]tracer.Value{"__init__": keeping("_Loss", how)}, base)
	return map[string]tracer.Value{
		"_Loss":         plain,
		"_WeightedLoss": tracer.NewClass("_WeightedLoss", map[string]tracer.Value{"__init__": keeping("_WeightedLoss", "weight=None, "+how)}, plain),
	}
}
