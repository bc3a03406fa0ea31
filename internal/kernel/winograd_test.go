package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// winogradCases have every size modulo 4, several blocks, and every flag.
var winogradCases = []convCase{
	{name: "one tile", n: 1, h: 4, w: 4, in: 16, out: 16, window: Square(3, 1, 1), from: blocked, to: blocked, bias: true},
	{name: "whole tiles", n: 1, h: 8, w: 16, in: 32, out: 16, window: Square(3, 1, 1), from: blocked, to: blocked, bias: true, relu: true},
	{name: "odd sizes", n: 2, h: 7, w: 9, in: 16, out: 32, window: Square(3, 1, 1), from: blocked, to: blocked, bias: true, mask: true},
	{name: "several blocks", n: 3, h: 13, w: 18, in: 16, out: 16, window: Square(3, 1, 1), relu: true, from: nhwc, to: nhwc},
	{name: "accumulated", n: 1, h: 6, w: 11, in: 48, out: 32, window: Square(3, 1, 1), from: blocked, to: slice, adds: true, relu: true},
	{name: "valid", n: 1, h: 5, w: 6, in: 16, out: 16, window: Square(3, 1, 0), from: slice, to: blocked, mask: true},
	{name: "full", n: 1, h: 9, w: 5, in: 16, out: 16, window: Square(3, 1, 2), from: blocked, to: blocked},
	{name: "many panels", n: 1, h: 5, w: 6, in: 16, out: 80, window: Square(3, 1, 1), from: blocked, to: blocked, bias: true},
	{name: "tiny", n: 5, h: 1, w: 2, in: 16, out: 48, window: Square(3, 1, 1), from: blocked, to: blocked, bias: true},
}

// winograd returns the case in Winograd's form, with scratch memory.
func (k convCase) winograd(r *rand.Rand, s *Set, m int) (w Winograd, ohwi, scratch []float32) {
	c, ohwi := k.make(r)
	w = Winograd{Conv: c, M: m}
	w.Weights = make([]float32, WinogradLen(m, k.in, k.out))
	for j := range Panels(k.out) {
		s.WinogradWeights(w.Weights, c.Weights, m, k.in, k.out, j, j+1)
	}
	return w, ohwi, make([]float32, w.ScratchLen())
}

// winogradBound is the largest error over the root mean square of the result, for tiles of 2 and of 4.
var winogradBound = map[int]float64{2: 1e-5, 4: 2e-4}

func rms(a []float64) float64 {
	var sum float64
	for _, x := range a {
		sum += x * x
	}
	return math.Sqrt(sum / float64(len(a)))
}

func TestWinograd(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, m := range []int{2, 4} {
			for _, k := range winogradCases {
				w, ohwi, scratch := k.winograd(r, s, m)
				before, cut := w, w
				before.Out, cut.Out = w.Out.clone(), w.Out.clone()
				s.Winograd(w, 0, w.Blocks(), 0, Panels(w.Out.C), scratch)
				parts(r, w.Blocks(), Panels(k.out), func(b0, b1, j0, j1 int) {
					copy(scratch, spoiled(len(scratch)))
					s.Winograd(cut, b0, b1, j0, j1, scratch)
				})
				linear := before.Conv
				linear.Relu, linear.Mask = false, Image{}
				var all []float64
				w.Out.each(func(n, y, x, o int) {
					want, _ := linear.exact(ohwi, n, y, x, o)
					all = append(all, want)
				})
				bound := winogradBound[m] * rms(all)
				w.Out.each(func(n, y, x, o int) {
					want := before.finished(all[0], n, y, x, o)
					all = all[1:]
					if got := w.Out.pixel(n, y, x, o); !(math.Abs(got-want) <= bound) {
						t.Fatalf("F(%d), %s: element (%d, %d, %d, %d) is %v, want %v", m, k.name, n, y, x, o, got, want)
					}
				})
				if i := outside(w.Out, before.Out); i >= 0 {
					t.Fatalf("F(%d), %s: wrote to data[%d], which lies in no image", m, k.name, i)
				}
				if i := firstChange(w.Out.Data, cut.Out.Data, func(int) bool { return true }); i >= 0 {
					t.Fatalf("F(%d), %s: data[%d] is %v in one call, %v in parts", m, k.name, i, w.Out.Data[i], cut.Out.Data[i])
				}
			}
		}
	})
}

