package kernel

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// poolCase is a pooling to be tried: the size of the input, and the window.
type poolCase struct {
	name       string
	n, h, w, c int
	window     Window
	from, to   layout
	adds, mask bool
	outH, outW int // 0: as many as fit
}

var poolCases = []poolCase{
	{name: "2x2", n: 2, h: 6, w: 14, c: 16, window: Square(2, 2, 0), from: blocked, to: blocked, adds: true, mask: true},
	{name: "2x2, odd", n: 1, h: 5, w: 7, c: 20, window: Square(2, 2, 0), adds: true},
	{name: "3x3 stride 2", n: 1, h: 7, w: 9, c: 33, window: Square(3, 2, 1), from: blocked, to: nhwc, mask: true},
	{name: "3x3 stride 1", n: 1, h: 4, w: 5, c: 3, window: Square(3, 1, 1), to: slice},
	{name: "unequal", n: 2, h: 7, w: 8, c: 16, window: axes(Axis{3, 1, 2, 2}, Axis{2, 3, 1, 0}), from: slice, to: blocked, adds: true},
	{name: "global", n: 3, h: 7, w: 7, c: 40, window: axes(Axis{7, 1, 1, 0}, Axis{7, 1, 1, 0}), from: blocked},
	{name: "ceiling", n: 1, h: 5, w: 5, c: 8, window: Square(2, 2, 0), outH: 3, outW: 3},
	{name: "one pixel", n: 1, h: 1, w: 1, c: 1, window: Square(1, 1, 0)},
}

func (k poolCase) make(r *rand.Rand) PoolGrad {
	size := func(a Axis, n, out int) int {
		if out > 0 {
			return out
		}
		return (n+2*a.Pad-a.Dilation*(a.Size-1)-1)/a.Stride + 1
	}
	oh, ow := size(k.window.H, k.h, k.outH), size(k.window.W, k.w, k.outW)
	g := PoolGrad{Accumulate: k.adds}
	g.Window = k.window
	g.In, g.DIn = k.from.make(r, k.n, k.h, k.w, k.c, 1), k.to.make(r, k.n, k.h, k.w, k.c, 1)
	g.Out, g.DOut = k.to.make(r, k.n, oh, ow, k.c, 1), k.from.make(r, k.n, oh, ow, k.c, 0)
	g.In.each(func(n, y, x, c int) { // few values: windows have several maxima
		g.In.Data[g.In.at(n, y, x, c)] = float32(r.IntN(5) - 1)
	})
	if k.mask {
		g.Mask = g.In
	}
	return g
}

// window calls f for every input of a window that lies inside.
func (p *Pool) window(y, x int, f func(iy, ix int)) {
	for ky := range p.Window.H.Size {
		for kx := range p.Window.W.Size {
			iy := y*p.Window.H.Stride - p.Window.H.Pad + ky*p.Window.H.Dilation
			ix := x*p.Window.W.Stride - p.Window.W.Pad + kx*p.Window.W.Dilation
			if min(iy, ix) >= 0 && iy < p.In.H && ix < p.In.W {
				f(iy, ix)
			}
		}
	}
}

func TestPool(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, k := range poolCases {
			g := k.make(r)
			before := g.Out.clone()
			parts(r, g.Out.Rows(), Panels(k.c), func(i0, i1, j0, j1 int) { s.MaxPool(g.Pool, i0, i1, j0, j1) })
			maxima := g.Out.clone()
			parts(r, g.Out.Rows(), Panels(k.c), func(i0, i1, j0, j1 int) { s.AvgPool(g.Pool, i0, i1, j0, j1) })
			g.Out.each(func(n, y, x, c int) {
				most, sum, count := math.Inf(-1), 0., 0
				g.window(y, x, func(iy, ix int) {
					v := g.In.pixel(n, iy, ix, c)
					most, sum, count = max(most, v), sum+v, count+1
				})
				if got := maxima.pixel(n, y, x, c); got != most {
					t.Fatalf("%s: maximum (%d, %d, %d, %d) is %v, want %v", k.name, n, y, x, c, got, most)
				}
				if got, want := g.Out.pixel(n, y, x, c), sum/float64(count); math.Abs(got-want) > 1e-6 {
					t.Fatalf("%s: average (%d, %d, %d, %d) is %v, want %v", k.name, n, y, x, c, got, want)
				}
			})
			for _, out := range []Image{maxima, g.Out} {
				if i := outside(out, before); i >= 0 {
					t.Fatalf("%s: wrote to data[%d], which lies in no image", k.name, i)
				}
			}
		}
	})
}

