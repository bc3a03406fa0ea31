package kernel

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// near reports whether got is want but for the rounding of so many additions of terms with that sum of magnitudes.
func near(got float32, want, size float64, additions int) bool {
	return math.Abs(float64(got)-want) <= size*float64(additions+4)/(1<<24)
}

// exactGrad returns the gradient of one weight in float64, to be added, and the sum of the magnitudes of its terms.
func (c *Conv) exactGrad(ky, kx, i, o int) (v, size float64) {
	w := c.Window
	for n := range c.Out.N {
		for y := range c.Out.H {
			for x := range c.Out.W {
				a := c.In.pixel(n, y*w.H.Stride-w.H.Pad+ky*w.H.Dilation, x*w.W.Stride-w.W.Pad+kx*w.W.Dilation, i)
				p := a * c.Out.pixel(n, y, x, o)
				v += p
				size += math.Abs(p)
			}
		}
	}
	return v, size
}

func TestConvGrad(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, k := range convCases {
			if k.transposed {
				continue
			}
			c, ohwi := k.make(r)
			s.ConvGrad(c, 0, c.Out.Strips(), 0, Panels(c.Out.C))
			got := spoiled(len(ohwi))
			UnpackWeights(got, c.Weights, OHWI(c.Window, k.in, k.out), c.Window, k.in, k.out)
			j := 0
			for o := range k.out {
				for ky := range c.Window.H.Size {
					for kx := range c.Window.W.Size {
						for i := range k.in {
							want, size := c.exactGrad(ky, kx, i, o)
							want += float64(ohwi[j]) // the gradient is added to what was there
							if !near(got[j], want, size+math.Abs(float64(ohwi[j])), c.Out.N*c.Out.H*c.Out.W) {
								t.Fatalf("%s: gradient of weight (%d, %d, %d, %d) is %v, want %v", k.name, o, ky, kx, i, got[j], want)
							}
							j++
						}
					}
				}
			}
			packed := spoiled(len(c.Weights))
			PackWeights(packed, got, OHWI(c.Window, k.in, k.out), c.Window, k.in, k.out)
			if i := firstChange(c.Weights, packed, func(int) bool { return true }); i >= 0 {
				t.Fatalf("%s: wrote to weights[%d], which is no weight", k.name, i)
			}
		}
	})
}

// Whatever strips and panels a gradient is computed in, its bits are the same.
func TestConvGradParts(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, k := range convCases {
			if k.transposed {
				continue
			}
			whole, _ := k.make(r)
			cut := whole
			cut.Weights = slices.Clone(whole.Weights)
			s.ConvGrad(whole, 0, whole.Out.Strips(), 0, Panels(whole.Out.C))
			parts(r, cut.Out.Strips(), Panels(cut.Out.C), func(s0, s1, j0, j1 int) { s.ConvGrad(cut, s0, s1, j0, j1) })
			if i := firstChange(whole.Weights, cut.Weights, func(int) bool { return true }); i >= 0 {
				t.Fatalf("%s: weights[%d] is %v in one call, %v in parts", k.name, i, whole.Weights[i], cut.Weights[i])
			}
		}
	})
}

// A NaN in the input reaches the weights that it is multiplied with, and no other.
func TestConvGradNonFinite(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		for _, l := range layouts {
			c, _ := convCase{n: 1, h: 3, w: 5, in: 20, out: 18, window: Square(3, 1, 1), from: l, to: l}.make(newRand())
			c.In.Data[c.In.at(0, 0, 2, 17)] = float32(math.NaN())
			s.ConvGrad(c, 0, c.Out.Strips(), 0, 2)
			got := make([]float32, 9*20*18)
			UnpackWeights(got, c.Weights, OHWI(c.Window, 20, 18), c.Window, 20, 18)
			for j, g := range got {
				if ky := j / 20 / 3 % 3; (g != g) != (j%20 == 17 && ky < 2) { // with ky = 2 row 0 lies above all outputs
					t.Fatalf("layout %v: gradient %d is %v with a NaN in channel 17 of row 0", l, j, g)
				}
			}
		}
	})
}

var biasGradSizes = [][4]int{{1, 1, 1, 1}, {2, 3, 5, 16}, {1, 9, 14, 33}, {2, 20, 7, 8}, {1, 2, 300, 3}, {1, 300, 1, 20}}

func TestBiasGrad(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, z := range biasGradSizes {
			for _, l := range layouts {
				dy := l.make(r, z[0], z[1], z[2], z[3], 1)
				start := normals(r, z[3])
				whole, cut := slices.Clone(start), slices.Clone(start)
				s.BiasGrad(whole, dy, 0, dy.Strips(), 0, Panels(dy.C))
				parts(r, dy.Strips(), Panels(dy.C), func(s0, s1, j0, j1 int) { s.BiasGrad(cut, dy, s0, s1, j0, j1) })
				for c := range dy.C {
					want, size := float64(start[c]), math.Abs(float64(start[c]))
					for n := range dy.N {
						for y := range dy.H {
							for x := range dy.W {
								want += dy.pixel(n, y, x, c)
								size += math.Abs(dy.pixel(n, y, x, c))
							}
						}
					}
					if !near(whole[c], want, size, dy.N*dy.H*dy.W) || whole[c] != cut[c] {
						t.Fatalf("%v, layout %v: channel %d is %v, in parts %v, want %v", z, l, c, whole[c], cut[c], want)
					}
				}
			}
		}
	})
}

func TestConvGradChecks(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		for _, k := range []struct {
			want  string
			spoil func(*Conv)
		}{
			{"weights, needs", func(c *Conv) { c.Weights = c.Weights[1:] }},
			{"in and out exchanged", func(c *Conv) { c.Transposed = true }},
			{"strips [0, 2) of 1", func(c *Conv) { c.In.N, c.Out.N = 1, 1 }},
			{"panels [0, 2) of 1", func(c *Conv) { c.Out.C = 16 }},
		} {
			c, _ := convCase{n: 2, h: 5, w: 6, in: 4, out: 20, window: Square(3, 1, 1)}.make(newRand())
			k.spoil(&c)
			if got := panics(func() { s.ConvGrad(c, 0, 2, 0, 2) }); !strings.Contains(got, k.want) {
				t.Errorf("panic %q, want one with %q", got, k.want)
			}
		}
		if got := panics(func() { s.BiasGrad(nil, NHWC(make([]float32, 4), 1, 2, 2, 1, 0), 0, 1, 0, 1) }); !strings.Contains(got, "0 elements for 1 channels") {
			t.Errorf("panic %q", got)
		}
	})
}
