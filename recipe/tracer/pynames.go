package tracer

import (
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/limits"
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
		NewBuiltin("isinstance(obj, class_or_tuple, /)", builtinIsInstance),
		NewBuiltin("callable(obj, /)", builtinCallable),
		NewBuiltin("repr(obj, /)", func(c *Call) Value { return Str(c.repr(c.Arg(0), c.At)) }),
		NewBuiltin("super(type=None, obj=None, /)", superOf),
	} {
		out[f.Name] = f
	}
	print := NewBuiltin("print(*values, sep=' ', end='\\n')", builtinPrint)
	print.poison = true
	out["print"] = print
	for _, f := range types() {
		out[f.Name] = f
	}
	return out
}

// types are the functions that isinstance knows as types.
func types() []*Builtin {
	typ := func(sig string, is func(Value) bool, do func(*Call) Value) *Builtin {
		b := NewBuiltin(sig, do)
		b.is = is
		return b
	}
	of := func(names ...string) func(Value) bool {
		return func(v Value) bool { return slices.Contains(names, TypeName(v)) }
	}
	return []*Builtin{
		typ("bool(x=False, /)", of("bool"), builtinBool),
		typ("int(x=0, /, base=None)", of("int", "bool"), builtinInt),
		typ("float(x=0.0, /)", of("float"), builtinFloat),
		typ("str(object='')", of("str"), func(c *Call) Value { return Str(c.str(c.Arg(0), c.At)) }),
		typ("list(iterable=(), /)", of("list"), func(c *Call) Value {
			return &List{c.Elements(0)}
		}),
		typ("tuple(iterable=(), /)", of("tuple"), func(c *Call) Value {
			return Tuple(c.Elements(0))
		}),
		typ("set(iterable=(), /)", of("set"), func(c *Call) Value {
			return c.setOf(c.Elements(0), c.Span(0))
		}),
		typ("dict(iterable=(), /, **kwargs)", of("dict"), builtinDict),
		typ("range(start, stop=None, step=1, /)", of("range"), builtinRange),
		typ("slice(start, stop=None, step=None, /)", of("slice"), func(c *Call) Value {
			if !c.Given(1) {
				return Slice{None{}, c.Arg(0), None{}}
			}
			return Slice{c.Arg(0), c.Arg(1), c.Arg(2)}
		}),
		typ("object()", func(Value) bool { return true }, func(c *Call) Value {
			return &Instance{Class: NewClass("object", nil), Fields: map[string]Value{}}
		}),
	}
}

func builtinLen(c *Call) Value {
	n := 0
	switch v := c.Arg(0).(type) {
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
	case *graph.Node:
		if v.Rank() == 0 {
			return c.Refuse(c.Span(0), CodeType, "len() of a tensor without axes")
		}
		return c.lengthOf(v.Shape()[0])
	default:
		return c.Refuse(c.Span(0), CodeType, "object of type '%s' has no len()", TypeName(v))
	}
	return NewInt(int64(n))
}

func builtinEnumerate(c *Call) Value {
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
	zipped, ok := builtinZip(&Call{Tracer: c.Tracer, Fn: c.Fn, At: c.At, Rest: c.Rest, rest: c.rest, args: []Value{nil, Bool(false)}}).(*Iterator)
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
		if isTensor(k) && !Poisoned(k) {
			return c.Report(c.At, c.tracedDiagnostic(c.Fn.Name+"()", "which of these is the largest or smallest", "K."+c.Fn.Name+"imum(a, b)"))
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
			return c.Report(c.At, c.tracedDiagnostic(c.Fn.Name+"()", "which of these hold", "K.max(K.cast(x, \"float32\"))"))
		}
		if truth == want {
			return Bool(want)
		}
	}
	return Poison
}

func builtinAbs(c *Call) Value {
	if n, ok := c.Arg(0).(*graph.Node); ok {
		defer c.at(c.At)()
		return n.Abs()
	}
	i, f, kind := number(c.Arg(0))
	switch kind {
	case 'i':
		return Int{new(big.Int).Abs(i)}
	case 'f':
		return Float(math.Abs(f))
	}
	return c.Refuse(c.Span(0), CodeType, "bad operand type for abs(): '%s'", TypeName(c.Arg(0)))
}

func builtinRound(c *Call) Value {
	if n, ok := c.Arg(0).(*graph.Node); ok {
		defer c.at(c.At)()
		return n.Round()
	}
	i, f, kind := number(c.Arg(0))
	digits := 0
	if !c.IsNone(1) {
		if digits = c.Int(1); !c.OK() {
			return Poison
		}
	}
	switch {
	case kind == 'i':
		return c.roundInt(i, digits)
	case kind == 'f' && c.IsNone(1):
		return c.wholeOf(math.RoundToEven(f))
	case kind == 'f':
		return roundFloat(f, digits)
	}
	return c.Refuse(c.Span(0), CodeType, "type %s doesn't define __round__ method", TypeName(c.Arg(0)))
}

