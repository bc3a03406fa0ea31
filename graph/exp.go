package graph

import "math"

// Exp returns eˣ of each element x. It overflows float32 above 88.7.
func (n *Node) Exp() *Node { return apply(expOp{}, n) }

type expOp struct {
	elementwise
	smooth
}

func (expOp) Name() string { return "Exp" }
func (expOp) Range(in []*Node) Range {
	r := only(in[0].rng.monotone(math.Exp))
	r.LoOpen = r.LoOpen || r.Lo == 0
	return r
}
func (expOp) Grad(n, dy *Node) []*Node {
	return []*Node{dy.Mul(n)}
}
func (expOp) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		out.Data[i] = math.Exp(x)
	}
}
