package tracer

import (
	"maps"
	"slices"

	"github.com/descent-ml/descent/recipe/syntax"
)

type (
	// Class is a class of the file, or one written in Go that the file may derive from.
	Class struct {
		Name  string
		Bases []*Class
		Attrs map[string]Value
		mro   []*Class
		node  *syntax.ClassDef

		elsewhere *elsewhere // a base class that is not here
	}
	// Instance is an object of a Class.
	Instance struct {
		Class  *Class
		Fields map[string]Value // changed by Set and Remove alone
		Host   any              // what a class written in Go keeps of it
		order  []string         // of Fields
	}

	static      struct{ fn Value }
	classMethod struct{ fn Value }
	property    struct{ fn Value }

	// super is super(): the classes behind one, on behalf of an instance.
	super struct {
		after *Class
		self  *Instance
	}
)

// Set gives an attribute a value.
func (i *Instance) Set(name string, v Value) {
	if _, known := i.Fields[name]; !known {
		i.order = append(i.order, name)
	}
	i.Fields[name] = v
}

// Remove takes an attribute away.
func (i *Instance) Remove(name string) {
	delete(i.Fields, name)
	i.order = slices.DeleteFunc(i.order, func(n string) bool { return n == name })
}

// Names lists the attributes in the order in which they came.
func (i *Instance) Names() []string { return i.order }

// NewClass returns a class written in Go. Builtins among its attributes are
// methods: they get the instance as their first argument.
func NewClass(name string, attrs map[string]Value, bases ...*Class) *Class {
	c := &Class{Name: name, Bases: bases, Attrs: attrs}
	c.mro, _ = linearize(c)
	return c
}

// Span returns where the name of a class of the file stands.
func (c *Class) Span() syntax.Span {
	if c.node == nil {
		return syntax.Span{}
	}
	return c.node.Name.Span()
}

// Callable reports whether instances can be called with n arguments, and no fewer.
func (c *Class) Callable(n int) bool {
	for _, name := range callNames {
		switch f, _, _ := find(c.mro, name); f := f.(type) {
		case *Function:
			_, required := f.Params()
			return required == n+1
		case *Builtin:
			if f.required() == n+1 {
				return true
			}
		}
	}
	return false
}

// Method returns a copy of b that is bound to the instances of the class that
// holds it.
func (b *Builtin) Method() *Builtin {
	m := *b
	m.isMethod = true
	return &m
}

func (t *Tracer) classDef(e *env, s *syntax.ClassDef) Value {
	at := s.Name.Span()
	c := &Class{Name: s.Name.Name, node: s}
	broken := false
	bases := s.Bases
	for _, k := range s.Keywords {
		if k.Name != nil && k.Name.Name == "metaclass" {
			bases = append(bases[:len(bases):len(bases)], k.Value)
		}
	}
	for _, x := range bases {
		base := t.eval(e, x)
		if a, ok := base.(annotation); ok { // Base[T], or Generic[T], which is nothing but an annotation
			if base = a.of; base == nil {
				continue
			}
		}
		switch base := base.(type) {
		case *Class:
			c.Bases = append(c.Bases, base)
		case poisoned:
			broken = true
		case *elsewhere:
			c.elsewhere = base
		case *Builtin:
			if base.Name == "object" {
				continue
			}
			t.Refuse(x.Span(), CodeType, "'%s' cannot be a base class here", base.Name)
			broken = true
		default:
			t.Refuse(x.Span(), CodeType, "%s cannot be a base class", Describe(base))
			broken = true
		}
	}
	body := newEnv(t.scopeOf(s), e)
	t.charge(at, frameBytes)
	t.block(body, s.Body)
	for _, d := range s.Decorators {
		t.decorate(d, c)
	}
	if broken {
		return Poison
	}
	c.Attrs = body.vars
	for _, v := range c.Attrs {
		if f := functionOf(v); f != nil && f.class == nil && f.env == body {
			f.class = c
		}
	}
	mro, ok := linearize(c)
	if !ok {
		return t.Refuse(at, CodeType, "Cannot create a consistent method resolution order (MRO) for bases of %s", c.Name)
	}
	c.mro = mro
	return c
}

