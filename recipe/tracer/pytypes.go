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

// types are the functions that isinstance knows as types.
func types() []*Builtin {
	of := func(names ...string) func(Value) bool {
		return func(v Value) bool { return slices.Contains(names, TypeName(v)) }
	}
	return []*Builtin{
		NewType("bool(x=False, /)", of("bool"), builtinBool),
		NewType("int(x=0, /, base=None)", of("int", "bool"), builtinInt),
		NewType("float(x=0.0, /)", of("float"), builtinFloat),
		NewType("str(object='')", of("str"), func(c *Call) Value { return Str(c.str(c.Arg(0), c.At)) }),
		NewType("list(iterable=(), /)", of("list"), func(c *Call) Value {
			return &List{c.Elements(0)}
		}),
		NewType("tuple(iterable=(), /)", of("tuple"), func(c *Call) Value {
			return Tuple(c.Elements(0))
		}),
		NewType("set(iterable=(), /)", of("set"), func(c *Call) Value {
			return c.setOf(c.Elements(0), c.Span(0))
		}),
		NewType("dict(iterable=(), /, **kwargs)", of("dict"), builtinDict),
		NewType("range(start, stop=None, step=1, /)", of("range"), builtinRange),
		NewType("slice(start, stop=None, step=None, /)", of("slice"), func(c *Call) Value {
			if !c.Given(1) {
				return Slice{None{}, c.Arg(0), None{}}
			}
			return Slice{c.Arg(0), c.Arg(1), c.Arg(2)}
		}),
		NewType("object()", func(Value) bool { return true }, func(c *Call) Value {
			return &Instance{Class: NewClass("object", nil), Fields: map[string]Value{}}
		}),
	}
}

func builtinBool(c *Call) Value {
	truth, known := Truth(c.Arg(0))
	if f, ok := c.Single(c.Arg(0), c.At); ok {
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
	if f, ok := c.Single(c.Arg(0), c.At); ok {
		return c.wholeOf(math.Trunc(f))
	}
	switch v := c.Arg(0).(type) {
	case *graph.Node, Length, Later:
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
	if f, ok := c.Single(c.Arg(0), c.At); ok {
		return Float(f)
	}
	switch v := c.Arg(0).(type) {
	case *graph.Node, Length, Later:
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
