package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// line is a linear map of a row or column of a tile.
type line struct {
	from, to int // how many numbers it takes and gives
	apply    func(g *gen, x []vec) []vec
}

// winogradForm holds the maps of F(MxM, 3x3); see package kernel.
type winogradForm struct {
	m                          int
	patch, output, grad, w, dw line
}

var winogradForms = []winogradForm{
	{2,
		line{4, 4, func(g *gen, d []vec) []vec {
			return []vec{g.sub(d[0], d[2]), g.add(d[1], d[2]), g.sub(d[2], d[1]), g.sub(d[3], d[1])}
		}},
		line{4, 2, func(g *gen, m []vec) []vec {
			return []vec{g.add(g.add(m[0], m[1]), m[2]), g.add(g.sub(m[1], m[2]), m[3])}
		}},
		line{2, 4, func(g *gen, y []vec) []vec { return []vec{y[0], g.add(y[0], y[1]), g.sub(y[0], y[1]), y[1]} }},
		line{3, 4, func(g *gen, w []vec) []vec {
			outer, inner := g.mul(g.add(w[0], w[2]), g.float(.5)), g.mul(w[1], g.float(.5))
			return []vec{w[0], g.add(outer, inner), g.sub(outer, inner), w[2]}
		}},
		line{4, 3, func(g *gen, u []vec) []vec {
			sum := g.mul(g.add(u[1], u[2]), g.float(.5))
			return []vec{g.add(u[0], sum), g.mul(g.sub(u[1], u[2]), g.float(.5)), g.add(sum, u[3])}
		}},
	},
	{4,
		line{6, 6, func(g *gen, d []vec) []vec {
			four, two := g.load(g.float(4)), g.load(g.float(2))
			even, odd := g.sub(d[4], d[2]), g.sub(d[3], d[1])
			even4, odd4 := g.subProduct(g.copy(d[4]), four, d[2]), g.subProduct(g.copy(d[3]), four, d[1])
			return []vec{
				g.addProduct(g.copy(even), four, g.sub(d[0], d[2])),
				g.add(even4, odd4),
				g.sub(even4, odd4),
				g.addProduct(g.copy(even), two, odd),
				g.subProduct(even, two, odd),
				g.subProduct(g.sub(d[5], d[3]), four, odd),
			}
		}},
		line{6, 4, func(g *gen, m []vec) []vec {
			sum1, dif1, sum2, dif2 := g.add(m[1], m[2]), g.sub(m[1], m[2]), g.add(m[3], m[4]), g.sub(m[3], m[4])
			return []vec{
				g.add(g.add(m[0], sum1), sum2),
				g.addProduct(g.copy(dif1), dif2, g.float(2)),
				g.addProduct(sum1, sum2, g.float(4)),
				g.add(g.addProduct(dif1, dif2, g.float(8)), m[5]),
			}
		}},
		line{4, 6, func(g *gen, y []vec) []vec {
			even, odd := g.add(y[0], y[2]), g.add(y[1], y[3])
			even4 := g.addProduct(g.copy(y[0]), y[2], g.float(4))
			odd4 := g.addProduct(g.copy(y[1]), y[3], g.float(4))
			two := g.load(g.float(2))
			return []vec{
				y[0],
				g.add(even, odd),
				g.sub(even, odd),
				g.addProduct(g.copy(even4), two, odd4),
				g.subProduct(even4, two, odd4),
				y[3],
			}
		}},
		line{3, 6, func(g *gen, w []vec) []vec {
			sixth := g.load(g.float(-1. / 6))
			outer := g.add(w[0], w[2])
			far := g.addProduct(g.mul(w[0], g.float(1./24)), w[2], g.float(1./6))
			inner := g.mul(w[1], g.float(1./12))
			return []vec{
				g.mul(w[0], g.float(1./4)),
				g.mul(g.add(outer, w[1]), sixth),
				g.mul(g.sub(outer, w[1]), sixth),
				g.add(far, inner),
				g.sub(far, inner),
				w[2],
			}
		}},
		line{6, 3, func(g *gen, u []vec) []vec {
			near, far := g.add(u[1], u[2]), g.add(u[3], u[4])
			sixth := g.load(g.float(1. / 6))
			first := g.subProduct(g.mul(u[0], g.float(1./4)), near, sixth)
			middle := g.mul(g.sub(u[2], u[1]), sixth)
			return []vec{
				g.addProduct(first, far, g.float(1./24)),
				g.addProduct(middle, g.sub(u[3], u[4]), g.float(1./12)),
				g.addProduct(u[5], g.sub(far, near), sixth),
			}
		}},
	},
}

