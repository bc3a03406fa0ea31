package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Reductions keep 32 partial results in four vectors: element i of a row belongs to lane i%32. At the row's end the
// lanes are merged as the tree of package kernel's reference does.

func emitReduce(g *gen) {
	emitRows(g, "sumRows", "sums", 0, addTo)
	emitRows(g, "minRows", "smallest elements", math.Inf(1), least)
	emitRows(g, "maxRows", "largest elements", math.Inf(-1), most)
	emitDotRows(g)
	emitSumColumns(g)
	emitFinite(g)
}

func addTo(g *gen, a, b vec) vec { return g.add(a, b) }

// sweep walks over the n elements of a row: all four vectors at a time, then one after the other, then what is left
// through a mask. The body handles vector v of four; at gives the memory for a pointer to the row's start.
func (g *gen) sweep(name string, length reg.GPVirtual, body func(v int, at func(p reg.GPVirtual) Mem, mask *vec)) {
	label := func(part string, v int) string { return fmt.Sprintf("%s%s%d", name, part, v) }
	n, offset := g.GP64(), g.GP64()
	g.MOVQ(length, n)
	g.XORQ(offset, offset)
	from := func(v int) func(reg.GPVirtual) Mem {
		return func(p reg.GPVirtual) Mem { return Mem{Base: p, Index: offset, Scale: 1, Disp: 32 * v} }
	}
	g.Label(label("All", 4))
	g.CMPQ(n, I32(32))
	g.JL(LabelRef(label("One", 0)))
	for v := range 4 {
		body(v, from(v), nil)
	}
	g.ADDQ(I32(128), offset)
	g.SUBQ(I32(32), n)
	g.JMP(LabelRef(label("All", 4)))
	for v := range 3 {
		g.Label(label("One", v))
		g.CMPQ(n, I32(8))
		g.JL(LabelRef(label("Rest", v)))
		body(v, from(v), nil)
		g.SUBQ(I32(8), n)
	}
	for v := 3; v >= 0; v-- { // the first one is entered from above
		g.Label(label("Rest", v))
		g.TESTQ(n, n)
		g.JZ(LabelRef(label("Done", 0)))
		mask := g.laneMask(n)
		body(v, from(v), &mask)
		if v > 0 {
			g.JMP(LabelRef(label("Done", 0)))
		}
	}
	g.Label(label("Done", 0))
}

// lanesOf returns four vectors of x.
func (g *gen) lanesOf(x float64) (acc [4]vec) {
	for v := range acc {
		acc[v] = g.load(g.float(x))
	}
	return acc
}

// mergeInto sets acc to merge(acc, x) in the lanes of the mask.
func (g *gen) mergeInto(acc, x vec, mask *vec, merge func(g *gen, a, b vec) vec) {
	y := merge(g, acc, x)
	if mask != nil {
		y = g.pick(*mask, y, acc)
	}
	g.VMOVAPS(y, acc)
}

// tree merges the lanes and returns the result in every lane.
func (g *gen) tree(acc [4]vec, merge func(g *gen, a, b vec) vec) vec {
	v := merge(g, merge(g, acc[0], acc[1]), merge(g, acc[2], acc[3]))
	other := g.YMM()
	g.VPERM2F128(U8(1), v, v, other) // lanes 4-7
	v = merge(g, v, other)
	g.VPERMILPS(U8(0x0e), v, other) // lanes 2 and 3
	v = merge(g, v, other)
	g.VPERMILPS(U8(0x01), v, other) // lane 1
	v = merge(g, v, other)
	g.VBROADCASTSS(v.AsX(), v)
	return v
}

// emitRows writes a reduction of the rows of a matrix.
func emitRows(g *gen, name, what string, start float64, merge func(g *gen, a, b vec) vec) {
	g.begin(name+"AVX2", "func(dst, a *float32, rows, cols int, stride uintptr)",
		"sets dst to the "+what+" of the rows of a. The stride is in bytes.")
	dst, a, rows, cols, stride := g.param("dst"), g.param("a"), g.param("rows"), g.param("cols"), g.param("stride")
	g.Label("row")
	acc := g.lanesOf(start)
	g.sweep("reduce", cols, func(v int, at func(reg.GPVirtual) Mem, mask *vec) {
		g.mergeInto(acc[v], g.read(at(a), mask), mask, merge)
	})
	g.VMOVSS(g.tree(acc, merge).AsX(), Mem{Base: dst})
	g.ADDQ(stride, a)
	g.ADDQ(I32(4), dst)
	g.DECQ(rows)
	g.JNZ(LabelRef("row"))
	g.end()
}

