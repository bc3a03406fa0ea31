package tracer

import (
	"slices"
	"strconv"

	"github.com/descent-ml/descent/recipe/syntax"
)

func builtinEnumerate(c *Call) Value {
	if b, ok := c.Arg(0).(Batches); ok {
		return counted{b, NewInt(int64(c.Int(1)))}
	}
	next, ok := c.iterate(c.Arg(0), c.Span(0))
	i := int64(c.Int(1))
	return orPoison(&Iterator{"enumerate", func() (Value, bool) {
		v, more := next()
		i++
		return Tuple{NewInt(i - 1), v}, more
	}}, ok)
}

func builtinZip(c *Call) Value {
	var nexts []func() (Value, bool)
	for i, v := range c.Rest {
		next, ok := c.iterate(v, c.rest[i])
		if !ok {
			return Poison
		}
		nexts = append(nexts, next)
	}
	strict := c.Bool(1)
	t, at := c.Tracer, c.At
	return &Iterator{"zip", func() (Value, bool) {
		t.charge(at, slotBytes*(1+len(nexts)))
		row := make(Tuple, len(nexts))
		for i, next := range nexts {
			v, more := next()
			if !more {
				if strict && i > 0 {
					return t.Refuse(at, CodeValue, "zip() argument %d is shorter than argument%s", i+1, shorterThan(i)), true
				}
				return nil, false
			}
			row[i] = v
		}
		return row, len(nexts) > 0
	}}
}

func shorterThan(i int) string {
	if i == 1 {
		return " 1"
	}
	return "s 1-" + strconv.Itoa(i)
}

func builtinMap(c *Call) Value {
	zipped, ok := builtinZip(&Call{Tracer: c.Tracer, Fn: c.Fn, At: c.At, Rest: c.Rest, rest: c.rest, args: []Value{nil, Bool(false)}, spans: make([]syntax.Span, 2), refused: make([]bool, 2)}).(*Iterator)
	if !ok {
		return Poison
	}
	if len(c.Rest) == 0 {
		return c.Refuse(c.At, CodeType, "map() must have at least two arguments.")
	}
	t, f, at := c.Tracer, c.Arg(0), c.At
	return &Iterator{"map", func() (Value, bool) {
		row, more := zipped.next()
		if !more {
			return nil, false
		}
		return t.call(f, row.(Tuple), nil, at), true
	}}
}

func builtinFilter(c *Call) Value {
	next, ok := c.iterate(c.Arg(1), c.Span(1))
	t, f, at := c.Tracer, c.Arg(0), c.At
	_, none := f.(None)
	return orPoison(&Iterator{"filter", func() (Value, bool) {
		for {
			v, more := next()
			if !more {
				return nil, false
			}
			t.step(at)
			test := v
			if !none {
				test = t.call(f, []Value{v}, nil, at)
			}
			truth, known := Truth(test)
			if Poisoned(test) || !known {
				if !Poisoned(test) {
					t.tracedIteration(at)
				}
				return Poison, true
			}
			if truth {
				return v, true
			}
		}
	}}, ok)
}

func builtinReversed(c *Call) Value {
	switch v := c.Arg(0).(type) {
	case *List, Tuple, Str, Range, *Dict, *dictView:
		list, ok := c.elements(v, c.Span(0))
		i := len(list)
		return orPoison(&Iterator{"reversed", func() (Value, bool) {
			i--
			if i < 0 {
				return nil, false
			}
			return list[i], true
		}}, ok)
	}
	if isTensor(c.Arg(0)) {
		return c.tracedIteration(c.Span(0))
	}
	return c.Refuse(c.Span(0), CodeType, "'%s' object is not reversible", TypeName(c.Arg(0)))
}

func builtinSorted(c *Call) Value {
	list := slices.Clone(c.Elements(0))
	if !c.OK() || !c.sortValues(list, c.Arg(1), c.Bool(2), c.At) {
		return Poison
	}
	return &List{list}
}

// sortValues sorts in place, stably, by key.
func (t *Tracer) sortValues(list []Value, key Value, reverse bool, at syntax.Span) bool {
	type item struct{ key, val Value }
	t.charge(at, 2*slotBytes*len(list))
	items := make([]item, len(list))
	for i, v := range list {
		k := v
		if _, none := key.(None); !none {
			k = t.call(key, []Value{v}, nil, at)
		}
		if Poisoned(k) {
			return false
		}
		items[i] = item{k, v}
	}
	ok := true
	slices.SortStableFunc(items, func(a, b item) int {
		if !ok {
			return 0
		}
		t.step(at)
		if reverse {
			a, b = b, a
		}
		order, known := t.order(a.key, b.key, "<", at, 0)
		ok = ok && known
		if order == unordered {
			return 0
		}
		return order
	})
	for i, it := range items {
		list[i] = it.val
	}
	return ok
}

func builtinExtreme(c *Call, sign int) Value {
	list := c.Rest
	if len(list) == 0 {
		return c.Refuse(c.At, CodeType, "%s expected at least 1 argument, got 0", c.Fn.Name)
	}
	if len(list) == 1 {
		var ok bool
		if list, ok = c.elements(list[0], c.rest[0]); !ok {
			return Poison
		}
		if _, noDefault := c.Arg(2).(Ellipsis); len(list) == 0 && noDefault {
			return c.Refuse(c.At, CodeValue, "%s() arg is an empty sequence", c.Fn.Name)
		} else if len(list) == 0 {
			return c.Arg(2)
		}
	}
	var best, bestKey Value
	for _, v := range list {
		c.step(c.At)
		k := v
		if !c.IsNone(1) {
			k = c.call(c.Arg(1), []Value{v}, nil, c.At)
		}
		if isLater(k) || isLater(bestKey) {
			best, bestKey = Later{}, Later{}
			continue
		}
		if isTensor(k) && !Poisoned(k) {
			return c.Report(c.At, c.TracedValue(c.Fn.Name+"()", "which of these is the largest or smallest", "K."+c.Fn.Name+"imum(a, b)"))
		}
		if best == nil {
			best, bestKey = v, k
			continue
		}
		order, ok := c.order(k, bestKey, map[int]string{-1: "<", 1: ">"}[sign], c.At, 0)
		if !ok {
			return Poison
		}
		if order != unordered && order*sign > 0 {
			best, bestKey = v, k
		}
	}
	return best
}
