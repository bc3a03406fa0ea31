package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// convCase is a convolution to be tried.
type convCase struct {
	name                   string
	n, h, w, in, out       int // images and channels; h and w are the sizes of the smaller image
	window                 Window
	transposed             bool
	from, to               layout
	extra                  int // rows and columns that the larger image has beyond what the window needs
	bias, mask, relu, adds bool
}

func axes(h, w Axis) Window { return Window{H: h, W: w} }

var convCases = []convCase{
	{name: "3x3", n: 2, h: 5, w: 13, in: 16, out: 16, window: Square(3, 1, 1), bias: true, relu: true},
	{name: "3x3 blocked", n: 1, h: 6, w: 14, in: 32, out: 48, window: Square(3, 1, 1), from: blocked, to: blocked, bias: true},
	{name: "many terms", n: 1, h: 3, w: 7, in: 80, out: 32, window: Square(3, 1, 1), from: blocked, to: nhwc, bias: true, relu: true, mask: true},
	{name: "many terms, accumulated", n: 1, h: 3, w: 9, in: 70, out: 20, window: Square(3, 1, 1), adds: true, relu: true},
	{name: "7 pixels", n: 3, h: 7, w: 7, in: 16, out: 32, window: Square(3, 1, 1), from: blocked, to: blocked, mask: true},
	{name: "valid", n: 1, h: 4, w: 6, in: 5, out: 9, window: Square(3, 1, 0), bias: true},
	{name: "1x1", n: 2, h: 3, w: 11, in: 40, out: 24, window: Square(1, 1, 0), from: blocked, to: slice, adds: true},
	{name: "1x1 slice", n: 1, h: 2, w: 5, in: 21, out: 8, window: Square(1, 1, 0), from: slice, to: nhwc, relu: true},
	{name: "5x5", n: 1, h: 6, w: 10, in: 3, out: 17, window: Square(5, 1, 2), bias: true},
	{name: "1x7", n: 1, h: 4, w: 9, in: 16, out: 16, window: axes(Axis{1, 1, 1, 0}, Axis{7, 1, 1, 3}), to: blocked},
	{name: "one channel", n: 2, h: 8, w: 19, in: 1, out: 16, window: Square(3, 1, 1), bias: true, relu: true, to: blocked},
	{name: "three channels", n: 1, h: 5, w: 12, in: 3, out: 32, window: Square(3, 2, 1), bias: true, to: blocked},
	{name: "stride 2", n: 2, h: 4, w: 7, in: 16, out: 20, window: Square(3, 2, 1), bias: true, extra: 1},
	{name: "stride 2 blocked", n: 1, h: 3, w: 5, in: 33, out: 16, window: Square(4, 2, 1), from: blocked, to: blocked},
	{name: "stride 3", n: 1, h: 3, w: 4, in: 6, out: 4, window: Square(2, 3, 0), extra: 2},
	{name: "unequal", n: 1, h: 4, w: 5, in: 7, out: 18, window: axes(Axis{2, 2, 1, 1}, Axis{4, 3, 2, 2}), bias: true},
	{name: "dilation", n: 1, h: 5, w: 8, in: 16, out: 16, window: axes(Axis{3, 1, 2, 2}, Axis{3, 1, 3, 3}), from: blocked, relu: true},
	{name: "dilation and stride", n: 1, h: 4, w: 4, in: 18, out: 10, window: axes(Axis{3, 2, 3, 2}, Axis{3, 2, 2, 2})},
	{name: "one output", n: 2, h: 7, w: 20, in: 32, out: 1, window: Square(3, 1, 1), from: blocked, bias: true},
	{name: "one output, relu", n: 1, h: 4, w: 9, in: 9, out: 1, window: Square(3, 1, 1), relu: true, mask: true},
	{name: "one output, accumulated", n: 1, h: 3, w: 70, in: 16, out: 1, window: Square(3, 1, 1), adds: true},
	{name: "one of each", n: 1, h: 4, w: 5, in: 1, out: 1, window: Square(3, 1, 1)},
	{name: "wide", n: 1, h: 2, w: 300, in: 4, out: 5, window: Square(3, 1, 1), bias: true},
	{name: "several strips", n: 2, h: 40, w: 9, in: 3, out: 5, window: Square(3, 1, 1), bias: true},
	{name: "many taps", n: 1, h: 2, w: 3, in: 17, out: 3, window: Square(11, 1, 5)},
	{name: "data gradient", n: 1, h: 6, w: 9, in: 16, out: 32, window: Square(3, 1, 1), transposed: true, from: blocked, to: blocked, mask: true},
	{name: "data gradient, valid", n: 1, h: 3, w: 4, in: 5, out: 20, window: Square(3, 1, 0), transposed: true},
	{name: "transposed", n: 2, h: 4, w: 7, in: 16, out: 20, window: Square(3, 2, 1), transposed: true, bias: true, relu: true},
	{name: "transposed, even", n: 1, h: 3, w: 7, in: 24, out: 16, window: Square(3, 2, 1), transposed: true, extra: 1, from: blocked, to: blocked, adds: true},
	{name: "transposed 2x2", n: 1, h: 3, w: 6, in: 32, out: 16, window: Square(2, 2, 0), transposed: true, from: blocked, to: blocked, bias: true},
	{name: "transposed 4x4", n: 1, h: 4, w: 5, in: 3, out: 7, window: Square(4, 2, 1), transposed: true, mask: true},
	{name: "transposed, holes", n: 1, h: 3, w: 4, in: 6, out: 4, window: Square(2, 3, 0), transposed: true, bias: true, extra: 2},
	{name: "transposed, stride 3", n: 1, h: 3, w: 4, in: 17, out: 5, window: axes(Axis{5, 3, 1, 2}, Axis{2, 2, 1, 0}), transposed: true},
	{name: "transposed, dilated", n: 1, h: 4, w: 4, in: 6, out: 18, window: axes(Axis{3, 2, 3, 2}, Axis{3, 2, 2, 2}), transposed: true, bias: true},
	{name: "transposed, one output", n: 1, h: 3, w: 8, in: 16, out: 1, window: Square(3, 1, 1), transposed: true, bias: true},
	{name: "transposed, one input", n: 1, h: 3, w: 8, in: 1, out: 16, window: Square(3, 1, 1), transposed: true},
}

