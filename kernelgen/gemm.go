package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Flags of a tile.
const (
	flagAccumulate = 1
	flagRelu       = 2
)

// width is the shape of a tile along the columns of B: one or two vectors, the last of which may be masked.
type width struct {
	suffix  string
	vectors int
	masked  bool
}

var widths = []width{
	{"16", 2, false}, // a whole panel
	{"15", 2, true},  // 9 to 15 columns of it
	{"8", 1, true},   // 1 to 8
}

// maxRows is the height of the tallest tile: 12 accumulators, two vectors of B, one broadcast and one mask are the 16
// registers there are.
const maxRows = 6

func emitGemm(g *gen) {
	for _, w := range widths {
		for rows := 1; rows <= maxRows; rows++ {
			emitTile(g, rows, w, false)
		}
	}
	emitTile(g, maxRows, widths[0], true)
	emitWideTile(g, 1, 4)
	emitWideTile(g, 2, 2)
}

// emitTile writes the micro-kernel for tiles of rows x one panel. It computes a column of such tiles, one below the other.
//
//	for each tile:
//	  acc[r] = bias, or C, or 0
//	  for k: acc[r] += A[r, k] · B[k, 0:16]
//	  relu, mask, store
//
// A keeping kernel computes one tile, and leaves the rows of B that it has read side by side for the tiles to come: stores
// cost nothing where multiplication is the limit.
func emitTile(g *gen, rows int, w width, keeping bool) {
	name, signature := fmt.Sprintf("gemm%dx%s", rows, w.suffix), "func(a *float32, aRow, aCol uintptr, b *float32, bRow uintptr, "+
		"k int, c *float32, cRow uintptr, bias, mask *float32, maskRow uintptr, lanes *int32, tiles, flags int"
	doc := fmt.Sprintf("computes tiles of %d rows and %s columns. Strides are in bytes.", rows, w.suffix)
	if keeping {
		name, signature = name+"Keeping", signature+", kept *float32"
		doc = fmt.Sprintf("computes one tile of %d rows and %s columns, and copies the rows of b to kept. Strides are in bytes.", rows, w.suffix)
	}
	g.begin(name, signature+")", doc)
	t := &tile{gen: g, rows: rows, width: w, name: name}
	if keeping {
		kept := g.param("kept")
		t.kept = &kept
	}
	t.a, t.aRow, t.aCol = g.param("a"), g.param("aRow"), g.param("aCol")
	t.bRow = g.param("bRow")
	t.c, t.cRow = g.param("c"), g.param("cRow")
	if w.masked {
		t.lanes = g.load(Mem{Base: g.param("lanes")})
	}
	g.Label("tile")
	t.start()
	t.product()
	t.finish()
	if !keeping {
		for range rows {
			g.ADDQ(t.aRow, t.a)
		}
		g.DECQ(g.address("tiles"))
		g.JNZ(LabelRef("tile"))
	}
	g.end()
}

// tile is the state of emitTile.
type tile struct {
	*gen
	rows int
	width
	name                string
	a, aRow, aCol, bRow reg.GPVirtual
	c, cRow             reg.GPVirtual
	lanes               vec
	kept                *reg.GPVirtual
	acc                 [maxRows][2]vec
}

// rowsOf returns how to address up to six rows that are stride apart: the first three from p, the others from q = p+3·stride.
func (t *tile) rowsOf(p, stride reg.GPVirtual) func(row int) Mem {
	q := p
	if t.rows > 3 {
		q = t.GP64()
		t.LEAQ(Mem{Base: p, Index: stride, Scale: 2}, q)
		t.ADDQ(stride, q)
	}
	return func(row int) Mem { return rowFrom(p, q, stride, row) }
}

func rowFrom(p, q, stride reg.GPVirtual, row int) Mem {
	if row >= 3 {
		p, row = q, row-3
	}
	if row == 0 {
		return Mem{Base: p}
	}
	return Mem{Base: p, Index: stride, Scale: uint8(row)}
}

// isMasked reports whether vector v of a row is.
func (t *tile) isMasked(v int) bool { return t.masked && v == t.vectors-1 }

// read loads vector v of a row into a register.
func (t *tile) read(m Mem, v int, into vec) {
	if t.isMasked(v) {
		t.VMASKMOVPS(m.Offset(32*v), t.lanes, into)
	} else {
		t.VMOVUPS(m.Offset(32*v), into)
	}
}

// write stores vector v of a row.
func (t *tile) write(x vec, m Mem, v int) {
	if t.isMasked(v) {
		t.VMASKMOVPS(x, t.lanes, m.Offset(32*v))
	} else {
		t.VMOVUPS(x, m.Offset(32*v))
	}
}

