package tracer

import (
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/recipe/syntax"
)

// eval returns the value of an expression. It never fails: what is refused is
// reported and has the value Poison.
func (t *Tracer) eval(e *env, x syntax.Expr) Value {
	v := t.evalPlace(e, x)
	if f, ok := v.(*flat); ok {
		return f.row(t)
	}
	return v
}

// evalPlace returns the value of an expression whose elements are to be changed.
func (t *Tracer) evalPlace(e *env, x syntax.Expr) Value {
	t.nest(x.Span())
	v := t.evalExpr(e, x)
	t.nesting--
	return v
}

// nest counts how deep the tracer recurses.
func (t *Tracer) nest(at syntax.Span) {
	if t.nesting++; t.nesting > maxNesting {
		t.exceed(at, limits.Refusal{What: "expressions inside one another, calls included", Limit: maxNesting})
	}
}

func (t *Tracer) evalExpr(e *env, x syntax.Expr) Value {
	at := x.Span()
	switch x := x.(type) {
	case *syntax.None:
		return None{}
	case *syntax.Bool:
		return Bool(x.Value)
	case *syntax.Int:
		return Int{x.Value}
	case *syntax.Float:
		return Float(x.Value)
	case *syntax.Str:
		return Str(x.Value)
	case *syntax.Ellipsis:
		return Ellipsis{}
	case *syntax.Bytes:
		return t.Refuse(at, CodeUnsupported, "bytes have no use here: write a string without the b")
	case *syntax.Name:
		return t.read(e, x)
	case *syntax.JoinedStr:
		return t.joined(e, x)
	case *syntax.Tuple:
		elems, ok := t.display(e, x.Elts, at)
		return orPoison(Tuple(elems), ok)
	case *syntax.List:
		elems, ok := t.display(e, x.Elts, at)
		return orPoison(&List{elems}, ok)
	case *syntax.Set:
		elems, ok := t.display(e, x.Elts, at)
		if !ok {
			return Poison
		}
		return t.setOf(elems, at)
	case *syntax.Dict:
		return t.dictDisplay(e, x)
	case *syntax.ListComp, *syntax.SetComp, *syntax.DictComp, *syntax.GeneratorExp:
		return t.comprehension(e, x)
	case *syntax.Lambda:
		return t.function("<lambda>", x, x.Params, e)
	case *syntax.IfExp:
		return t.ifExp(e, x)
	case *syntax.NamedExpr:
		v := t.eval(e, x.Value)
		for e.comprehension {
			e = e.outer
		}
		e.vars[x.Target.Id] = v
		return v
	case *syntax.BoolOp:
		return t.boolOp(e, x)
	case *syntax.BinOp:
		a, b := t.eval(e, x.Left), t.eval(e, x.Right)
		return t.binary(x.Op, a, b, operatorSpan(x.Op, x.OpPos), at)
	case *syntax.UnaryOp:
		return t.unary(x, t.eval(e, x.Operand))
	case *syntax.Compare:
		return t.compareChain(e, x)
	case *syntax.Call:
		return t.evalCall(e, x)
	case *syntax.Attribute:
		return t.attribute(t.eval(e, x.Value), x.Attr.Name, x.Attr.Span(), at)
	case *syntax.Subscript:
		v := t.eval(e, x.Value)
		return t.subscript(v, t.eval(e, x.Index), at)
	case *syntax.Slice:
		return t.slice(e, x)
	case *syntax.BadExpr:
		return t.reachBad(at)
	case *syntax.Starred:
		return t.Refuse(at, CodeUnsupported, "can't use starred expression here")
	}
	return Poison
}

func orPoison(v Value, ok bool) Value {
	if !ok {
		return Poison
	}
	return v
}

// operatorSpan is the place of an operator in the text. The words of "not in" and
// "is not" may stand apart; the first is underlined.
func operatorSpan(op syntax.Operator, start syntax.Pos) syntax.Span {
	n := len(op.String())
	if op == syntax.IsNot || op == syntax.NotIn {
		n = strings.IndexByte(op.String(), ' ')
	}
	return syntax.Span{Start: start, End: syntax.Pos{Line: start.Line, Col: start.Col + n, Offset: start.Offset + n, File: start.File}}
}

// display evaluates the elements of a tuple, list or set; ok is false when one of
// them was refused, so that nobody complains about the whole.
func (t *Tracer) display(e *env, list []syntax.Expr, at syntax.Span) (elems []Value, ok bool) {
	t.charge(at, slotBytes*(1+len(list)))
	elems, ok = make([]Value, 0, len(list)), true
	for _, x := range list {
		star, isStar := x.(*syntax.Starred)
		if !isStar {
			v := t.eval(e, x)
			elems, ok = append(elems, v), ok && !Poisoned(v)
			continue
		}
		more, fine := t.elements(t.eval(e, star.Value), star.Value.Span())
		t.charge(at, slotBytes*len(more))
		elems, ok = append(elems, more...), ok && fine
	}
	return elems, ok
}

func (t *Tracer) setOf(elems []Value, at syntax.Span) Value {
	t.charge(at, entryBytes*(1+len(elems)))
	s := &Set{NewDict()}
	for _, v := range elems {
		if Poisoned(v) {
			return Poison
		}
		if !s.dict.Put(v, None{}) {
			return t.unhashable(v, at)
		}
	}
	return s
}

