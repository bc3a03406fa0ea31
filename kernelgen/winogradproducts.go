package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// eachHeight writes loops over tiles of six rows and then of four, as often as the parameters sixes and fours say.
func (g *gen) eachHeight(body func(t *tile)) {
	for _, h := range []struct {
		rows  int
		param string
	}{{6, "sixes"}, {4, "fours"}} {
		left := g.param(h.param)
		g.TESTQ(left, left)
		g.JZ(LabelRef(h.param + "Done"))
		g.Label(h.param)
		t := &tile{gen: g, rows: h.rows, width: widths[0], name: h.param}
		t.clear()
		body(t)
		g.DECQ(left)
		g.JNZ(LabelRef(h.param))
		g.Label(h.param + "Done")
	}
}

// emitProducts writes the products of Winograd's form, position by position: the transformed patches of some tiles times
// a panel of weights.
//
//	for each position: M[tile][0:16] = sum over k of V[tile][k] · U[k][0:16]
func emitProducts(g *gen) {
	g.begin("winogradProducts", "func(v *float32, vTile, vStep uintptr, u *float32, uStep uintptr, m *float32, mStep uintptr, "+
		"positions, sixes, fours, k int)", "multiplies tiles, six or four at a time, with a panel. Strides are in bytes.")
	u, vTile := g.param("u"), g.param("vTile")
	g.Label("position")
	a, c := g.param("v"), g.param("m")
	g.eachHeight(func(t *tile) {
		p, q, b := g.GP64(), g.GP64(), g.GP64()
		g.MOVQ(a, p)
		t.third(p, vTile, q)
		g.MOVQ(u, b)
		g.loop(t.name+"Terms", g.param("k"), 4, func(i int) {
			t.step(Mem{Base: b, Disp: 64 * i}, func(r int) Mem { return rowFrom(p, q, vTile, r).Offset(4 * i) })
		}, func(n int) {
			g.ADDQ(I32(4*n), p)
			g.ADDQ(I32(4*n), q)
			g.ADDQ(I32(64*n), b)
		})
		for r := range t.rows {
			for v := range t.vectors {
				g.VMOVUPS(t.acc[r][v], Mem{Base: c, Disp: 64*r + 32*v})
			}
		}
		t.advance(vTile, a)
		g.ADDQ(I32(64*t.rows), c)
	})
	g.ADDQ(g.address("uStep"), u)
	g.nextPosition([]string{"v", "m"}, []string{"vStep", "mStep"})
	g.end()
}

// nextPosition moves pointer parameters on and repeats the loop over positions.
func (g *gen) nextPosition(pointers, steps []string) {
	for i, p := range pointers {
		var step reg.Register = g.param(steps[i])
		g.ADDQ(step, g.address(p))
	}
	g.DECQ(g.address("positions"))
	g.JNZ(LabelRef("position"))
}

// emitGradProducts writes the weight gradient of Winograd's form, position by position.
//
//	for each position: dU[k][0:16] += sum over tiles of V[tile][k] · Z[tile][0:16]
func emitGradProducts(g *gen) {
	g.begin("winogradGradProducts", "func(v *float32, vTile, vStep uintptr, z *float32, zStep uintptr, du *float32, duStep uintptr, "+
		"positions, sixes, fours, tiles int)", fmt.Sprintf("adds the products of tiles to a panel, %d or 4 rows at a time. Strides are in bytes.", maxRows))
	z, vTile := g.param("z"), g.param("vTile")
	g.Label("position")
	a, c := g.param("v"), g.param("du")
	g.eachHeight(func(t *tile) {
		p, q := g.GP64(), g.GP64()
		g.MOVQ(a, p)
		g.MOVQ(z, q)
		g.loop(t.name+"Tiles", g.param("tiles"), 4, func(i int) {
			t.step(Mem{Base: q, Disp: 64 * i}, func(r int) Mem { return Mem{Base: p, Disp: 4 * r} })
			g.ADDQ(vTile, p)
		}, func(n int) { g.ADDQ(I32(64*n), q) })
		for r := range t.rows {
			for v := range t.vectors {
				m := Mem{Base: c, Disp: 64*r + 32*v}
				g.VADDPS(m, t.acc[r][v], t.acc[r][v])
				g.VMOVUPS(t.acc[r][v], m)
			}
		}
		g.ADDQ(I32(4*t.rows), a)
		g.ADDQ(I32(64*t.rows), c)
	})
	g.ADDQ(g.address("zStep"), z)
	g.nextPosition([]string{"v", "du"}, []string{"vStep", "duStep"})
	g.end()
}
