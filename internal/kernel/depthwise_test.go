package kernel

import (
	"math"
	"slices"
	"testing"
)

// depthwise returns the case as a depthwise convolution, and its weights in the order [KH][KW][C].
func (k convCase) depthwise() (c Conv, hwc []float32) {
	r := newRand()
	k.in = k.out
	c, _ = k.make(r)
	hwc = normals(r, k.window.size()*k.out)
	c.Weights = spoiled(PackedLen(k.window.size(), k.out))
	Reference().Pack(c.weightRows(), RowMajor(hwc, k.out), k.window.size(), k.out, 0, Panels(k.out))
	return c, hwc
}

// exactDepthwise returns an output element in float64 and the sum of the magnitudes of its terms.
func (c *Conv) exactDepthwise(hwc []float32, n, y, x, ch int) (v, size float64) {
	v = float64(c.start(n, y, x, ch))
	size = math.Abs(v)
	w := c.Window
	for ky := range w.H.Size {
		for kx := range w.W.Size {
			iy, ix := y*w.H.Stride-w.H.Pad+ky*w.H.Dilation, x*w.W.Stride-w.W.Pad+kx*w.W.Dilation
			if c.Transposed {
				iy, ix = y+w.H.Pad-ky*w.H.Dilation, x+w.W.Pad-kx*w.W.Dilation
				if iy%w.H.Stride != 0 || ix%w.W.Stride != 0 {
					continue
				}
				iy, ix = iy/w.H.Stride, ix/w.W.Stride
			}
			p := c.In.pixel(n, iy, ix, ch) * float64(hwc[(ky*w.W.Size+kx)*c.Out.C+ch])
			v += p
			size += math.Abs(p)
		}
	}
	return c.finished(v, n, y, x, ch), size
}

func TestDepthwise(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, k := range convCases {
			c, hwc := k.depthwise()
			before, cut := c, c
			before.Out, cut.Out = c.Out.clone(), c.Out.clone()
			s.Depthwise(c, 0, c.Out.Rows(), 0, Panels(c.Out.C))
			parts(r, c.Out.Rows(), Panels(c.Out.C), func(i0, i1, j0, j1 int) { s.Depthwise(cut, i0, i1, j0, j1) })
			c.Out.each(func(n, y, x, ch int) {
				want, size := before.exactDepthwise(hwc, n, y, x, ch)
				if got := c.Out.Data[c.Out.at(n, y, x, ch)]; !near(got, want, size, k.window.size()) {
					t.Fatalf("%s: element (%d, %d, %d, %d) is %v, want %v", k.name, n, y, x, ch, got, want)
				}
			})
			if i := outside(c.Out, before.Out); i >= 0 {
				t.Fatalf("%s: wrote to data[%d], which lies in no image", k.name, i)
			}
			if i := firstChange(c.Out.Data, cut.Out.Data, func(int) bool { return true }); i >= 0 {
				t.Fatalf("%s: data[%d] is %v in one call, %v in parts", k.name, i, c.Out.Data[i], cut.Out.Data[i])
			}
		}
	})
}

func TestDepthwiseGrad(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, k := range convCases {
			if k.transposed {
				continue
			}
			c, hwc := k.depthwise()
			cut := c
			cut.Weights = slices.Clone(c.Weights)
			s.DepthwiseGrad(c, 0, c.Out.Strips(), 0, Panels(c.Out.C))
			parts(r, c.Out.Strips(), Panels(c.Out.C), func(s0, s1, j0, j1 int) { s.DepthwiseGrad(cut, s0, s1, j0, j1) })
			for i, start := range hwc {
				tap, ch := i/k.out, i%k.out
				ky, kx := tap/c.Window.W.Size, tap%c.Window.W.Size
				want, size := float64(start), math.Abs(float64(start))
				for n := range c.Out.N {
					for y := range c.Out.H {
						for x := range c.Out.W {
							w := c.Window
							p := c.In.pixel(n, y*w.H.Stride-w.H.Pad+ky*w.H.Dilation, x*w.W.Stride-w.W.Pad+kx*w.W.Dilation, ch) * c.Out.pixel(n, y, x, ch)
							want += p
							size += math.Abs(p)
						}
					}
				}
				at := c.weightRows().at(tap, ch)
				if got := c.Weights[at]; !near(got, want, size, c.Out.N*c.Out.H*c.Out.W) || got != cut.Weights[at] {
					t.Fatalf("%s: gradient of tap %d, channel %d is %v, in parts %v, want %v", k.name, tap, ch, got, cut.Weights[at], want)
				}
			}
		}
	})
}
