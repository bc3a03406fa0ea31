package kernel

import (
	"fmt"
	"testing"
	"time"
)

// convShape is a convolution as it occurs, one image or a small batch.
type convShape struct {
	n, size, in, out int // size of the larger image
	window           Window
}

func (z convShape) String() string {
	kind := fmt.Sprintf("%dx%d", z.window.H.Size, z.window.W.Size)
	if z.window.H.Stride > 1 {
		kind += fmt.Sprintf("s%d", z.window.H.Stride)
	}
	return fmt.Sprintf("%d²x%d,%dto%d,%s", z.size, z.n, z.in, z.out, kind)
}

// unetShapes are the 3x3 layers of a U-Net for 512x512 images, vaeShapes the layers of a convolutional VAE.
var (
	unetShapes = []convShape{
		{1, 512, 1, 16, Square(3, 1, 1)},
		{1, 512, 16, 16, Square(3, 1, 1)},
		{1, 512, 32, 16, Square(3, 1, 1)},
		{1, 256, 16, 32, Square(3, 1, 1)},
		{1, 256, 32, 32, Square(3, 1, 1)},
		{1, 128, 64, 64, Square(3, 1, 1)},
		{1, 128, 128, 64, Square(3, 1, 1)},
		{1, 64, 128, 128, Square(3, 1, 1)},
		{4, 32, 256, 256, Square(3, 1, 1)},
	}
	vaeShapes = []convShape{
		{64, 28, 1, 32, Square(3, 2, 1)},
		{64, 14, 32, 64, Square(3, 2, 1)},
		{64, 14, 64, 64, Square(3, 2, 1)}, // transposed: 7² to 14²
		{64, 28, 32, 64, Square(3, 2, 1)}, // transposed: 14²x64 to 28²x32
		{64, 28, 32, 1, Square(3, 1, 1)},
		{1, 256, 32, 16, Square(2, 2, 0)}, // transposed: a U-Net's up-convolution
		{4, 56, 64, 128, Square(1, 1, 0)},
		{1, 224, 3, 64, Square(7, 2, 3)},
	}
)

// make returns the forward convolution of a shape, with bias and relu.
func (z convShape) make(l layout) Conv {
	outs := (z.size+2*z.window.H.Pad-z.window.H.Size)/z.window.H.Stride + 1
	from := l
	if z.in < PanelWidth {
		from = nhwc
	}
	r := newRand()
	c := Conv{
		In:      from.make(r, z.n, z.size, z.size, z.in, max(z.window.H.Pad, z.window.H.Size/2)),
		Out:     l.make(r, z.n, outs, outs, z.out, max(1, z.window.H.Size/3)),
		Window:  z.window,
		Weights: normals(r, WeightsLen(z.window, z.in, z.out)),
		Bias:    normals(r, z.out),
		Relu:    true,
	}
	return c
}

// flops is the arithmetic of the definition, without what padding saves.
func (c *Conv) flops() float64 {
	small := c.Out
	if c.Transposed {
		small = c.In
	}
	return 2 * float64(small.N*small.H*small.W) * float64(c.Window.size()*c.In.C*c.Out.C)
}

// dataGradient returns the gradient with respect to the input of a convolution, masked by that input.
func (c Conv) dataGradient() Conv {
	c.Mask = c.In
	c.In, c.Out = c.Out, c.In.clone()
	c.Transposed, c.Bias, c.Relu = true, nil, false
	c.Weights = normals(newRand(), WeightsLen(c.Window, c.In.C, c.Out.C))
	return c
}

// bench runs work that is cut into parts. It reports the amount, in billions per second, by the parts' best times: a machine
// that others use too rarely leaves a whole run alone.
func bench(b *testing.B, amount float64, unit string, count, parts int, run func(from, to int)) {
	parts = max(1, min(parts, count))
	best := make([]time.Duration, parts)
	for b.Loop() {
		for p := range parts {
			start := time.Now()
			run(p*count/parts, (p+1)*count/parts)
			if t := time.Since(start); best[p] == 0 || t < best[p] {
				best[p] = t
			}
		}
	}
	var sum time.Duration
	for _, t := range best {
		sum += t
	}
	b.ReportMetric(amount/sum.Seconds()/1e9, unit)
}

const gflops = "GFLOP/s"