func TestPoolGrad(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, k := range poolCases {
			for _, average := range []bool{false, true} {
				g := k.make(r)
				Reference().MaxPool(g.Pool, 0, g.Out.Rows(), 0, Panels(k.c))
				before := g.DIn.clone()
				want := make([]float64, len(g.DIn.Data))
				if k.adds {
					g.DIn.each(func(n, y, x, c int) { want[g.DIn.at(n, y, x, c)] = g.DIn.pixel(n, y, x, c) })
				}
				g.Out.each(func(n, y, x, c int) {
					count, winner := 0, -1
					g.window(y, x, func(iy, ix int) {
						count++
						if winner < 0 && g.In.pixel(n, iy, ix, c) == g.Out.pixel(n, y, x, c) {
							winner = g.DIn.at(n, iy, ix, c)
						}
					})
					if !average {
						want[winner] += g.DOut.pixel(n, y, x, c)
						return
					}
					g.window(y, x, func(iy, ix int) {
						want[g.DIn.at(n, iy, ix, c)] += g.DOut.pixel(n, y, x, c) / float64(count)
					})
				})
				run := s.MaxPoolGrad
				if average {
					run = s.AvgPoolGrad
				}
				parts(r, g.In.Rows(), Panels(k.c), func(i0, i1, j0, j1 int) { run(g, i0, i1, j0, j1) })
				g.DIn.each(func(n, y, x, c int) {
					w := want[g.DIn.at(n, y, x, c)]
					if k.mask && g.In.pixel(n, y, x, c) <= 0 {
						w = 0
					}
					if got := g.DIn.pixel(n, y, x, c); !(math.Abs(got-w) <= 1e-5) {
						t.Fatalf("%s, average %v: gradient (%d, %d, %d, %d) is %v, want %v", k.name, average, n, y, x, c, got, w)
					}
				})
				if i := outside(g.DIn, before); i >= 0 {
					t.Fatalf("%s: wrote to data[%d], which lies in no image", k.name, i)
				}
			}
		}
	})
}

// A NaN is the maximum of its windows, and the gradient reaches it.
func TestPoolNonFinite(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		for y := range 4 {
			for x := range 4 {
				g := poolCase{n: 1, h: 4, w: 4, c: 16, window: Square(2, 2, 0), from: blocked, to: blocked}.make(newRand())
				g.In.Data[g.In.at(0, y, x, 3)] = float32(math.NaN())
				s.MaxPool(g.Pool, 0, 2, 0, 1)
				g.Out.each(func(n, oy, ox, c int) {
					if v := g.Out.pixel(n, oy, ox, c); (v != v) != (oy == y/2 && ox == x/2 && c == 3) {
						t.Fatalf("maximum (%d, %d, %d) is %v with a NaN at (%d, %d, 3)", oy, ox, c, v, y, x)
					}
				})
				s.MaxPoolGrad(g, 0, 4, 0, 1)
				var sum float64
				for iy := y / 2 * 2; iy < y/2*2+2; iy++ {
					for ix := x / 2 * 2; ix < x/2*2+2; ix++ {
						sum += g.DIn.pixel(0, iy, ix, 3)
					}
				}
				if want := g.DOut.pixel(0, y/2, x/2, 3); sum != want {
					t.Fatalf("the window of a NaN at (%d, %d) gets the gradient %v, want %v", y, x, sum, want)
				}
				g.DOut.Data[g.DOut.at(0, 0, 0, 5)] = float32(math.NaN())
				s.MaxPoolGrad(g, 0, 4, 0, 1)
				if got := g.DIn.Data[g.DIn.at(0, 0, 0, 5)] + g.DIn.Data[g.DIn.at(0, 0, 1, 5)] + g.DIn.Data[g.DIn.at(0, 1, 0, 5)] + g.DIn.Data[g.DIn.at(0, 1, 1, 5)]; got == got {
					t.Fatal("a NaN gradient is lost")
				}
			}
		}
	})
}

func TestPoolChecks(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		for _, k := range []struct {
			want  string
			spoil func(g *PoolGrad)
		}{
			{"some of the outputs", func(g *PoolGrad) { g.Window.H.Pad = 5 }},
			{"max pool gradient: in [1 4 4 16], out [1 2 2 8]", func(g *PoolGrad) { g.Out.C, g.DOut.C = 8, 8 }},
			{"in [1 4 4 16] and its gradient [1 3 4 16]", func(g *PoolGrad) { g.DIn.H = 3 }},
			{"out [1 2 2 16] and its gradient", func(g *PoolGrad) { g.DOut.H = 1 }},
			{"in [1 4 4 16] and mask", func(g *PoolGrad) { g.Mask = g.In; g.Mask.C = 3 }},
			{"rows [0, 4) of 2", func(g *PoolGrad) { g.In.H, g.DIn.H, g.Out.H, g.DOut.H = 2, 2, 1, 1 }},
			{"in [1 4 4 16] with", func(g *PoolGrad) { g.In.Data = g.In.Data[1:] }},
		} {
			g := poolCase{n: 1, h: 4, w: 4, c: 16, window: Square(2, 2, 0)}.make(newRand())
			k.spoil(&g)
			if got := panics(func() { s.MaxPoolGrad(g, 0, 4, 0, 1) }); !strings.Contains(got, k.want) {
				t.Errorf("panic %q, want one with %q", got, k.want)
			}
		}
	})
}
