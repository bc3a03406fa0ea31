package main

import "math"

// The transcendental functions: reduction of the argument, a polynomial fitted here, reconstruction. Their error bounds
// are held by TestUlp of package kernel.

func mathKernel(name, formula string, f func(g *gen, a vec) vec) elementwise {
	e := unary(name, formula, f)
	e.unroll = 1 // long enough to fill the pipeline
	return e
}

func emitMath(g *gen) {
	for _, e := range []elementwise{
		mathKernel("exp", "eᵃ", exp),
		mathKernel("expm1", "eᵃ - 1", expm1),
		mathKernel("log", "ln a", log),
		mathKernel("log1p", "ln(1 + a)", log1p),
		mathKernel("tanh", "tanh a", tanh),
		mathKernel("sigmoid", "1/(1 + e⁻ᵃ)", sigmoid),
		mathKernel("softplus", "ln(1 + eᵃ)", softplus),
		mathKernel("erf", "erf a", erf),
	} {
		e.emit(g)
	}
}

// expFit approximates (eʳ-1-r)/r² on |r| <= ln2/2.
var expFit = fit(func(r float64) float64 {
	if math.Abs(r) < 1e-3 {
		return 0.5 + r/6 + r*r/24
	}
	return (math.Expm1(r) - r) / (r * r)
}, -math.Ln2/2, math.Ln2/2, 4)

// The halves of ln 2: n·ln2High is exact for |n| < 2⁹.
const ln2High = 355. / 512

var ln2Low = math.Ln2 - ln2High

// clamp limits a to [lo, hi] and keeps NaN.
func clamp(g *gen, a vec, lo, hi float64) vec {
	return g.min(g.load(g.float(hi)), g.max(g.load(g.float(lo)), a))
}

// expReduced splits x = n·ln 2 + r and returns the whole number n as an integer, and eʳ-1.
func expReduced(g *gen, x vec) (n, em1 vec) {
	rounded := g.round(g.mul(x, g.float(math.Log2E)))
	r := g.subProduct(g.copy(x), rounded, g.float(ln2High))
	r = g.subProduct(r, rounded, g.float(ln2Low))
	q := g.horner(r, expFit)
	return g.toInt(rounded), g.fma(q, g.mul(r, r), r)
}

// power returns 2ⁿ for whole n in [-126, 127].
func power(g *gen, n vec) vec { return g.shiftLeft(g.addInt(n, g.bits(127)), 23) }

// exp scales by 2ⁿ in two steps, so that results beyond the normal numbers are rounded once, by the last of them.
func exp(g *gen, x vec) vec {
	n, em1 := expReduced(g, clamp(g, x, -104, 89))
	half := g.shiftSigned(n, 1)
	y := g.mul(g.add(em1, g.float(1)), power(g, half))
	return g.mul(y, power(g, g.subInt(n, half)))
}

// expm1 is 2·((eʳ-1)·s + (s-½)) with s = 2ⁿ⁻¹, which is finite where 2ⁿ is not; for n = 0 it is eʳ-1, and x where tiny.
func expm1(g *gen, x vec) vec {
	c := clamp(g, x, -20, 89)
	n, em1 := expReduced(g, c)
	s := power(g, g.subInt(n, g.bits(1)))
	y := g.fma(g.copy(em1), s, g.sub(s, g.float(0.5)))
	y = g.add(y, y)
	tiny := g.compare(lessThan, g.absolute(x), g.float(1e-9))
	return g.pick(tiny, x, y)
}

// logFit approximates (ln(1+f)-f)/f² on [-1/3, 1/3].
var logFit = fit(func(f float64) float64 {
	if math.Abs(f) < 1e-3 {
		return -0.5 + f/3 - f*f/4 + f*f*f/5
	}
	return (math.Log1p(f) - f) / (f * f)
}, -1./3, 1./3, 8)

const twoThirds = 0x3f2aaaab // the bits of 2/3

// exponent returns the bits of the exponent e of a positive normal number 2ᵉ·m with m in [2/3, 4/3), as e·2²³.
func exponent(g *gen, x vec) vec {
	return g.and(g.subInt(x, g.bits(twoThirds)), g.bits(0xff800000))
}

// logReduced returns ln(2ᵉ·(1+f)), given e·2²³.
func logReduced(g *gen, e, f vec) vec {
	q := g.horner(f, logFit)
	y := g.fma(q, g.mul(f, f), f)
	return g.addProduct(y, g.toFloat(g.shiftSigned(e, 23)), g.float(math.Ln2))
}

// logEnds replaces the result where x is not a positive finite number.
func logEnds(g *gen, x, zeroAt, y vec) vec {
	y = g.pick(g.compare(equalTo, x, zeroAt), g.load(g.bits(0xff800000)), y)
	y = g.pick(g.compare(equalTo, x, g.bits(0x7f800000)), x, y)
	return g.pick(g.compare(notGreaterOrEqual, x, zeroAt), g.load(g.bits(0x7fc00000)), y)
}

