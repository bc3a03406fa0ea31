package graph

import "math"

// Abs returns |x| of each element x. The derivative at 0 is taken as 0.
func (n *Node) Abs() *Node { return apply(absOp{}, n) }

type absOp struct {
	elementwise
	kinked
}

func (absOp) Name() string { return "Abs" }
func (absOp) Range(in []*Node) Range {
	i := in[0].rng.Interval
	switch {
	case i.Lo >= 0:
		return only(i)
	case i.Hi <= 0:
		return only(i.neg())
	}
	return only(i.neg().Hull(i).limit(0, math.Inf(1)))
}
func (absOp) Grad(n, dy *Node) []*Node {
	return []*Node{dy.Mul(n.in[0].Sign())}
}
func (absOp) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		out.Data[i] = math.Abs(x)
	}
}