func emitWinograd(g *gen) {
	for _, f := range winogradForms {
		emitScatter(g, fmt.Sprintf("winogradPatch%d", f.m), f.patch, f.m+2)
		emitScatter(g, fmt.Sprintf("winogradGrad%d", f.m), f.grad, f.m+2)
		emitScatter(g, fmt.Sprintf("winogradWeights%d", f.m), f.w, f.m+2)
		emitGather(g, fmt.Sprintf("winogradFold%d", f.m), f.dw, f.m+2, false)
		emitGather(g, fmt.Sprintf("winogradOutput%d", f.m), f.output, f.m+2, true)
	}
	emitProducts(g)
	emitGradProducts(g)
}

// grid addresses a square of numbers whose rows and columns are constant distances apart. It goes over them column by
// column or row by row.
type grid struct {
	*gen
	base, row, column reg.GPVirtual
	columns           bool
	p, q              reg.GPVirtual // the first number of the column (or row), and the fourth
}

func (g *gen) grid(base, row, column reg.GPVirtual) *grid {
	return &grid{gen: g, base: base, row: row, column: column, p: g.GP64(), q: g.GP64()}
}

// along returns the distance of numbers of a column (or row).
func (d *grid) along() reg.GPVirtual {
	if d.columns {
		return d.row
	}
	return d.column
}

// move goes to column (or row) i from the one before.
func (d *grid) move(i int) {
	switch {
	case i == 0:
		d.MOVQ(d.base, d.p)
	case d.columns:
		d.ADDQ(d.column, d.p)
	default:
		d.ADDQ(d.row, d.p)
	}
	d.LEAQ(Mem{Base: d.p, Index: d.along(), Scale: 2}, d.q)
	d.ADDQ(d.along(), d.q)
}

// at returns the memory of number k of the column (or row).
func (d *grid) at(k int) Mem { return rowFrom(d.p, d.q, d.along(), k) }

// times returns n·r for a small n.
func (g *gen) times(n int, r reg.GPVirtual) reg.GPVirtual {
	p := g.GP64()
	g.IMUL3Q(I8(int8(n)), r, p)
	return p
}

// pass applies a line to count columns of src (or rows) and stores what it gives in the same columns (or rows) of dst,
// which may be src.
func (g *gen) pass(l line, count int, src, dst *grid, columns bool) {
	g.passThrough(l, count, src, dst, columns, func(int, []vec) {})
}

// passThrough is pass with a function that changes the results of column (or row) i; dst.at gives their places.
func (g *gen) passThrough(l line, count int, src, dst *grid, columns bool, change func(i int, y []vec)) {
	src.columns, dst.columns = columns, columns
	for i := range count {
		src.move(i)
		if dst != src {
			dst.move(i)
		}
		var x []vec
		for k := range l.from {
			x = append(x, g.load(src.at(k)))
		}
		y := l.apply(g, x)
		change(i, y)
		for k := range y {
			g.VMOVUPS(y[k], dst.at(k))
		}
	}
}

