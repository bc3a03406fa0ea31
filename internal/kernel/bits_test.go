package kernel

import (
	"encoding/binary"
	"hash"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"testing"
)

// golden holds a hash of what every kernel gives for fixed operands, for each set. It must be the same on every processor
// and under every GOAMD64; a change means that trained weights change, so it belongs into the changelog.
var golden = map[string]uint64{
	"noasm": 0x10da5d5ab6a9938b,
	"avx2":  0x62d9175455d830be,
}

// goldenImages is golden for the kernels on images.
var goldenImages = map[string]uint64{
	"noasm": 0xd81a66015bdfd841,
	"avx2":  0x457193d57d9a2a72,
}

// bitHash hashes numbers.
type bitHash struct{ hash.Hash64 }

func (h bitHash) add(a []float32) {
	for _, x := range a {
		if x != x {
			x = float32(math.NaN())
		}
		h.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(x)))
	}
}

func TestBits(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		h := bitHash{fnv.New64a()}
		r := newRand()
		for _, e := range elemCases {
			const n = 1001
			dst := make([]float32, n)
			e.run(s, dst, spread(r, n), spread(r, n), spread(r, n), 1.7, 2.9)
			h.add(dst)
		}
		for _, f := range gemmForms {
			for _, z := range gemmSizes {
				g := f.make(newRand(), z[0], z[1], z[2])
				for _, data := range [][]float32{g.A, g.B.Data, g.C.Data, g.Mask.Data, g.Bias} {
					copy(data, spread(r, len(data)))
				}
				s.Gemm(g, 0, g.M, 0, Panels(g.N))
				h.add(g.C.Data)
			}
		}
		a, b, c, d := spread(r, 65536), spread(r, 65536), spread(r, 65536), spread(r, 65536)
		for _, o := range otherWork {
			o.run(s, a, b, c, d)
		}
		h.add([]float32{s.Sum(a), s.Dot(a, b), s.MinOf(a), s.MaxOf(a)})
		s.Uniform(a, Stream{Key: 1, ID: 2}, 3)
		s.Normal(b, Stream{Key: 1, ID: 2}, 5)
		s.Adam(a, b, c, d, adamSteps[1])
		for _, x := range [][]float32{a, b, c, d} {
			h.add(x)
		}
		for _, softmax := range []func(dst, a []float32, rows, cols int){s.Softmax, s.LogSoftmax} {
			softmax(c, b, 256, 256)
			h.add(c)
		}
		s.LogSumExp(d[:256], b, 256, 256)
		h.add(d[:256])
		if got := h.Sum64(); got != golden[s.Name] {
			t.Errorf("%s: the bits of the kernels changed: hash %#x, want %#x", s.Name, got, golden[s.Name])
		}
	})
}

func TestImageBits(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		h := bitHash{fnv.New64a()}
		r := newRand()
		work := imageWork(newRand(), func(a []float32) []float32 {
			if a == nil {
				return nil
			}
			b := spread(r, len(a))
			for i, x := range a { // halos and what lies in no image stay
				if x == 0 || x != x {
					b[i] = x
				}
			}
			return b
		})
		for _, w := range work {
			w.run(s)
			h.add(w.out)
		}
		if got := h.Sum64(); got != goldenImages[s.Name] {
			t.Errorf("%s: the bits of the kernels on images changed: hash %#x, want %#x", s.Name, got, goldenImages[s.Name])
		}
	})
}

// spread returns n numbers of several magnitudes, made without functions that differ between processors.
func spread(r *rand.Rand, n int) []float32 {
	a := make([]float32, n)
	for i := range a {
		a[i] = float32(int32(r.Uint32())>>r.IntN(24)) / (1 << 28)
	}
	return a
}
