package main

import (
	"math"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// emitSoftmax writes three kernels over rows. Each begins with the row's largest element and the sum of exp(x-max).
func emitSoftmax(g *gen) {
	r := beginSoftmax(g, "softmax", "softmax", "exp(x-max)/sum(exp(x-max))")
	m := r.largest()
	scale := g.div(g.load(g.float(1)), r.sumOfExp(m, true))
	g.sweep("scale", r.cols, func(_ int, at func(reg.GPVirtual) Mem, mask *vec) {
		g.write(g.mul(g.read(at(r.dst), mask), scale), at(r.dst), mask)
	})
	r.end(r.bytes)

	r = beginSoftmax(g, "logSoftmax", "logarithms of the softmax", "x-max-ln(sum(exp(x-max)))")
	m = r.largest()
	l := log(g, r.sumOfExp(m, false))
	g.sweep("shift", r.cols, func(_ int, at func(reg.GPVirtual) Mem, mask *vec) {
		g.write(g.sub(g.sub(g.read(at(r.a), mask), m), l), at(r.dst), mask)
	})
	r.end(r.bytes)

	r = beginSoftmax(g, "logSumExp", "logarithms of the sum of exponentials", "max+ln(sum(exp(x-max)))")
	m = r.largest()
	l = g.add(m, log(g, r.sumOfExp(m, false)))
	infinite := g.compare(equalTo, g.absolute(m), g.bits(math.Float32bits(float32(math.Inf(1)))))
	g.VMOVSS(g.pick(infinite, m, l).AsX(), Mem{Base: r.dst})
	four := g.GP64()
	g.MOVQ(I32(4), four)
	r.end(four)
}

// rowsKernel is the state of a kernel over the rows of a dense matrix.
type rowsKernel struct {
	*gen
	dst, a, cols, bytes reg.GPVirtual
}

func beginSoftmax(g *gen, name, what, formula string) *rowsKernel {
	g.begin(name+"AVX2", "func(dst, a *float32, rows, cols int)", "sets dst to the "+what+" of the rows of a: "+formula+".")
	r := &rowsKernel{gen: g, dst: g.param("dst"), a: g.param("a"), cols: g.param("cols"), bytes: g.GP64()}
	g.MOVQ(r.cols, r.bytes)
	g.SHLQ(U8(2), r.bytes)
	g.Label("row")
	return r
}

// end moves on to the next row, dstStep further in dst.
func (r *rowsKernel) end(dstStep reg.GPVirtual) {
	r.ADDQ(r.bytes, r.a)
	r.ADDQ(dstStep, r.dst)
	r.DECQ(r.address("rows"))
	r.JNZ(LabelRef("row"))
	r.gen.end()
}

// largest returns the row's largest element in every lane.
func (r *rowsKernel) largest() vec {
	acc := r.lanesOf(math.Inf(-1))
	r.sweep("max", r.cols, func(v int, at func(reg.GPVirtual) Mem, mask *vec) {
		r.mergeInto(acc[v], r.read(at(r.a), mask), mask, most)
	})
	return r.tree(acc, most)
}

// sumOfExp returns the sum of exp(x-m) in every lane, and stores the terms if asked.
func (r *rowsKernel) sumOfExp(m vec, store bool) vec {
	acc := r.lanesOf(0)
	r.sweep("exp", r.cols, func(v int, at func(reg.GPVirtual) Mem, mask *vec) {
		y := exp(r.gen, r.sub(r.read(at(r.a), mask), m))
		if store {
			r.write(y, at(r.dst), mask)
		}
		r.mergeInto(acc[v], y, mask, addTo)
	})
	return r.tree(acc, addTo)
}
