package kernel

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// resizeCase is an enlargement to be tried: the size of the input, and the factors.
type resizeCase struct {
	n, h, w, c, fh, fw int
	from, to           layout
	linear, adds, mask bool
}

var resizeCases = []resizeCase{
	{2, 3, 7, 16, 2, 2, blocked, blocked, false, false, false},
	{1, 4, 5, 21, 3, 2, nhwc, slice, false, true, true},
	{2, 3, 7, 16, 2, 2, blocked, blocked, true, false, true},
	{1, 4, 5, 21, 3, 2, nhwc, blocked, true, true, false},
	{1, 2, 6, 40, 4, 5, slice, nhwc, true, false, false},
	{1, 1, 1, 3, 2, 3, nhwc, nhwc, true, false, false},
	{1, 5, 4, 16, 1, 1, nhwc, nhwc, true, false, false},
}

func (k resizeCase) make(r *rand.Rand) Resize {
	z := Resize{
		In:     k.from.make(r, k.n, k.h, k.w, k.c, 1),
		Out:    k.to.make(r, k.n, k.h*k.fh, k.w*k.fw, k.c, 1),
		Linear: k.linear, Accumulate: k.adds,
	}
	if k.mask {
		z.Mask = layouts[r.IntN(len(layouts))].make(r, k.n, k.h, k.w, k.c, 0)
		z.Mask.spoil(r)
	}
	return z
}

// share returns how much of input i of n goes to output o of an axis enlarged by factor.
func (k resizeCase) share(o, i, factor, n int) float64 {
	if !k.linear {
		return when(o/factor == i)
	}
	at := (float64(o)+0.5)/float64(factor) - 0.5
	at = min(max(at, 0), float64(n-1))
	return max(0, 1-math.Abs(at-float64(i)))
}

func TestResize(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, k := range resizeCases {
			z := k.make(r)
			before := z.Out.clone()
			parts(r, z.Out.Rows(), Panels(k.c), func(i0, i1, j0, j1 int) { s.Resize(z, i0, i1, j0, j1) })
			z.Out.each(func(n, y, x, c int) {
				var want float64
				for iy := range k.h {
					for ix := range k.w {
						want += k.share(y, iy, k.fh, k.h) * k.share(x, ix, k.fw, k.w) * z.In.pixel(n, iy, ix, c)
					}
				}
				if got := z.Out.pixel(n, y, x, c); !(math.Abs(got-want) < 1e-6) {
					t.Fatalf("%+v: element (%d, %d, %d, %d) is %v, want %v", k, n, y, x, c, got, want)
				}
			})
			if i := outside(z.Out, before); i >= 0 {
				t.Fatalf("%+v: wrote to data[%d], which lies in no image", k, i)
			}
		}
	})
}

func TestResizeGrad(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, k := range resizeCases {
			z := k.make(r)
			before := z.In.clone()
			parts(r, z.In.Rows(), Panels(k.c), func(i0, i1, j0, j1 int) { s.ResizeGrad(z, i0, i1, j0, j1) })
			z.In.each(func(n, y, x, c int) {
				var want float64
				if k.adds {
					want = before.pixel(n, y, x, c)
				}
				for oy := range z.Out.H {
					for ox := range z.Out.W {
						want += k.share(oy, y, k.fh, k.h) * k.share(ox, x, k.fw, k.w) * z.Out.pixel(n, oy, ox, c)
					}
				}
				if k.mask && z.Mask.Data[z.Mask.at(n, y, x, c)] <= 0 {
					want = 0
				}
				if got := z.In.pixel(n, y, x, c); !(math.Abs(got-want) < 1e-5) {
					t.Fatalf("%+v: gradient (%d, %d, %d, %d) is %v, want %v", k, n, y, x, c, got, want)
				}
			})
			if i := outside(z.In, before); i >= 0 {
				t.Fatalf("%+v: wrote to data[%d], which lies in no image", k, i)
			}
		}
	})
}

// A NaN reaches the outputs that take some of it, and no other.
func TestResizeNonFinite(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		for _, k := range resizeCases {
			z := k.make(newRand())
			y, x := k.h/2, k.w/2
			z.In.Data[z.In.at(0, y, x, 2)] = float32(math.NaN())
			s.Resize(z, 0, z.Out.Rows(), 0, Panels(k.c))
			z.Out.each(func(n, oy, ox, c int) {
				v, share := z.Out.pixel(n, oy, ox, c), k.share(oy, y, k.fh, k.h)*k.share(ox, x, k.fw, k.w)
				if (v != v) != (n == 0 && c == 2 && share > 1e-9) {
					t.Fatalf("%+v: element (%d, %d, %d, %d) is %v", k, n, oy, ox, c, v)
				}
			})
		}
	})
}

func TestResizeChecks(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		for _, k := range []struct {
			want  string
			spoil func(z *Resize)
		}{
			{"resize: [2 3 7 16] to [2 5 14 16]", func(z *Resize) { z.Out.H-- }},
			{"resize: [1 3 7 16] to [2 6 14 16]", func(z *Resize) { z.In.N = 1 }},
			{"rows [0, 12) of 6", func(z *Resize) { z.In.N, z.Out.N = 1, 1 }},
			{"resize: out", func(z *Resize) { z.Out.Data = nil }},
		} {
			z := resizeCases[0].make(newRand())
			k.spoil(&z)
			if got := panics(func() { s.Resize(z, 0, 12, 0, 1) }); !strings.Contains(got, k.want) {
				t.Errorf("panic %q, want one with %q", got, k.want)
			}
		}
	})
}
