package graph

import "math"

// Log1p returns ln(1 + x) of each element x, accurate for small x.
//
// Domain: x ≥ −1.
func (n *Node) Log1p() *Node { return apply(log1pOp{}, n) }

type log1pOp struct {
	elementwise
	smooth
}

func (log1pOp) Name() string { return "Log1p" }
func (log1pOp) Range(in []*Node) Range {
	return only(in[0].rng.monotone(math.Log1p))
}
func (log1pOp) Grad(n, dy *Node) []*Node {
	return []*Node{dy.Div(n.in[0].Shift(1))}
}
func (log1pOp) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		out.Data[i] = math.Log1p(x)
	}
}
func (log1pOp) Least(int) float64 { return -1 }
