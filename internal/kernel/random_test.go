package kernel

import (
	"math"
	"testing"
)

// Known answers of the authors' library, Random123 (kat_vectors, philox4x32 with 10 rounds).
func TestPhilox(t *testing.T) {
	for _, c := range []struct {
		counter [4]uint32
		key     [2]uint32
		want    [4]uint32
	}{
		{want: [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{
			counter: [4]uint32{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
			key:     [2]uint32{0xffffffff, 0xffffffff},
			want:    [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
		},
		{
			counter: [4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
			key:     [2]uint32{0xa4093822, 0x299f31d0},
			want:    [4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
		},
	} {
		if got := philox(c.counter, c.key); got != c.want {
			t.Errorf("philox(%x, %x) = %x, want %x", c.counter, c.key, got, c.want)
		}
	}
}

var streams = []Stream{{}, {Key: 1, ID: 2}, {Key: 0xa4093822299f31d0, ID: 0x13198a2e03707344}, {Key: math.MaxUint64, ID: math.MaxUint64}}

// A number depends on its stream and index alone, however it is reached.
func TestRandomAnyTiling(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		for name, draw := range map[string]func([]float32, Stream, uint64){"uniform": s.Uniform, "normal": s.Normal} {
			for _, stream := range streams {
				for _, start := range []uint64{0, 1<<34 - 64, 1<<62 + 3} { // across the carry into the second counter word
					whole := make([]float32, 200)
					draw(whole, stream, start)
					for offset := range 40 {
						for n := range 68 {
							part, intact := guarded(n, offset%8)
							draw(part, stream, start+uint64(offset))
							for i := range part {
								if !sameBits(part[i], whole[offset+i]) {
									t.Fatalf("%s %v: number %d is %v in a tile at %d, %v in the whole", name, stream, start+uint64(offset+i), part[i], offset, whole[offset+i])
								}
							}
							if !intact() {
								t.Fatalf("%s: wrote outside a tile of %d at %d", name, n, offset)
							}
						}
					}
				}
			}
		}
	})
}

func TestUniform(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		for _, stream := range streams {
			got := make([]float32, 1<<16)
			s.Uniform(got, stream, 0)
			var sum, squares float64
			for i, x := range got {
				if want := float32(stream.block(uint64(i / 4))[i%4]>>8) / (1 << 24); x != want {
					t.Fatalf("number %d is %v, want %v", i, x, want)
				}
				sum += float64(x)
				squares += float64(x) * float64(x)
			}
			n := float64(len(got))
			if mean := sum / n; math.Abs(mean-0.5) > 0.006 {
				t.Errorf("%v: mean %v", stream, mean)
			}
			if meanSquare := squares / n; math.Abs(meanSquare-1./3) > 0.006 {
				t.Errorf("%v: mean square %v", stream, meanSquare)
			}
		}
	})
}

func TestNormal(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		for _, stream := range streams {
			got := make([]float32, 1<<16)
			s.Normal(got, stream, 0)
			var moments [5]float64
			worst := 0.0
			for i, x := range got {
				w := stream.block(uint64(i / 4))
				p := i % 4 &^ 1
				u := float32(w[p])*(1./(1<<32)) + 1./(1<<33)
				r := math.Sqrt(-2 * math.Log(float64(u)))
				sin, cos := math.Sincos(2 * math.Pi * float64(w[p+1]) / (1 << 32))
				exact := r * [2]float64{cos, sin}[i%2]
				worst = max(worst, math.Abs(float64(x)-exact))
				for k := range moments {
					moments[k] += math.Pow(float64(x), float64(k)) / float64(len(got))
				}
			}
			if worst > 1e-6 {
				t.Errorf("%v: off by %v", stream, worst)
			}
			for k, want := range []float64{1, 0, 1, 0, 3} {
				if math.Abs(moments[k]-want) > 0.1 {
					t.Errorf("%v: moment %d is %v, want %v", stream, k, moments[k], want)
				}
			}
		}
	})
}
