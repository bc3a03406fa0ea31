package graph

import "math"

// Sqrt returns the square root of each element x.
//
// Domain: x ≥ 0. Its derivative ½/√x is infinite at 0.
func (n *Node) Sqrt() *Node { return apply(sqrtOp{}, n) }

type sqrtOp struct {
	elementwise
	smooth
}

func (sqrtOp) Name() string { return "Sqrt" }
func (sqrtOp) Range(in []*Node) Range {
	return only(in[0].rng.monotone(math.Sqrt))
}
func (sqrtOp) Grad(n, dy *Node) []*Node {
	return []*Node{dy.Scale(0.5).Div(n)}
}
func (sqrtOp) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		out.Data[i] = math.Sqrt(x)
	}
}
func (sqrtOp) Least(int) float64 { return 0 }
