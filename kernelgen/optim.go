package main

import (
	"strings"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func emitOptim(g *gen) {
	emitUpdate(g, "adam", []string{"p", "grad", "m", "v"},
		[]string{"rate", "beta1", "rest1", "beta2", "rest2", "eps", "root", "keep", "scale", "l2"},
		func(in, c []vec) []vec {
			p, grad, m, v := in[0], in[1], in[2], in[3]
			rate, beta1, rest1, beta2, rest2, eps, root, keep, scale, l2 := c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9]
			d := g.add(g.mul(grad, scale), g.mul(p, l2))
			m = g.add(g.mul(m, beta1), g.mul(d, rest1))
			v = g.add(g.mul(v, beta2), g.mul(g.mul(d, d), rest2))
			step := g.div(g.mul(m, rate), g.add(g.mul(g.squareRoot(v), root), eps))
			return []vec{g.sub(g.mul(p, keep), step), nil, m, v}
		})
	constants := []string{"rate", "momentum", "keep", "scale", "l2"}
	gradient := func(in, c []vec) vec { return g.add(g.mul(in[1], c[3]), g.mul(in[0], c[4])) }
	descend := func(in, c []vec, step vec) vec { return g.sub(g.mul(in[0], c[2]), g.mul(step, c[0])) }
	emitUpdate(g, "sgd", []string{"p", "grad"}, constants, func(in, c []vec) []vec {
		return []vec{descend(in, c, gradient(in, c)), nil}
	})
	emitUpdate(g, "momentum", []string{"p", "grad", "u"}, constants, func(in, c []vec) []vec {
		u := g.add(g.mul(in[2], c[1]), gradient(in, c))
		return []vec{descend(in, c, u), nil, u}
	})
	emitUpdate(g, "nesterov", []string{"p", "grad", "u"}, constants, func(in, c []vec) []vec {
		d := gradient(in, c)
		u := g.add(g.mul(in[2], c[1]), d)
		return []vec{descend(in, c, g.add(d, g.mul(u, c[1]))), nil, u}
	})
}

// emitUpdate writes a kernel that replaces some of its operands, elementwise. The body returns the new vectors, nil for
// those that stay.
func emitUpdate(g *gen, name string, slices, numbers []string, body func(in, c []vec) []vec) {
	signature := "func(" + strings.Join(slices, ", ") + " *float32, n int, " + strings.Join(numbers, ", ") + " float32)"
	g.begin(name+"AVX2", signature, "updates the parameters p and their moments.")
	c, p := g.scalars(numbers), g.params(slices)
	g.eachVector(g.param("n"), 1, func(at func(reg.GPVirtual) Mem, mask *vec) {
		var in []vec
		for _, operand := range p {
			in = append(in, g.read(at(operand), mask))
		}
		for i, y := range body(in, c) {
			if y != nil {
				g.write(y, at(p[i]), mask)
			}
		}
	})
	g.end()
}
