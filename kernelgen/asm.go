package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// vec is a vector register of eight float32 (or eight int32, or four float64).
type vec = reg.VecVirtual

// gen is an assembly file under construction. Its lower-case methods are vector expressions: each returns a new
// register and leaves its operands alone, unless its comment says otherwise. Operands of type operand.Op may be memory.
type gen struct {
	*build.Context
	constants map[string]operand.Mem
}

func newGen() *gen {
	c := build.NewContext()
	c.ConstraintExpr("!noasm")
	return &gen{Context: c, constants: map[string]operand.Mem{}}
}

// begin starts a function.
func (g *gen) begin(name, signature, doc string) {
	g.Function(name)
	g.Attributes(attr.NOSPLIT)
	g.Pragma("noescape")
	g.SignatureExpr(signature)
	g.Doc(name + " " + doc)
}

// end leaves the vector state as Go expects it and returns.
func (g *gen) end() {
	g.VZEROUPPER()
	g.RET()
}

// param loads an integer or pointer parameter.
func (g *gen) param(name string) reg.GPVirtual {
	r := g.GP64()
	g.Load(g.Param(name), r)
	return r
}

// address returns where a parameter lies in memory.
func (g *gen) address(name string) operand.Mem {
	b, err := g.Param(name).Resolve()
	if err != nil {
		panic(err) // a name that the signature lacks
	}
	return b.Addr
}

// scalar broadcasts a float32 parameter.
func (g *gen) scalar(name string) vec {
	v := g.YMM()
	g.VBROADCASTSS(g.address(name), v)
	return v
}

// params loads several integer or pointer parameters.
func (g *gen) params(names []string) (r []reg.GPVirtual) {
	for _, name := range names {
		r = append(r, g.param(name))
	}
	return r
}

// scalars broadcasts several float32 parameters.
func (g *gen) scalars(names []string) (v []vec) {
	for _, name := range names {
		v = append(v, g.scalar(name))
	}
	return v
}

// bits returns the memory of a vector whose eight 32-bit lanes are b.
func (g *gen) bits(b uint32) operand.Mem {
	return g.table(fmt.Sprintf("c32_%08x", b), 8, func(int) operand.Constant { return operand.U32(b) })
}

// float returns the memory of a vector of eight times x. (An operand.F32 of a whole number would be printed as an integer.)
func (g *gen) float(x float64) operand.Mem { return g.bits(math.Float32bits(float32(x))) }

// double returns the memory of a vector of four times x.
func (g *gen) double(x float64) operand.Mem { return g.bits64(math.Float64bits(x)) }

// bits64 returns the memory of a vector whose four 64-bit lanes are b.
func (g *gen) bits64(b uint64) operand.Mem {
	return g.table(fmt.Sprintf("c64_%016x", b), 4, func(int) operand.Constant { return operand.U64(b) })
}

// table returns the memory of a read-only table, made on first use.
func (g *gen) table(name string, n int, entry func(i int) operand.Constant) operand.Mem {
	if m, ok := g.constants[name]; ok {
		return m
	}
	m := g.StaticGlobal(name)
	g.DataAttributes(attr.RODATA | attr.NOPTR)
	for i := range n {
		g.AppendDatum(entry(i))
	}
	g.constants[name] = m
	return m
}

// laneMask returns a mask of the first n lanes, 0 <= n <= 8.
func (g *gen) laneMask(n reg.GPVirtual) vec {
	t := g.table("lanes", 16, func(i int) operand.Constant {
		if i < 8 {
			return operand.U32(math.MaxUint32)
		}
		return operand.U32(0)
	})
	p, back := g.GP64(), g.GP64()
	g.LEAQ(t.Offset(32), p)
	g.MOVQ(n, back)
	g.NEGQ(back)
	v := g.YMM()
	g.VMOVDQU(operand.Mem{Base: p, Index: back, Scale: 4}, v)
	return v
}

func (g *gen) load(m operand.Op) vec {
	v := g.YMM()
	g.VMOVUPS(m, v)
	return v
}

// read loads a vector, or its first lanes.
func (g *gen) read(m operand.Mem, mask *vec) vec {
	if mask == nil {
		return g.load(m)
	}
	v := g.YMM()
	g.VMASKMOVPS(m, *mask, v)
	return v
}

// write stores a vector, or its first lanes.
func (g *gen) write(v vec, m operand.Mem, mask *vec) {
	if mask == nil {
		g.VMOVUPS(v, m)
	} else {
		g.VMASKMOVPS(v, *mask, m)
	}
}

// eachVector walks over n elements: several vectors a round, then one, then what is left through a mask, by the same
// instructions, so that no value depends on its position. The body handles one vector; at gives its memory for a pointer
// to the first element.
func (g *gen) eachVector(n reg.GPVirtual, unroll int, body func(at func(p reg.GPVirtual) operand.Mem, mask *vec)) {
	offset := g.GP64()
	g.XORQ(offset, offset)
	round := func(vectors int) {
		for v := range vectors {
			body(func(p reg.GPVirtual) operand.Mem {
				return operand.Mem{Base: p, Index: offset, Scale: 1, Disp: 32 * v}
			}, nil)
		}
		g.ADDQ(operand.I32(32*vectors), offset)
		g.SUBQ(operand.I32(8*vectors), n)
	}
	if unroll > 1 {
		g.Label("rounds")
		g.CMPQ(n, operand.I32(8*unroll))
		g.JL(operand.LabelRef("vectors"))
		round(unroll)
		g.JMP(operand.LabelRef("rounds"))
	}
	g.Label("vectors")
	g.CMPQ(n, operand.I32(8))
	g.JL(operand.LabelRef("rest"))
	round(1)
	g.JMP(operand.LabelRef("vectors"))
	g.Label("rest")
	g.TESTQ(n, n)
	g.JZ(operand.LabelRef("done"))
	mask := g.laneMask(n)
	body(func(p reg.GPVirtual) operand.Mem { return operand.Mem{Base: p, Index: offset, Scale: 1} }, &mask)
	g.Label("done")
}

