package main

import (
	. "github.com/mmcloughlin/avo/operand"
)

// emitMatrix writes the transpose of 8x8 blocks: 4x4 transposes within the halves of the registers, then an exchange of
// halves.
func emitMatrix(g *gen) {
	g.begin("transposeAVX2", "func(dst *float32, dstRow uintptr, src *float32, srcRow uintptr, blocks int)",
		"transposes 8x8 blocks: those of src lie beside each other, those of dst below each other. Strides are in bytes.")
	dst, dstRow, src, srcRow, blocks := g.param("dst"), g.param("dstRow"), g.param("src"), g.param("srcRow"), g.param("blocks")
	g.Label("block")
	row := g.GP64()
	g.MOVQ(src, row)
	var in, pairs, fours [8]vec
	for i := range in {
		in[i] = g.load(Mem{Base: row})
		g.ADDQ(srcRow, row)
	}
	for i := 0; i < 8; i += 2 {
		pairs[i], pairs[i+1] = g.YMM(), g.YMM()
		g.VUNPCKLPS(in[i+1], in[i], pairs[i])
		g.VUNPCKHPS(in[i+1], in[i], pairs[i+1])
	}
	for i := 0; i < 8; i += 4 {
		for j := range 2 {
			fours[i+2*j], fours[i+2*j+1] = g.YMM(), g.YMM()
			g.VUNPCKLPD(pairs[i+2+j], pairs[i+j], fours[i+2*j])
			g.VUNPCKHPD(pairs[i+2+j], pairs[i+j], fours[i+2*j+1])
		}
	}
	for half := range 2 {
		for i := range 4 {
			v := g.YMM()
			g.VPERM2F128(U8(0x20+0x11*half), fours[4+i], fours[i], v)
			g.VMOVUPS(v, Mem{Base: dst})
			g.ADDQ(dstRow, dst)
		}
	}
	g.ADDQ(I32(32), src)
	g.DECQ(blocks)
	g.JNZ(LabelRef("block"))
	g.end()
}
