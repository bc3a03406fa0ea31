package tracer

import (
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// pythonNames are the builtin functions, types and exceptions of Python that a
// file may use.
func pythonNames() map[string]Value {
	out := exceptions()
	for _, f := range []*Builtin{
		NewBuiltin("len(obj, /)", builtinLen),
		NewBuiltin("enumerate(iterable, start=0)", builtinEnumerate),
		NewBuiltin("zip(*iterables, strict=False)", builtinZip),
		NewBuiltin("map(function, /, *iterables)", builtinMap),
		NewBuiltin("filter(function, iterable, /)", builtinFilter),
		NewBuiltin("reversed(sequence, /)", builtinReversed),
		NewBuiltin("sorted(iterable, /, *, key=None, reverse=False)", builtinSorted),
		NewBuiltin("min(*args, key=None, default=...)", func(c *Call) Value { return builtinExtreme(c, -1) }),
		NewBuiltin("max(*args, key=None, default=...)", func(c *Call) Value { return builtinExtreme(c, 1) }),
		NewBuiltin("sum(iterable, /, start=0)", builtinSum),
		NewBuiltin("any(iterable, /)", func(c *Call) Value { return builtinAny(c, true) }),
		NewBuiltin("all(iterable, /)", func(c *Call) Value { return builtinAny(c, false) }),
		NewBuiltin("abs(x, /)", builtinAbs),
		NewBuiltin("round(number, ndigits=None)", builtinRound),
		NewBuiltin("pow(base, exp, mod=None)", builtinPow),
		NewBuiltin("divmod(a, b, /)", builtinDivmod),
		NewBuiltin("callable(obj, /)", builtinCallable),
		NewBuiltin("repr(obj, /)", func(c *Call) Value { return Str(c.repr(c.Arg(0), c.At)) }),
		NewBuiltin("super(type=None, obj=None, /)", superOf),
	} {
		out[f.Name] = f
	}
	print := NewBuiltin("print(*values, sep=' ', end='\\n')", builtinPrint)
	print.poison = true
	out["print"] = print
	isInstance := NewBuiltin("isinstance(obj, class_or_tuple, /)", builtinIsInstance)
	isInstance.takesElsewhere = true
	out["isinstance"] = isInstance
	for _, f := range types() {
		out[f.Name] = f
	}
	return out
}

func builtinLen(c *Call) Value {
	n := 0
	arg := c.Arg(0)
	if list, ok := sequence(arg); ok {
		arg = Tuple(list)
	}
	switch v := arg.(type) {
	case Str:
		c.work(c.At, len(v))
		n = len([]rune(string(v)))
	case Tuple:
		n = len(v)
	case *List:
		n = len(v.Elems)
	case *Dict:
		n = v.Len()
	case *Set:
		n = v.dict.Len()
	case *dictView:
		n = v.dict.Len()
	case Range:
		return NewInt(v.len())
	case Batches, Later: // how many rows there are is known once they are read
		return Later{}
	case *graph.Node:
		if v.Rank() == 0 {
			return c.Refuse(c.Span(0), CodeType, "len() of a tensor without axes")
		}
		return c.LengthOf(v.Shape()[0])
	default:
		return c.Refuse(c.Span(0), CodeType, "object of type '%s' has no len()", TypeName(v))
	}
	return NewInt(int64(n))
}

func builtinSum(c *Call) Value {
	next, ok := c.iterate(c.Arg(0), c.Span(0))
	if !ok {
		return Poison
	}
	if _, isStr := c.Arg(1).(Str); isStr {
		return c.Refuse(c.Span(1), CodeType, "sum() can't sum strings [use ''.join(seq) instead]")
	}
	total := c.Arg(1)
	for {
		v, more := next()
		if !more || Poisoned(total) {
			return total
		}
		c.step(c.At)
		if i, _, kind := number(total); kind == 'i' && i.Sign() == 0 && isTensor(v) {
			total = v // 0 + tensor
			continue
		}
		total = c.binary(syntax.Add, total, v, c.At, c.At)
	}
}

func builtinAny(c *Call, want bool) Value {
	next, ok := c.iterate(c.Arg(0), c.Span(0))
	for ok {
		v, more := next()
		if !more {
			return Bool(!want)
		}
		c.step(c.At)
		if Poisoned(v) {
			return Poison
		}
		truth, known := Truth(v)
		if !known {
			return c.Report(c.At, c.TracedValue(c.Fn.Name+"()", "which of these hold", "K.max(K.cast(x, \"float32\"))"))
		}
		if truth == want {
			return Bool(want)
		}
	}
	return Poison
}

func builtinIsInstance(c *Call) Value {
	classes, ok := c.Arg(1).(Tuple)
	if !ok {
		classes = Tuple{c.Arg(1)}
	}
	for _, class := range classes {
		switch class := class.(type) {
		case *elsewhere: // nothing here can be an instance of it
		case *Class:
			if i, ok := c.Arg(0).(*Instance); ok && i.Class.Is(class) {
				return Bool(true)
			}
		case *Builtin:
			if class.is == nil {
				return c.Refuse(c.Span(1), CodeType, "isinstance() arg 2 must be a type, a tuple of types, or a union")
			}
			if class.is(c.Arg(0)) {
				return Bool(true)
			}
		default:
			return c.Refuse(c.Span(1), CodeType, "isinstance() arg 2 must be a type, a tuple of types, or a union")
		}
	}
	return Bool(false)
}

func builtinCallable(c *Call) Value { return Bool(mayBeCalled(c.Arg(0))) }

func mayBeCalled(v Value) bool {
	switch v := v.(type) {
	case *Function, *Method, *Builtin, *Class:
		return true
	case *Instance:
		for _, name := range callNames {
			if _, _, ok := find(v.Class.mro, name); ok {
				return true
			}
		}
	}
	return false
}

func builtinPrint(c *Call) Value {
	sep, end := " ", "\n"
	if !c.IsNone(1) {
		sep = c.Str(1)
	}
	if !c.IsNone(2) {
		end = c.Str(2)
	}
	if !c.OK() {
		return Poison
	}
	texts := make([]string, 0, len(c.Rest))
	for _, v := range c.Rest {
		if Poisoned(v) {
			return None{}
		}
		texts = append(texts, c.str(v, c.At))
	}
	c.print(strings.Join(texts, sep)+end, c.At)
	return None{}
}