// emitDotRows writes the product of a matrix and a vector.
func emitDotRows(g *gen) {
	g.begin("dotRowsAVX2", "func(dst, a, b *float32, rows, cols int, stride uintptr)",
		"sets dst to the dot products of the rows of a with b. The stride is in bytes.")
	dst, a, b, rows, cols, stride := g.param("dst"), g.param("a"), g.param("b"), g.param("rows"), g.param("cols"), g.param("stride")
	g.Label("row")
	acc := g.lanesOf(0)
	g.sweep("dot", cols, func(v int, at func(reg.GPVirtual) Mem, mask *vec) {
		g.addProduct(acc[v], g.read(at(a), mask), g.read(at(b), mask)) // outside the mask both are zero
	})
	g.VMOVSS(g.tree(acc, addTo).AsX(), Mem{Base: dst})
	g.ADDQ(stride, a)
	g.ADDQ(I32(4), dst)
	g.DECQ(rows)
	g.JNZ(LabelRef("row"))
	g.end()
}

// emitSumColumns writes the sum over rows: 32 columns at a time, then eight, then the rest through a mask.
func emitSumColumns(g *gen) {
	g.begin("sumColumnsAVX2", "func(dst, a *float32, rows, cols int, stride uintptr)",
		"adds the rows of a to dst, in order. The stride is in bytes.")
	dst, a, stride, cols := g.param("dst"), g.param("a"), g.param("stride"), g.param("cols")
	strip := func(name string, vectors int, mask *vec) {
		var acc []vec
		for v := range vectors {
			y := g.YMM()
			if mask != nil {
				g.VMASKMOVPS(Mem{Base: dst}, *mask, y)
			} else {
				g.VMOVUPS(Mem{Base: dst, Disp: 32 * v}, y)
			}
			acc = append(acc, y)
		}
		row, rows := g.GP64(), g.param("rows")
		g.MOVQ(a, row)
		g.Label(name)
		for v := range vectors {
			if mask != nil {
				y := g.YMM()
				g.VMASKMOVPS(Mem{Base: row}, *mask, y)
				g.VADDPS(y, acc[v], acc[v])
			} else {
				g.VADDPS(Mem{Base: row, Disp: 32 * v}, acc[v], acc[v])
			}
		}
		g.ADDQ(stride, row)
		g.DECQ(rows)
		g.JNZ(LabelRef(name))
		for v := range vectors {
			if mask != nil {
				g.VMASKMOVPS(acc[v], *mask, Mem{Base: dst})
			} else {
				g.VMOVUPS(acc[v], Mem{Base: dst, Disp: 32 * v})
			}
		}
		g.ADDQ(I32(32*vectors), dst)
		g.ADDQ(I32(32*vectors), a)
		g.SUBQ(I32(8*vectors), cols)
	}
	g.Label("wide")
	g.CMPQ(cols, I32(32))
	g.JL(LabelRef("narrow"))
	strip("wideRows", 4, nil)
	g.JMP(LabelRef("wide"))
	g.Label("narrow")
	g.CMPQ(cols, I32(8))
	g.JL(LabelRef("rest"))
	strip("narrowRows", 1, nil)
	g.JMP(LabelRef("narrow"))
	g.Label("rest")
	g.TESTQ(cols, cols)
	g.JZ(LabelRef("done"))
	mask := g.laneMask(cols)
	strip("restRows", 1, &mask)
	g.Label("done")
	g.end()
}

// emitFinite writes the search for numbers whose exponent is the largest one: those above the bits of the largest finite
// number, without their sign.
func emitFinite(g *gen) {
	g.begin("finiteAVX2", "func(a *float32, n int) (bad int)", "returns bits of the lanes of a that are infinite or not a number.")
	a := g.param("a")
	found, largest := g.zero(), g.load(g.bits(0x7f7fffff))
	g.eachVector(g.param("n"), 4, func(at func(reg.GPVirtual) Mem, mask *vec) {
		x := g.absolute(g.read(at(a), mask))
		g.VPCMPGTD(largest, x, x)
		g.VORPS(x, found, found)
	})
	bad := g.GP64()
	g.VMOVMSKPS(found, bad.As32())
	g.Store(bad, g.ReturnIndex(0))
	g.end()
}
