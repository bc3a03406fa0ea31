package kernel

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// imageKernel is one call of a kernel on images, and the data it writes.
type imageKernel struct {
	name string
	run  func(s *Set)
	out  []float32
}

// placed moves the data of an image.
func (m Image) placed(place func([]float32) []float32) Image {
	m.Data = place(m.Data)
	return m
}

// imageWork returns calls of all kernels on images, for all cases, with operands that place returns copies of. Cases are
// small copies of nothing: kernels may be run in any order.
func imageWork(r *rand.Rand, place func([]float32) []float32) (work []imageKernel) {
	add := func(kind, name string, out []float32, run func(s *Set)) {
		work = append(work, imageKernel{kind + ", " + name, run, out})
	}
	for _, k := range convCases {
		c, _ := k.make(r)
		c = c.placed(place)
		add("Conv", k.name, c.Out.Data, func(s *Set) { s.Conv(c, 0, c.Out.Rows(), 0, Panels(c.Out.C)) })
		d, _ := k.depthwise()
		d = d.placed(place)
		add("Depthwise", k.name, d.Out.Data, func(s *Set) { s.Depthwise(d, 0, d.Out.Rows(), 0, Panels(d.Out.C)) })
		if k.transposed {
			continue
		}
		g, _ := k.make(r)
		g = g.placed(place)
		add("ConvGrad", k.name, g.Weights, func(s *Set) { s.ConvGrad(g, 0, g.Out.Strips(), 0, Panels(g.Out.C)) })
		e, _ := k.depthwise()
		e = e.placed(place)
		add("DepthwiseGrad", k.name, e.Weights, func(s *Set) { s.DepthwiseGrad(e, 0, e.Out.Strips(), 0, Panels(e.Out.C)) })
		db := place(normals(r, c.Out.C))
		add("BiasGrad", k.name, db, func(s *Set) { s.BiasGrad(db, g.Out, 0, g.Out.Strips(), 0, Panels(g.Out.C)) })
		flipped := place(make([]float32, TransposedLen(k.window, k.in, k.out)))
		add("TransposeWeights", k.name, flipped, func(s *Set) { s.TransposeWeights(flipped, g.Weights, k.window, k.in, k.out, 0, Panels(k.in)) })
	}
	work = append(work, winogradWork(r, place)...)
	for _, k := range poolCases {
		g := k.make(r)
		g.Mask.Data = slices.Clone(g.Mask.Data)
		for _, m := range []*Image{&g.In, &g.Out, &g.DIn, &g.DOut, &g.Mask} {
			*m = m.placed(place)
		}
		add("MaxPool", k.name, g.Out.Data, func(s *Set) { s.MaxPool(g.Pool, 0, g.Out.Rows(), 0, Panels(k.c)) })
		add("MaxPoolGrad", k.name, g.DIn.Data, func(s *Set) { s.MaxPoolGrad(g, 0, g.In.Rows(), 0, Panels(k.c)) })
		add("AvgPoolGrad", k.name, g.DIn.Data, func(s *Set) { s.AvgPoolGrad(g, 0, g.In.Rows(), 0, Panels(k.c)) })
		add("AvgPool", k.name, g.Out.Data, func(s *Set) { s.AvgPool(g.Pool, 0, g.Out.Rows(), 0, Panels(k.c)) })
		add("CopyImage", k.name, g.DIn.Data, func(s *Set) { s.CopyImage(g.DIn, g.In, 0, g.In.Rows(), 0, Panels(k.c)) })
		add("ZeroHalo", k.name, g.DIn.Data, func(s *Set) { s.ZeroHalo(g.DIn, 0, g.In.Rows(), 0, Panels(k.c)) })
	}
	for _, k := range resizeCases {
		z := k.make(r)
		for _, m := range []*Image{&z.In, &z.Out, &z.Mask} {
			*m = m.placed(place)
		}
		name := fmt.Sprintf("%+v", k)
		add("ResizeGrad", name, z.In.Data, func(s *Set) { s.ResizeGrad(z, 0, z.In.Rows(), 0, Panels(k.c)) })
		add("Resize", name, z.Out.Data, func(s *Set) { s.Resize(z, 0, z.Out.Rows(), 0, Panels(k.c)) })
	}
	return work
}

// winogradWork is the part of imageWork for Winograd's form.
func winogradWork(r *rand.Rand, place func([]float32) []float32) (work []imageKernel) {
	for _, m := range []int{2, 4} {
		for _, k := range winogradCases {
			name := fmt.Sprintf("F(%d), %s", m, k.name)
			w, _, scratch := k.winograd(r, Reference(), m)
			weights := place(normals(r, WeightsLen(w.Window, k.in, k.out)))
			w.Conv, scratch = w.placed(place), place(scratch)
			grad := w
			grad.Weights, grad.Bias = place(slices.Clone(w.Weights)), place(make([]float32, k.out))
			u := place(make([]float32, len(w.Weights)))
			work = append(work,
				imageKernel{"Winograd, " + name, func(s *Set) { s.Winograd(w, 0, w.Blocks(), 0, Panels(w.Out.C), scratch) }, w.Out.Data},
				imageKernel{"WinogradWeights, " + name, func(s *Set) { s.WinogradWeights(u, weights, m, k.in, k.out, 0, Panels(k.out)) }, u},
				imageKernel{"WinogradGrad, " + name, func(s *Set) { s.WinogradGrad(grad, 0, w.Blocks(), 0, Panels(k.out), scratch) }, grad.Weights},
				imageKernel{"WinogradFold, " + name, func(s *Set) { s.WinogradFold(weights, grad.Weights, m, k.in, k.out, 0, Panels(k.out)) }, weights})
		}
	}
	return work
}

// placed moves the data of a convolution.
func (c Conv) placed(place func([]float32) []float32) Conv {
	c.In, c.Out, c.Mask = c.In.placed(place), c.Out.placed(place), c.Mask.placed(place)
	c.Weights, c.Bias = place(c.Weights), place(c.Bias)
	return c
}