// Beyond the halo is what the halo holds: zeros. So images without one give the same bits.
func TestWinogradHalo(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, m := range []int{2, 4} {
			for _, k := range winogradCases {
				w, _, scratch := k.winograd(r, s, m)
				bare := w
				bare.In = NHWC(make([]float32, NHWCLen(w.In.N, w.In.H, w.In.W, k.in, 0)), w.In.N, w.In.H, w.In.W, k.in, 0)
				s.CopyImage(bare.In, w.In, 0, w.In.Rows(), 0, Panels(k.in))
				var outs, gradients [2][]float32
				for i, w := range []Winograd{w, bare} {
					w.Out = w.Out.clone()
					s.Winograd(w, 0, w.Blocks(), 0, Panels(k.out), scratch)
					outs[i] = w.Out.Data
					w.Weights, w.Bias = make([]float32, len(w.Weights)), nil
					s.WinogradGrad(w, 0, w.Blocks(), 0, Panels(k.out), scratch)
					gradients[i] = w.Weights
				}
				for what, bits := range map[string][2][]float32{"result": outs, "gradient": gradients} {
					if i := firstChange(bits[0], bits[1], func(int) bool { return true }); i >= 0 {
						t.Errorf("F(%d), %s: %s %d is %v with a halo, %v without", m, k.name, what, i, bits[0][i], bits[1][i])
					}
				}
			}
		}
	})
}

func TestWinogradGrad(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, m := range []int{2, 4} {
			for _, k := range winogradCases {
				w, _, scratch := k.winograd(r, s, m)
				clear(w.Weights)
				w.Bias = normals(r, k.out)
				start := slices.Clone(w.Bias)
				cut := w
				cut.Weights, cut.Bias = slices.Clone(w.Weights), slices.Clone(w.Bias)
				s.WinogradGrad(w, 0, w.Blocks(), 0, Panels(k.out), scratch)
				parts(r, w.Blocks(), Panels(k.out), func(b0, b1, j0, j1 int) {
					copy(scratch, spoiled(len(scratch)))
					s.WinogradGrad(cut, b0, b1, j0, j1, scratch)
				})
				if i := firstChange(append(w.Weights, w.Bias...), append(cut.Weights, cut.Bias...), func(int) bool { return true }); i >= 0 {
					t.Fatalf("F(%d), %s: gradient %d differs in parts", m, k.name, i)
				}
				packed := make([]float32, WeightsLen(w.Window, k.in, k.out))
				for j := range Panels(k.out) {
					s.WinogradFold(packed, w.Weights, m, k.in, k.out, j, j+1)
				}
				got := make([]float32, 9*k.in*k.out)
				UnpackWeights(got, packed, OHWI(w.Window, k.in, k.out), w.Window, k.in, k.out)
				var all []float64
				for i := range got {
					v, _ := w.exactGrad(i/k.in/3%3, i/k.in%3, i%k.in, i/k.in/9)
					all = append(all, v)
				}
				bound := winogradBound[m] * rms(all)
				for i, want := range all {
					if !(math.Abs(float64(got[i])-want) <= bound) {
						t.Fatalf("F(%d), %s: gradient %d is %v, want %v", m, k.name, i, got[i], want)
					}
				}
				for o := range k.out {
					want, size := float64(start[o]), 10.
					for n := range w.Out.N {
						for y := range w.Out.H {
							for x := range w.Out.W {
								want += w.Out.pixel(n, y, x, o)
								size += math.Abs(w.Out.pixel(n, y, x, o))
							}
						}
					}
					if !near(w.Bias[o], want, size, 100) {
						t.Fatalf("F(%d), %s: bias gradient %d is %v, want %v", m, k.name, o, w.Bias[o], want)
					}
				}
			}
		}
	})
}

// With stride 1 a data gradient is a convolution with transposed weights, which Winograd's form can compute too.
func TestWinogradDataGradient(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, m := range []int{2, 4} {
			for pad := range 3 {
				c, ohwi := convCase{n: 1, h: 7, w: 10, in: 32, out: 16, window: Square(3, 1, pad), transposed: true, from: blocked, to: blocked}.make(r)
				w := Winograd{Conv: c, M: m}
				w.Transposed, w.Window = false, Square(3, 1, 2-pad)
				w.Weights = make([]float32, WinogradLen(m, 32, 16))
				s.WinogradWeights(w.Weights, c.Weights, m, 32, 16, 0, 1)
				s.Winograd(w, 0, w.Blocks(), 0, Panels(w.Out.C), make([]float32, w.ScratchLen()))
				w.Out.each(func(n, y, x, o int) {
					want, size := c.exact(ohwi, n, y, x, o)
					if got := w.Out.pixel(n, y, x, o); !(math.Abs(got-want) <= size*winogradBound[m]) {
						t.Fatalf("F(%d), pad %d: element (%d, %d, %d) is %v, want %v", m, pad, y, x, o, got, want)
					}
				})
			}
		}
	})
}