// log scales denormal numbers up by 2²⁴ first.
func log(g *gen, x vec) vec {
	denormal := g.compare(lessThan, x, g.bits(0x00800000))
	scaled := g.pick(denormal, g.mul(x, g.float(1<<24)), x)
	e := exponent(g, scaled)
	f := g.sub(g.subInt(scaled, e), g.float(1))
	e = g.subInt(e, g.and(denormal, g.bits(24<<23)))
	return logEnds(g, x, g.zero(), logReduced(g, e, f))
}

// log1p takes the exponent e from the rounded 1+x, and f from x itself: 2⁻ᵉ(1+x) - 1 = 2⁻ᵉ·x + (2⁻ᵉ-1), rounded once.
// Beyond 2³⁰, 1+x is x.
func log1p(g *gen, x vec) vec {
	u := g.add(x, g.float(1))
	e := exponent(g, u)
	s := g.subInt(g.load(g.float(1)), e)
	f := g.fma(g.copy(x), s, g.sub(s, g.float(1)))
	f = g.pick(g.compare(greaterThan, x, g.float(1<<30)), g.sub(g.subInt(u, e), g.float(1)), f)
	y := logReduced(g, e, f)
	y = g.pick(g.compare(lessThan, g.absolute(x), g.float(1e-9)), x, y)
	return logEnds(g, x, g.load(g.float(-1)), y)
}

// withSign gives y the sign of x.
func withSign(g *gen, y, x vec) vec { return g.or(y, g.and(x, g.bits(1<<31))) }

// tanh is t/(t+2) with t = e^(2|x|)-1, and x where tiny. From 9.1 on it is 1.
func tanh(g *gen, x vec) vec {
	a := g.absolute(x)
	t := expm1Small(g, g.min(g.load(g.float(18.2)), g.add(a, a)))
	y := withSign(g, g.div(t, g.add(t, g.float(2))), x)
	return g.pick(g.compare(lessThan, a, g.float(1e-4)), x, y)
}

// expm1Small is expm1 for normal x in [0, 80], without the care for its ends.
func expm1Small(g *gen, x vec) vec {
	n, em1 := expReduced(g, x)
	s := power(g, n)
	return g.fma(em1, s, g.sub(s, g.float(1)))
}

// sigmoid is 1/(1+z) above zero and z/(1+z) below, with z = e^(-|x|).
func sigmoid(g *gen, x vec) vec {
	z := exp(g, g.or(x, g.bits(1<<31)))
	y := g.YMM()
	g.VBLENDVPS(x, z, g.load(g.float(1)), y) // by the sign of x
	return g.div(y, g.add(z, g.float(1)))
}

// softplus is max(x, 0) + ln(1+z) with z = e^(-|x|), in (0, 1].
func softplus(g *gen, x vec) vec {
	z := exp(g, g.or(x, g.bits(1<<31)))
	e := exponent(g, g.add(z, g.float(1)))
	s := g.subInt(g.load(g.float(1)), e)
	y := logReduced(g, e, g.fma(g.copy(z), s, g.sub(s, g.float(1))))
	y = g.pick(g.compare(lessThan, z, g.float(1e-9)), z, y)
	return g.add(y, g.max(g.zero(), x))
}

const erfSplit = 0.9

// erfFit approximates erf(x)/x - 1 in x², for |x| <= erfSplit.
var erfFit = fit(func(s float64) float64 {
	x := math.Sqrt(s)
	if x < 1e-4 {
		return 2/math.Sqrt(math.Pi) - 1 - 2/math.Sqrt(math.Pi)*s/3
	}
	return math.Erf(x)/x - 1
}, 0, erfSplit*erfSplit, 6)

// erfcFit approximates ln(1-erf x) in x-1 (small where 1-erf is not), for x in [erfSplit, 4].
var erfcFit = fit(func(t float64) float64 { return math.Log(math.Erfc(t + 1)) }, erfSplit-1, 3, 9)

// erf is x + x·p(x²) near zero and 1 - e^q(|x|) beyond; from 4 on it is 1.
func erf(g *gen, x vec) vec {
	a := g.min(g.load(g.float(4)), g.absolute(x))
	near := g.horner(g.mul(x, x), erfFit)
	near = g.fma(near, x, x)
	n, em1 := expReduced(g, g.horner(g.sub(a, g.float(1)), erfcFit))
	s := power(g, n)
	far := g.fma(em1, s, s) // 1-erf
	far = withSign(g, g.sub(g.load(g.float(1)), far), x)
	return g.pick(g.compare(lessThan, a, g.float(erfSplit)), near, far)
}
