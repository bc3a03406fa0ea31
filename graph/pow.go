package graph

import "math"

// Pow returns aᵇ, element by element.
//
// Domain: a ≥ 0 unless b is a constant whole number. The special cases are those
// of [math.Pow]. The derivative to b is taken as 0 where a = 0.
func (n *Node) Pow(b *Node) *Node {
	if c, ok := b.scalar(); ok {
		return n.PowConst(c)
	}
	return binary(powOp{}, n, b)
}

// PowConst returns each element to the power c. The derivative c·xᶜ⁻¹ is infinite
// at 0 for c < 1.
func (n *Node) PowConst(c float64) *Node {
	switch {
	case c == 1 && n.dtype == Float:
		return n
	case c == 2:
		return n.Square()
	}
	return apply(powConstOp{Exponent: real(c)}, n)
}

type powOp struct {
	elementwise
	smooth
}

func (powOp) Name() string { return "Power" }
func (powOp) Range(in []*Node) Range {
	a, b := in[0].rng, in[1].rng
	if a.Lo >= 0 && a.Hi <= 1 && b.Lo >= 0 {
		return only(Within(0, 1))
	}
	if a.Lo >= 0 {
		return only(Interval{Lo: 0, Hi: math.Inf(1)})
	}
	return Unknown
}
func (powOp) Least(i int) float64 {
	if i == 0 {
		return 0
	}
	return math.Inf(-1)
}
func (powOp) Grad(n, dy *Node) []*Node {
	a, b := n.in[0], n.in[1]
	zero := n.g.Const(0)
	toBase := dy.Mul(b).Mul(a.Pow(b.Shift(-1)))
	// a⁰·ln a at a = 0 is 0·Inf; the limit of aᵇ·ln a is 0 for b > 0.
	safe := a.Greater(zero).Where(a, n.g.Const(1))
	return []*Node{toBase, dy.Mul(n).Mul(safe.Log())}
}
func (powOp) Ref(rows int, out Array, in []Array) {
	for i, a := range in[0].Data {
		out.Data[i] = math.Pow(a, in[1].Data[i])
	}
}

type powConstOp struct {
	elementwise
	Exponent real `json:"exponent"`
}

func (powConstOp) Name() string { return "Pow" }
func (op powConstOp) Diff() (Diff, string) {
	if op.Exponent == 0 {
		return Flat, "by 0 returns 1 for every value: " + unmoved
	}
	return Smooth, ""
}

func (op powConstOp) of(x float64) float64 { return math.Pow(x, float64(op.Exponent)) }

func (op powConstOp) whole() bool { return float64(op.Exponent) == math.Trunc(float64(op.Exponent)) }
func (op powConstOp) odd() bool   { return math.Mod(float64(op.Exponent), 2) != 0 }

func (op powConstOp) Range(in []*Node) Range {
	a := in[0].rng.Interval
	switch {
	case a.Lo >= 0 && op.Exponent >= 0:
		return only(a.monotone(op.of))
	case a.Lo >= 0:
		return only(a.neg().monotone(func(x float64) float64 { return op.of(math.Abs(x)) }))
	case op.whole() && op.odd() && op.Exponent > 0:
		return only(a.monotone(op.of))
	case op.whole() && op.Exponent >= 0:
		return only(Interval{Lo: 0, Hi: math.Max(op.of(a.Lo), op.of(a.Hi))})
	}
	return Unknown
}
func (op powConstOp) Least(int) float64 {
	if op.whole() {
		return math.Inf(-1)
	}
	return 0
}
func (op powConstOp) Grad(n, dy *Node) []*Node {
	if op.Exponent == 0 {
		return []*Node{nil}
	}
	return []*Node{dy.Mul(n.in[0].PowConst(float64(op.Exponent - 1))).Scale(float64(op.Exponent))}
}
func (op powConstOp) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		out.Data[i] = op.of(x)
	}
}
