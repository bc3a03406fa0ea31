package graph

import "math"

// Expm1 returns eˣ − 1 of each element x, accurate for small x.
func (n *Node) Expm1() *Node { return apply(expm1Op{}, n) }

type expm1Op struct {
	elementwise
	smooth
}

func (expm1Op) Name() string { return "Expm1" }
func (expm1Op) Range(in []*Node) Range {
	return only(in[0].rng.monotone(math.Expm1))
}
func (expm1Op) Grad(n, dy *Node) []*Node {
	return []*Node{dy.Mul(n.Shift(1))}
}
func (expm1Op) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		out.Data[i] = math.Expm1(x)
	}
}
