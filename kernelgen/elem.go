package main

import (
	"strings"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// elementwise is a kernel that computes each element of dst from the same element of up to three slices and from up to
// two numbers.
type elementwise struct {
	name, formula string
	slices        int // operands called a, b, c
	numbers       int // operands called x, y
	unroll        int // vectors a round
	// body returns dst for one vector of operands.
	body func(g *gen, in []vec, x []vec) vec
}

// emit writes the kernel.
func (e elementwise) emit(g *gen) {
	slices, numbers := []string{"dst", "a", "b", "c"}[:e.slices+1], []string{"x", "y"}[:e.numbers]
	signature := "func(" + strings.Join(slices, ", ") + " *float32, n int"
	if e.numbers > 0 {
		signature += ", " + strings.Join(numbers, ", ") + " float32"
	}
	g.begin(e.name+"AVX2", signature+")", "sets dst to "+e.formula+".")
	x, p := g.scalars(numbers), g.params(slices)
	g.eachVector(g.param("n"), e.unroll, func(at func(reg.GPVirtual) Mem, mask *vec) {
		var in []vec
		for _, operand := range p[1:] {
			in = append(in, g.read(at(operand), mask))
		}
		g.write(e.body(g, in, x), at(p[0]), mask)
	})
	g.end()
}

// unary, binary and withNumber make kernels of the common kinds.
func unary(name, formula string, f func(g *gen, a vec) vec) elementwise {
	return elementwise{name, formula, 1, 0, 4, func(g *gen, in, _ []vec) vec { return f(g, in[0]) }}
}

func binary(name, formula string, f func(g *gen, a, b vec) vec) elementwise {
	return elementwise{name, formula, 2, 0, 4, func(g *gen, in, _ []vec) vec { return f(g, in[0], in[1]) }}
}

func withNumber(name, formula string, f func(g *gen, a, x vec) vec) elementwise {
	return elementwise{name, formula, 1, 1, 4, func(g *gen, in, x []vec) vec { return f(g, in[0], x[0]) }}
}

// Functions of two operands, used for two slices and for a slice and a number.

func add(g *gen, a, b vec) vec        { return g.add(a, b) }
func sub(g *gen, a, b vec) vec        { return g.sub(a, b) }
func reverseSub(g *gen, a, b vec) vec { return g.sub(b, a) }
func mul(g *gen, a, b vec) vec        { return g.mul(a, b) }
func div(g *gen, a, b vec) vec        { return g.div(a, b) }
func reverseDiv(g *gen, a, b vec) vec { return g.div(b, a) }

// least and most keep a NaN on either side: the instruction gives b where one is NaN, so a is picked where it is the one.
func least(g *gen, a, b vec) vec { return g.pick(g.compare(unordered, a, a), a, g.min(a, b)) }
func most(g *gen, a, b vec) vec  { return g.pick(g.compare(unordered, a, a), a, g.max(a, b)) }

// relation returns a function that is 1 where a and b stand in the relation and 0 elsewhere.
func relation(predicate uint8) func(g *gen, a, b vec) vec {
	return func(g *gen, a, b vec) vec { return g.and(g.compare(predicate, a, b), g.float(1)) }
}

func reluGrad(g *gen, dy, y vec) vec { return g.and(g.compare(notLessOrEqual, y, g.zero()), dy) }

// sign returns 1 or -1 where a is above or below zero, else a.
func sign(g *gen, a vec) vec {
	zero := g.zero()
	up := g.pick(g.compare(greaterThan, a, zero), g.load(g.float(1)), a)
	return g.pick(g.compare(lessThan, a, zero), g.load(g.float(-1)), up)
}

func floor(g *gen, a vec) vec {
	v := g.YMM()
	g.VROUNDPS(U8(9), a, v)
	return v
}

var elementwiseKernels = []elementwise{
	binary("add", "a + b", add),
	binary("sub", "a - b", sub),
	binary("mul", "a·b", mul),
	binary("div", "a/b", div),
	binary("min", "min(a, b)", least),
	binary("max", "max(a, b)", most),
	binary("equal", "1 where a == b, else 0", relation(equalTo)),
	binary("notEqual", "1 where a != b, else 0", relation(notEqualTo)),
	binary("less", "1 where a < b, else 0", relation(lessThan)),
	binary("lessEqual", "1 where a <= b, else 0", relation(lessOrEqual)),
	binary("greater", "1 where a > b, else 0", relation(greaterThan)),
	binary("greaterEqual", "1 where a >= b, else 0", relation(greaterOrEqual)),
	binary("reluGrad", "0 where b <= 0, else a", reluGrad),

	withNumber("addS", "a + x", add),
	withNumber("rsubS", "x - a", reverseSub),
	withNumber("mulS", "a·x", mul),
	withNumber("divS", "a/x", div),
	withNumber("rdivS", "x/a", reverseDiv),
	withNumber("minS", "min(a, x)", least),
	withNumber("maxS", "max(a, x)", most),
	withNumber("equalS", "1 where a == x, else 0", relation(equalTo)),
	withNumber("notEqualS", "1 where a != x, else 0", relation(notEqualTo)),
	withNumber("lessS", "1 where a < x, else 0", relation(lessThan)),
	withNumber("lessEqualS", "1 where a <= x, else 0", relation(lessOrEqual)),
	withNumber("greaterS", "1 where a > x, else 0", relation(greaterThan)),
	withNumber("greaterEqualS", "1 where a >= x, else 0", relation(greaterOrEqual)),

	unary("neg", "-a", func(g *gen, a vec) vec { return g.xor(a, g.bits(1<<31)) }),
	unary("abs", "|a|", func(g *gen, a vec) vec { return g.absolute(a) }),
	unary("sqrt", "√a", func(g *gen, a vec) vec { return g.squareRoot(a) }),
	unary("square", "a²", func(g *gen, a vec) vec { return g.mul(a, a) }),
	unary("relu", "0 where a < 0, else a", func(g *gen, a vec) vec { return g.max(g.zero(), a) }),
	unary("round", "the nearest whole number of a, half to even", func(g *gen, a vec) vec { return g.round(a) }),
	unary("floor", "the largest whole number not above a", floor),
	unary("sign", "the sign of a", sign),

	{"where", "b where a is not 0, else c", 3, 0, 2, func(g *gen, in, _ []vec) vec {
		return g.pick(g.compare(notEqualTo, in[0], g.zero()), in[1], in[2])
	}},
	{"mulAdd", "a·b + c, rounded twice", 3, 0, 2, func(g *gen, in, _ []vec) vec { return g.add(g.mul(in[0], in[1]), in[2]) }},
	{"clip", "min(max(a, x), y)", 1, 2, 4, func(g *gen, in, x []vec) vec { return g.min(x[1], g.max(x[0], in[0])) }},
	{"scaleShift", "x·a + y, rounded twice", 1, 2, 4, func(g *gen, in, x []vec) vec { return g.add(g.mul(in[0], x[0]), x[1]) }},
	{"axpy", "b + x·a, rounded twice", 2, 1, 4, func(g *gen, in, x []vec) vec { return g.add(g.mul(in[0], x[0]), in[1]) }},
	{"fill", "x", 0, 1, 4, func(_ *gen, _, x []vec) vec { return x[0] }},
}

func emitElem(g *gen) {
	for _, e := range elementwiseKernels {
		e.emit(g)
	}
}
