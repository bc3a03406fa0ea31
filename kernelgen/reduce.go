package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// reduction adds elements to 32 lanes that live in memory between calls: element i goes to lane i%32.
type reduction struct {
	name, formula string
	slices        int  // operands called a, b
	number        bool // and x
	store         bool // write the term to dst
	term          func(g *gen, in []vec, x vec) vec
	merge         func(g *gen, acc, term vec) vec // may change acc
}

func addTo(g *gen, acc, term vec) vec {
	g.VADDPS(term, acc, acc)
	return acc
}

func operandA(_ *gen, in []vec, _ vec) vec { return in[0] }

func expOf(g *gen, in []vec, x vec) vec { return exp(g, g.sub(in[0], x)) }

var reductions = []reduction{
	{name: "sum", formula: "adds a to the lanes", slices: 1, term: operandA, merge: addTo},
	{name: "dot", formula: "adds a·b to the lanes", slices: 2,
		term:  func(g *gen, in []vec, _ vec) vec { return in[0] }, // the product is part of the addition
		merge: nil},
	{name: "minOf", formula: "sets the lanes to the smaller of lane and a", slices: 1, term: operandA, merge: least},
	{name: "maxOf", formula: "sets the lanes to the larger of lane and a", slices: 1, term: operandA, merge: most},
	{name: "sumExp", formula: "adds exp(a-x) to the lanes", slices: 1, number: true, term: expOf, merge: addTo},
	{name: "expSum", formula: "sets dst to exp(a-x), and adds it to the lanes", slices: 1, number: true, store: true, term: expOf, merge: addTo},
}

func emitReduce(g *gen) {
	for _, r := range reductions {
		r.emit(g)
	}
	emitSumColumns(g)
}

func (r reduction) emit(g *gen) {
	signature := "func(lanes *float32, "
	if r.store {
		signature += "dst, "
	}
	names := []string{"a", "b"}[:r.slices]
	for i, name := range names {
		if i > 0 {
			signature += ", "
		}
		signature += name
	}
	signature += " *float32, n int"
	if r.number {
		signature += ", x float32"
	}
	g.begin(r.name+"AVX2", signature+")", r.formula+": element i belongs to lane i%32.")
	lanes := g.param("lanes")
	var pointers []reg.GPVirtual
	for _, name := range names {
		pointers = append(pointers, g.param(name))
	}
	var dst reg.GPVirtual
	if r.store {
		dst = g.param("dst")
	}
	var x vec
	if r.number {
		x = g.scalar("x")
	}
	n, offset := g.param("n"), g.GP64()
	g.XORQ(offset, offset)
	var acc [4]vec
	for v := range acc {
		acc[v] = g.load(Mem{Base: lanes, Disp: 32 * v})
	}
	at := func(p reg.GPVirtual, v int) Mem { return Mem{Base: p, Index: offset, Scale: 1, Disp: 32 * v} }
	// update adds vector v of this round to its lanes.
	update := func(v int, mask *vec) {
		var in []vec
		for _, p := range pointers {
			y := g.YMM()
			if mask != nil {
				g.VMASKMOVPS(at(p, v), *mask, y)
			} else {
				g.VMOVUPS(at(p, v), y)
			}
			in = append(in, y)
		}
		if r.merge == nil {
			g.addProduct(acc[v], in[0], in[1])
			return
		}
		term := r.term(g, in, x)
		if r.store && mask != nil {
			g.VMASKMOVPS(term, *mask, at(dst, v))
		} else if r.store {
			g.VMOVUPS(term, at(dst, v))
		}
		if mask == nil {
			g.VMOVAPS(r.merge(g, acc[v], term), acc[v])
			return
		}
		before := g.copy(acc[v])
		g.VBLENDVPS(*mask, r.merge(g, acc[v], term), before, acc[v])
	}
	g.Label("rounds")
	g.CMPQ(n, I32(32))
	g.JL(LabelRef("rest0"))
	for v := range acc {
		update(v, nil)
	}
	g.ADDQ(I32(128), offset)
	g.SUBQ(I32(32), n)
	g.JMP(LabelRef("rounds"))
	for v := range acc {
		g.Label(fmt.Sprintf("rest%d", v))
		if v < 3 {
			g.CMPQ(n, I32(8))
			g.JL(LabelRef(fmt.Sprintf("last%d", v)))
			update(v, nil)
			g.SUBQ(I32(8), n)
			continue
		}
		g.JMP(LabelRef("last3"))
	}
	for v := range acc {
		g.Label(fmt.Sprintf("last%d", v))
		g.TESTQ(n, n)
		g.JZ(LabelRef("done"))
		mask := g.laneMask(n)
		update(v, &mask)
		if v < 3 {
			g.JMP(LabelRef("done"))
		}
	}
	g.Label("done")
	for v := range acc {
		g.VMOVUPS(acc[v], Mem{Base: lanes, Disp: 32 * v})
	}
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
