package main

import (
	"math"

	. "github.com/mmcloughlin/avo/operand"
)

const (
	philoxM0, philoxM1 = 0xD2511F53, 0xCD9E8D57
	philoxW0, philoxW1 = 0x9E3779B9, 0xBB67AE85
	philoxRounds       = 10
)

func emitRandom(g *gen) {
	emitPhilox(g, "uniform", "numbers in [0, 1)", func(w [4]vec) [4]vec {
		for i := range w {
			w[i] = g.mul(g.toFloat(g.shiftRight(w[i], 8)), g.float(1./(1<<24)))
		}
		return w
	})
	emitPhilox(g, "normal", "standard normal numbers", func(w [4]vec) [4]vec {
		for i := 0; i < 4; i += 2 {
			w[i], w[i+1] = boxMuller(g, w[i], w[i+1])
		}
		return w
	})
}

// emitPhilox writes a generator of eight Philox4x32-10 blocks a round, one a lane.
func emitPhilox(g *gen, name, what string, draw func(w [4]vec) [4]vec) {
	g.begin(name+"AVX2", "func(dst *float32, rounds int, block, id, key uint64)",
		"fills dst with 32·rounds "+what+", from the given block of a stream on.")
	dst, rounds := g.param("dst"), g.param("rounds")
	// Block numbers as 64-bit integers; the order lets one shuffle part them into low and high words.
	order := func(name string, n [4]uint64) vec {
		v := g.YMM()
		g.VPBROADCASTQ(g.address("block"), v)
		g.VPADDQ(g.table(name, 4, func(i int) Constant { return U64(n[i]) }), v, v)
		return v
	}
	first, second := order("blocks0145", [4]uint64{0, 1, 4, 5}), order("blocks2367", [4]uint64{2, 3, 6, 7})
	g.Label("rounds")
	var w [4]vec
	w[0], w[1] = g.YMM(), g.YMM()
	g.VSHUFPS(U8(0x88), second, first, w[0])
	g.VSHUFPS(U8(0xdd), second, first, w[1])
	w[2], w[3] = words(g, "id")
	k0, k1 := words(g, "key")
	for range philoxRounds {
		high0, low0 := multiply(g, w[0], philoxM0)
		high1, low1 := multiply(g, w[2], philoxM1)
		w = [4]vec{g.xor(g.xor(high1, w[1]), k0), low1, g.xor(g.xor(high0, w[3]), k1), low0}
		g.VPADDD(g.bits(philoxW0), k0, k0)
		g.VPADDD(g.bits(philoxW1), k1, k1)
	}
	for i, v := range blocksInOrder(g, draw(w)) {
		g.VMOVUPS(v, Mem{Base: dst, Disp: 32 * i})
	}
	g.VPADDQ(g.bits64(8), first, first)
	g.VPADDQ(g.bits64(8), second, second)
	g.ADDQ(I32(128), dst)
	g.DECQ(rounds)
	g.JNZ(LabelRef("rounds"))
	g.end()
}

// words broadcasts the low and the high word of a uint64 parameter.
func words(g *gen, name string) (low, high vec) {
	low, high = g.YMM(), g.YMM()
	g.VPBROADCASTQ(g.address(name), high)
	g.VPSHUFD(U8(0xa0), high, low)
	g.VPSHUFD(U8(0xf5), high, high)
	return low, high
}

// multiply returns the high and low words of eight products a·m.
func multiply(g *gen, a vec, m uint32) (high, low vec) {
	even, odd := g.YMM(), g.YMM()
	g.VPMULUDQ(g.bits(m), a, even)
	g.VPSRLQ(U8(32), a, odd)
	g.VPMULUDQ(g.bits(m), odd, odd)
	high, low = g.YMM(), g.YMM()
	g.VPSRLQ(U8(32), even, high)
	g.VPBLENDD(U8(0xaa), odd, high, high)
	g.VPSLLQ(U8(32), odd, low)
	g.VPBLENDD(U8(0xaa), low, even, low)
	return high, low
}

// blocksInOrder turns four vectors of words, a block a lane, into four vectors of two whole blocks each.
func blocksInOrder(g *gen, w [4]vec) (out [4]vec) {
	var t, r [4]vec
	for i := range 4 {
		t[i], r[i], out[i] = g.YMM(), g.YMM(), g.YMM()
	}
	g.VUNPCKLPS(w[1], w[0], t[0]) // blocks 0 1 | 4 5
	g.VUNPCKHPS(w[1], w[0], t[1]) // blocks 2 3 | 6 7
	g.VUNPCKLPS(w[3], w[2], t[2])
	g.VUNPCKHPS(w[3], w[2], t[3])
	g.VUNPCKLPD(t[2], t[0], r[0]) // 0 | 4
	g.VUNPCKHPD(t[2], t[0], r[1]) // 1 | 5
	g.VUNPCKLPD(t[3], t[1], r[2]) // 2 | 6
	g.VUNPCKHPD(t[3], t[1], r[3]) // 3 | 7
	g.VPERM2F128(U8(0x20), r[1], r[0], out[0])
	g.VPERM2F128(U8(0x20), r[3], r[2], out[1])
	g.VPERM2F128(U8(0x31), r[1], r[0], out[2])
	g.VPERM2F128(U8(0x31), r[3], r[2], out[3])
	return out
}

const maxAngleSquared = math.Pi / 4 * math.Pi / 4 // of what the reduction to the nearest quarter turn leaves

// sinFit approximates sin(x)/x and cosFit cos(x), both in x², for |x| <= π/4.
var (
	sinFit = fit(func(s float64) float64 {
		if s < 1e-8 {
			return 1 - s/6
		}
		return math.Sin(math.Sqrt(s)) / math.Sqrt(s)
	}, 0, maxAngleSquared, 4)
	cosFit = fit(func(s float64) float64 { return math.Cos(math.Sqrt(s)) }, 0, maxAngleSquared, 4)
)

// boxMuller makes two normal numbers of two words: a radius √(-2 ln u), u = (w0+½)/2³², and the angle 2π·w1/2³².
func boxMuller(g *gen, w0, w1 vec) (a, b vec) {
	wide := g.mul(g.toFloat(g.shiftRight(w0, 16)), g.float(1<<16)) // exact: the sum is rounded once
	wide = g.add(wide, g.toFloat(g.and(w0, g.bits(0xffff))))
	u := g.add(g.mul(wide, g.float(1./(1<<32))), g.float(1./(1<<33)))
	e := exponent(g, u)
	l := logReduced(g, e, g.sub(g.subInt(u, e), g.float(1)))
	radius := g.squareRoot(g.mul(l, g.float(-2)))

	quarter := g.shiftRight(g.addInt(w1, g.bits(1<<29)), 30) // nearest quarter turn
	x := g.mul(g.toFloat(g.subInt(w1, g.shiftLeft(quarter, 30))), g.float(2*math.Pi/(1<<32)))
	s := g.mul(x, x)
	sin, cos := g.mul(g.horner(s, sinFit), x), g.horner(s, cosFit)
	odd := g.shiftLeft(quarter, 31) // the sign bit selects
	first, second := g.YMM(), g.YMM()
	g.VBLENDVPS(odd, sin, cos, first)
	g.VBLENDVPS(odd, cos, sin, second)
	secondSign := g.shiftLeft(g.shiftRight(quarter, 1), 31)                     // quarters 2 and 3
	firstSign := g.shiftLeft(g.shiftRight(g.addInt(quarter, g.bits(1)), 1), 31) // quarters 1 and 2
	return g.mul(radius, g.xor(first, firstSign)), g.mul(radius, g.xor(second, secondSign))
}
