package tracer

import (
	"slices"

	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/recipe/syntax"
)

type (
	// Function is a def or lambda with the scope that it was made in.
	Function struct {
		name     string
		node     syntax.Node // *syntax.FunctionDef or *syntax.Lambda
		params   []*syntax.Param
		defaults []Value // of each parameter; nil without one
		env      *env
		class    *Class // the class whose body it stands in
		abstract bool   // it is there to be overridden
	}
	// Method is a function with its first argument.
	Method struct {
		self Value
		fn   Value // *Function or *Builtin
	}
)

// Name returns the function's name.
func (f *Function) Name() string { return f.name }

// Body returns the statements of a def; a lambda has none.
func (f *Function) Body() []syntax.Stmt {
	if def, ok := f.node.(*syntax.FunctionDef); ok {
		return def.Body
	}
	return nil
}

// Takes reports whether the function has a parameter of that name.
func (f *Function) Takes(name string) bool {
	return slices.ContainsFunc(f.params, func(p *syntax.Param) bool { return p.Name.Name == name })
}

// Span returns where the function stands in its file.
func (f *Function) Span() syntax.Span { return f.node.Span() }

// Params returns the names of the parameters that a call may give by position,
// and how many of them have no default.
func (f *Function) Params() (names []string, required int) {
	for i, p := range f.params {
		if p.Kind == syntax.PositionalOnly || p.Kind == syntax.Positional {
			names = append(names, p.Name.Name)
			if f.defaults[i] == nil {
				required++
			}
		}
	}
	return names, required
}

// NameSpan returns where the name of a def stands, and the whole of a lambda.
func (f *Function) NameSpan() syntax.Span {
	if def, ok := f.node.(*syntax.FunctionDef); ok {
		return def.Name.Span()
	}
	return f.node.Span()
}

// Params returns the names of the parameters that a call may give by position.
func (m *Method) Params() []string {
	f, ok := m.fn.(*Function)
	if !ok {
		return nil
	}
	names, _ := f.Params()
	return names[min(1, len(names)):]
}

func (t *Tracer) function(name string, n syntax.Node, params []*syntax.Param, e *env) *Function {
	t.charge(n.Span(), frameBytes)
	f := &Function{name: name, node: n, params: params, defaults: make([]Value, len(params)), env: e}
	for i, p := range params {
		if p.Default != nil {
			f.defaults[i] = t.eval(e, p.Default)
		}
		if p.Annotation != nil {
			t.note(p.Annotation.Span(), CodeIgnored, "annotation", "annotations are not looked at: shapes and types are known from the graph")
		}
	}
	return f
}

func (t *Tracer) functionDef(e *env, s *syntax.FunctionDef) Value {
	var v Value = t.function(s.Name.Name, s, s.Params, e)
	for _, d := range slices.Backward(s.Decorators) {
		v = t.decorate(d, v)
	}
	return v
}

// decorate applies the three decorators that say what a method is; others change
// how a framework runs a function, which is no matter here.
func (t *Tracer) decorate(d syntax.Expr, v Value) Value {
	name := ""
	switch d := d.(type) {
	case *syntax.Name:
		name = d.Id
	case *syntax.Attribute:
		name = d.Attr.Name
	}
	if name == "abstractmethod" {
		if f := functionOf(v); f != nil {
			f.abstract = true
			return v
		}
	}
	if name, ok := d.(*syntax.Name); ok {
		switch name.Id {
		case "staticmethod":
			return &static{v}
		case "classmethod":
			return &classMethod{v}
		case "property":
			return &property{v}
		}
	}
	t.note(d.Span(), CodeIgnored, "decorator "+t.Text(d.Span()), "the decorator "+t.Brief(d.Span())+" has no effect here")
	return v
}

// Keyword is one keyword argument of a call.
type Keyword struct {
	Name  string
	Value Value
	At    syntax.Span // of the name
	Src   syntax.Span // of the value
	Func  string      // the function as the call writes it
}

// evalCall evaluates function and arguments from left to right, and calls.
func (t *Tracer) evalCall(e *env, x *syntax.Call) Value {
	fn := t.eval(e, x.Func)
	args, spans, ok := t.callArgs(e, x)
	keywords, fine := t.callKeywords(e, x)
	if !ok || !fine || Poisoned(fn) {
		return Poison
	}
	return t.callAt(fn, args, keywords, x.Span(), spans)
}

