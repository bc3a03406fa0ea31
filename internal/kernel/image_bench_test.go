package kernel

import (
	"fmt"
	"testing"
)

// imageShapes are images as they occur between convolutions.
var imageShapes = [][4]int{{1, 512, 512, 16}, {4, 128, 128, 64}, {64, 28, 28, 32}}

// movers are the kernels on images that do little arithmetic: what they do with an image, and how many elements they read
// and write for each of its elements.
var movers = []struct {
	name  string
	moves float64
	make  func(m Image) func(s *Set, i0, i1 int)
}{
	{"MaxPool 2x2", 1.25, func(m Image) func(s *Set, i0, i1 int) {
		g := poolOf(m, 2)
		return func(s *Set, i0, i1 int) { s.MaxPool(g.Pool, i0/2, i1/2, 0, Panels(m.C)) }
	}},
	{"MaxPoolGrad 2x2", 3.5, func(m Image) func(s *Set, i0, i1 int) {
		g := poolOf(m, 2)
		g.Accumulate, g.Mask = true, g.In
		return func(s *Set, i0, i1 int) { s.MaxPoolGrad(g, i0, i1, 0, Panels(m.C)) }
	}},
	{"AvgPool 2x2", 1.25, func(m Image) func(s *Set, i0, i1 int) {
		g := poolOf(m, 2)
		return func(s *Set, i0, i1 int) { s.AvgPool(g.Pool, i0/2, i1/2, 0, Panels(m.C)) }
	}},
	{"AvgPoolGrad 2x2", 1.25, func(m Image) func(s *Set, i0, i1 int) {
		g := poolOf(m, 2)
		return func(s *Set, i0, i1 int) { s.AvgPoolGrad(g, i0, i1, 0, Panels(m.C)) }
	}},
	{"AvgPool global", 1, func(m Image) func(s *Set, i0, i1 int) {
		g := poolOf(m, m.H)
		return func(s *Set, i0, i1 int) { s.AvgPool(g.Pool, i0/m.H, i1/m.H, 0, Panels(m.C)) }
	}},
	{"Resize nearest", 1.25, resizeOf(false, (*Set).resize)},
	{"Resize linear", 1.25, resizeOf(true, (*Set).resize)},
	{"ResizeGrad nearest", 1.25, resizeOf(false, (*Set).resizeGrad)},
	{"ResizeGrad linear", 1.25, resizeOf(true, (*Set).resizeGrad)},
	{"CopyImage to NHWC", 2, func(m Image) func(s *Set, i0, i1 int) {
		to := NHWC(make([]float32, NHWCLen(m.N, m.H, m.W, m.C, 0)), m.N, m.H, m.W, m.C, 0)
		return func(s *Set, i0, i1 int) { s.CopyImage(to, m, i0, i1, 0, Panels(m.C)) }
	}},
	{"BiasGrad", 1, func(m Image) func(s *Set, i0, i1 int) {
		db, strips := make([]float32, m.C), m.Strips()
		return func(s *Set, i0, i1 int) { s.BiasGrad(db, m, i0*strips/m.Rows(), i1*strips/m.Rows(), 0, Panels(m.C)) }
	}},
	{"Depthwise 3x3", 2, func(m Image) func(s *Set, i0, i1 int) {
		c := depthwiseOf(m)
		return func(s *Set, i0, i1 int) { s.Depthwise(c, i0, i1, 0, Panels(m.C)) }
	}},
	{"DepthwiseGrad 3x3", 2, func(m Image) func(s *Set, i0, i1 int) {
		c, strips := depthwiseOf(m), m.Strips()
		return func(s *Set, i0, i1 int) { s.DepthwiseGrad(c, i0*strips/m.Rows(), i1*strips/m.Rows(), 0, Panels(m.C)) }
	}},
}

// poolOf returns a pooling of images and its gradient.
func poolOf(m Image, size int) PoolGrad {
	h, w := m.H/size, m.W/size
	small := func() Image { return blocked.make(newRand(), m.N, h, w, m.C, 1) }
	g := PoolGrad{Pool: Pool{In: m, Out: small(), Window: Square(size, size, 0)}, DIn: m.clone(), DOut: small()}
	Default().MaxPool(g.Pool, 0, g.Out.Rows(), 0, Panels(m.C))
	return g
}

func (s *Set) resize(r Resize, i0, i1 int)     { s.Resize(r, 2*i0, 2*i1, 0, Panels(r.In.C)) }
func (s *Set) resizeGrad(r Resize, i0, i1 int) { s.ResizeGrad(r, i0, i1, 0, Panels(r.In.C)) }

// resizeOf enlarges images of half the size by 2.
func resizeOf(linear bool, run func(s *Set, r Resize, i0, i1 int)) func(m Image) func(s *Set, i0, i1 int) {
	return func(m Image) func(s *Set, i0, i1 int) {
		r := Resize{In: blocked.make(newRand(), m.N, m.H/2, m.W/2, m.C, 1), Out: m, Linear: linear}
		return func(s *Set, i0, i1 int) { run(s, r, i0/2, i1/2) }
	}
}

func depthwiseOf(m Image) Conv {
	return Conv{In: m, Out: m.clone(), Window: Square(3, 1, 1), Weights: normals(newRand(), PackedLen(9, m.C)), Relu: true}
}

func BenchmarkImages(b *testing.B) {
	for _, s := range sets() {
		for _, z := range imageShapes {
			for _, k := range movers {
				b.Run(fmt.Sprintf("%s/%s/%d²x%d,%d", s.Name, k.name, z[1], z[0], z[3]), func(b *testing.B) {
					m := blocked.make(newRand(), z[0], z[1], z[2], z[3], 1)
					run := k.make(m)
					elements := float64(m.N * m.H * m.W * m.C)
					images := m.N * m.H / 2 // parts hold an even number of rows
					bench(b, 4*k.moves*elements, "GB/s", images, int(elements/1e6), func(i0, i1 int) { run(s, 2*i0, 2*i1) })
				})
			}
		}
	}
}