// larger returns the size of the larger image along an axis.
func (a Axis) larger(n, extra int) int {
	return (n-1)*a.Stride + (a.Size-1)*a.Dilation + 1 - 2*a.Pad + extra
}

// make returns the convolution with random operands, and its weights in the order OHWI of the convolution (not of the
// transposed one).
func (k convCase) make(r *rand.Rand) (c Conv, ohwi []float32) {
	h, w := k.window.H.larger(k.h, k.extra), k.window.W.larger(k.w, k.extra)
	c = Conv{Window: k.window, Transposed: k.transposed, Relu: k.relu, Accumulate: k.adds}
	inH, inW, outH, outW := h, w, k.h, k.w
	convIn, convOut := k.in, k.out
	if k.transposed {
		inH, inW, outH, outW = k.h, k.w, h, w
		convIn, convOut = k.out, k.in
	}
	c.Out = k.to.make(r, k.n, outH, outW, k.out, 1)
	c.In = k.from.make(r, k.n, inH, inW, k.in, 0)
	c.In = k.from.make(r, k.n, inH, inW, k.in, c.Reach())
	ohwi = normals(r, k.window.size()*convIn*convOut)
	c.Weights = spoiled(WeightsLen(k.window, convIn, convOut))
	PackWeights(c.Weights, ohwi, OHWI(k.window, convIn, convOut), k.window, convIn, convOut)
	if k.transposed {
		packed := c.Weights
		c.Weights = spoiled(TransposedLen(k.window, convIn, convOut))
		Reference().TransposeWeights(c.Weights, packed, k.window, convIn, convOut, 0, Panels(convIn))
	}
	if k.bias {
		c.Bias = normals(r, k.out)
	}
	if k.mask {
		c.Mask = layouts[r.IntN(len(layouts))].make(r, k.n, outH, outW, k.out, 0)
		c.Mask.spoil(r)
	}
	return c, ohwi
}

