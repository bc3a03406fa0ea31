package tracer

import (
	"iter"
	"slices"
	"unicode/utf8"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// Iterator is what zip, map, enumerate and generator expressions give: values that
// are read once.
type Iterator struct {
	kind string // its type's name
	next func() (Value, bool)
}

// generatorBytes is what a suspended generator is charged with: its stack.
const generatorBytes = 16 << 10

// iterate returns a function that gives the elements of v one by one; ok is false
// where v has none, which is reported.
func (t *Tracer) iterate(v Value, at syntax.Span) (next func() (Value, bool), ok bool) {
	if !t.here(at, v) {
		return nil, false
	}
	index := func(n func() int, get func(int) Value) func() (Value, bool) {
		i := 0
		return func() (Value, bool) {
			if i >= n() {
				return nil, false
			}
			i++
			return get(i - 1), true
		}
	}
	fixed := func(list []Value) func() (Value, bool) {
		return index(func() int { return len(list) }, func(i int) Value { return list[i] })
	}
	switch v := v.(type) {
	case poisoned:
		return nil, false
	case *List: // it may grow while it is read
		return index(func() int { return len(v.Elems) }, func(i int) Value { return v.Elems[i] }), true
	case Tuple:
		return fixed(v), true
	case *Dict:
		return t.iterate(&dictView{v, "keys"}, at)
	case *Set:
		return t.iterate(&dictView{v.dict, "keys"}, at)
	case *dictView:
		t.charge(at, slotBytes*v.dict.Len())
		return fixed(v.elems()), true
	case Range:
		i, n := int64(0), v.len()
		return func() (Value, bool) {
			if i >= n {
				return nil, false
			}
			i++
			return NewInt(v.at(i - 1)), true
		}, true
	case Str:
		rest := string(v)
		return func() (Value, bool) {
			if rest == "" {
				return nil, false
			}
			_, n := utf8.DecodeRuneInString(rest)
			c := rest[:n]
			rest = rest[n:]
			return Str(c), true
		}, true
	case *Iterator: // which may read another one, and so on
		return func() (Value, bool) {
			t.nest(at)
			e, more := v.next()
			t.nesting--
			return e, more
		}, true
	case *Instance:
		if list, ok := sequence(v); ok {
			return fixed(list), true
		}
	case *graph.Node:
		if v.Poisoned() {
			return nil, false
		}
		if n, ok := rows(v); ok {
			return index(func() int { return n }, func(i int) Value { return t.indexTensor(v, NewInt(int64(i)), at) }), true
		}
		t.tracedIteration(at)
		return nil, false
	}
	t.Refuse(at, CodeType, "'%s' object is not iterable", TypeName(v))
	return nil, false
}

// rows is the length of a tensor's first axis, if it is the same for every batch.
func rows(n *graph.Node) (length int, ok bool) {
	if n.Rank() == 0 || n.Shape()[0].Depends() {
		return 0, false
	}
	return n.Shape()[0].Const, true
}

// elements collects the elements of v. Each is charged. ok is false where v has
// none, or one of them could not be made.
func (t *Tracer) elements(v Value, at syntax.Span) (list []Value, ok bool) {
	switch v := v.(type) {
	case *List:
		t.charge(at, slotBytes*len(v.Elems))
		return append([]Value(nil), v.Elems...), !slices.ContainsFunc(v.Elems, Poisoned)
	case Tuple:
		return v, !slices.ContainsFunc(v, Poisoned)
	}
	next, ok := t.iterate(v, at)
	if !ok {
		return nil, false
	}
	for {
		v, more := next()
		if !more {
			return list, ok
		}
		ok = ok && !Poisoned(v)
		t.step(at)
		t.charge(at, slotBytes)
		list = append(list, v)
	}
}

// comprehension evaluates [..], {..} and (..) with for clauses.
func (t *Tracer) comprehension(e *env, x syntax.Expr) Value {
	at := x.Span()
	clauses := generators(x)
	first := t.eval(e, clauses[0].Iter) // in the scope around it, as Python has it
	inner := newEnv(t.scopeOf(x), e)
	t.charge(at, frameBytes)
	switch x := x.(type) {
	case *syntax.ListComp:
		out, whole := &List{}, true
		ok := t.clauses(inner, clauses, first, func() bool {
			t.charge(at, slotBytes)
			v := t.eval(inner, x.Elt)
			out.Elems, whole = append(out.Elems, v), whole && !Poisoned(v)
			return true
		})
		return orPoison(out, ok && whole)
	case *syntax.SetComp:
		out := &Set{NewDict()}
		ok := t.clauses(inner, clauses, first, func() bool {
			return t.putEntry(out.dict, t.eval(inner, x.Elt), None{}, x.Elt.Span())
		})
		return orPoison(out, ok)
	case *syntax.DictComp:
		out := NewDict()
		whole := true
		ok := t.clauses(inner, clauses, first, func() bool {
			key, val := t.eval(inner, x.Key), t.eval(inner, x.Value)
			whole = whole && !Poisoned(val)
			return t.putEntry(out, key, val, x.Key.Span())
		})
		return orPoison(out, ok && whole)
	case *syntax.GeneratorExp:
		if Poisoned(first) {
			return Poison
		}
		return t.generator(at, func(yield func(Value) bool) {
			if ok := t.clauses(inner, clauses, first, func() bool { return yield(t.eval(inner, x.Elt)) }); !ok {
				yield(Poison)
			}
		})
	}
	return Poison
}

func (t *Tracer) putEntry(d *Dict, key, val Value, at syntax.Span) bool {
	t.charge(at, entryBytes)
	if Poisoned(key) {
		return false
	}
	if !d.Put(key, val) {
		t.unhashable(key, at)
		return false
	}
	return true
}

// generator runs a loop on its own stack, suspended between the values that it
// yields.
func (t *Tracer) generator(at syntax.Span, loop func(yield func(Value) bool)) Value {
	t.charge(at, generatorBytes)
	next, stop := iter.Pull(iter.Seq[Value](loop))
	t.stops = append(t.stops, stop)
	return &Iterator{"generator", next}
}

// clauses runs the for and if clauses of a comprehension and calls body for each
// turn, until it returns false. ok is false when something was refused or body
// gave up.
func (t *Tracer) clauses(e *env, clauses []*syntax.Comprehension, over Value, body func() bool) (ok bool) {
	clause := clauses[0]
	next, ok := t.iterate(over, clause.Iter.Span())
	for ok {
		v, more := next()
		if !more {
			return true
		}
		t.step(clause.Target.Span())
		if !t.assign(e, clause.Target, v) {
			return false
		}
		keep := true
		for _, test := range clause.Ifs {
			if keep, ok = t.truth(t.eval(e, test), "if", test); !ok {
				return false
			}
			if !keep {
				break
			}
		}
		switch {
		case !keep:
		case len(clauses) == 1:
			ok = body()
		default:
			ok = t.clauses(e, clauses[1:], t.eval(e, clauses[1].Iter), body)
		}
	}
	return false
}