// emitScatter writes a map of tiles from an image to the positions of their transforms, two vectors of channels a tile.
// The positions hold what the columns give until the rows are done.
func emitScatter(g *gen, name string, l line, size int) {
	g.begin(name, "func(src *float32, srcRow, srcPixel, srcNext uintptr, dst *float32, step, dstNext uintptr, tiles int)",
		"transforms tiles of 16 channels. srcNext and dstNext lead from the end of a tile's channels to the next tile; strides are in bytes.")
	src := g.grid(g.param("src"), g.param("srcRow"), g.param("srcPixel"))
	step := g.param("step")
	dst := g.grid(g.param("dst"), g.times(size, step), step)
	half := g.GP64()
	g.XORQ(half, half)
	g.Label("tile")
	g.pass(l, l.from, src, dst, true)
	g.pass(l, l.to, dst, dst, false)
	g.ADDQ(I32(32), src.base)
	g.ADDQ(I32(32), dst.base)
	g.XORQ(I32(32), half)
	g.JNZ(LabelRef("tile"))
	g.ADDQ(g.address("srcNext"), src.base)
	g.ADDQ(g.address("dstNext"), dst.base)
	g.DECQ(g.address("tiles"))
	g.JNZ(LabelRef("tile"))
	g.end()
}

// flagMask says that there is a mask.
const flagMask = 4

// emitGather writes a map of tiles from the positions of their transforms to an image, perhaps with what ends a
// convolution. The positions are lost: they hold what the columns give.
func emitGather(g *gen, name string, l line, size int, ends bool) {
	signature := "func(src *float32, step uintptr, dst *float32, dstRow, dstPixel, dstNext uintptr, tiles int"
	if ends {
		signature += ", bias, mask *float32, maskRow, maskPixel, maskNext uintptr, flags int"
	}
	g.begin(name, signature+")", "transforms tiles of 16 channels back. dstNext and maskNext lead from the end of a tile's channels to the next tile; strides are in bytes.")
	step := g.param("step")
	src := g.grid(g.param("src"), g.times(size, step), step)
	dst := g.grid(g.param("dst"), g.param("dstRow"), g.param("dstPixel"))
	half := g.GP64()
	g.XORQ(half, half)
	g.Label("tile")
	g.pass(l, l.from, src, src, true)
	if ends {
		g.passThrough(l, l.to, src, dst, false, func(i int, y []vec) { g.endRow(i, y, dst, half) })
		g.ADDQ(I32(32), g.address("mask"))
	} else {
		g.pass(l, l.to, src, dst, false)
	}
	g.ADDQ(I32(32), src.base)
	g.ADDQ(I32(32), dst.base)
	g.XORQ(I32(32), half)
	g.JNZ(LabelRef("tile"))
	g.ADDQ(g.address("dstNext"), dst.base)
	if ends {
		next := g.param("maskNext")
		g.ADDQ(next, g.address("mask"))
	}
	g.DECQ(g.address("tiles"))
	g.JNZ(LabelRef("tile"))
	g.end()
}

// endRow adds the bias to row i of an output tile, and perhaps what is there, and applies relu and mask.
func (g *gen) endRow(i int, y []vec, dst *grid, half reg.GPVirtual) {
	label := func(name string) string { return fmt.Sprintf("%s%d", name, i) }
	bias := g.load(Mem{Base: g.param("bias"), Index: half, Scale: 1})
	for k := range y {
		y[k] = g.add(y[k], bias)
	}
	g.TESTQ(U32(flagAccumulate), g.address("flags"))
	g.JZ(LabelRef(label("fresh")))
	for k := range y {
		g.VADDPS(dst.at(k), y[k], y[k])
	}
	g.Label(label("fresh"))
	g.TESTQ(U32(flagRelu), g.address("flags"))
	g.JZ(LabelRef(label("linear")))
	zero := g.zero()
	for k := range y {
		g.VMAXPS(y[k], zero, y[k])
	}
	g.Label(label("linear"))
	g.TESTQ(U32(flagMask), g.address("flags"))
	g.JZ(LabelRef(label("unmasked")))
	mask := g.grid(g.param("mask"), g.param("maskRow"), g.param("maskPixel"))
	for range i {
		g.ADDQ(mask.row, mask.base)
	}
	mask.move(0)
	zero = g.zero()
	for k := range y {
		m := g.compare(notLessOrEqual, g.load(mask.at(k)), zero)
		g.VANDPS(m, y[k], y[k])
	}
	g.Label(label("unmasked"))
}