// partsOf returns how many parts make each last about half a millisecond.
func partsOf(flops float64) int { return int(flops / 3e7) }

func benchConv(b *testing.B, run func(b *testing.B, s *Set, c Conv)) {
	for _, s := range sets() {
		for _, l := range []layout{nhwc, blocked} {
			for _, z := range append(unetShapes, vaeShapes...) {
				b.Run(fmt.Sprintf("%s/%s/%v", s.Name, []string{"NHWC", "blocked"}[l], z), func(b *testing.B) {
					run(b, s, z.make(l))
				})
			}
		}
	}
}

func benchRows(b *testing.B, s *Set, c Conv) {
	bench(b, c.flops(), gflops, c.Out.Rows(), partsOf(c.flops()), func(i0, i1 int) { s.Conv(c, i0, i1, 0, Panels(c.Out.C)) })
}

func BenchmarkConv(b *testing.B) { benchConv(b, benchRows) }

func BenchmarkConvData(b *testing.B) {
	benchConv(b, func(b *testing.B, s *Set, c Conv) { benchRows(b, s, c.dataGradient()) })
}

func BenchmarkConvGrad(b *testing.B) {
	benchConv(b, func(b *testing.B, s *Set, c Conv) {
		bench(b, c.flops(), gflops, c.Out.Strips(), partsOf(c.flops()), func(s0, s1 int) { s.ConvGrad(c, s0, s1, 0, Panels(c.Out.C)) })
	})
}

// winograd returns a convolution in Winograd's form, with scratch memory.
func (c Conv) winograd(m int) (w Winograd, scratch []float32) {
	w = Winograd{Conv: c, M: m}
	w.Weights = normals(newRand(), WinogradLen(m, c.In.C, c.Out.C))
	return w, make([]float32, w.ScratchLen())
}

func benchWinograd(b *testing.B, run func(b *testing.B, s *Set, w Winograd, scratch []float32)) {
	for _, s := range sets() {
		for _, l := range []layout{nhwc, blocked} {
			for _, m := range []int{2, 4} {
				for _, z := range unetShapes[1:] {
					b.Run(fmt.Sprintf("%s/%s/F%d/%v", s.Name, []string{"NHWC", "blocked"}[l], m, z), func(b *testing.B) {
						w, scratch := z.make(l).winograd(m)
						run(b, s, w, scratch)
					})
				}
			}
		}
	}
}

func BenchmarkWinograd(b *testing.B) {
	benchWinograd(b, func(b *testing.B, s *Set, w Winograd, scratch []float32) {
		bench(b, w.flops(), gflops, w.Blocks(), partsOf(w.flops()), func(b0, b1 int) { s.Winograd(w, b0, b1, 0, Panels(w.Out.C), scratch) })
	})
}

func BenchmarkWinogradGrad(b *testing.B) {
	benchWinograd(b, func(b *testing.B, s *Set, w Winograd, scratch []float32) {
		bench(b, w.flops(), gflops, w.Blocks(), partsOf(w.flops()), func(b0, b1 int) { s.WinogradGrad(w, b0, b1, 0, Panels(w.Out.C), scratch) })
	})
}

// What a step does to weights besides: [256 256] of 3x3.
func BenchmarkWeights(b *testing.B) {
	const c = 256
	w, r := Square(3, 1, 1), newRand()
	weights, flipped := normals(r, WeightsLen(w, c, c)), make([]float32, TransposedLen(w, c, c))
	for _, s := range sets() {
		run := func(name string, f func(j0, j1 int)) {
			b.Run(s.Name+"/"+name, func(b *testing.B) { bench(b, 9*c*c, "Gweights/s", Panels(c), Panels(c), f) })
		}
		run("Transpose", func(j0, j1 int) { s.TransposeWeights(flipped, weights, w, c, c, j0, j1) })
		for _, m := range []int{2, 4} {
			u := normals(r, WinogradLen(m, c, c))
			run(fmt.Sprintf("Winograd F%d", m), func(j0, j1 int) { s.WinogradWeights(u, weights, m, c, c, j0, j1) })
			run(fmt.Sprintf("Fold F%d", m), func(j0, j1 int) { s.WinogradFold(flipped, u, m, c, c, j0, j1) })
		}
	}
}