// start sets the accumulators to the bias, to C or to zero.
func (t *tile) start() {
	for r := range t.rows {
		for v := range t.vectors {
			t.acc[r][v] = t.YMM()
		}
	}
	t.TESTQ(U32(flagAccumulate), t.address("flags"))
	t.JNZ(LabelRef("accumulate"))
	bias := t.param("bias")
	t.TESTQ(bias, bias)
	t.JNZ(LabelRef("bias"))
	for r := range t.rows {
		for v := range t.vectors {
			t.VXORPS(t.acc[r][v], t.acc[r][v], t.acc[r][v])
		}
	}
	t.JMP(LabelRef("started"))
	t.Label("bias")
	for v := range t.vectors {
		t.read(Mem{Base: bias}, v, t.acc[0][v])
		for r := 1; r < t.rows; r++ {
			t.VMOVAPS(t.acc[0][v], t.acc[r][v])
		}
	}
	t.JMP(LabelRef("started"))
	t.Label("accumulate")
	at := t.rowsOf(t.c, t.cRow)
	for r := range t.rows {
		for v := range t.vectors {
			t.read(at(r), v, t.acc[r][v])
		}
	}
	t.Label("started")
}

// product adds the products over k.
func (t *tile) product() {
	p, q := t.GP64(), t.GP64()
	t.MOVQ(t.a, p)
	if t.rows > 3 {
		t.LEAQ(Mem{Base: t.a, Index: t.aRow, Scale: 2}, q)
		t.ADDQ(t.aRow, q)
	}
	b, k := t.param("b"), t.param("k")
	step := func() {
		t.step(Mem{Base: b}, func(r int) Mem { return rowFrom(p, q, t.aRow, r) })
		t.ADDQ(t.aCol, p)
		if t.rows > 3 {
			t.ADDQ(t.aCol, q)
		}
		t.ADDQ(t.bRow, b)
	}
	const unroll = 8
	t.SUBQ(Imm(unroll), k)
	t.JL(LabelRef("rest"))
	t.Label("four")
	for range unroll {
		step()
	}
	t.SUBQ(Imm(unroll), k)
	t.JGE(LabelRef("four"))
	t.Label("rest")
	t.ADDQ(Imm(unroll), k)
	t.JZ(LabelRef("done"))
	t.Label("one")
	step()
	t.DECQ(k)
	t.JNZ(LabelRef("one"))
	t.Label("done")
}

// step adds the products of a row of B, at b, and what a gives for each row of the tile.
func (t *tile) step(b Mem, a func(r int) Mem) {
	var vectors [2]vec
	for v := range t.vectors {
		vectors[v] = t.YMM()
		t.read(b, v, vectors[v])
		if t.kept != nil {
			t.VMOVUPS(vectors[v], Mem{Base: *t.kept, Disp: 32 * v})
		}
	}
	if t.kept != nil {
		t.ADDQ(I32(64), *t.kept)
	}
	for r := range t.rows {
		x := t.YMM()
		t.VBROADCASTSS(a(r), x)
		for v := range t.vectors {
			t.addProduct(t.acc[r][v], x, vectors[v])
		}
	}
}

// finish applies relu and mask, stores the tile, and moves on to the next one.
func (t *tile) finish() {
	t.TESTQ(U32(flagRelu), t.address("flags"))
	t.JZ(LabelRef("linear"))
	zero := t.zero()
	for r := range t.rows {
		for v := range t.vectors {
			t.VMAXPS(t.acc[r][v], zero, t.acc[r][v])
		}
	}
	t.Label("linear")
	mask := t.param("mask")
	t.TESTQ(mask, mask)
	t.JZ(LabelRef("store"))
	stride := t.param("maskRow")
	at := t.rowsOf(mask, stride)
	zero, m := t.zero(), t.YMM()
	for r := range t.rows {
		for v := range t.vectors {
			t.read(at(r), v, m)
			t.VCMPPS(U8(notLessOrEqual), zero, m, m)
			t.VANDPS(m, t.acc[r][v], t.acc[r][v])
		}
	}
	for range t.rows {
		t.ADDQ(stride, mask)
	}
	t.MOVQ(mask, t.address("mask"))
	t.Label("store")
	at = t.rowsOf(t.c, t.cRow)
	for r := range t.rows {
		for v := range t.vectors {
			t.write(t.acc[r][v], at(r), v)
		}
	}
	for range t.rows {
		t.ADDQ(t.cRow, t.c)
	}
}
