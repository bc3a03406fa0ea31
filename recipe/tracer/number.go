package tracer

import (
	"math"
	"math/big"

	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/recipe/syntax"
)

// intBytes is what an Int of a few words is charged with.
const intBytes = 64

// newInt computes an integer operation with a small result: + - ~ & | ^, or unary
// minus.
func (t *Tracer) newInt(at syntax.Span, a, b *big.Int, op byte) Value {
	t.charge(at, intBytes+(a.BitLen()+7)/8)
	z := new(big.Int)
	switch {
	case b == nil && op == '-':
		z.Neg(a)
	case op == '~':
		z.Not(a)
	case op == '+':
		z.Add(a, b)
	case op == '-':
		z.Sub(a, b)
	case op == '&':
		z.And(a, b)
	case op == '|':
		z.Or(a, b)
	case op == '^':
		z.Xor(a, b)
	}
	return t.checkInt(at, z)
}

// checkInt refuses an integer above the limit.
func (t *Tracer) checkInt(at syntax.Span, z *big.Int) Value {
	if z.BitLen() > limits.RecipeIntBits {
		t.intTooLarge(at, int64(z.BitLen()))
	}
	return Int{z}
}

func (t *Tracer) intTooLarge(at syntax.Span, bits int64) {
	t.exceed(at, limits.Refusal{What: "integer", Value: bits, Limit: limits.RecipeIntBits, Unit: "bits"})
}

// intArith computes a op b on integers.
func (t *Tracer) intArith(op syntax.Operator, a, b *big.Int, at syntax.Span) Value {
	switch op {
	case syntax.Add:
		return t.newInt(at, a, b, '+')
	case syntax.Sub:
		return t.newInt(at, a, b, '-')
	case syntax.BitAnd:
		return t.newInt(at, a, b, '&')
	case syntax.BitOr:
		return t.newInt(at, a, b, '|')
	case syntax.BitXor:
		return t.newInt(at, a, b, '^')
	case syntax.Mult:
		bits := a.BitLen() + b.BitLen()
		if bits > limits.RecipeIntBits+1 {
			t.intTooLarge(at, int64(bits))
		}
		t.charge(at, intBytes+bits/8)
		t.work(at, bits/4)
		return t.checkInt(at, new(big.Int).Mul(a, b))
	case syntax.Div:
		return t.intTrueDiv(a, b, at)
	case syntax.FloorDiv, syntax.Mod:
		if b.Sign() == 0 {
			return t.Refuse(at, CodeZeroDivision, "integer division or modulo by zero")
		}
		t.charge(at, intBytes+a.BitLen()/4)
		q, m := floorDivMod(a, b)
		if op == syntax.Mod {
			return Int{m}
		}
		return Int{q}
	case syntax.Pow:
		return t.intPow(a, b, at)
	case syntax.LShift, syntax.RShift:
		return t.intShift(op, a, b, at)
	}
	return nil
}

// floorDivMod rounds the quotient down, so that the remainder has b's sign.
func floorDivMod(a, b *big.Int) (q, m *big.Int) {
	q, m = new(big.Int).QuoRem(a, b, new(big.Int))
	if m.Sign() != 0 && m.Sign() != b.Sign() {
		q.Sub(q, one)
		m.Add(m, b)
	}
	return q, m
}

func (t *Tracer) intTrueDiv(a, b *big.Int, at syntax.Span) Value {
	if b.Sign() == 0 {
		return t.Refuse(at, CodeZeroDivision, "division by zero")
	}
	t.work(at, (a.BitLen()+b.BitLen())/2)
	f, _ := new(big.Rat).SetFrac(a, b).Float64()
	if math.IsInf(f, 0) {
		return t.Refuse(at, CodeOverflow, "integer division result too large for a float")
	}
	return Float(f)
}

func (t *Tracer) intPow(a, b *big.Int, at syntax.Span) Value {
	if b.Sign() < 0 {
		if a.Sign() == 0 {
			return t.Refuse(at, CodeZeroDivision, "0.0 cannot be raised to a negative power")
		}
		return t.floatArith(syntax.Pow, Int{a}.Float64(), Int{b}.Float64(), at)
	}
	if a.BitLen() > 1 { // not -1, 0 or 1
		exp, small := Int{b}.Int64()
		bits, ok := limits.Mul64(int64(a.BitLen()-1), exp)
		if !small || !ok || bits >= limits.RecipeIntBits {
			if !small || !ok {
				bits = 0 // only "more" is known
			}
			t.intTooLarge(at, bits)
		}
		t.charge(at, intBytes+2*int(bits)/8)
		t.work(at, int(bits))
		return t.checkInt(at, new(big.Int).Exp(a, b, nil))
	}
	if a.Sign() < 0 && b.Bit(0) == 0 {
		return NewInt(1)
	}
	if b.Sign() == 0 {
		return NewInt(1)
	}
	return Int{a}
}

