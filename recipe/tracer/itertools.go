package tracer

import "slices"

// itertoolsModule is the part of Python's itertools that losses go over classes and
// sources with.
func itertoolsModule() *Module {
	return NewModule("itertools", []*Builtin{
		NewBuiltin("product(*iterables, repeat=1)", func(c *Call) Value {
			repeat := c.Int(1)
			lists, ok := c.lists()
			switch {
			case !ok || !c.OK():
				return Poison
			case repeat < 0:
				return c.Refuse(c.Span(1), CodeValue, "repeat argument cannot be negative")
			}
			var all [][]Value
			for range repeat {
				c.step(c.At)
				all = append(all, lists...)
			}
			return c.selections("product", all, func([]int, int) bool { return true })
		}),
		NewBuiltin("combinations(iterable, r)", func(c *Call) Value {
			return c.chosen("combinations", func(before []int, i int) bool {
				return len(before) == 0 || i > before[len(before)-1]
			})
		}),
		NewBuiltin("permutations(iterable, r=None)", func(c *Call) Value {
			return c.chosen("permutations", func(before []int, i int) bool { return !slices.Contains(before, i) })
		}),
		NewBuiltin("chain(*iterables)", func(c *Call) Value {
			lists, ok := c.lists()
			all := slices.Concat(lists...)
			return orPoison(&Iterator{"itertools.chain", func() (v Value, more bool) {
				if len(all) == 0 {
					return nil, false
				}
				v, all = all[0], all[1:]
				return v, true
			}}, ok)
		}),
	}, nil)
}

// lists returns the elements of each of *args.
func (c *Call) lists() (lists [][]Value, ok bool) {
	for _, v := range c.Rest {
		list, ok := c.elements(v, c.At)
		if !ok {
			return nil, false
		}
		lists = append(lists, list)
	}
	return lists, true
}

// chosen goes over choices of r elements of one iterable, all of them where r is None.
func (c *Call) chosen(kind string, allowed func(before []int, i int) bool) Value {
	list := c.Elements(0)
	r := len(list)
	if !c.IsNone(1) {
		r = c.Int(1)
	}
	switch {
	case !c.OK():
		return Poison
	case r < 0:
		return c.Refuse(c.Span(1), CodeValue, "r must be non-negative")
	case r > len(list):
		return &Iterator{"itertools." + kind, func() (Value, bool) { return nil, false }}
	}
	lists := make([][]Value, r)
	for i := range lists {
		lists[i] = list
	}
	return c.selections(kind, lists, allowed)
}

// selections goes over tuples of one element of each list, the last one fastest. Of the
// elements at some places only those follow whose place is allowed after them.
func (c *Call) selections(kind string, lists [][]Value, allowed func(before []int, i int) bool) Value {
	t, at := c.Tracer, c.At
	var places []int // of the last tuple
	begun := false
	return &Iterator{"itertools." + kind, func() (Value, bool) {
		if !begun {
			begun = true
			if len(lists) == 0 {
				return Tuple{}, true
			}
			places = append(places, 0)
		} else if len(places) > 0 {
			places[len(places)-1]++
		}
		for len(places) > 0 {
			t.step(at)
			last := len(places) - 1
			switch i := places[last]; {
			case i == len(lists[last]):
				if places = places[:last]; last > 0 {
					places[last-1]++
				}
			case !allowed(places[:last], i):
				places[last]++
			case last+1 < len(lists):
				places = append(places, 0)
			default:
				tuple := make(Tuple, len(lists))
				for k, i := range places {
					tuple[k] = lists[k][i]
				}
				return tuple, true
			}
		}
		return nil, false
	}}
}
