package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// layout is a way to keep images in memory.
type layout int

const (
	nhwc layout = iota
	blocked
	slice // channels in the middle of a wider NHWC image
)

var layouts = []layout{nhwc, blocked, slice}

// make returns images of normal numbers. Their halo is zero, and NaN is all that kernels must neither read nor write.
func (l layout) make(r *rand.Rand, n, h, w, c, halo int) Image {
	nan := float32(math.NaN())
	var m Image
	switch l {
	case nhwc:
		m = NHWC(make([]float32, NHWCLen(n, h, w, c, halo)), n, h, w, c, halo)
	case blocked:
		m = Blocked(make([]float32, BlockedLen(n, h, w, c, halo)), n, h, w, c, halo)
	case slice:
		m = NHWC(make([]float32, NHWCLen(n, h, w, c+12, halo)), n, h, w, c+12, halo).Channels(5, 5+c)
	}
	for i := range m.Data {
		m.Data[i] = nan
	}
	for n := range n {
		for y := -halo; y < h+halo; y++ {
			for x := -halo; x < w+halo; x++ {
				for c := range c {
					v := float32(0)
					if min(y, x) >= 0 && y < h && x < w {
						v = float32(r.NormFloat64())
					}
					m.Data[m.at(n, y, x, c)] = v
				}
			}
		}
	}
	return m
}

// clone returns a copy with data of its own.
func (m Image) clone() Image {
	m.Data = slices.Clone(m.Data)
	return m
}

// pixel returns an element in float64, zero outside of the image.
func (m *Image) pixel(n, y, x, c int) float64 {
	if min(y, x) < 0 || y >= m.H || x >= m.W {
		return 0
	}
	return float64(m.Data[m.at(n, y, x, c)])
}

// each calls f for every element.
func (m *Image) each(f func(n, y, x, c int)) {
	for n := range m.N {
		for y := range m.H {
			for x := range m.W {
				for c := range m.C {
					f(n, y, x, c)
				}
			}
		}
	}
}

// outside returns the index of an element that changed although it lies in no image, or -1.
func outside(after, before Image) int {
	inside := make([]bool, len(after.Data))
	after.each(func(n, y, x, c int) { inside[after.at(n, y, x, c)] = true })
	return firstChange(after.Data, before.Data, func(i int) bool { return !inside[i] })
}

// firstChange returns the first index that counts at which two slices differ, or -1.
func firstChange(a, b []float32, counts func(i int) bool) int {
	for i := range a {
		if counts(i) && !sameBits(a[i], b[i]) {
			return i
		}
	}
	return -1
}

// parts calls f for random rectangles that cover rows x blocks.
func parts(r *rand.Rand, rows, blocks int, f func(i0, i1, j0, j1 int)) {
	for i := 0; i < rows; {
		h := 1 + r.IntN(rows-i)
		for j := 0; j < blocks; {
			w := 1 + r.IntN(blocks-j)
			f(i, i+h, j, j+w)
			j += w
		}
		i += h
	}
}

// spoil fills the images with values that matter to masks: zeros of both signs, NaN and others.
func (m *Image) spoil(r *rand.Rand) {
	m.each(func(n, y, x, c int) { m.Data[m.at(n, y, x, c)] = special[r.IntN(len(special))] })
}

func TestCopyImage(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, c := range []int{1, 3, 8, 16, 19, 32, 37} {
			for _, from := range layouts {
				for _, to := range layouts {
					for halo := range 3 {
						src := from.make(r, 2, 3, 5, c, halo)
						dst := to.make(r, 2, 3, 5, c, 2-halo)
						before := dst.clone()
						parts(r, dst.Rows(), Panels(c), func(i0, i1, j0, j1 int) { s.CopyImage(dst, src, i0, i1, j0, j1) })
						dst.each(func(n, y, x, c int) {
							if got, want := dst.Data[dst.at(n, y, x, c)], src.Data[src.at(n, y, x, c)]; got != want {
								t.Fatalf("%d channels, %v to %v: element (%d, %d, %d, %d) is %v, want %v", c, from, to, n, y, x, c, got, want)
							}
						})
						if i := outside(dst, before); i >= 0 {
							t.Fatalf("%d channels, %v to %v: wrote to data[%d], which lies in no image", c, from, to, i)
						}
					}
				}
			}
		}
	})
}

func TestZeroHalo(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, l := range layouts {
			for _, c := range []int{1, 16, 21} {
				for halo := range 3 {
					m := l.make(r, 2, 3, 4, c, halo)
					want := m.clone()
					for n := range m.N {
						for y := -halo; y < m.H+halo; y++ {
							for x := -halo; x < m.W+halo; x++ {
								for c := range c {
									if min(y, x) < 0 || y >= m.H || x >= m.W {
										m.Data[m.at(n, y, x, c)] = 7
									}
								}
							}
						}
					}
					parts(r, m.Rows(), Panels(c), func(i0, i1, j0, j1 int) { s.ZeroHalo(m, i0, i1, j0, j1) })
					if i := firstChange(m.Data, want.Data, func(int) bool { return true }); i >= 0 {
						t.Fatalf("%v, %d channels, halo %d: data[%d] is %v, want %v", l, c, halo, i, m.Data[i], want.Data[i])
					}
				}
			}
		}
	})
}

func TestImageChecks(t *testing.T) {
	m := NHWC(make([]float32, NHWCLen(2, 3, 4, 5, 1)), 2, 3, 4, 5, 1)
	for _, c := range []struct {
		want string
		f    func()
	}{
		{"needs elements", func() { m := m; m.Data = m.Data[1:]; m.holds("x", "y") }},
		{"needs elements", func() { m := m; m.Halo = 2; m.holds("x", "y") }},
		{"negative size", func() { m := m; m.W = -1; m.holds("x", "y") }},
		{"channels [0, 6) of 5", func() { m.Channels(0, 6) }},
		{"images [1, 3) of 2", func() { m.Images(1, 3) }},
		{"blocks 192 apart", func() { Blocked(nil, 1, 2, 1, 20, 1).Channels(3, 5) }},
		{"rows [0, 7) of 6", func() { Reference().ZeroHalo(m, 0, 7, 0, 1) }},
	} {
		if got := panics(c.f); !strings.Contains(got, c.want) {
			t.Errorf("panic %q, want one with %q", got, c.want)
		}
	}
	if got := panics(func() { m.holds("x", "y") }); got != "" {
		t.Error(got)
	}
}