// spoiled returns n times NaN.
func spoiled(n int) []float32 {
	a := make([]float32, n)
	for i := range a {
		a[i] = float32(math.NaN())
	}
	return a
}

// exact returns an output element in float64 and the sum of the magnitudes of its terms.
func (c *Conv) exact(ohwi []float32, n, y, x, o int) (v, size float64) {
	v = float64(c.start(n, y, x, o))
	size = math.Abs(v)
	w := c.Window
	for ky := range w.H.Size {
		for kx := range w.W.Size {
			for i := range c.In.C {
				var a, b float64
				if !c.Transposed {
					a = c.In.pixel(n, y*w.H.Stride-w.H.Pad+ky*w.H.Dilation, x*w.W.Stride-w.W.Pad+kx*w.W.Dilation, i)
					b = float64(ohwi[((o*w.H.Size+ky)*w.W.Size+kx)*c.In.C+i])
				} else {
					iy, ix := y+w.H.Pad-ky*w.H.Dilation, x+w.W.Pad-kx*w.W.Dilation
					if iy%w.H.Stride != 0 || ix%w.W.Stride != 0 {
						continue
					}
					a = c.In.pixel(n, iy/w.H.Stride, ix/w.W.Stride, i)
					b = float64(ohwi[((i*w.H.Size+ky)*w.W.Size+kx)*c.Out.C+o])
				}
				v += a * b
				size += math.Abs(a * b)
			}
		}
	}
	return c.finished(v, n, y, x, o), size
}

// finished applies relu and mask.
func (c *Conv) finished(v float64, n, y, x, o int) float64 {
	if c.Relu {
		v = max(v, 0)
	}
	if c.Mask.Data != nil && c.Mask.Data[c.Mask.at(n, y, x, o)] <= 0 {
		v = 0
	}
	return v
}

// terms is a bound on the number of additions of an element.
func (c *Conv) terms() float64 { return float64(c.Window.size()*c.In.C + 4) }

func TestConv(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, k := range convCases {
			c, ohwi := k.make(r)
			before := c
			before.Out = c.Out.clone()
			s.Conv(c, 0, c.Out.Rows(), 0, Panels(c.Out.C))
			c.Out.each(func(n, y, x, o int) {
				want, size := before.exact(ohwi, n, y, x, o)
				if got := c.Out.pixel(n, y, x, o); !(math.Abs(got-want) <= size*c.terms()/(1<<24)) {
					t.Fatalf("%s: element (%d, %d, %d, %d) is %v, want %v", k.name, n, y, x, o, got, want)
				}
			})
			if i := outside(c.Out, before.Out); i >= 0 {
				t.Fatalf("%s: wrote to data[%d], which lies in no image", k.name, i)
			}
		}
	})
}

// Whatever parts a convolution is computed in, its bits are the same.
func TestConvParts(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, k := range convCases {
			whole, _ := k.make(r)
			cut := whole
			cut.Out = whole.Out.clone()
			s.Conv(whole, 0, whole.Out.Rows(), 0, Panels(whole.Out.C))
			parts(r, cut.Out.Rows(), Panels(cut.Out.C), func(i0, i1, j0, j1 int) { s.Conv(cut, i0, i1, j0, j1) })
			if i := firstChange(whole.Out.Data, cut.Out.Data, func(int) bool { return true }); i >= 0 {
				t.Fatalf("%s: data[%d] is %v in one call, %v in parts", k.name, i, whole.Out.Data[i], cut.Out.Data[i])
			}
		}
	})
}