func (t *Tracer) callArgs(e *env, x *syntax.Call) (args []Value, spans []syntax.Span, ok bool) {
	ok = true
	for _, a := range x.Args {
		star, isStar := a.(*syntax.Starred)
		if !isStar {
			args, spans = append(args, t.eval(e, a)), append(spans, a.Span())
			continue
		}
		more, fine := t.elements(t.eval(e, star.Value), star.Value.Span())
		ok = ok && fine
		t.charge(a.Span(), 2*slotBytes*len(more))
		for _, v := range more {
			args, spans = append(args, v), append(spans, a.Span())
		}
	}
	return args, spans, ok
}

func (t *Tracer) callKeywords(e *env, x *syntax.Call) (out []Keyword, ok bool) {
	ok = true
	name := ""
	if len(x.Keywords) > 0 {
		name = t.Brief(x.Func.Span())
	}
	for _, k := range x.Keywords {
		v := t.eval(e, k.Value)
		if k.Name != nil {
			out = append(out, Keyword{k.Name.Name, v, k.Name.Span(), k.Value.Span(), name})
			continue
		}
		d, isDict := v.(*Dict)
		if !isDict {
			if !Poisoned(v) {
				t.Refuse(k.Value.Span(), CodeType, "argument after ** must be a mapping, not %s", TypeName(v))
			}
			ok = false
			continue
		}
		t.charge(k.Value.Span(), entryBytes*d.Len())
		t.work(k.Value.Span(), 256*d.Len())
		d.Each(func(key, val Value) {
			word, isStr := key.(Str)
			if !isStr {
				t.Refuse(k.Value.Span(), CodeType, "keywords must be strings")
				ok = false
				return
			}
			out = append(out, Keyword{string(word), val, k.Value.Span(), k.Value.Span(), name})
		})
	}
	return out, ok
}

// CallWith calls f with arguments by position and by keyword.
func (t *Tracer) CallWith(f Value, at syntax.Span, args []Value, keywords []Keyword) Value {
	return t.call(f, args, keywords, at)
}

// Call calls f with arguments by position.
func (t *Tracer) Call(f Value, at syntax.Span, args ...Value) Value { return t.call(f, args, nil, at) }

func (t *Tracer) call(f Value, args []Value, keywords []Keyword, at syntax.Span) Value {
	return t.callAt(f, args, keywords, at, nil)
}

// callAt calls f; spans are the places of the arguments, where they are known.
func (t *Tracer) callAt(f Value, args []Value, keywords []Keyword, at syntax.Span, spans []syntax.Span) Value {
	t.step(at)
	switch f := f.(type) {
	case poisoned:
		return Poison
	case *elsewhere:
		return t.use(f, at)
	case *Builtin:
		return t.callBuiltin(f, args, keywords, at, spans)
	case *Function:
		return t.callFunction(f, args, keywords, at)
	case *Method:
		args = slices.Insert(slices.Clone(args), 0, f.self)
		if spans != nil {
			spans = slices.Insert(slices.Clone(spans), 0, at)
		}
		return t.callAt(f.fn, args, keywords, at, spans)
	case *Class:
		return t.instantiate(f, args, keywords, at, spans)
	case *Instance:
		if _, m, ok := t.Callee(f); ok {
			return t.callAt(m, args, keywords, at, spans)
		}
	case DType:
		return t.callBuiltin(castTo(f), args, keywords, at, spans)
	case *Module:
		return t.Refuse(at, CodeType, "'module' object is not callable")
	}
	return t.Refuse(at, CodeType, "'%s' object is not callable", TypeName(f))
}

// callableName names a function for messages.
func callableName(f Value) string {
	switch f := f.(type) {
	case *Function:
		if f.class != nil {
			return f.class.Name + "." + f.name
		}
		return f.name
	case *Builtin:
		return f.Name
	case *Method:
		return callableName(f.fn)
	case *Class:
		return f.Name
	}
	return TypeName(f)
}

func (t *Tracer) callFunction(f *Function, args []Value, keywords []Keyword, at syntax.Span) Value {
	if t.depth++; t.depth > t.config.Limits.Depth {
		t.exceed(at, limits.Refusal{What: "calls inside one another", Limit: int64(t.config.Limits.Depth)})
	}
	defer func() { t.depth-- }()
	t.charge(at, frameBytes+slotBytes*len(args)+entryBytes*len(f.params))
	e := newEnv(t.scopeOf(f.node), f.env)
	if !t.bind(f, e, args, keywords, at) {
		return Poison
	}
	fr := &frame{fn: f, outer: t.frame}
	if len(args) > 0 {
		fr.self = args[0]
	}
	t.frame = fr
	defer func() { t.frame = fr.outer }()
	switch n := f.node.(type) {
	case *syntax.Lambda:
		return t.eval(e, n.Body)
	case *syntax.FunctionDef:
		if how, v := t.block(e, n.Body); how == returns {
			return v
		}
	}
	return None{}
}
