package tracer

import (
	"math"

	"github.com/descent-ml/descent/recipe/syntax"
)

// compare computes one link of the comparison x.
func (t *Tracer) compare(op syntax.Operator, a, b Value, at syntax.Span, x *syntax.Compare) Value {
	if Poisoned(a) || Poisoned(b) {
		return Poison
	}
	switch op {
	case syntax.Is:
		return Bool(same(a, b))
	case syntax.IsNot:
		return Bool(!same(a, b))
	}
	if !t.here(x.Span(), a, b) {
		return Poison
	}
	switch op {
	case syntax.In, syntax.NotIn:
		found, ok := t.contains(b, a, at, x)
		return orPoison(Bool(found == (op == syntax.In)), ok)
	}
	if pickedIn(a, b) != nil {
		return t.ofPicked(at, func(v ...Value) Value { return t.compare(op, v[0], v[1], at, x) }, a, b)
	}
	if isLater(a) || isLater(b) {
		return Later{}
	}
	if isTensor(a) || isTensor(b) {
		return t.compareTensor(op, a, b, at)
	}
	switch op {
	case syntax.Eq:
		equal, ok := t.equal(a, b, at)
		return orPoison(Bool(equal), ok)
	case syntax.NotEq:
		equal, ok := t.equal(a, b, at)
		return orPoison(Bool(!equal), ok)
	}
	order, ok := t.order(a, b, op.String(), at, 0)
	switch {
	case !ok:
		return Poison
	case order == unordered:
		return Bool(false)
	}
	return Bool(map[syntax.Operator]bool{
		syntax.Lt: order < 0, syntax.LtE: order <= 0, syntax.Gt: order > 0, syntax.GtE: order >= 0,
	}[op])
}

// same is Python's "is". Equal strings and numbers are one value here.
func same(a, b Value) bool {
	switch a := a.(type) {
	case Tuple:
		b, ok := b.(Tuple)
		return ok && len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
	case Int:
		b, ok := b.(Int)
		return ok && a.big.Cmp(b.big) == 0
	case Float:
		b, ok := b.(Float)
		return ok && (a == b || math.IsNaN(float64(a)) && math.IsNaN(float64(b)))
	case Slice:
		return false
	}
	switch b.(type) {
	case Tuple, Slice:
		return false
	}
	return a == b
}

// equal is a == b for values without tensors; ok is false when that is not known
// while tracing, which is reported.
func (t *Tracer) equal(a, b Value, at syntax.Span) (equal, ok bool) { return t.equalAt(a, b, at, 0) }

func (t *Tracer) equalAt(a, b Value, at syntax.Span, depth int) (equal, ok bool) {
	if depth > maxNested {
		t.Refuse(at, CodeLimit, "values are nested more than %d deep: too deep to compare", maxNested)
		return false, false
	}
	if Poisoned(a) || Poisoned(b) {
		return false, false
	}
	if same(a, b) && !isFloat(a) {
		return true, true
	}
	if isTensor(a) || isTensor(b) {
		t.Report(at, t.TracedValue("==", "whether two tensors are equal", "K.equal(a, b)"))
		return false, false
	}
	switch a := a.(type) {
	case Length:
		return t.equalLength(a, b, at)
	case Bool, Int, Float:
		if l, isLength := b.(Length); isLength {
			return t.equalLength(l, a, at)
		}
		order, numbers := compareNumbers(a, b)
		return numbers && order == 0, true
	case Tuple:
		b, isTuple := b.(Tuple)
		if !isTuple {
			return false, true
		}
		return t.equalLists(a, b, at, depth)
	case *List:
		b, isList := b.(*List)
		if !isList {
			return false, true
		}
		return t.equalLists(a.Elems, b.Elems, at, depth)
	case *Set:
		b, isSet := b.(*Set)
		if !isSet || a.dict.Len() != b.dict.Len() {
			return false, true
		}
		t.work(at, 64+a.dict.Len())
		return a.within(b), true
	case *Dict:
		b, isDict := b.(*Dict)
		if !isDict || a.Len() != b.Len() {
			return false, true
		}
		return t.equalDicts(a, b, at, depth)
	case Range:
		b, isRange := b.(Range)
		n := a.len()
		return isRange && n == b.len() && (n == 0 || a.Start == b.Start && (n == 1 || a.Step == b.Step)), true
	}
	return same(a, b), true
}

func isFloat(v Value) bool {
	_, ok := v.(Float)
	return ok
}

func (t *Tracer) equalLists(a, b []Value, at syntax.Span, depth int) (equal, ok bool) {
	if len(a) != len(b) {
		return false, true
	}
	for i := range a {
		t.step(at)
		if same(a[i], b[i]) {
			continue
		}
		if equal, ok := t.equalAt(a[i], b[i], at, depth+1); !ok || !equal {
			return false, ok
		}
	}
	return true, true
}

func (t *Tracer) equalDicts(a, b *Dict, at syntax.Span, depth int) (equal, ok bool) {
	equal, ok = true, true
	a.Each(func(key, val Value) {
		if !equal || !ok {
			return
		}
		t.step(at)
		other, found := b.Get(key)
		if !found {
			equal = false
			return
		}
		if !same(val, other) {
			equal, ok = t.equalAt(val, other, at, depth+1)
		}
	})
	return equal && ok, ok
}