// The errors against float64 that the documentation promises: relative to the root mean square of the result.
func TestWinogradAccuracy(t *testing.T) {
	s := Default()
	r := newRand()
	for _, in := range []int{16, 256} {
		k := convCase{n: 1, h: 12, w: 12, in: in, out: 16, window: Square(3, 1, 1), from: blocked, to: blocked}
		c, ohwi := k.make(r)
		s.Conv(c, 0, c.Out.Rows(), 0, 1)
		var exact []float64
		c.Out.each(func(n, y, x, o int) {
			v, _ := c.exact(ohwi, n, y, x, o)
			exact = append(exact, v)
		})
		largest := func(out Image) (worst float64) {
			i := 0
			out.each(func(n, y, x, o int) {
				worst = max(worst, math.Abs(out.pixel(n, y, x, o)-exact[i]))
				i++
			})
			return worst / rms(exact)
		}
		if e := largest(c.Out); e > 1e-5 {
			t.Errorf("%d channels, definition: error %.2g", in, e)
		}
		for _, m := range []int{2, 4} {
			w := Winograd{Conv: c, M: m}
			w.Weights = make([]float32, WinogradLen(m, in, 16))
			s.WinogradWeights(w.Weights, c.Weights, m, in, 16, 0, 1)
			s.Winograd(w, 0, w.Blocks(), 0, Panels(w.Out.C), make([]float32, w.ScratchLen()))
			if e := largest(w.Out); e > winogradBound[m] {
				t.Errorf("%d channels, F(%d): error %.2g", in, m, e)
			}
		}
	}
}

// One NaN spreads over the tiles whose patches hold it, and is never lost.
func TestWinogradNonFinite(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, m := range []int{2, 4} {
			k := convCase{n: 1, h: 9, w: 10, in: 16, out: 16, window: Square(3, 1, 1), from: blocked, to: blocked, relu: true}
			w, ohwi, scratch := k.winograd(r, s, m)
			w.In.Data[w.In.at(0, 6, 3, 9)] = float32(math.NaN())
			s.Winograd(w, 0, w.Blocks(), 0, Panels(w.Out.C), scratch)
			w.Out.each(func(n, y, x, o int) {
				want, _ := w.exact(ohwi, n, y, x, o)
				got := w.Out.pixel(n, y, x, o)
				near := y/m*m <= 7 && y/m*m+m >= 6 && x/m*m <= 4 && x/m*m+m >= 3 // of the patch to the NaN
				if want != want && got == got || !near && got != got {
					t.Fatalf("F(%d): element (%d, %d, %d) is %v, want %v", m, y, x, o, got, want)
				}
			})
		}
	})
}

func TestWinogradChecks(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		for _, k := range []struct {
			want  string
			spoil func(w *Winograd, scratch *[]float32)
		}{
			{"tiles of 3", func(w *Winograd, _ *[]float32) { w.M = 3 }},
			{"is not 3x3", func(w *Winograd, _ *[]float32) { w.Window.W.Size = 2 }},
			{"is not 3x3", func(w *Winograd, _ *[]float32) { w.Window.H.Stride = 2 }},
			{"8 channels in", func(w *Winograd, _ *[]float32) { w.In.C = 8 }},
			{"weights, needs", func(w *Winograd, _ *[]float32) { w.Weights = w.Weights[1:] }},
			{"scratch has", func(_ *Winograd, scratch *[]float32) { *scratch = (*scratch)[1:] }},
			{"blocks [0, 2) of 1", func(w *Winograd, _ *[]float32) { w.In.N, w.Out.N = 1, 1 }},
			{"needs elements", func(w *Winograd, _ *[]float32) { w.In.Halo = 9 }},
		} {
			c := convCase{n: 3, h: 12, w: 12, in: 16, out: 16, window: Square(3, 1, 1)}
			w, _, scratch := c.winograd(newRand(), s, 4)
			k.spoil(&w, &scratch)
			for _, f := range []func(){
				func() { s.Winograd(w, 0, 2, 0, 1, scratch) },
				func() { s.WinogradGrad(w, 0, 2, 0, 1, scratch) },
			} {
				if got := panics(f); !strings.Contains(got, k.want) {
					t.Errorf("panic %q, want one with %q", got, k.want)
				}
			}
		}
	})
}
