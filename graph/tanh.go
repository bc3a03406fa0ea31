package graph

import "math"

// Tanh returns the hyperbolic tangent of each element x.
func (n *Node) Tanh() *Node { return apply(tanhOp{}, n) }

type tanhOp struct {
	elementwise
	smooth
}

func (tanhOp) Name() string { return "Tanh" }
func (tanhOp) Range(in []*Node) Range {
	return only(in[0].rng.monotone(math.Tanh).open(-1, 1))
}
func (tanhOp) Grad(n, dy *Node) []*Node {
	return []*Node{dy.Mul(n.Square().OneMinus())}
}
func (tanhOp) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		out.Data[i] = math.Tanh(x)
	}
}