// A NaN in the input reaches the outputs whose windows hold it, and no other.
func TestConvNonFinite(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, k := range convCases {
			k.mask, k.relu = false, true
			c, ohwi := k.make(r)
			n, y, x, i := r.IntN(c.In.N), r.IntN(c.In.H), r.IntN(c.In.W), r.IntN(c.In.C)
			c.In.Data[c.In.at(n, y, x, i)] = float32(math.NaN())
			before := c
			before.Out = c.Out.clone()
			s.Conv(c, 0, c.Out.Rows(), 0, Panels(c.Out.C))
			c.Out.each(func(n, y, x, o int) {
				want, _ := before.exact(ohwi, n, y, x, o)
				if got := c.Out.pixel(n, y, x, o); (got != got) != (want != want) {
					t.Fatalf("%s: element (%d, %d, %d, %d) is %v, want %v", k.name, n, y, x, o, got, want)
				}
			})
		}
	})
}

// The groups of a grouped convolution are convolutions of some channels each.
func TestConvGroups(t *testing.T) {
	const in, out, groups = 48, 18, 3
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, from := range []layout{nhwc, blocked} {
			x, y := from.make(r, 1, 5, 6, in, 1), nhwc.make(r, 1, 5, 6, out, 0)
			for g := range groups {
				k := convCase{n: 1, h: 5, w: 6, in: in / groups, out: out / groups, window: Square(3, 1, 1)}
				c, ohwi := k.make(r)
				c.In, c.Out = x.Channels(g*k.in, (g+1)*k.in), y.Channels(g*k.out, (g+1)*k.out)
				s.Conv(c, 0, c.Out.Rows(), 0, Panels(k.out))
				c.Out.each(func(n, i, j, o int) {
					want, size := c.exact(ohwi, n, i, j, o)
					if got := y.Data[y.at(n, i, j, g*k.out+o)]; !near(got, want, size, 9*k.in) {
						t.Fatalf("group %d: element (%d, %d, %d) is %v, want %v", g, i, j, o, got, want)
					}
				})
			}
		}
	})
}

func TestConvChecks(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		for _, k := range []struct {
			name, want string
			spoil      func(*Conv)
		}{
			{"short weights", "weights, needs", func(c *Conv) { c.Weights = c.Weights[1:] }},
			{"narrow halo", "reaches 1 pixels over the edge", func(c *Conv) { c.In.Halo = 0 }},
			{"bottom edge", "reaches 2 pixels over the edge", func(c *Conv) { c.Out.H++; c.Out.N, c.In.N = 1, 1 }},
			{"no stride", "at least 1", func(c *Conv) { c.Window.H.Stride = 0 }},
			{"images", "2 images in, 1 out", func(c *Conv) { c.Out.N = 1 }},
			{"short bias", "bias has 3 elements", func(c *Conv) { c.Bias = c.Bias[:3] }},
			{"bias and accumulate", "bias together with accumulate", func(c *Conv) { c.Accumulate = true }},
			{"mask", "out [2 5 6 20] and mask", func(c *Conv) { c.Mask.W-- }},
			{"rows", "rows [0, 10) of 5", func(c *Conv) { c.Out.N, c.In.N, c.Mask.N = 1, 1, 1 }},
			{"panels", "panels [0, 2) of 1", func(c *Conv) { c.Out.C, c.Mask.C = 16, 16 }},
			{"short in", "conv: in", func(c *Conv) { c.In.Data = c.In.Data[:20] }},
			{"short out", "conv: out", func(c *Conv) { c.Out.Data = c.Out.Data[:20] }},
		} {
			c, _ := convCase{n: 2, h: 5, w: 6, in: 4, out: 20, window: Square(3, 1, 1), bias: true, mask: true}.make(newRand())
			k.spoil(&c)
			if got := panics(func() { s.Conv(c, 0, 10, 0, 2) }); !strings.Contains(got, k.want) {
				t.Errorf("%s: panic %q, want one with %q", k.name, got, k.want)
			}
		}
	})
}

