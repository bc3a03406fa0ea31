package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func emitConvGrad(g *gen) {
	for _, w := range widths {
		for rows := 1; rows <= maxRows; rows++ {
			emitGradTile(g, rows, w)
		}
	}
	for _, w := range widths {
		emitPixelSums(g, "pixelSums"+w.suffix, w, false)
		emitPixelSums(g, "pixelProducts"+w.suffix, w, true)
	}
}

// emitGradTile writes the micro-kernel of the weight gradient for tiles of some weights x one panel of output channels.
// It computes such tiles one behind the other: the weights of neighbouring input elements.
//
//	for each tile:
//	  acc[r] = 0
//	  for each row, for each pixel: acc[r] += A[pixel, r] · B[pixel, 0:16]
//	  C[r] += acc[r]
func emitGradTile(g *gen, rows int, w width) {
	g.begin(fmt.Sprintf("convGrad%dx%s", rows, w.suffix),
		"func(a *float32, aPixel, aRow uintptr, b *float32, bPixel, bRow uintptr, pixels, rows int, c *float32, lanes *int32, tiles int)",
		fmt.Sprintf("adds to tiles of %d weights and %s output channels. Strides are in bytes.", rows, w.suffix))
	t := &tile{gen: g, rows: rows, width: w}
	a, c := g.param("a"), g.param("c")
	if w.masked {
		t.lanes = g.load(Mem{Base: g.param("lanes")})
	}
	g.Label("tile")
	t.clear()
	g.eachPixel(a, func(_ int, p, q reg.GPVirtual) {
		t.step(Mem{Base: q}, func(r int) Mem { return Mem{Base: p, Disp: 4 * r} })
	})
	for r := range rows {
		for v := range w.vectors {
			m := Mem{Base: c, Disp: 64 * r}
			x := g.YMM()
			t.read(m, v, x)
			g.VADDPS(t.acc[r][v], x, x)
			t.write(x, m, v)
		}
	}
	g.ADDQ(I32(4*rows), a)
	g.ADDQ(I32(64*rows), c)
	g.DECQ(g.address("tiles"))
	g.JNZ(LabelRef("tile"))
	g.end()
}

// eachPixel walks over the rows and pixels of two images, from a and the parameter b. The body handles one pixel, whose
// elements begin at p and q; i is its column modulo 4.
func (g *gen) eachPixel(a reg.GPVirtual, body func(i int, p, q reg.GPVirtual)) {
	aPixel, aRow, b, bPixel, bRow := g.param("aPixel"), g.param("aRow"), g.param("b"), g.param("bPixel"), g.param("bRow")
	rows, rowA, rowB := g.param("rows"), g.GP64(), g.GP64()
	g.MOVQ(a, rowA)
	g.MOVQ(b, rowB)
	p, q := g.GP64(), g.GP64()
	g.Label("row")
	g.MOVQ(rowA, p)
	g.MOVQ(rowB, q)
	pixels := g.param("pixels")
	step := func(i int) {
		body(i, p, q)
		g.ADDQ(aPixel, p)
		g.ADDQ(bPixel, q)
	}
	const unroll = 4
	g.SUBQ(I32(unroll), pixels)
	g.JL(LabelRef("rest"))
	g.Label("four")
	for i := range unroll {
		step(i)
	}
	g.SUBQ(I32(unroll), pixels)
	g.JGE(LabelRef("four"))
	g.Label("rest")
	g.ADDQ(I32(unroll), pixels)
	for i := range unroll - 1 {
		g.JZ(LabelRef("rowDone"))
		step(i)
		g.DECQ(pixels)
	}
	g.Label("rowDone")
	g.ADDQ(aRow, rowA)
	g.ADDQ(bRow, rowB)
	g.DECQ(rows)
	g.JNZ(LabelRef("row"))
}

// emitPixelSums writes the sum of a panel of channels over pixels, or that of the products of two images. The pixels at
// each column modulo 4 have accumulators of their own, which hides the latency of the additions.
func emitPixelSums(g *gen, name string, w width, product bool) {
	what := "A"
	if product {
		what = "A·B"
	}
	g.begin(name, "func(dst *float32, a *float32, aPixel, aRow uintptr, b *float32, bPixel, bRow uintptr, pixels, rows int, lanes *int32)",
		fmt.Sprintf("adds %s of %s channels, summed over pixels, to dst. Strides are in bytes.", what, w.suffix))
	t := &tile{gen: g, rows: 4, width: w}
	a := g.param("a")
	if w.masked {
		t.lanes = g.load(Mem{Base: g.param("lanes")})
	}
	t.clear()
	g.eachPixel(a, func(i int, p, q reg.GPVirtual) {
		for v := range w.vectors {
			x := g.YMM()
			t.read(Mem{Base: p}, v, x)
			if !product {
				g.VADDPS(x, t.acc[i][v], t.acc[i][v])
				continue
			}
			y := g.YMM()
			t.read(Mem{Base: q}, v, y)
			g.addProduct(t.acc[i][v], x, y)
		}
	})
	dst := Mem{Base: g.param("dst")}
	for v := range w.vectors {
		sum := g.add(g.add(t.acc[0][v], t.acc[1][v]), g.add(t.acc[2][v], t.acc[3][v]))
		x := g.YMM()
		t.read(dst, v, x)
		t.write(g.add(x, sum), dst, v)
	}
	g.end()
}
