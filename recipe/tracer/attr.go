package tracer

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// attribute returns v.name; at is the place of the name, whole of the expression.
func (t *Tracer) attribute(v Value, name string, at, whole syntax.Span) Value {
	if Poisoned(v) {
		return Poison
	}
	if strings.HasPrefix(name, "__") && strings.HasSuffix(name, "__") && name != "__init__" && name != "__call__" {
		return t.Report(at, graph.Diagnostic{
			Code:    graph.CodeUnknownWord,
			Message: fmt.Sprintf("%q is out of reach: names between double underscores are Python's machinery, which is not here", name),
		})
	}
	a, ok := t.attr(v, name, at, whole)
	if !ok {
		return t.noAttribute(v, name, at, whole)
	}
	return a
}

func (t *Tracer) attr(v Value, name string, at, whole syntax.Span) (Value, bool) {
	switch v := v.(type) {
	case *graph.Node:
		return t.tensorAttr(v, name, whole)
	case *Picked:
		if name == "shape" {
			return t.shapeOf(v, whole), true
		}
		m, ok := t.methods()["tensor"][name]
		if !ok {
			return nil, false
		}
		return t.method(v, m, whole), true
	case *Module:
		a, ok := v.attr(name)
		if !ok && v.env != nil && len(v.env.stars) > 0 {
			return t.starredName(name, at, v.env.stars), true
		}
		if !ok && v.broken {
			return Poison, true
		}
		return t.resolve(a, at), ok
	case *elsewhere:
		return v.member(v.name + "." + name), true
	case *Instance:
		return t.Find(v, name, at)
	case *Class:
		for _, k := range v.mro {
			if k.elsewhere != nil {
				return t.use(k.elsewhere, whole), true
			}
		}
		a, _, ok := find(v.mro, name)
		switch m := a.(type) {
		case *classMethod:
			return &Method{v, m.fn}, true
		case *static:
			return m.fn, true
		}
		if !ok && name == "__init__" {
			return NewBuiltin("__init__(self, *args, **kwargs)", func(c *Call) Value { return None{} }), true
		}
		return a, ok
	case *super:
		return t.superAttr(v, name, at)
	case Attributer:
		return v.Attr(t, name, at)
	}
	if m, ok := t.methods()[TypeName(v)][name]; ok {
		return t.method(v, m, whole), true
	}
	return nil, false
}

// method binds a function written in Go to a value, or calls it where reading the
// attribute does.
func (t *Tracer) method(v Value, m *Builtin, at syntax.Span) Value {
	if m.computed {
		return t.callAt(m, []Value{v}, nil, at, nil)
	}
	return &Method{v, m}
}

// noAttribute refuses an attribute, with the nearest that v has.
func (t *Tracer) noAttribute(v Value, name string, at, whole syntax.Span) Value {
	switch v := v.(type) {
	case *Module:
		owner := strings.TrimRight(t.Brief(syntax.Span{Start: whole.Start, End: at.Start}), ". ")
		return t.lacks(at, unknownAttribute(owner, name, v.Names()))
	case *Instance:
		words := slices.Collect(maps.Keys(v.Fields))
		for _, c := range v.Class.mro {
			words = append(words, slices.Collect(maps.Keys(c.Attrs))...)
		}
		return t.unknownAttribute("a "+v.Class.Name, name, at, words)
	case *Class:
		return t.unknownAttribute(v.Name, name, at, slices.Collect(maps.Keys(v.Attrs)))
	case *graph.Node:
		return t.unknownAttribute("a tensor", name, at, slices.Collect(maps.Keys(t.methods()["tensor"])))
	case Attributer:
		return t.unknownAttribute(Describe(v), name, at, v.Attrs())
	}
	return t.unknownAttribute(Describe(v), name, at, slices.Collect(maps.Keys(t.methods()[TypeName(v)])))
}

func (t *Tracer) setAttribute(owner Value, name *syntax.Ident, v Value, at syntax.Span) bool {
	if c, ok := owner.(*Class); ok && c.node != nil {
		t.charge(at, entryBytes)
		c.Attrs[name.Name] = v
		return true
	}
	i, ok := owner.(*Instance)
	switch {
	case Poisoned(owner) || !t.here(at, owner):
		return false
	case !ok:
		t.Refuse(at, CodeType, "attributes of %s cannot be set", Describe(owner))
		return false
	}
	if m, _, ok := find(i.Class.mro, name.Name); ok {
		if _, isProperty := m.(*property); isProperty {
			t.Refuse(at, CodeType, "property '%s' of '%s' object has no setter", name.Name, i.Class.Name)
			return false
		}
	}
	t.charge(at, entryBytes)
	i.Set(name.Name, v)
	return true
}

func (t *Tracer) deleteAttribute(owner Value, name *syntax.Ident) {
	i, ok := owner.(*Instance)
	switch {
	case Poisoned(owner):
	case !ok:
		t.Refuse(name.Span(), CodeType, "attributes of %s cannot be deleted", Describe(owner))
	default:
		if _, ok := i.Fields[name.Name]; !ok {
			t.noAttribute(i, name.Name, name.Span(), name.Span())
		}
		i.Remove(name.Name)
	}
}