func TestWeightOrders(t *testing.T) {
	w := axes(Axis{2, 1, 1, 0}, Axis{3, 1, 1, 0})
	const in, out = 18, 17
	src := normals(newRand(), w.size()*in*out)
	packed := make([]float32, WeightsLen(w, in, out))
	back := make([]float32, len(src))
	for _, order := range []func(w Window, in, out int) Order{OHWI, HWIO, OIHW} {
		PackWeights(packed, src, order(w, in, out), w, in, out)
		UnpackWeights(back, packed, order(w, in, out), w, in, out)
		if !slices.Equal(back, src) {
			t.Error("unpacked weights differ from those packed")
		}
	}
	at := func(o Order, ky, kx, c, k int) int { return ky*o.H + kx*o.W + c*o.In + k*o.Out }
	for _, c := range []struct {
		got, want int
	}{
		{at(OHWI(w, in, out), 1, 2, 3, 4), ((4*2+1)*3+2)*in + 3},
		{at(HWIO(w, in, out), 1, 2, 3, 4), ((1*3+2)*in+3)*out + 4},
		{at(OIHW(w, in, out), 1, 2, 3, 4), ((4*in+3)*2+1)*3 + 2},
	} {
		if c.got != c.want {
			t.Errorf("index %d, want %d", c.got, c.want)
		}
	}
}

// The order of transposed weights is the same in every set, whatever parts it is made in.
func TestTransposeWeights(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, k := range convCases {
			src := normals(r, WeightsLen(k.window, k.in, k.out))
			want := spoiled(TransposedLen(k.window, k.in, k.out))
			got := slices.Clone(want)
			Reference().TransposeWeights(want, src, k.window, k.in, k.out, 0, Panels(k.in))
			for j := range Panels(k.in) {
				s.TransposeWeights(got, src, k.window, k.in, k.out, j, j+1)
			}
			if i := firstChange(got, want, func(int) bool { return true }); i >= 0 {
				t.Fatalf("%s: weight %d is %v, want %v", k.name, i, got[i], want[i])
			}
		}
	})
}

// A convolution has the same bits in every layout of its images.
func TestConvLayouts(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, k := range convCases {
			k.adds = false
			c, _ := k.make(r)
			s.Conv(c, 0, c.Out.Rows(), 0, Panels(k.out))
			for _, l := range layouts {
				other := c
				other.In = l.make(r, c.In.N, c.In.H, c.In.W, k.in, c.In.Halo)
				other.Out = layouts[r.IntN(len(layouts))].make(r, c.Out.N, c.Out.H, c.Out.W, k.out, 0)
				s.CopyImage(other.In, c.In, 0, c.In.Rows(), 0, Panels(k.in))
				s.Conv(other, 0, c.Out.Rows(), 0, Panels(k.out))
				c.Out.each(func(n, y, x, o int) {
					if got, want := other.Out.Data[other.Out.at(n, y, x, o)], c.Out.Data[c.Out.at(n, y, x, o)]; !sameBits(got, want) {
						t.Fatalf("%s: element (%d, %d, %d, %d) is %v in layout %v, else %v", k.name, n, y, x, o, got, l, want)
					}
				})
			}
		}
	})
}

func ExampleConv() {
	s, w := Reference(), Square(3, 1, 1)
	x := NHWC(make([]float32, NHWCLen(1, 2, 2, 1, 1)), 1, 2, 2, 1, 1)
	for i, v := range []float32{1, 2, 3, 4} {
		x.Data[x.at(0, i/2, i%2, 0)] = v
	}
	y := NHWC(make([]float32, 4), 1, 2, 2, 1, 0)
	weights := make([]float32, WeightsLen(w, 1, 1))
	PackWeights(weights, []float32{0, 0, 0, 0, 1, 10, 0, 100, 0}, OHWI(w, 1, 1), w, 1, 1) // the pixel, 10 times its right and 100 times its lower neighbour
	s.Conv(Conv{In: x, Out: y, Window: w, Weights: weights, Bias: []float32{1000}}, 0, y.Rows(), 0, 1)
	fmt.Println(y.Data)
	// Output: [1321 1402 1043 1004]
}
