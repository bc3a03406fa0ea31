package tracer

import (
	"math"
	"math/big"
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// subscript returns v[index].
func (t *Tracer) subscript(v, index Value, at syntax.Span) Value {
	if Poisoned(v) || Poisoned(index) || !t.here(at, v, index) {
		return Poison
	}
	if list, ok := sequence(v); ok {
		v = &List{list}
	}
	switch v := v.(type) {
	case *graph.Node:
		return t.indexTensor(v, index, at)
	case *Dict:
		if _, ok := hash(index); !ok {
			return t.unhashable(index, at)
		}
		if val, ok := v.Get(index); ok {
			return t.resolve(val, at)
		}
		return t.Refuse(at, CodeKey, "%s", shorten(Repr(index)))
	case *List:
		if s, ok := index.(Slice); ok {
			elems, ok := t.sliceElems(v.Elems, s, at)
			return orPoison(&List{elems}, ok)
		}
		i, ok := t.index(index, len(v.Elems), "list", at)
		if !ok {
			return Poison
		}
		return t.resolve(v.Elems[i], at)
	case Tuple:
		if s, ok := index.(Slice); ok {
			elems, ok := t.sliceElems(v, s, at)
			return orPoison(Tuple(elems), ok)
		}
		i, ok := t.index(index, len(v), "tuple", at)
		if !ok {
			return Poison
		}
		return t.resolve(v[i], at)
	case Str:
		return t.indexStr(v, index, at)
	case Range:
		return t.indexRange(v, index, at)
	}
	if a, ok := annotated(v, "["+typeText(index)+"]"); ok {
		return a
	}
	return t.Refuse(at, CodeType, "'%s' object is not subscriptable", TypeName(v))
}

// index resolves an index of a sequence of n elements.
func (t *Tracer) index(index Value, n int, kind string, at syntax.Span) (i int, ok bool) {
	big, _, isInt := number(index)
	switch {
	case isTensor(index):
		t.Report(at, t.TracedValue("[ ]", "a position that the network computes", "K.one_hot(i, n) * values"))
		return 0, false
	case isInt != 'i':
		t.Refuse(at, CodeType, "%s indices must be integers or slices, not %s", kind, TypeName(index))
		return 0, false
	}
	if big.IsInt64() {
		k := big.Int64()
		if k < 0 {
			k += int64(n)
		}
		if k >= 0 && k < int64(n) {
			return int(k), true
		}
	}
	t.Refuse(at, CodeIndex, "%s index out of range", kind)
	return 0, false
}

// indices resolves a slice of n elements to start, number and step.
func (t *Tracer) indices(s Slice, n int, at syntax.Span) (start, count, step int, ok bool) {
	part := func(v Value, none int) int {
		if _, isNone := v.(None); isNone {
			return none
		}
		b, _, kind := number(v)
		if kind != 'i' {
			t.Refuse(at, CodeType, "slice indices must be integers or None or have an __index__ method")
			ok = false
			return 0
		}
		return clampInt(b)
	}
	ok = true
	step = part(s.Step, 1)
	if ok && step == 0 {
		t.Refuse(at, CodeValue, "slice step cannot be zero")
		return 0, 0, 0, false
	}
	low, high := 0, n
	if step < 0 {
		low, high = -1, n-1
	}
	clamp := func(i int) int {
		if i < 0 {
			i += n
		}
		return min(max(i, low), high)
	}
	start = low
	stop := high
	if step < 0 {
		start, stop = high, low
	}
	if _, none := s.Start.(None); !none {
		start = clamp(part(s.Start, 0))
	}
	if _, none := s.Stop.(None); !none {
		stop = clamp(part(s.Stop, 0))
	}
	r := Range{int64(start), int64(stop), int64(step)}
	return start, int(r.len()), step, ok
}

// clampInt brings an integer into a range in which sums do not overflow.
func clampInt(b *big.Int) int {
	const most = math.MaxInt64 / 4
	switch {
	case b.IsInt64():
		return int(min(max(b.Int64(), -most), most))
	case b.Sign() < 0:
		return -most
	}
	return most
}

func (t *Tracer) sliceElems(list []Value, s Slice, at syntax.Span) ([]Value, bool) {
	start, n, step, ok := t.indices(s, len(list), at)
	if !ok {
		return nil, false
	}
	t.charge(at, slotBytes*(1+n))
	out := make([]Value, n)
	for i := range out {
		out[i] = list[start+i*step]
	}
	return out, true
}

func (t *Tracer) indexStr(s Str, index Value, at syntax.Span) Value {
	t.work(at, len(s))
	t.charge(at, 4*len(s))
	runes := []rune(string(s))
	if sl, ok := index.(Slice); ok {
		start, n, step, ok := t.indices(sl, len(runes), at)
		if !ok {
			return Poison
		}
		out := make([]rune, n)
		for i := range out {
			out[i] = runes[start+i*step]
		}
		return Str(out)
	}
	i, ok := t.index(index, len(runes), "string", at)
	if !ok {
		return Poison
	}
	return Str(runes[i : i+1])
}

func (t *Tracer) indexRange(r Range, index Value, at syntax.Span) Value {
	n := r.len()
	if s, ok := index.(Slice); ok {
		start, count, step, ok := t.indices(s, int(min(n, math.MaxInt64/8)), at)
		if !ok {
			return Poison
		}
		first := r.at(int64(start))
		if count < 2 {
			step = 1 // any will do, and none can overflow
		}
		return Range{first, first + int64(count)*r.Step*int64(step), r.Step * int64(step)}
	}
	b, _, kind := number(index)
	if kind != 'i' {
		return t.Refuse(at, CodeType, "range indices must be integers or slices, not %s", TypeName(index))
	}
	i := int64(clampInt(b))
	if i < 0 {
		i += n
	}
	if i < 0 || i >= n {
		return t.Refuse(at, CodeIndex, "range object index out of range")
	}
	return NewInt(r.at(i))
}

func (t *Tracer) setSubscript(container, index, v Value, at syntax.Span) bool {
	if Poisoned(container) || Poisoned(index) || !t.here(at, container, index) {
		return false
	}
	switch c := container.(type) {
	case *Dict:
		return t.putEntry(c, index, v, at)
	case *List:
		if s, ok := index.(Slice); ok {
			return t.setSlice(c, s, v, at)
		}
		i, ok := t.index(index, len(c.Elems), "list", at)
		if ok {
			c.Elems[i] = v
		}
		return ok
	case *flat:
		return t.setFlat(c, index, v, at)
	case *graph.Node:
		if _, known := t.Known(c, at); t.changes.allowed || known { // an array of NumPy
			return !Poisoned(t.setElements(c, index, v, at))
		}
		t.Report(at, graph.Diagnostic{
			Code:    CodeType,
			Message: "a tensor is a value and cannot be changed in place",
			Fixes:   []string{"K.where(condition, new_values, " + t.Brief(at) + ")"},
		})
		return false
	}
	t.Refuse(at, CodeType, "'%s' object does not support item assignment", TypeName(container))
	return false
}

func (t *Tracer) setSlice(c *List, s Slice, v Value, at syntax.Span) bool {
	elems, ok := t.elements(v, at)
	if !ok {
		return false
	}
	start, n, step, ok := t.indices(s, len(c.Elems), at)
	if !ok {
		return false
	}
	if step != 1 {
		if n != len(elems) {
			t.Refuse(at, CodeValue, "attempt to assign sequence of size %d to extended slice of size %d", len(elems), n)
			return false
		}
		for i, e := range elems {
			c.Elems[start+i*step] = e
		}
		return true
	}
	t.charge(at, slotBytes*(len(c.Elems)+len(elems)))
	c.Elems = slices.Concat(c.Elems[:start], elems, c.Elems[start+n:])
	return true
}

func (t *Tracer) deleteSubscript(container, index Value, at syntax.Span) {
	if Poisoned(container) || Poisoned(index) || !t.here(at, container, index) {
		return
	}
	switch c := container.(type) {
	case *Dict:
		if _, ok := hash(index); !ok {
			t.unhashable(index, at)
		} else if !c.delete(index) {
			t.Refuse(at, CodeKey, "%s", shorten(Repr(index)))
		}
		return
	case *List:
		if s, ok := index.(Slice); ok {
			start, n, step, ok := t.indices(s, len(c.Elems), at)
			if !ok {
				return
			}
			gone := map[int]bool{}
			for i := range n {
				gone[start+i*step] = true
			}
			kept := make([]Value, 0, len(c.Elems))
			for i, e := range c.Elems {
				if !gone[i] {
					kept = append(kept, e)
				}
			}
			t.charge(at, slotBytes*len(c.Elems))
			c.Elems = kept
			return
		}
		if i, ok := t.index(index, len(c.Elems), "list", at); ok {
			t.work(at, len(c.Elems)-i)
			c.Elems = slices.Delete(c.Elems, i, i+1)
		}
		return
	}
	t.Refuse(at, CodeType, "'%s' object doesn't support item deletion", TypeName(container))
}