// wholeOf turns a float without a fraction into an int.
func (c *Call) wholeOf(f float64) Value {
	switch {
	case math.IsNaN(f):
		return c.Refuse(c.Span(0), CodeValue, "cannot convert float NaN to integer")
	case math.IsInf(f, 0):
		return c.Refuse(c.Span(0), CodeOverflow, "cannot convert float infinity to integer")
	}
	i, _ := big.NewFloat(f).Int(nil)
	return Int{i}
}

// roundInt rounds to tens, hundreds, ..., halves to even.
func (c *Call) roundInt(i *big.Int, digits int) Value {
	if digits >= 0 {
		return Int{i}
	}
	if -digits > 1300 {
		return NewInt(0)
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(-digits)), nil)
	q, m := floorDivMod(i, unit)
	twice := new(big.Int).Lsh(m, 1)
	if cmp := twice.Cmp(unit); cmp > 0 || cmp == 0 && q.Bit(0) == 1 {
		q.Add(q, one)
	}
	return c.checkInt(c.At, q.Mul(q, unit))
}

// roundFloat rounds the exact decimal value, halves to even, as CPython does.
func roundFloat(f float64, digits int) Value {
	if math.IsNaN(f) || math.IsInf(f, 0) || digits > 330 {
		return Float(f)
	}
	if digits < -330 {
		return Float(math.Copysign(0, f))
	}
	if digits >= 0 {
		out, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'f', digits, 64), 64)
		return Float(out)
	}
	unit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(-digits)), nil))
	q := new(big.Rat).Quo(new(big.Rat).SetFloat64(f), unit)
	floor, m := floorDivMod(q.Num(), q.Denom())
	if cmp := new(big.Int).Lsh(m, 1).Cmp(q.Denom()); cmp > 0 || cmp == 0 && floor.Bit(0) == 1 {
		floor.Add(floor, one)
	}
	out, _ := new(big.Rat).Mul(new(big.Rat).SetInt(floor), unit).Float64()
	return Float(math.Copysign(out, f))
}

func builtinPow(c *Call) Value {
	if !c.IsNone(2) {
		return c.Refuse(c.Span(2), CodeUnsupported, "pow() with three arguments has no use here")
	}
	return c.binary(syntax.Pow, c.Arg(0), c.Arg(1), c.At, c.At)
}

func builtinDivmod(c *Call) Value {
	q := c.binary(syntax.FloorDiv, c.Arg(0), c.Arg(1), c.At, c.At)
	if Poisoned(q) {
		return Poison
	}
	return Tuple{q, c.binary(syntax.Mod, c.Arg(0), c.Arg(1), c.At, c.At)}
}

