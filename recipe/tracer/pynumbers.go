package tracer

import (
	"math"
	"math/big"
	"strconv"

	"github.com/descent-ml/descent/recipe/syntax"
)

func builtinAbs(c *Call) Value {
	if isTensor(c.Arg(0)) {
		n := c.TensorArg(0)
		return c.node(n.Abs)
	}
	if isLater(c.Arg(0)) {
		return Later{}
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
	if isTensor(c.Arg(0)) {
		n := c.TensorArg(0)
		return c.node(n.Round)
	}
	if isLater(c.Arg(0)) {
		return Later{}
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