// functionOf looks behind the decorators of methods.
func functionOf(v Value) *Function {
	switch v := v.(type) {
	case *Function:
		return v
	case *static:
		return functionOf(v.fn)
	case *classMethod:
		return functionOf(v.fn)
	case *property:
		return functionOf(v.fn)
	}
	return nil
}

// linearize orders a class and its bases as Python does (C3: K. Barrett et al., "A
// monotonic superclass linearization for Dylan", OOPSLA 1996).
func linearize(c *Class) (order []*Class, ok bool) {
	var lists [][]*Class
	for _, b := range c.Bases {
		lists = append(lists, slices.Clone(b.mro))
	}
	lists = append(lists, slices.Clone(c.Bases))
	order = []*Class{c}
	for {
		lists = slices.DeleteFunc(lists, func(l []*Class) bool { return len(l) == 0 })
		if len(lists) == 0 {
			return order, true
		}
		i := slices.IndexFunc(lists, func(l []*Class) bool { return !inTail(l[0], lists) })
		if i < 0 {
			return nil, false
		}
		head := lists[i][0]
		order = append(order, head)
		for k, l := range lists {
			if l[0] == head {
				lists[k] = l[1:]
			}
		}
	}
}

func inTail(c *Class, lists [][]*Class) bool {
	return slices.ContainsFunc(lists, func(l []*Class) bool { return slices.Contains(l[1:], c) })
}

// find looks an attribute up in the classes of an order.
func find(mro []*Class, name string) (v Value, in *Class, ok bool) {
	for _, c := range mro {
		if v, ok := c.Attrs[name]; ok {
			return v, c, true
		}
	}
	return nil, nil, false
}

// Lookup returns what c or the classes behind it hold under a name, not bound.
func (c *Class) Lookup(name string) (v Value, ok bool) {
	v, _, ok = find(c.mro, name)
	return v, ok
}

// Property makes a method an attribute that is computed when it is read.
func Property(f *Builtin) Value { return &property{f.Method()} }

// Is reports whether c is base, or derives from it.
func (c *Class) Is(base *Class) bool { return slices.Contains(c.mro, base) }

// Derives reports whether c is a class written in Go of that name, or derives from it.
func (c *Class) Derives(name string) bool {
	return slices.ContainsFunc(c.mro, func(b *Class) bool { return b.Name == name && b.node == nil })
}

func (c *Class) exception() bool { return c.Derives("BaseException") }

// exceptionArgs returns the arguments that an exception was made with.
func (i *Instance) exceptionArgs() (args Tuple, ok bool) {
	if !i.Class.exception() {
		return nil, false
	}
	args, _ = i.Fields["args"].(Tuple)
	return args, true
}

// Find returns an attribute of the instance or its class, with methods bound.
func (t *Tracer) Find(i *Instance, name string, at syntax.Span) (Value, bool) {
	if v, ok := i.Fields[name]; ok {
		return t.resolve(v, at), true
	}
	v, _, ok := find(i.Class.mro, name)
	if !ok {
		return nil, false
	}
	return t.bound(v, i, i.Class, at), true
}

// bound gives a function found in a class its first argument.
func (t *Tracer) bound(v Value, self Value, class *Class, at syntax.Span) Value {
	switch f := v.(type) {
	case *Function:
		return &Method{self, f}
	case *Builtin:
		if f.isMethod {
			return &Method{self, f}
		}
	case *static:
		return f.fn
	case *classMethod:
		return &Method{class, f.fn}
	case *property:
		return t.call(f.fn, []Value{self}, nil, at)
	}
	return v
}

// callNames are the methods that calling an instance calls, the first that it has.
var callNames = []string{"__call__", "call", "forward"}

// Callee returns what calling an instance calls, and its name: __call__, else what
// Keras and PyTorch call in its place.
func (t *Tracer) Callee(i *Instance) (name string, fn Value, ok bool) {
	for _, name := range callNames {
		if v, _, ok := find(i.Class.mro, name); ok {
			return name, t.bound(v, i, i.Class, syntax.Span{}), true
		}
	}
	return "", nil, false
}

