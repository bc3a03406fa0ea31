package graph

import "math"

// Erf returns the error function of each element x.
func (n *Node) Erf() *Node { return apply(erfOp{}, n) }

type erfOp struct {
	elementwise
	smooth
}

func (erfOp) Name() string { return "Erf" }
func (erfOp) Range(in []*Node) Range {
	return only(in[0].rng.monotone(math.Erf).open(-1, 1))
}
func (erfOp) Grad(n, dy *Node) []*Node {
	return []*Node{dy.Mul(n.in[0].Square().Neg().Exp()).Scale(2 / math.Sqrt(math.Pi))}
}
func (erfOp) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		out.Data[i] = math.Erf(x)
	}
}