func builtinIsInstance(c *Call) Value {
	classes, ok := c.Arg(1).(Tuple)
	if !ok {
		classes = Tuple{c.Arg(1)}
	}
	for _, class := range classes {
		switch class := class.(type) {
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

func builtinCallable(c *Call) Value {
	switch v := c.Arg(0).(type) {
	case *Function, *Method, *Builtin, *Class:
		return Bool(true)
	case *Instance:
		_, _, ok := c.Callee(v)
		return Bool(ok)
	}
	return Bool(false)
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

func builtinBool(c *Call) Value {
	truth, known := Truth(c.Arg(0))
	if f, ok := c.single(c.Arg(0), c.At); ok {
		return Bool(f != 0)
	}
	if !known {
		return c.tracedConversion(c, "bool")
	}
	return Bool(truth)
}

func builtinInt(c *Call) Value {
	base := 10
	if !c.IsNone(1) {
		if base = c.Int(1); !c.OK() {
			return Poison
		}
		if _, isStr := c.Arg(0).(Str); !isStr {
			return c.Refuse(c.Span(0), CodeType, "int() can't convert non-string with explicit base")
		}
		if base != 0 && (base < 2 || base > 36) {
			return c.Refuse(c.Span(1), CodeValue, "int() base must be >= 2 and <= 36, or 0")
		}
	}
	if f, ok := c.single(c.Arg(0), c.At); ok {
		return c.wholeOf(math.Trunc(f))
	}
	switch v := c.Arg(0).(type) {
	case *graph.Node, Length:
		return c.tracedConversion(c, "int")
	case Bool, Int:
		i, _, _ := number(v)
		return Int{i}
	case Float:
		return c.wholeOf(math.Trunc(float64(v)))
	case Str:
		digits := strings.TrimSpace(string(v))
		if len(digits) > limits.RecipeDigits {
			return c.Refuse(c.Span(0), CodeValue, "Exceeds the limit (%d digits) for integer string conversion: value has %d digits", limits.RecipeDigits, len(digits))
		}
		if i, ok := parseInt(digits, base); ok {
			return c.checkInt(c.At, i)
		}
		return c.Refuse(c.Span(0), CodeValue, "invalid literal for int() with base %d: %s", base, shorten(strRepr(string(v))))
	}
	return c.Refuse(c.Span(0), CodeType, "int() argument must be a string, a bytes-like object or a real number, not '%s'", TypeName(c.Arg(0)))
}

// parseInt reads an integer as Python does: single underscores between digits, a
// prefix where the base allows it, and no leading zeros in base 0.
func parseInt(s string, base int) (*big.Int, bool) {
	sign, digits := "", s
	if digits != "" && (digits[0] == '+' || digits[0] == '-') {
		sign, digits = digits[:1], digits[1:]
	}
	if len(digits) > 1 && digits[0] == '0' {
		prefix := map[byte]int{'x': 16, 'o': 8, 'b': 2}[digits[1]|0x20]
		if prefix != 0 && (base == 0 || base == prefix) {
			digits, base = strings.TrimPrefix(digits[2:], "_"), prefix
		} else if base == 0 && strings.Trim(digits, "0_") != "" {
			return nil, false
		}
	}
	if base == 0 {
		base = 10
	}
	if digits == "" || strings.HasPrefix(digits, "_") || strings.HasSuffix(digits, "_") || strings.Contains(digits, "__") || strings.ContainsAny(digits, "+-") {
		return nil, false
	}
	return new(big.Int).SetString(sign+strings.ReplaceAll(digits, "_", ""), base)
}

func builtinFloat(c *Call) Value {
	if f, ok := c.single(c.Arg(0), c.At); ok {
		return Float(f)
	}
	switch v := c.Arg(0).(type) {
	case *graph.Node, Length:
		return c.tracedConversion(c, "float")
	case Bool, Int:
		i, _, _ := number(v)
		f, ok := c.toFloat(i, c.Span(0))
		return orPoison(Float(f), ok)
	case Float:
		return v
	case Str:
		if f, ok := parseFloat(string(v)); ok {
			return Float(f)
		}
		return c.Refuse(c.Span(0), CodeValue, "could not convert string to float: %s", shorten(strRepr(string(v))))
	}
	return c.Refuse(c.Span(0), CodeType, "float() argument must be a string or a real number, not '%s'", TypeName(c.Arg(0)))
}

func parseFloat(s string) (float64, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	switch strings.TrimLeft(s, "+-") {
	case "inf", "infinity", "nan":
		f, err := strconv.ParseFloat(s, 64)
		return f, err == nil
	}
	if strings.Trim(s, "0123456789+-._e") != "" || strings.Contains(s, "__") {
		return 0, false
	}
	for i := range s {
		if s[i] == '_' && (i == 0 || i == len(s)-1 || !isDigit(s[i-1]) || !isDigit(s[i+1])) {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64)
	if numErr, ok := err.(*strconv.NumError); ok && numErr.Err == strconv.ErrRange {
		return f, true
	}
	return f, err == nil
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// toFloat converts an int; one beyond the floats is refused.
func (t *Tracer) toFloat(i *big.Int, at syntax.Span) (float64, bool) {
	f := Int{i}.Float64()
	if math.IsInf(f, 0) {
		t.Refuse(at, CodeOverflow, "int too large to convert to float")
		return 0, false
	}
	return f, true
}

func builtinDict(c *Call) Value {
	out := NewDict()
	if d, ok := c.Arg(0).(*Dict); ok {
		c.charge(c.At, entryBytes*d.Len())
		out = d.copy()
	} else {
		for _, row := range c.Elements(0) {
			pair, ok := c.elements(row, c.Span(0))
			if !ok {
				return Poison
			}
			if len(pair) != 2 {
				return c.Refuse(c.Span(0), CodeValue, "dictionary update sequence element #%d has length %d; 2 is required", out.Len(), len(pair))
			}
			if !c.putEntry(out, pair[0], pair[1], c.Span(0)) {
				return Poison
			}
		}
	}
	for _, k := range c.Extra {
		c.putEntry(out, Str(k.Name), k.Value, k.At)
	}
	return out
}

func builtinRange(c *Call) Value {
	bound := func(i int) int64 {
		if isTensor(c.Arg(i)) || isLength(c.Arg(i)) {
			c.tracedConversion(c, "range")
			c.Fail()
			return 0
		}
		b, _, kind := number(c.Arg(i))
		if kind != 'i' {
			c.Fail()
			c.Refuse(c.Span(i), CodeType, "'%s' object cannot be interpreted as an integer", TypeName(c.Arg(i)))
			return 0
		}
		if !b.IsInt64() || b.Int64() > math.MaxInt64/4 || b.Int64() < math.MinInt64/4 {
			c.Fail()
			c.Refuse(c.Span(i), CodeOverflow, "range() takes no number as large as this")
			return 0
		}
		return b.Int64()
	}
	r := Range{0, bound(0), 1}
	if c.Given(1) {
		r = Range{r.Stop, bound(1), bound(2)}
	}
	if c.OK() && r.Step == 0 {
		return c.Refuse(c.Span(2), CodeValue, "range() arg 3 must not be zero")
	}
	return r
}