// within reports whether all elements of s are in b.
func (s *Set) within(b *Set) bool {
	all := true
	s.dict.Each(func(k, _ Value) {
		_, ok := b.dict.Get(k)
		all = all && ok
	})
	return all
}

// unordered is the order of two numbers of which one is NaN.
const unordered = 2

// order compares for < and sorting: negative, 0, positive, or unordered.
func (t *Tracer) order(a, b Value, op string, at syntax.Span, depth int) (order int, ok bool) {
	if Poisoned(a) || Poisoned(b) {
		return 0, false
	}
	if depth > maxNested {
		t.Refuse(at, CodeLimit, "values are nested more than %d deep: too deep to compare", maxNested)
		return 0, false
	}
	a, b = t.known(a, at), t.known(b, at)
	_, _, ak := number(a)
	_, _, bk := number(b)
	if ak != 0 && bk != 0 {
		order, ordered := compareNumbers(a, b)
		if !ordered {
			return unordered, true
		}
		return order, true
	}
	switch a := a.(type) {
	case Str:
		if b, ok := b.(Str); ok {
			t.work(at, min(len(a), len(b)))
			return compareOrdered(a, b), true
		}
	case *List:
		if b, ok := b.(*List); ok {
			return t.orderLists(a.Elems, b.Elems, op, at, depth)
		}
	case Tuple:
		if b, ok := b.(Tuple); ok {
			return t.orderLists(a, b, op, at, depth)
		}
	case *Set:
		if b, ok := b.(*Set); ok {
			return orderSets(a, b), true
		}
	}
	if isTensor(a) || isTensor(b) {
		t.Report(at, t.TracedValue(op, "which of two tensors is larger", "K.minimum(a, b) or K.maximum(a, b)"))
		return 0, false
	}
	if isLength(a) || isLength(b) {
		if sign, ok := orderLengths(a, b); ok {
			return sign, true
		}
		t.Report(at, t.TracedValue(op, "the number of rows", "a loss that holds for any number of rows"))
		return 0, false
	}
	t.Refuse(at, CodeType, "'%s' not supported between instances of '%s' and '%s'", op, TypeName(a), TypeName(b))
	return 0, false
}

func compareOrdered[T int | Str](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// known is the number that a tensor of one element holds, if it is known; else v.
func (t *Tracer) known(v Value, at syntax.Span) Value {
	if f, ok := t.Single(v, at); ok {
		return Float(f)
	}
	return v
}

func (t *Tracer) orderLists(a, b []Value, op string, at syntax.Span, depth int) (order int, ok bool) {
	for i := range min(len(a), len(b)) {
		t.step(at)
		if same(a[i], b[i]) {
			continue
		}
		equal, ok := t.equalAt(a[i], b[i], at, depth+1)
		if !ok {
			return 0, false
		}
		if !equal {
			return t.order(a[i], b[i], op, at, depth+1)
		}
	}
	return compareOrdered(len(a), len(b)), true
}

// orderSets orders by inclusion; sets of which neither holds the other are unordered.
func orderSets(a, b *Set) int {
	switch ab, ba := a.within(b), b.within(a); {
	case ab && ba:
		return 0
	case ab:
		return -1
	case ba:
		return 1
	}
	return unordered
}

// contains is v in container.
func (t *Tracer) contains(container, v Value, at syntax.Span, x *syntax.Compare) (found, ok bool) {
	if isTensor(container) {
		t.tracedTruth("in", x)
		return false, false
	}
	switch c := container.(type) {
	case Str:
		s, isStr := v.(Str)
		if !isStr {
			t.Refuse(at, CodeType, "'in <string>' requires string as left operand, not %s", TypeName(v))
			return false, false
		}
		t.work(at, len(c))
		return indexString(string(c), string(s)) >= 0, true
	case *Dict:
		return t.hasKey(c, v, at)
	case *Set:
		return t.hasKey(c.dict, v, at)
	case *dictView:
		if c.what == "keys" {
			return t.hasKey(c.dict, v, at)
		}
	case Range:
		if i, _, kind := number(v); kind == 'i' && i.IsInt64() {
			return c.has(i.Int64()), true
		}
	case *List, Tuple, *Iterator:
	default:
		t.Refuse(at, CodeType, "argument of type '%s' is not iterable", TypeName(container))
		return false, false
	}
	next, ok := t.iterate(container, at)
	for ok {
		t.step(at)
		e, more := next()
		if !more {
			return false, true
		}
		if same(e, v) {
			return true, true
		}
		equal, known := t.equal(e, v, at)
		if !known || equal {
			return equal, known
		}
	}
	return false, false
}

func (t *Tracer) hasKey(d *Dict, key Value, at syntax.Span) (found, ok bool) {
	if _, hashable := hash(key); !hashable {
		t.unhashable(key, at)
		return false, false
	}
	_, found = d.Get(key)
	return found, true
}

func (r Range) has(v int64) bool {
	if r.Step > 0 {
		return v >= r.Start && v < r.Stop && (v-r.Start)%r.Step == 0
	}
	return v <= r.Start && v > r.Stop && (r.Start-v)%-r.Step == 0
}
