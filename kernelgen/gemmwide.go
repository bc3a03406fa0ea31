package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/operand"
)

// emitWideTile writes the micro-kernel for products of one or two rows: tiles of that many rows x several panels, so that
// there are accumulators enough to hide the latency of the additions. It computes such tiles side by side, each as the
// tiles of emitTile would.
func emitWideTile(g *gen, rows, panels int) {
	name := fmt.Sprintf("gemm%dx%d", rows, 16*panels)
	g.begin(name, "func(a *float32, aRow, aCol uintptr, b *float32, bRow, bPanel uintptr, k int, c *float32, cRow, cPanel uintptr, "+
		"bias, mask *float32, maskRow, maskPanel uintptr, tiles, flags int)",
		fmt.Sprintf("computes tiles of %d rows and %d columns. Strides are in bytes.", rows, 16*panels))
	t := &wideTile{gen: g, rows: rows, panels: panels}
	g.Label("tile")
	t.start()
	t.product()
	t.finish()
	t.next("b", "bPanel")
	t.next("c", "cPanel")
	g.DECQ(g.address("tiles"))
	g.JNZ(LabelRef("tile"))
	g.end()
}

// wideTile is the state of emitWideTile.
type wideTile struct {
	*gen
	rows, panels int
	acc          [2][8]vec
}

// next moves a pointer parameter on by the panels of a tile.
func (t *wideTile) next(p, stride string) {
	by := t.param(stride)
	for range t.panels {
		t.ADDQ(by, t.address(p))
	}
}

// each calls f for every vector of the tile, with its memory in the matrix of these parameters.
func (t *wideTile) each(p, row, panel string, f func(acc vec, m Mem)) {
	at, stride, down := t.param(p), t.param(panel), t.param(row)
	q := t.GP64()
	for r := range t.rows {
		t.LEAQ(Mem{Base: at, Index: stride, Scale: 2}, q)
		t.ADDQ(stride, q)
		for v := range 2 * t.panels {
			f(t.acc[r][v], rowFrom(at, q, stride, v/2).Offset(v%2*32))
		}
		if r+1 < t.rows {
			t.ADDQ(down, at)
		}
	}
}

// start sets the accumulators to the bias, to C or to zero.
func (t *wideTile) start() {
	for r := range t.rows {
		for v := range 2 * t.panels {
			t.acc[r][v] = t.zero()
		}
	}
	t.TESTQ(U32(flagAccumulate), t.address("flags"))
	t.JNZ(LabelRef("accumulate"))
	bias := t.param("bias")
	t.TESTQ(bias, bias)
	t.JZ(LabelRef("started"))
	for r := range t.rows {
		for v := range 2 * t.panels {
			t.VMOVUPS(Mem{Base: bias, Disp: 32 * v}, t.acc[r][v])
		}
	}
	t.ADDQ(I32(64*t.panels), bias)
	t.MOVQ(bias, t.address("bias"))
	t.JMP(LabelRef("started"))
	t.Label("accumulate")
	t.each("c", "cRow", "cPanel", func(acc vec, m Mem) { t.VMOVUPS(m, acc) })
	t.Label("started")
}

// product adds the products over k.
func (t *wideTile) product() {
	a, aRow, aCol := t.param("a"), t.param("aRow"), t.param("aCol")
	b, bRow, bPanel := t.param("b"), t.param("bRow"), t.param("bPanel")
	q := t.GP64()
	t.LEAQ(Mem{Base: b, Index: bPanel, Scale: 2}, q)
	t.ADDQ(bPanel, q)
	t.loop("terms", t.param("k"), 4, func(int) {
		x := []vec{t.YMM()}
		t.VBROADCASTSS(Mem{Base: a}, x[0])
		if t.rows > 1 {
			x = append(x, t.YMM())
			t.VBROADCASTSS(Mem{Base: a, Index: aRow, Scale: 1}, x[1])
		}
		for v := range 2 * t.panels {
			m := rowFrom(b, q, bPanel, v/2).Offset(v % 2 * 32)
			if t.rows == 1 {
				t.addProduct(t.acc[0][v], x[0], m)
				continue
			}
			y := t.load(m)
			for r := range t.rows {
				t.addProduct(t.acc[r][v], x[r], y)
			}
		}
		t.ADDQ(aCol, a)
		t.ADDQ(bRow, b)
		t.ADDQ(bRow, q)
	}, func(int) {})
}

// finish applies relu and mask and stores the tile.
func (t *wideTile) finish() {
	t.TESTQ(U32(flagRelu), t.address("flags"))
	t.JZ(LabelRef("linear"))
	zero := t.zero()
	for r := range t.rows {
		for v := range 2 * t.panels {
			t.VMAXPS(t.acc[r][v], zero, t.acc[r][v])
		}
	}
	t.Label("linear")
	t.CMPQ(t.address("mask"), U8(0))
	t.JE(LabelRef("store"))
	zero = t.zero()
	t.each("mask", "maskRow", "maskPanel", func(acc vec, m Mem) {
		t.VANDPS(t.compare(notLessOrEqual, t.load(m), zero), acc, acc)
	})
	t.next("mask", "maskPanel")
	t.Label("store")
	t.each("c", "cRow", "cPanel", func(acc vec, m Mem) { t.VMOVUPS(acc, m) })
}