func (t *Tracer) intShift(op syntax.Operator, a, b *big.Int, at syntax.Span) Value {
	if b.Sign() < 0 {
		return t.Refuse(at, CodeValue, "negative shift count")
	}
	n, small := Int{b}.Int64()
	if op == syntax.RShift {
		if !small || n > limits.RecipeIntBits {
			n = limits.RecipeIntBits
		}
		t.charge(at, intBytes+a.BitLen()/8)
		return Int{new(big.Int).Rsh(a, uint(n))}
	}
	if a.Sign() == 0 {
		return Int{a}
	}
	if !small || n > limits.RecipeIntBits || n+int64(a.BitLen()) > limits.RecipeIntBits {
		t.intTooLarge(at, n)
	}
	t.charge(at, intBytes+(a.BitLen()+int(n))/8)
	return Int{new(big.Int).Lsh(a, uint(n))}
}

// floatArith computes a op b on floats; nil where floats have no such operator.
func (t *Tracer) floatArith(op syntax.Operator, a, b float64, at syntax.Span) Value {
	switch op {
	case syntax.Add:
		return Float(a + b)
	case syntax.Sub:
		return Float(a - b)
	case syntax.Mult:
		return Float(a * b)
	case syntax.Div:
		if b == 0 {
			return t.Refuse(at, CodeZeroDivision, "float division by zero")
		}
		return Float(a / b)
	case syntax.FloorDiv, syntax.Mod:
		if b == 0 && op == syntax.Mod {
			return t.Refuse(at, CodeZeroDivision, "float modulo")
		} else if b == 0 {
			return t.Refuse(at, CodeZeroDivision, "float floor division by zero")
		}
		q, m := floatDivMod(a, b)
		if op == syntax.Mod {
			return Float(m)
		}
		return Float(q)
	case syntax.Pow:
		return t.floatPow(a, b, at)
	}
	return nil
}

// floatDivMod is CPython's: the remainder has b's sign, and quotient and remainder
// go together even where rounding would part them.
func floatDivMod(a, b float64) (q, m float64) {
	m = math.Mod(a, b)
	q = (a - m) / b
	if m != 0 {
		if (b < 0) != (m < 0) {
			m += b
			q--
		}
	} else {
		m = math.Copysign(0, b)
	}
	if q == 0 {
		return math.Copysign(0, a/b), m
	}
	floor := math.Floor(q)
	if q-floor > 0.5 {
		floor++
	}
	return floor, m
}

func (t *Tracer) floatPow(a, b float64, at syntax.Span) Value {
	switch {
	case a == 0 && b < 0:
		return t.Refuse(at, CodeZeroDivision, "0.0 cannot be raised to a negative power")
	case a < 0 && b != math.Trunc(b) && !math.IsInf(a, 0) && !math.IsInf(b, 0):
		return t.Refuse(at, CodeValue, "%s ** %s is a complex number, which has no use here", floatRepr(a), floatRepr(b))
	}
	f := math.Pow(a, b)
	if math.IsInf(f, 0) && !math.IsInf(a, 0) && !math.IsInf(b, 0) {
		return t.Refuse(at, CodeOverflow, "(34, 'Numerical result out of range')")
	}
	return Float(f)
}

// compareNumbers orders two numbers exactly, an int and a float included; ok is
// false when one is not a number.
func compareNumbers(a, b Value) (order int, ok bool) {
	ai, af, ak := number(a)
	bi, bf, bk := number(b)
	if ak == 'f' && math.IsNaN(af) || bk == 'f' && math.IsNaN(bf) {
		return 0, false
	}
	switch {
	case ak == 'i' && bk == 'i':
		return ai.Cmp(bi), true
	case ak == 'f' && bk == 'f':
		switch {
		case af < bf:
			return -1, true
		case af > bf:
			return 1, true
		}
		return 0, true
	case ak == 'i':
		return -compareFloatInt(bf, ai), true
	}
	return compareFloatInt(af, bi), true
}

func compareFloatInt(f float64, i *big.Int) int {
	if math.IsInf(f, 0) {
		return int(math.Copysign(1, f))
	}
	return new(big.Float).SetFloat64(f).Cmp(new(big.Float).SetInt(i))
}