func (t *Tracer) instantiate(c *Class, args []Value, keywords []Keyword, at syntax.Span, spans []syntax.Span) Value {
	for _, k := range c.mro {
		if k.elsewhere != nil {
			return t.use(k.elsewhere, at)
		}
	}
	if c.Is(abstractBase) {
		if name, ok := c.firstAbstract(); ok {
			return t.Refuse(at, CodeType, "Can't instantiate abstract class %s without an implementation for abstract method '%s'", c.Name, name)
		}
	}
	t.charge(at, frameBytes)
	i := &Instance{Class: c, Fields: map[string]Value{}}
	if c.exception() {
		i.Set("args", Tuple(args))
	}
	init, ok := t.Find(i, "__init__", at)
	switch {
	case ok:
		result := t.callAt(init, args, keywords, at, spans)
		if Poisoned(result) {
			return Poison
		}
		if _, none := result.(None); !none {
			return t.Refuse(at, CodeType, "__init__() should return None, not '%s'", TypeName(result))
		}
	case !c.exception() && len(args)+len(keywords) > 0:
		return t.Refuse(at, CodeType, "%s() takes no arguments", c.Name)
	}
	return i
}

// abstractBase is abc.ABC, and stands for its metaclass too: a class of it cannot be
// instantiated while a method that is marked abstract is not overridden.
var abstractBase = NewClass("ABC", nil)

// firstAbstract returns the first abstract method of a class that nothing overrides.
func (c *Class) firstAbstract() (name string, ok bool) {
	for _, k := range c.mro {
		for _, name := range slices.Sorted(maps.Keys(k.Attrs)) {
			v, _ := c.Lookup(name)
			if f := functionOf(v); f != nil && f.abstract {
				return name, true
			}
		}
	}
	return "", false
}

// superOf is super() and super(Class, self).
func superOf(c *Call) Value {
	class, self := c.Arg(0), c.Arg(1)
	if !c.Given(0) {
		if c.frame == nil || c.frame.fn.class == nil {
			return c.Refuse(c.At, CodeType, "super(): no arguments")
		}
		class, self = c.frame.fn.class, c.frame.self
	}
	after, ok := class.(*Class)
	if !ok {
		return c.Refuse(c.Span(0), CodeType, "super() argument 1 must be a type, not %s", TypeName(class))
	}
	i, ok := self.(*Instance)
	if !ok || !i.Class.Is(after) {
		return c.Refuse(c.At, CodeType, "super(type, obj): obj must be an instance or subtype of type")
	}
	return &super{after, i}
}

// superAttr finds an attribute behind the class that super() stands for. What
// every object has, __init__, does nothing.
func (t *Tracer) superAttr(s *super, name string, at syntax.Span) (Value, bool) {
	mro := s.self.Class.mro
	mro = mro[slices.Index(mro, s.after)+1:]
	if v, _, ok := find(mro, name); ok {
		return t.bound(v, s.self, s.self.Class, at), true
	}
	if name != "__init__" {
		return nil, false
	}
	return NewBuiltin("__init__(*args, **kwargs)", func(c *Call) Value {
		if s.self.Class.exception() {
			s.self.Set("args", Tuple(c.Rest))
		} else if len(c.Rest)+len(c.Extra) > 0 {
			return c.Refuse(c.At, CodeType, "object.__init__() takes exactly one argument (the instance to initialize)")
		}
		return None{}
	}), true
}

// exceptions are the classes that raise takes.
func exceptions() map[string]Value {
	base := NewClass("BaseException", nil)
	exception := NewClass("Exception", nil, base)
	out := map[string]Value{"BaseException": base, "Exception": exception}
	for _, name := range []string{
		"ArithmeticError", "AssertionError", "AttributeError", "ImportError", "LookupError", "NameError", "RuntimeError",
		"TypeError", "ValueError", "Warning",
	} {
		out[name] = NewClass(name, nil, exception)
	}
	for name, parent := range map[string]string{
		"IndexError": "LookupError", "KeyError": "LookupError", "NotImplementedError": "RuntimeError",
		"OverflowError": "ArithmeticError", "ZeroDivisionError": "ArithmeticError", "ModuleNotFoundError": "ImportError",
		"UserWarning": "Warning", "DeprecationWarning": "Warning", "FutureWarning": "Warning", "RuntimeWarning": "Warning",
	} {
		out[name] = NewClass(name, nil, out[parent].(*Class))
	}
	return out
}
