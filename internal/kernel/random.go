package kernel

import "math"

// Stream names a sequence of 2⁶⁶ random numbers. Number i of a stream is a function of Key, ID and i alone: word i%4 of
// the Philox4x32-10 block whose counter is (i/4, ID) under Key.
//
// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
type Stream struct {
	Key uint64 // for example the seed
	ID  uint64 // for example a hash of the node's name and the step
}

const (
	philoxM0, philoxM1 = 0xD2511F53, 0xCD9E8D57 // multipliers
	philoxW0, philoxW1 = 0x9E3779B9, 0xBB67AE85 // key increments: the golden ratio and √3-1
	philoxRounds       = 10
)

// philox returns the block of four random words for a counter and a key.
func philox(c [4]uint32, k [2]uint32) [4]uint32 {
	for range philoxRounds {
		p0, p1 := uint64(c[0])*philoxM0, uint64(c[2])*philoxM1
		c = [4]uint32{uint32(p1>>32) ^ c[1] ^ k[0], uint32(p1), uint32(p0>>32) ^ c[3] ^ k[1], uint32(p0)}
		k[0] += philoxW0
		k[1] += philoxW1
	}
	return c
}

// block returns block n of the stream.
func (s Stream) block(n uint64) [4]uint32 {
	return philox([4]uint32{uint32(n), uint32(n >> 32), uint32(s.ID), uint32(s.ID >> 32)}, [2]uint32{uint32(s.Key), uint32(s.Key >> 32)})
}

// fill sets dst to the numbers start, start+1, ... that draw makes of each block.
func fill(dst []float32, s Stream, start uint64, draw func([4]uint32) [4]float32) {
	for i := 0; i < len(dst); {
		v := draw(s.block((start + uint64(i)) / 4))
		i += copy(dst[i:], v[(start+uint64(i))%4:])
	}
}

// uniformRef makes each word a number in [0, 1): its upper 24 bits times 2⁻²⁴.
func uniformRef(dst []float32, s Stream, start uint64) {
	fill(dst, s, start, func(w [4]uint32) (v [4]float32) {
		for i := range v {
			v[i] = float32(w[i]>>8) * (1. / (1 << 24))
		}
		return v
	})
}

// normalRef makes each pair of words a pair of normal numbers by Box and Muller's transform: a radius √(-2 ln u) with
// u = (w+½)/2³² in float32, so (0, 1], and the angle 2π·w'/2³².
//
// Source: Box and Muller, "A note on the generation of random normal deviates" (1958).
func normalRef(dst []float32, s Stream, start uint64) {
	fill(dst, s, start, func(w [4]uint32) (v [4]float32) {
		for i := 0; i < 4; i += 2 {
			u := float32(float32(w[i])*(1./(1<<32))) + (1. / (1 << 33))
			r := math.Sqrt(-2 * log(float64(u)))
			sin, cos := sinCosTurn(w[i+1])
			v[i], v[i+1] = float32(r*cos), float32(r*sin)
		}
		return v
	})
}

// sinCosTurn returns sine and cosine of w/2³² of a full turn.
func sinCosTurn(w uint32) (sin, cos float64) {
	quarter := (w + 1<<29) >> 30 // nearest quarter turn
	x := float64(int32(w-quarter<<30)) * (2 * math.Pi / (1 << 32))
	sin = x * horner(x*x, sinSeries)
	cos = horner(x*x, cosSeries)
	switch quarter % 4 {
	case 1:
		return cos, -sin
	case 2:
		return -sin, -cos
	case 3:
		return -cos, sin
	}
	return sin, cos
}

// Taylor series in x² for |x| <= π/4; the first terms left out are below 1e-15.
var (
	sinSeries = []float64{1, -1. / 6, 1. / 120, -1. / 5040, 1. / 362880, -1. / 39916800, 1. / 6227020800}
	cosSeries = []float64{1, -1. / 2, 1. / 24, -1. / 720, 1. / 40320, -1. / 3628800, 1. / 479001600}
)
