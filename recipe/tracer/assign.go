package tracer

import (
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// assign binds a target, and reports whether that was possible.
func (t *Tracer) assign(e *env, target syntax.Expr, v Value) bool {
	switch target := target.(type) {
	case *syntax.Name:
		if n, ok := v.(*graph.Node); ok {
			n.Named(target.Id) // what messages call it
		}
		e.vars[target.Id] = v
		return true
	case *syntax.Tuple:
		return t.unpack(e, target.Elts, v, target.Span())
	case *syntax.List:
		return t.unpack(e, target.Elts, v, target.Span())
	case *syntax.Starred:
		return t.assign(e, target.Value, v)
	case *syntax.Attribute:
		return t.setAttribute(t.eval(e, target.Value), target.Attr, v, target.Span())
	case *syntax.Subscript:
		container := t.evalPlace(e, target.Value)
		return t.setSubscript(container, t.eval(e, target.Index), v, target.Span())
	}
	return false
}

// unpack assigns the elements of v to targets, of which one may be starred.
func (t *Tracer) unpack(e *env, list []syntax.Expr, v Value, at syntax.Span) bool {
	elems, ok := t.unpacked(list, v, at)
	if !ok {
		for _, name := range targetList(list) {
			e.vars[name] = Poison
		}
		return false
	}
	for i, x := range list {
		ok = t.assign(e, x, elems[i]) && ok
	}
	return ok
}

func (t *Tracer) unpacked(list []syntax.Expr, v Value, at syntax.Span) (elems []Value, ok bool) {
	if list, ok := sequence(v); ok {
		v = Tuple(list)
	}
	switch v := v.(type) {
	case poisoned:
		return nil, false
	case *graph.Node:
		if _, ok := rows(v); !ok || Poisoned(v) {
			if !Poisoned(v) {
				t.tracedUnpacking(at)
			}
			return nil, false
		}
	case *List, Tuple, *Dict, *Set, *dictView, Range, Str, *Iterator:
	default:
		t.Refuse(at, CodeType, "cannot unpack non-iterable %s object", TypeName(v))
		return nil, false
	}
	elems, ok = t.elements(v, at)
	if !ok {
		return nil, false
	}
	star := slices.IndexFunc(list, func(x syntax.Expr) bool { _, ok := x.(*syntax.Starred); return ok })
	n := len(list)
	switch {
	case star < 0 && len(elems) > n:
		t.Refuse(at, CodeValue, "too many values to unpack (expected %d)", n)
		return nil, false
	case star < 0 && len(elems) < n:
		t.Refuse(at, CodeValue, "not enough values to unpack (expected %d, got %d)", n, len(elems))
		return nil, false
	case star < 0:
		return elems, true
	case len(elems) < n-1:
		t.Refuse(at, CodeValue, "not enough values to unpack (expected at least %d, got %d)", n-1, len(elems))
		return nil, false
	}
	rest := len(elems) - (n - 1)
	t.charge(at, slotBytes*(n+rest))
	out := append([]Value(nil), elems[:star]...)
	out = append(out, &List{append([]Value(nil), elems[star:star+rest]...)})
	return append(out, elems[star+rest:]...), true
}

func (t *Tracer) augAssign(e *env, s *syntax.AugAssign) {
	at := operatorSpan(s.Op, s.OpPos)
	switch target := s.Target.(type) {
	case *syntax.Name:
		old := t.read(e, target)
		e.vars[target.Id] = t.augmented(s.Op, old, t.eval(e, s.Value), at, s.Span())
	case *syntax.Attribute:
		owner := t.eval(e, target.Value)
		old := t.attribute(owner, target.Attr.Name, target.Attr.Span(), target.Span())
		t.setAttribute(owner, target.Attr, t.augmented(s.Op, old, t.eval(e, s.Value), at, s.Span()), target.Span())
	case *syntax.Subscript:
		owner, index := t.eval(e, target.Value), t.eval(e, target.Index)
		old := t.subscript(owner, index, target.Span())
		t.setSubscript(owner, index, t.augmented(s.Op, old, t.eval(e, s.Value), at, s.Span()), target.Span())
	}
}

func (t *Tracer) delete(e *env, target syntax.Expr) {
	switch target := target.(type) {
	case *syntax.Name:
		t.read(e, target) // refuses a name without a value
		delete(e.vars, target.Id)
	case *syntax.Tuple:
		for _, x := range target.Elts {
			t.delete(e, x)
		}
	case *syntax.List:
		for _, x := range target.Elts {
			t.delete(e, x)
		}
	case *syntax.Attribute:
		t.deleteAttribute(t.eval(e, target.Value), target.Attr)
	case *syntax.Subscript:
		container := t.eval(e, target.Value)
		t.deleteSubscript(container, t.eval(e, target.Index), target.Span())
	}
}
