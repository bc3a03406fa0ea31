package tracer

import (
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// binary computes a op b. Tensors get the operator's own place, since a line may
// hold several; whole is the place of the expression.
func (t *Tracer) binary(op syntax.Operator, a, b Value, at, whole syntax.Span) Value {
	if Poisoned(a) || Poisoned(b) || !t.here(whole, a, b) {
		return Poison
	}
	if pickedIn(a, b) != nil {
		return t.ofPicked(at, func(v ...Value) Value { return t.binary(op, v[0], v[1], at, whole) }, a, b)
	}
	if v := t.binaryLater(a, b, at); v != nil {
		return v
	}
	if isTensor(a) || isTensor(b) {
		return t.binaryTensor(op, a, b, at)
	}
	if v := t.binaryLength(op, a, b, at); v != nil {
		return v
	}
	if v := t.arith(op, a, b, at); v != nil {
		return v
	}
	if v := t.binarySequence(op, a, b, at, whole); v != nil {
		return v
	}
	if t.config.Binary != nil {
		if v, ok := t.config.Binary(t, op, a, b, at); ok {
			return v
		}
	}
	if op == syntax.BitOr {
		if v, ok := union(a, b); ok {
			return v
		}
	}
	return t.refuseOperands(op, a, b, at)
}

func isTensor(v Value) bool {
	_, ok := v.(*graph.Node)
	return ok
}

func (t *Tracer) refuseOperands(op syntax.Operator, a, b Value, at syntax.Span) Value {
	if op == syntax.Add {
		switch a.(type) {
		case Str, *List, Tuple:
			return t.Refuse(at, CodeType, "can only concatenate %s (not \"%s\") to %s", TypeName(a), TypeName(b), TypeName(a))
		}
	}
	if op == syntax.Mult {
		for _, pair := range [2][2]Value{{a, b}, {b, a}} {
			switch pair[0].(type) {
			case Str, *List, Tuple:
				return t.Refuse(at, CodeType, "can't multiply sequence by non-int of type '%s'", TypeName(pair[1]))
			}
		}
	}
	word := op.String()
	if op == syntax.Pow {
		word = "** or pow()"
	}
	return t.Refuse(at, CodeType, "unsupported operand type(s) for %s: '%s' and '%s'", word, TypeName(a), TypeName(b))
}

// arith computes with bools, ints and floats; nil where a or b is none of them.
func (t *Tracer) arith(op syntax.Operator, a, b Value, at syntax.Span) Value {
	ai, af, ak := number(a)
	bi, bf, bk := number(b)
	if ak == 0 || bk == 0 {
		return nil
	}
	if ak == 'i' && bk == 'i' {
		v := t.intArith(op, ai, bi, at)
		if i, ok := v.(Int); ok && isBool(a) && isBool(b) && (op == syntax.BitAnd || op == syntax.BitOr || op == syntax.BitXor) {
			return Bool(i.big.Sign() != 0)
		}
		return v
	}
	var ok bool
	if ak == 'i' {
		if af, ok = t.toFloat(ai, at); !ok {
			return Poison
		}
	}
	if bk == 'i' {
		if bf, ok = t.toFloat(bi, at); !ok {
			return Poison
		}
	}
	return t.floatArith(op, af, bf, at)
}

func isBool(v Value) bool {
	_, ok := v.(Bool)
	return ok
}

// binarySequence is + and * of strings, lists and tuples, % of strings, and the
// operators of sets and dicts; nil where there is no such operator.
func (t *Tracer) binarySequence(op syntax.Operator, a, b Value, at, whole syntax.Span) Value {
	switch op {
	case syntax.Add:
		switch a := a.(type) {
		case Str:
			if b, ok := b.(Str); ok {
				t.charge(whole, len(a)+len(b))
				return a + b
			}
		case *List:
			if b, ok := b.(*List); ok {
				return &List{t.concat(a.Elems, b.Elems, whole)}
			}
		case Tuple:
			if b, ok := b.(Tuple); ok {
				return Tuple(t.concat(a, b, whole))
			}
		}
	case syntax.Mult:
		if i, _, kind := number(b); kind == 'i' {
			return t.repeat(a, Int{i}, whole)
		}
		if i, _, kind := number(a); kind == 'i' {
			return t.repeat(b, Int{i}, whole)
		}
	case syntax.Mod:
		if a, ok := a.(Str); ok {
			return t.percent(string(a), b, whole)
		}
	case syntax.BitOr, syntax.BitAnd, syntax.Sub, syntax.BitXor:
		if a, ok := a.(*Set); ok {
			if b, ok := b.(*Set); ok {
				return t.setOperator(op, a, b, whole)
			}
		}
		if a, ok := a.(*Dict); ok && op == syntax.BitOr {
			if b, ok := b.(*Dict); ok {
				t.charge(whole, entryBytes*(1+a.Len()+b.Len()))
				out := a.copy()
				b.Each(func(k, v Value) { out.Put(k, v) })
				return out
			}
		}
	}
	return nil
}

func (t *Tracer) concat(a, b []Value, at syntax.Span) []Value {
	t.charge(at, slotBytes*(1+len(a)+len(b)))
	return append(append(make([]Value, 0, len(a)+len(b)), a...), b...)
}

// repeat is a sequence times n; nil where a is no sequence.
func (t *Tracer) repeat(a Value, n Int, at syntax.Span) Value {
	times, small := n.Int64()
	if !small {
		times = math.MaxInt64
		if n.big.Sign() < 0 {
			times = 0
		}
	}
	times = max(times, 0)
	elems := func(list []Value) []Value {
		if len(list) == 0 {
			return nil
		}
		t.charge64(at, times, slotBytes*int64(len(list)))
		t.charge(at, 0)
		out := make([]Value, 0, int(times)*len(list))
		for range times {
			out = append(out, list...)
		}
		return out
	}
	switch a := a.(type) {
	case Str:
		if len(a) == 0 {
			return a
		}
		t.charge64(at, times, int64(len(a)))
		t.charge(at, 0)
		out := make([]byte, 0, int(times)*len(a))
		for range times {
			out = append(out, a...)
		}
		return Str(out)
	case *List:
		return &List{elems(a.Elems)}
	case Tuple:
		return Tuple(elems(a))
	}
	return nil
}

func (t *Tracer) setOperator(op syntax.Operator, a, b *Set, at syntax.Span) Value {
	t.charge(at, entryBytes*(1+a.dict.Len()+b.dict.Len()))
	out := &Set{NewDict()}
	put := func(from *Set, keep func(v Value) bool) {
		from.dict.Each(func(k, _ Value) {
			if keep(k) {
				out.dict.Put(k, None{})
			}
		})
	}
	in := func(s *Set, want bool) func(Value) bool {
		return func(v Value) bool { _, ok := s.dict.Get(v); return ok == want }
	}
	all := func(Value) bool { return true }
	switch op {
	case syntax.BitOr:
		put(a, all)
		put(b, all)
	case syntax.BitAnd:
		put(a, in(b, true))
	case syntax.Sub:
		put(a, in(b, false))
	case syntax.BitXor:
		put(a, in(b, false))
		put(b, in(a, false))
	}
	return out
}

// augmented computes target op= value: lists, sets and dicts change in place, and so do
// PyTorch's tensors.
func (t *Tracer) augmented(op syntax.Operator, target, value Value, at, whole syntax.Span) Value {
	if Poisoned(target) || Poisoned(value) {
		return Poison
	}
	list, ok := target.(*List)
	switch {
	case ok && op == syntax.Add:
		more, ok := t.elements(value, whole)
		if !ok {
			return Poison
		}
		t.charge(whole, slotBytes*len(more))
		list.Elems = append(list.Elems, more...)
		return list
	case ok && op == syntax.Mult:
		if out, ok := t.binary(op, target, value, at, whole).(*List); ok {
			list.Elems = out.Elems
			return list
		}
		return Poison
	}
	out := t.binary(op, target, value, at, whole)
	switch target := target.(type) {
	case *Set:
		if out, ok := out.(*Set); ok {
			target.dict = out.dict
			return target
		}
	case *Dict:
		if out, ok := out.(*Dict); ok {
			*target = *out
			return target
		}
	case *graph.Node:
		if out, ok := out.(*graph.Node); ok && t.changes.allowed && t.changesAs(target, out) {
			return t.Renew(target, out, t.Brief(whole), whole)
		}
	}
	return out
}
