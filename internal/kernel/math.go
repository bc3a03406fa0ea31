package kernel

import "math"

// The functions below evaluate in float64 for operands that were float32, to about 1e-12, so that rounding their result
// to float32 costs at most 0.51 ulp. They are written out, instead of calling package math, because math has assembly on
// some processors and may be compiled with fused operations: here every product is rounded before it is added, so the
// bits are the same everywhere.

const (
	ln2Hi = 6.93147180369123816490e-01 // the leading 32 bits: n*ln2Hi is exact for the n that occur
	ln2Lo = 1.90821492927058770002e-10
)

// horner evaluates c[0] + c[1]·x + c[2]·x² + ...
func horner(x float64, c []float64) float64 {
	y := 0.0
	for i := len(c) - 1; i >= 0; i-- {
		y = float64(y*x) + c[i]
	}
	return y
}

// expSeries is 1/n!: on |r| <= ln2/2 the first term left out is below 1e-16.
var expSeries = []float64{1, 1, 1. / 2, 1. / 6, 1. / 24, 1. / 120, 1. / 720, 1. / 5040, 1. / 40320, 1. / 362880,
	1. / 3628800, 1. / 39916800, 1. / 479001600}

// exp returns eˣ: 2ⁿ·eʳ with x = n·ln 2 + r. Beyond ±200 the result is 0 or infinite as a float32, so x is clamped.
func exp(x float64) float64 {
	if x != x {
		return x
	}
	x = min(max(x, -200), 200)
	n := math.RoundToEven(x * math.Log2E)
	r := x - float64(n*ln2Hi) - float64(n*ln2Lo)
	return horner(r, expSeries) * math.Float64frombits(uint64(int64(n)+1023)<<52)
}

// expm1 returns eˣ-1.
func expm1(x float64) float64 {
	if x > -1e-3 && x < 1e-3 {
		return x * horner(x, expSeries[1:6])
	}
	return exp(x) - 1
}

// logSeries is 1/(2n+1) of ln((1+s)/(1-s)) = 2s·(1 + s²/3 + s⁴/5 + ...), for |s| <= 3-2√2.
var logSeries = []float64{1, 1. / 3, 1. / 5, 1. / 7, 1. / 9, 1. / 11, 1. / 13, 1. / 15, 1. / 17, 1. / 19}

// log returns the natural logarithm of x, a normal float64.
func log(x float64) float64 {
	switch {
	case x == 0:
		return math.Inf(-1)
	case x != x || x < 0:
		return math.NaN()
	case x > math.MaxFloat64:
		return x
	}
	b := math.Float64bits(x)
	n := float64(int64(b>>52) - 1023)
	m := math.Float64frombits(b&(1<<52-1) | 1023<<52)
	if m > math.Sqrt2 {
		m, n = m/2, n+1
	}
	s := (m - 1) / (m + 1)
	return float64(n*ln2Hi) + (float64(n*ln2Lo) + float64(2*s*horner(s*s, logSeries)))
}

// log1p returns ln(1+x).
func log1p(x float64) float64 {
	if x > -1e-4 && x < 1e-4 {
		return x * horner(x, []float64{1, -1. / 2, 1. / 3, -1. / 4})
	}
	return log(1 + x)
}

// tanh returns (e²ˣ-1)/(e²ˣ+1).
func tanh(x float64) float64 {
	if x != x || x == 0 {
		return x
	}
	t := expm1(2 * min(max(x, -20), 20))
	return t / (t + 2)
}

// sigmoid returns 1/(1+e⁻ˣ).
func sigmoid(x float64) float64 { return 1 / (1 + exp(-x)) }

// softplus returns ln(1+eˣ) in the form that neither overflows nor cancels.
func softplus(x float64) float64 {
	if x != x {
		return x
	}
	return max(x, 0) + log1p(exp(-math.Abs(x)))
}

// erf returns the error function by its series of positive terms,
// 2/√π·e^(-x²)·(x + 2x³/3 + 4x⁵/15 + ...) (Abramowitz & Stegun 7.1.6). From 4 on it is 1 as a float32.
func erf(x float64) float64 {
	if x != x || x == 0 {
		return x
	}
	if math.Abs(x) >= 4 {
		return math.Copysign(1, x)
	}
	term, sum := x, x
	for k := 1.5; math.Abs(term) > 1e-16*math.Abs(sum); k++ {
		term *= x * x / k
		sum += term
	}
	return 2 / math.Sqrt(math.Pi) * exp(-(x * x)) * sum
}

// pow returns aᵇ with the special cases of math.Pow.
func pow(a, b float32) float32 {
	x, y := float64(a), float64(b)
	switch {
	case y == 0 || x == 1:
		return 1
	case x != x || y != y:
		return float32(math.NaN())
	case math.IsInf(y, 0):
		switch {
		case x == -1:
			return 1
		case (math.Abs(x) < 1) == (y > 0):
			return 0
		}
		return float32(math.Inf(1))
	}
	whole := math.Floor(y) == y
	odd := whole && math.Floor(y/2) != y/2
	if x < 0 && !whole && !math.IsInf(x, 0) {
		return float32(math.NaN())
	}
	var r float64
	switch m := math.Abs(x); {
	case m == 0 || math.IsInf(m, 0):
		if (m == 0) == (y < 0) {
			r = math.Inf(1)
		}
	default:
		r = exp(y * log(m))
	}
	if odd {
		r = math.Copysign(r, x)
	}
	return float32(r)
}
