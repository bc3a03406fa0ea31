package ops

import (
	"math"

	"github.com/descent-ml/descent/graph"
)

// in opens the scope of an operation around what is made by f.
func in(x *graph.Node, name string, f func() *graph.Node) *graph.Node {
	if x.Poisoned() {
		return x
	}
	defer x.Graph().Enter(graph.Scope{Name: name})()
	return f()
}

// Ceil returns the least whole number that is not below x.
func Ceil(x *graph.Node) *graph.Node {
	return in(x, "ceil", func() *graph.Node { return x.Neg().Floor().Neg() })
}

// Trunc returns x without its fraction.
func Trunc(x *graph.Node) *graph.Node {
	return in(x, "trunc", func() *graph.Node { return x.Cast(graph.Int).Cast(graph.Float) })
}

// Log2 returns the logarithm to base 2.
func Log2(x *graph.Node) *graph.Node {
	return in(x, "log2", func() *graph.Node { return x.Log().Scale(1 / math.Ln2) })
}

// Log10 returns the logarithm to base 10.
func Log10(x *graph.Node) *graph.Node {
	return in(x, "log10", func() *graph.Node { return x.Log().Scale(1 / math.Ln10) })
}

// Rsqrt returns 1/√x.
func Rsqrt(x *graph.Node) *graph.Node {
	return in(x, "rsqrt", func() *graph.Node { return x.PowConst(-0.5) })
}

// Reciprocal returns 1/x.
func Reciprocal(x *graph.Node) *graph.Node {
	return in(x, "reciprocal", func() *graph.Node { return x.Graph().Const(1).Div(x) })
}

// Cosh returns (eˣ + e⁻ˣ)/2.
func Cosh(x *graph.Node) *graph.Node {
	return in(x, "cosh", func() *graph.Node { return x.Exp().Add(x.Neg().Exp()).Scale(0.5) })
}

// Sinh returns (eˣ − e⁻ˣ)/2, by way of expm1 so that it is exact near 0.
func Sinh(x *graph.Node) *graph.Node {
	return in(x, "sinh", func() *graph.Node { return x.Expm1().Sub(x.Neg().Expm1()).Scale(0.5) })
}

// IsNaN returns whether x is no number.
func IsNaN(x *graph.Node) *graph.Node {
	return in(x, "isnan", func() *graph.Node { return x.NotEqual(x) })
}

// IsFinite returns whether x is a number and not infinite.
func IsFinite(x *graph.Node) *graph.Node {
	return in(x, "isfinite", func() *graph.Node { return x.Abs().LessEqual(x.Graph().Const(math.MaxFloat64)) })
}

// NaNToNum returns x, with v where x is no number.
func NaNToNum(x *graph.Node, v float64) *graph.Node {
	return in(x, "nan_to_num", func() *graph.Node { return IsNaN(x).Where(x.Graph().Const(v), x) })
}

// DivNoNaN returns a/b, and 0 where b is 0. Its derivative is 0 there too.
func DivNoNaN(a, b *graph.Node) *graph.Node {
	if b.Poisoned() {
		return b
	}
	return in(a, "divide_no_nan", func() *graph.Node {
		g := a.Graph()
		none := b.Equal(g.Const(0))
		return none.Where(g.Const(0), a.Div(none.Where(g.Const(1), b)))
	})
}

// Relu6 limits x to 0..6.
func Relu6(x *graph.Node) *graph.Node {
	return in(x, "relu6", func() *graph.Node { return x.Clip(0, 6) })
}

// HardSigmoid is 0 below −3, 1 above 3 and x/6 + 1/2 between.
func HardSigmoid(x *graph.Node) *graph.Node {
	return in(x, "hard_sigmoid", func() *graph.Node { return x.Scale(1.0/6).Shift(0.5).Clip(0, 1) })
}

// HardSwish is x·HardSigmoid(x).
func HardSwish(x *graph.Node) *graph.Node {
	return in(x, "hard_swish", func() *graph.Node { return x.Mul(HardSigmoid(x)) })
}

// Softsign is x/(1 + |x|).
func Softsign(x *graph.Node) *graph.Node {
	return in(x, "softsign", func() *graph.Node { return x.Div(x.Abs().Shift(1)) })
}

// LogSigmoid is ln σ(x), exact at any x.
func LogSigmoid(x *graph.Node) *graph.Node {
	return in(x, "log_sigmoid", func() *graph.Node { return x.Neg().Softplus().Neg() })
}

// Mish is x·tanh(softplus(x)).
//
// Source: Misra, "Mish: A Self Regularized Non-Monotonic Activation Function", BMVC 2020.
func Mish(x *graph.Node) *graph.Node {
	return in(x, "mish", func() *graph.Node { return x.Mul(x.Softplus().Tanh()) })
}

// SquaredDifference returns (a − b)².
func SquaredDifference(a, b *graph.Node) *graph.Node {
	if b.Poisoned() {
		return b
	}
	return in(a, "squared_difference", func() *graph.Node { return a.Sub(b).Square() })
}

// Mod returns a − ⌊a/b⌋·b, which has the sign of b.
func Mod(a, b *graph.Node) *graph.Node {
	if b.Poisoned() {
		return b
	}
	return in(a, "mod", func() *graph.Node { return a.Sub(a.Div(b).Floor().Mul(b)) })
}

// FloorDiv returns ⌊a/b⌋.
func FloorDiv(a, b *graph.Node) *graph.Node {
	if b.Poisoned() {
		return b
	}
	return in(a, "floor_divide", func() *graph.Node { return a.Div(b).Floor() })
}

// Xor returns whether one of two truth values holds and the other does not.
func Xor(a, b *graph.Node) *graph.Node { return a.Cast(graph.Bool).NotEqual(b.Cast(graph.Bool)) }

// XLogY returns x·ln y, and 0 where x is 0.
func XLogY(x, y *graph.Node) *graph.Node { return x.XLogY(y) }
