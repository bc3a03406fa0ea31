package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func emitConv(g *gen) {
	for _, w := range widths {
		for rows := 1; rows <= maxRows; rows++ {
			emitConvTile(g, "conv", rows, w, (*tile).segments)
			emitConvTile(g, "depthwise", rows, w, (*tile).depthwiseTaps)
		}
	}
	emitTapSums(g)
}

// emitConvTile writes the micro-kernel for tiles of some pixels x one panel of output channels. It computes runs of such
// tiles along some rows.
//
//	for each row, for each tile:
//	  acc[r] = 0
//	  for each segment: for k < terms: acc[r] += A[r·stride + offset + k] · B[0:16], next row of B
//	  acc[r] += bias, or C
//	  relu, mask, store
//
// The tile of a depthwise convolution has segments of one tap each, and A[r·stride + offset + 0:16] in place of a number.
func emitConvTile(g *gen, kind string, rows int, w width, sum func(t *tile)) {
	name := fmt.Sprintf("%s%dx%s", kind, rows, w.suffix)
	g.begin(name, "func(a *float32, aRow, aDown uintptr, segments *int, count int, b, c *float32, cRow, cDown uintptr, "+
		"bias, mask *float32, maskRow, maskDown uintptr, lanes *int32, tiles, rows, flags int)",
		fmt.Sprintf("computes tiles of %d pixels and %s output channels. Strides are in bytes; "+
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
	sum(t)
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

// segments adds the products over the terms of all segments. A segment is an offset and a number of terms.
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

// depthwiseTaps adds the products of all taps. A segment is the offset of the input and that of the weights.
func (t *tile) depthwiseTaps() {
	segment, count, weights := t.param("segments"), t.param("count"), t.param("b")
	p, q, b := t.GP64(), t.GP64(), t.GP64()
	t.TESTQ(count, count)
	t.JZ(LabelRef("summed"))
	t.Label("segment")
	t.MOVQ(Mem{Base: segment}, p)
	t.ADDQ(t.a, p)
	t.third(p, t.aRow, q)
	t.MOVQ(Mem{Base: segment, Disp: 8}, b)
	t.ADDQ(weights, b)
	for v := range t.vectors {
		w := t.YMM()
		t.read(Mem{Base: b}, v, w)
		for r := range t.rows {
			x := t.YMM()
			t.read(rowFrom(p, q, t.aRow, r), v, x)
			t.addProduct(t.acc[r][v], x, w)
		}
	}
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

// emitTapSums writes the sum over the taps of a row of a convolution with one output channel.
func emitTapSums(g *gen) {
	g.begin("tapSums", "func(dst, a *float32, taps, pixels int)",
		"adds element k of pixel i+k, for all k below taps, to dst[i]. Pixels have 16 elements.")
	dst, a, taps, pixels := g.param("dst"), g.param("a"), g.param("taps"), g.param("pixels")
	g.Label("pixel")
	sum, p, k := g.XMM(), g.GP64(), g.GP64()
	g.VMOVSS(Mem{Base: dst}, sum)
	g.MOVQ(a, p)
	g.MOVQ(taps, k)
	g.Label("tap")
	g.VADDSS(Mem{Base: p}, sum, sum)
	g.ADDQ(I32(68), p)
	g.DECQ(k)
	g.JNZ(LabelRef("tap"))
	g.VMOVSS(sum, Mem{Base: dst})
	g.ADDQ(I32(4), dst)
	g.ADDQ(I32(64), a)
	g.DECQ(pixels)
	g.JNZ(LabelRef("pixel"))
	g.end()
}
