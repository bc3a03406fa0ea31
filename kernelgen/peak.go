package main

import (
	. "github.com/mmcloughlin/avo/operand"
)

// emitPeak writes the yardstick: as many independent chains as hide the latency of an FMA, nothing else.
func emitPeak(g *gen) {
	g.begin("peakAVX2", "func(rounds int)", "performs rounds of 12 independent fused multiply-adds of eight numbers.")
	rounds := g.param("rounds")
	var acc [12]vec
	for i := range acc {
		acc[i] = g.zero()
	}
	x := g.zero()
	g.Label("round")
	for i := range acc {
		g.addProduct(acc[i], x, x)
	}
	g.DECQ(rounds)
	g.JNZ(LabelRef("round"))
	g.end()
}