func (g *gen) copy(a vec) vec {
	v := g.YMM()
	g.VMOVAPS(a, v)
	return v
}

func (g *gen) zero() vec {
	v := g.YMM()
	g.VXORPS(v, v, v)
	return v
}

func (g *gen) add(a vec, b operand.Op) vec { v := g.YMM(); g.VADDPS(b, a, v); return v }
func (g *gen) sub(a vec, b operand.Op) vec { v := g.YMM(); g.VSUBPS(b, a, v); return v }
func (g *gen) mul(a vec, b operand.Op) vec { v := g.YMM(); g.VMULPS(b, a, v); return v }
func (g *gen) div(a vec, b operand.Op) vec { v := g.YMM(); g.VDIVPS(b, a, v); return v }
func (g *gen) and(a vec, b operand.Op) vec { v := g.YMM(); g.VANDPS(b, a, v); return v }
func (g *gen) or(a vec, b operand.Op) vec  { v := g.YMM(); g.VORPS(b, a, v); return v }
func (g *gen) xor(a vec, b operand.Op) vec { v := g.YMM(); g.VXORPS(b, a, v); return v }

// andNot returns b without the bits of a.
func (g *gen) andNot(a vec, b operand.Op) vec { v := g.YMM(); g.VANDNPS(b, a, v); return v }

// min returns a < b ? a : b, max a > b ? a : b: the second operand where one is NaN or both are equal.
func (g *gen) min(a vec, b operand.Op) vec { v := g.YMM(); g.VMINPS(b, a, v); return v }
func (g *gen) max(a vec, b operand.Op) vec { v := g.YMM(); g.VMAXPS(b, a, v); return v }

// Predicates of compare.
const (
	equalTo           = 0x00 // false with NaN, as the next four
	lessThan          = 0x11
	lessOrEqual       = 0x12
	unordered         = 0x03
	notEqualTo        = 0x04 // true with NaN
	notLess           = 0x15 // true with NaN
	notLessOrEqual    = 0x16 // true with NaN
	notGreaterOrEqual = 0x19 // true with NaN
	greaterOrEqual    = 0x1d
	greaterThan       = 0x1e
)

// compare returns all ones where a and b stand in the relation.
func (g *gen) compare(predicate uint8, a vec, b operand.Op) vec {
	v := g.YMM()
	g.VCMPPS(operand.U8(predicate), b, a, v)
	return v
}

// pick returns yes where the mask is set, else no.
func (g *gen) pick(mask vec, yes operand.Op, no vec) vec {
	v := g.YMM()
	g.VBLENDVPS(mask, yes, no, v)
	return v
}

// fma sets a to a·b + c and returns it.
func (g *gen) fma(a, b vec, c operand.Op) vec { g.VFMADD213PS(c, b, a); return a }

// addProduct sets sum to sum + a·b and returns it.
func (g *gen) addProduct(sum, a vec, b operand.Op) vec { g.VFMADD231PS(b, a, sum); return sum }

// subProduct sets sum to sum - a·b and returns it.
func (g *gen) subProduct(sum, a vec, b operand.Op) vec { g.VFNMADD231PS(b, a, sum); return sum }

// horner returns c[0] + c[1]·x + c[2]·x² + ...
func (g *gen) horner(x vec, c []float64) vec {
	y := g.load(g.float(c[len(c)-1]))
	for i := len(c) - 2; i >= 0; i-- {
		y = g.fma(y, x, g.float(c[i]))
	}
	return y
}

func (g *gen) absolute(a vec) vec { return g.and(a, g.bits(0x7fffffff)) }

// round returns the nearest whole number, half to even.
func (g *gen) round(a operand.Op) vec { v := g.YMM(); g.VROUNDPS(operand.U8(8), a, v); return v }

func (g *gen) toInt(a vec) vec      { v := g.YMM(); g.VCVTPS2DQ(a, v); return v }
func (g *gen) toFloat(a vec) vec    { v := g.YMM(); g.VCVTDQ2PS(a, v); return v }
func (g *gen) squareRoot(a vec) vec { v := g.YMM(); g.VSQRTPS(a, v); return v }

func (g *gen) addInt(a vec, b operand.Op) vec { v := g.YMM(); g.VPADDD(b, a, v); return v }
func (g *gen) subInt(a vec, b operand.Op) vec { v := g.YMM(); g.VPSUBD(b, a, v); return v }
func (g *gen) shiftLeft(a vec, n uint8) vec   { v := g.YMM(); g.VPSLLD(operand.U8(n), a, v); return v }
func (g *gen) shiftRight(a vec, n uint8) vec  { v := g.YMM(); g.VPSRLD(operand.U8(n), a, v); return v }

// shiftSigned is shiftRight that keeps the sign.
func (g *gen) shiftSigned(a vec, n uint8) vec { v := g.YMM(); g.VPSRAD(operand.U8(n), a, v); return v }
