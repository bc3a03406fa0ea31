package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func emitConv(g *gen) {
	for _, w := range widths {
		for rows := 1; rows <= maxRows; rows++ {
			emitConvTile(g, rows, w)
		}
	}
}

// emitConvTile writes the micro-kernel for tiles of some pixels x one panel of output channels. It computes runs of such
// tiles along some rows.
//
//	for each row, for each tile:
//	  acc[r] = 0
//	  for each segment: for k < terms: acc[r] += A[r·stride + offset + k] · B[0:16], next row of B
//	  acc[r] += bias, or C
//	  relu, mask, store
func emitConvTile(g *gen, rows int, w width) {
	name := fmt.Sprintf("conv%dx%s", rows, w.suffix)
	g.begin(name, "func(a *float32, aRow, aDown uintptr, segments *int, count int, b, c *float32, cRow, cDown uintptr, "+
		"bias, mask *float32, maskRow, maskDown uintptr, lanes *int32, tiles, rows, flags int)",
		fmt.Sprintf("computes tiles of %d pixels and %s output channels. A segment is an offset and a number of terms. "+
			"aDown, cDown and maskDown lead from the end of a row to the next one.", rows, w.suffix))
	t := &tile{gen: g, rows: rows, width: w, name: name}
	t.a, t.aRow = g.param("a"), g.param("aRow")
	t.c, t.cRow = g.param("c"), g.param("cRow")
	if w.masked {
		t.lanes = g.load(Mem{Base: g.param("lanes")})
	}
	g.Label("row")
	left := g.param("tiles")
	g.Label("tile")
	t.clear()
	t.prefetchMask()
	t.segments()
	t.addBase()
	t.finish()
	t.advance(t.aRow, t.a)
	g.DECQ(left)
	g.JNZ(LabelRef("tile"))
	g.ADDQ(g.address("aDown"), t.a)
	g.ADDQ(g.address("cDown"), t.c)
	mask := g.param("maskDown")
	g.ADDQ(mask, g.address("mask"))
	g.DECQ(g.address("rows"))
	g.JNZ(LabelRef("row"))
	g.end()
}

// clear sets the accumulators to zero.
func (t *tile) clear() {
	for r := range t.rows {
		for v := range t.vectors {
			t.acc[r][v] = t.zero()
		}
	}
}

// prefetchMask asks for the mask early: its loads would stall the end of the tile otherwise. Where there is none, the
// addresses are of no memory, which does no harm.
func (t *tile) prefetchMask() {
	at := t.rowsOf(t.param("mask"), t.param("maskRow"))
	for r := range t.rows {
		t.PREFETCHT0(at(r))
	}
}

// segments adds the products over the terms of all segments.
func (t *tile) segments() {
	segment, count, b := t.param("segments"), t.param("count"), t.param("b")
	p, q, k := t.GP64(), t.GP64(), t.GP64()
	t.TESTQ(count, count)
	t.JZ(LabelRef("summed"))
	t.Label("segment")
	t.MOVQ(Mem{Base: segment}, p)
	t.ADDQ(t.a, p)
	t.third(p, t.aRow, q)
	t.MOVQ(Mem{Base: segment, Disp: 8}, k)
	t.loop("terms", k, 4, func(i int) {
		t.step(Mem{Base: b, Disp: 64 * i}, func(r int) Mem { return rowFrom(p, q, t.aRow, r).Offset(4 * i) })
	}, func(n int) {
		t.ADDQ(I32(4*n), p)
		if t.rows > 3 {
			t.ADDQ(I32(4*n), q)
		}
		t.ADDQ(I32(64*n), b)
	})
	t.ADDQ(I32(16), segment)
	t.DECQ(count)
	t.JNZ(LabelRef("segment"))
	t.Label("summed")
}

// third sets q to the address of the fourth of several rows, if there are so many; see rowFrom.
func (t *tile) third(p, stride, q reg.GPVirtual) {
	if t.rows > 3 {
		t.LEAQ(Mem{Base: p, Index: stride, Scale: 2}, q)
		t.ADDQ(stride, q)
	}
}

// advance moves a pointer on by the rows of a tile.
func (t *tile) advance(stride, p reg.GPVirtual) {
	for range t.rows {
		t.ADDQ(stride, p)
	}
}

// loop runs n rounds, several at a time as long as that many are left. The body handles round i of those; next moves the
// pointers on by some rounds. It leaves nothing in n.
func (g *gen) loop(name string, n reg.GPVirtual, unroll int, body, next func(i int)) {
	g.SUBQ(I32(unroll), n)
	g.JL(LabelRef(name + "Rest"))
	g.Label(name)
	for i := range unroll {
		body(i)
	}
	next(unroll)
	g.SUBQ(I32(unroll), n)
	g.JGE(LabelRef(name))
	g.Label(name + "Rest")
	g.ADDQ(I32(unroll), n)
	g.JZ(LabelRef(name + "Done"))
	g.Label(name + "One")
	body(0)
	next(1)
	g.DECQ(n)
	g.JNZ(LabelRef(name + "One"))
	g.Label(name + "Done")
}

// addBase adds the bias or C to the accumulators.
func (t *tile) addBase() {
	t.TESTQ(U32(flagAccumulate), t.address("flags"))
	t.JNZ(LabelRef("accumulate"))
	bias := t.param("bias")
	t.TESTQ(bias, bias)
	t.JZ(LabelRef("based"))
	for v := range t.vectors {
		x := t.YMM()
		t.read(Mem{Base: bias}, v, x)
		for r := range t.rows {
			t.VADDPS(x, t.acc[r][v], t.acc[r][v])
		}
	}
	t.JMP(LabelRef("based"))
	t.Label("accumulate")
	at := t.rowsOf(t.c, t.cRow)
	for r := range t.rows {
		for v := range t.vectors {
			x := t.YMM()
			t.read(at(r), v, x)
			t.VADDPS(x, t.acc[r][v], t.acc[r][v])
		}
	}
	t.Label("based")
}