func (t *Tracer) unhashable(v Value, at syntax.Span) Value {
	return t.Refuse(at, CodeType, "unhashable type: '%s'", TypeName(v))
}

func (t *Tracer) dictDisplay(e *env, x *syntax.Dict) Value {
	at := x.Span()
	t.charge(at, entryBytes*(1+len(x.Keys)))
	d := NewDict()
	broken := false
	for i, key := range x.Keys {
		val := t.eval(e, x.Values[i])
		broken = broken || Poisoned(val)
		if key == nil {
			other, ok := val.(*Dict)
			if !ok {
				if !Poisoned(val) {
					t.Refuse(x.Values[i].Span(), CodeType, "'%s' object is not a mapping", TypeName(val))
				}
				return Poison
			}
			t.charge(at, entryBytes*other.Len())
			other.Each(func(k, v Value) { d.Put(k, v) })
			continue
		}
		k := t.eval(e, key)
		if Poisoned(k) {
			return Poison
		}
		if !d.Put(k, val) {
			return t.unhashable(k, key.Span())
		}
	}
	return orPoison(d, !broken)
}

func (t *Tracer) ifExp(e *env, x *syntax.IfExp) Value {
	truth, ok := t.truth(t.eval(e, x.Test), "if", x.Test)
	switch {
	case !ok:
		return Poison
	case truth:
		return t.eval(e, x.Body)
	}
	return t.eval(e, x.Orelse)
}

// boolOp is "and" and "or": the first value that decides.
func (t *Tracer) boolOp(e *env, x *syntax.BoolOp) Value {
	var v Value
	for i, operand := range x.Values {
		v = t.eval(e, operand)
		if n, ok := v.(*graph.Node); ok && !n.Poisoned() {
			return t.tracedBool(x, operand)
		}
		if i == len(x.Values)-1 {
			break
		}
		truth, ok := t.truth(v, x.Op.String(), operand)
		if !ok {
			return Poison
		}
		if truth == (x.Op == syntax.Or) {
			break
		}
	}
	return v
}

func (t *Tracer) unary(x *syntax.UnaryOp, v Value) Value {
	at := x.Span()
	if Poisoned(v) || !t.here(at, v) {
		return Poison
	}
	if pickedIn(v) != nil && x.Op != syntax.Not {
		return t.ofPicked(at, func(v ...Value) Value { return t.unary(x, v[0]) }, v)
	}
	if x.Op == syntax.Not {
		if n, ok := v.(*graph.Node); ok {
			return t.tracedNot(x, n)
		}
		truth, ok := t.truth(v, "not", x.Operand)
		return orPoison(Bool(!truth), ok)
	}
	if l, ok := v.(Length); ok && x.Op == syntax.USub {
		v = t.count(l, at)
	}
	if isLater(v) {
		return v
	}
	if n, ok := v.(*graph.Node); ok {
		return t.unaryTensor(x.Op, n, operatorSpan(x.Op, at.Start), at)
	}
	i, f, kind := number(v)
	switch {
	case kind == 'i' && x.Op == syntax.USub:
		return t.newInt(at, i, nil, '-')
	case kind == 'i' && x.Op == syntax.UAdd:
		return Int{i}
	case kind == 'i' && x.Op == syntax.Invert:
		return t.newInt(at, i, nil, '~')
	case kind == 'f' && x.Op == syntax.USub:
		return Float(-f)
	case kind == 'f' && x.Op == syntax.UAdd:
		return Float(f)
	}
	return t.Refuse(at, CodeType, "bad operand type for unary %s: '%s'", x.Op, TypeName(v))
}

// compareChain evaluates a < b < c: each operand once, up to the first False.
func (t *Tracer) compareChain(e *env, x *syntax.Compare) Value {
	left := t.eval(e, x.Left)
	var v Value
	for i, op := range x.Ops {
		right := t.eval(e, x.Comparators[i])
		v = t.compare(op, left, right, operatorSpan(op, x.OpPos[i]), x)
		if i == len(x.Ops)-1 {
			break
		}
		if n, ok := v.(*graph.Node); ok && !n.Poisoned() {
			return t.tracedChain(x)
		}
		truth, ok := t.truth(v, "and", x)
		if !ok {
			return Poison
		}
		if !truth {
			break
		}
		left = right
	}
	return v
}

func (t *Tracer) slice(e *env, x *syntax.Slice) Value {
	part := func(x syntax.Expr) Value {
		if x == nil {
			return None{}
		}
		return t.eval(e, x)
	}
	s := Slice{part(x.Lower), part(x.Upper), part(x.Step)}
	if Poisoned(s.Start) || Poisoned(s.Stop) || Poisoned(s.Step) {
		return Poison
	}
	return s
}

// truth is bool(v) for the statement or operator called what, which x is the
// operand of. ok is false when v is poisoned or not known while tracing; the
// latter is reported.
func (t *Tracer) truth(v Value, what string, x syntax.Expr) (truth, ok bool) {
	if Poisoned(v) || !t.here(x.Span(), v) {
		return false, false
	}
	if pickedIn(v) != nil {
		t.tracedTruth(what, x)
		return false, false
	}
	truth, known := Truth(v)
	if known {
		return truth, true
	}
	if f, ok := t.Single(v, x.Span()); ok {
		return f != 0, true // a constant
	}
	if isLater(v) {
		t.laterTruth(what, x)
		return false, false
	}
	t.tracedTruth(what, x)
	return false, false
}
