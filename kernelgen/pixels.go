package main

import (
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// pixelKernel computes 16 channels of some pixels of dst from those of src: of each pixel, or of every so many.
type pixelKernel struct {
	name, formula string
	adds          bool // reads dst
	number        bool // reads a number s
	body          func(g *gen, dst, src, s vec) vec
}

var pixelKernels = []pixelKernel{
	{"copyPixels", "src", false, false, func(_ *gen, _, src, _ vec) vec { return src }},
	{"scalePixels", "s·src", false, true, func(g *gen, _, src, s vec) vec { return g.mul(src, s) }},
	{"addPixels", "dst + s·src", true, true, func(g *gen, dst, src, s vec) vec { return g.addProduct(dst, src, s) }},
	{"maxPixels", "max(dst, src)", true, false, func(g *gen, dst, src, _ vec) vec { return most(g, dst, src) }},
	{"maskPixels", "0 where src <= 0, else dst", true, false, func(g *gen, dst, src, _ vec) vec { return reluGrad(g, dst, src) }},
}

func emitPixels(g *gen) {
	for _, w := range widths {
		for _, k := range pixelKernels {
			emitPixelKernel(g, k, w)
		}
		emitMaxGrad(g, w)
	}
}

// emitPixelKernel writes a pixelKernel for one width.
func emitPixelKernel(g *gen, k pixelKernel, w width) {
	g.begin(k.name+w.suffix, "func(dst *float32, dstPixel uintptr, src *float32, srcPixel uintptr, pixels int, s float32, lanes *int32)",
		"sets "+w.suffix+" channels of pixels of dst to "+k.formula+". Strides are in bytes.")
	t := &tile{gen: g, width: w}
	dst, dstPixel, src, srcPixel, pixels := g.param("dst"), g.param("dstPixel"), g.param("src"), g.param("srcPixel"), g.param("pixels")
	if w.masked {
		t.lanes = g.load(Mem{Base: g.param("lanes")})
	}
	var s vec
	if k.number {
		s = g.scalar("s")
	}
	g.loop("pixels", pixels, 4, func(int) {
		for v := range w.vectors {
			x, y := g.YMM(), g.YMM()
			t.read(Mem{Base: src}, v, x)
			if k.adds {
				t.read(Mem{Base: dst}, v, y)
			}
			t.write(k.body(g, y, x, s), Mem{Base: dst}, v)
		}
		g.ADDQ(dstPixel, dst)
		g.ADDQ(srcPixel, src)
	}, func(int) {})
	g.end()
}

// emitMaxGrad writes the gradient of the maxima of some windows with respect to one row of each. The first element that is
// not smaller than the maximum takes the gradient; the rows before are read to see if it lies there.
//
//	for each window:
//	  d = dy
//	  for each row before, for each tap: d = 0 where x >= max
//	  for each tap: dx += d where x >= max; d = 0 there
func emitMaxGrad(g *gen, w width) {
	g.begin("maxGrad"+w.suffix, "func(dx *float32, dxStep, dxPixel uintptr, x *float32, xStep, xRow, xPixel uintptr, "+
		"y *float32, yStep uintptr, dy *float32, dyStep uintptr, before, taps, windows int, lanes *int32)",
		"adds the gradient of maxima of "+w.suffix+" channels to a row. Steps lead from window to window; strides are in bytes.")
	t := &tile{gen: g, width: w}
	if w.masked {
		t.lanes = g.load(Mem{Base: g.param("lanes")})
	}
	g.Label("window")
	var top, left [2]vec
	y, dy := g.param("y"), g.param("dy")
	for v := range w.vectors {
		top[v], left[v] = g.YMM(), g.YMM()
		t.read(Mem{Base: y}, v, top[v])
		t.read(Mem{Base: dy}, v, left[v])
	}
	row, xRow, xPixel := g.param("x"), g.param("xRow"), g.param("xPixel")
	taken := func(p reg.GPVirtual, v int) vec {
		x := g.YMM()
		t.read(Mem{Base: p}, v, x)
		return g.compare(notLess, x, top[v])
	}
	before := g.param("before")
	p, taps := g.GP64(), g.GP64()
	g.TESTQ(before, before)
	g.JZ(LabelRef("reached"))
	g.Label("row")
	g.MOVQ(row, p)
	g.MOVQ(g.address("taps"), taps)
	g.Label("rowTap")
	for v := range w.vectors {
		g.VANDNPS(left[v], taken(p, v), left[v])
	}
	g.ADDQ(xPixel, p)
	g.DECQ(taps)
	g.JNZ(LabelRef("rowTap"))
	g.ADDQ(xRow, row)
	g.DECQ(before)
	g.JNZ(LabelRef("row"))
	g.Label("reached")
	dx, dxPixel := g.param("dx"), g.param("dxPixel")
	g.MOVQ(g.address("taps"), taps)
	g.Label("tap")
	for v := range w.vectors {
		mask, sum := taken(row, v), g.YMM()
		t.read(Mem{Base: dx}, v, sum)
		t.write(g.add(sum, g.and(mask, left[v])), Mem{Base: dx}, v)
		g.VANDNPS(left[v], mask, left[v])
	}
	g.ADDQ(xPixel, row)
	g.ADDQ(dxPixel, dx)
	g.DECQ(taps)
	g.JNZ(LabelRef("tap"))
	for _, step := range [][2]string{{"dx", "dxStep"}, {"x", "xStep"}, {"y", "yStep"}, {"dy", "dyStep"}} {
		by := g.param(step[1])
		g.ADDQ(by, g.address(step[0]))
	}
	g.DECQ(g.address("windows"))
	g.JNZ(LabelRef("window"))
	g.end()
}
