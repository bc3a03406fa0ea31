package main

import (
	"math"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// pow works on four float64 at a time: an exponent multiplies the error of the logarithm by up to a hundred, which
// float32 cannot bear.
func emitPow(g *gen) {
	elementwise{"pow", "aᵇ", 2, 0, 1, func(g *gen, in, _ []vec) vec { return pow(g, in[0], in[1]) }}.emit(g)
	elementwise{"powS", "aˣ", 1, 1, 1, func(g *gen, in, x []vec) vec { return pow(g, in[0], x[0]) }}.emit(g)
}

// pow returns |x|^y in halves and puts the special cases of math.Pow on top, the last one first in rank.
func pow(g *gen, x, y vec) vec {
	a := g.absolute(x)
	low, high := powHalf(g, a.AsX(), y.AsX()), powHalf(g, upper(g, a), upper(g, y))
	r := g.YMM()
	g.VINSERTF128(U8(1), high, low.AsY(), r)
	r = g.pick(g.compare(equalTo, a, g.float(1)), g.load(g.float(1)), r) // y may be infinite

	whole := g.compare(equalTo, y, floor(g, y))
	half := g.mul(y, g.float(0.5))
	odd := g.and(whole, g.compare(notEqualTo, half, floor(g, half)))
	r = g.or(r, g.and(g.and(odd, x), g.bits(1<<31)))

	finite := g.compare(notEqualTo, a, g.bits(0x7f800000))
	rootOfNegative := g.andNot(whole, g.and(g.compare(lessThan, x, g.zero()), finite))
	nan := g.or(rootOfNegative, g.compare(unordered, x, y))
	r = g.pick(nan, g.load(g.bits(0x7fc00000)), r)
	one := g.or(g.compare(equalTo, y, g.zero()), g.compare(equalTo, x, g.float(1)))
	return g.pick(one, g.load(g.float(1)), r)
}

func upper(g *gen, a vec) reg.VecVirtual {
	v := g.XMM()
	g.VEXTRACTF128(U8(1), a, v)
	return v
}

// atanhSeries is 2/(2n+1) of ln((1+s)/(1-s)) = 2s·(1 + s²/3 + s⁴/5 + ...); for s² <= 0.04 what is left out is below 1e-12.
var atanhSeries = []float64{2, 2. / 3, 2. / 5, 2. / 7, 2. / 9, 2. / 11, 2. / 13, 2. / 15}

// expSeries is 1/n!; for |r| <= ln2/2 what is left out is below 1e-12.
var expSeries = []float64{1, 1, 1. / 2, 1. / 6, 1. / 24, 1. / 120, 1. / 720, 1. / 5040, 1. / 40320, 1. / 362880, 1. / 3628800}

// Whole numbers n in the low bits of a float64: the bits of n + 2⁵² are 0x433<<52 + n, for n of either sign with 1.5·2⁵².
const (
	integers       = 1 << 52
	signedIntegers = 3 << 51
)

// powHalf returns a^y for four a >= 0, rounded to float32.
func powHalf(g *gen, a4, y4 reg.Register) reg.VecVirtual {
	a, y := g.YMM(), g.YMM()
	g.VCVTPS2PD(a4, a)
	g.VCVTPS2PD(y4, y)

	// a = 2ᵉ·m with m in [2/3, 4/3), s = (m-1)/(m+1)
	e, m, s, d := g.YMM(), g.YMM(), g.YMM(), g.YMM()
	g.VPSUBQ(g.double(2./3), a, e)
	g.VPAND(g.bits64(0xfff<<52), e, e)
	g.VPSUBQ(e, a, m)
	g.VPADDQ(g.bits64(1023<<52), e, e) // 2ᵉ
	g.VPSRLQ(U8(52), e, e)
	g.VPOR(g.double(integers), e, e)
	g.VSUBPD(g.double(integers+1023), e, e)
	g.VSUBPD(g.double(1), m, s)
	g.VADDPD(g.double(1), m, d)
	g.VDIVPD(d, s, s)
	g.VMULPD(s, s, d)
	l := hornerDouble(g, d, atanhSeries)
	g.VMULPD(s, l, l)
	g.VFMADD231PD(g.double(math.Ln2), e, l)
	pickDouble(g, equalTo, a, 0, math.Inf(-1), l)
	pickDouble(g, equalTo, a, math.Inf(1), math.Inf(1), l)

	// 2ⁿ·eʳ; beyond ±200 the result is 0 or infinite as a float32
	g.VMULPD(y, l, l)
	limit := g.YMM()
	g.VMOVUPD(g.double(-200), limit)
	g.VMAXPD(l, limit, l)
	g.VMOVUPD(g.double(200), limit)
	g.VMINPD(l, limit, l)
	n := g.YMM()
	g.VMULPD(g.double(math.Log2E), l, n)
	g.VROUNDPD(U8(8), n, n)
	g.VFNMADD231PD(g.double(math.Ln2), n, l)
	r := hornerDouble(g, l, expSeries)
	g.VADDPD(g.double(signedIntegers+1023), n, n)
	g.VPSLLQ(U8(52), n, n)
	g.VMULPD(n, r, r)
	result := g.XMM()
	g.VCVTPD2PSY(r, result)
	return result
}

func hornerDouble(g *gen, x vec, c []float64) vec {
	y := g.YMM()
	g.VMOVUPD(g.double(c[len(c)-1]), y)
	for i := len(c) - 2; i >= 0; i-- {
		g.VFMADD213PD(g.double(c[i]), x, y)
	}
	return y
}

// pickDouble sets v to yes where a stands in the relation to b.
func pickDouble(g *gen, predicate uint8, a vec, b, yes float64, v vec) {
	mask, value := g.YMM(), g.YMM()
	g.VCMPPD(U8(predicate), g.double(b), a, mask)
	g.VMOVUPD(g.double(yes), value)
	g.VBLENDVPD(mask, value, v, v)
}
