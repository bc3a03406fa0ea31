package graph

// Square returns x² of each element x.
func (n *Node) Square() *Node { return apply(squareOp{}, n) }

type squareOp struct {
	elementwise
	smooth
}

func (squareOp) Name() string { return "Square" }
func (squareOp) Range(in []*Node) Range {
	a := only(in[0].rng.mul(in[0].rng.Interval))
	if in[0].rng.Has(0) || a.Lo < 0 {
		a.Lo, a.LoOpen = 0, !in[0].rng.Has(0)
	}
	return a
}
func (squareOp) Grad(n, dy *Node) []*Node {
	return []*Node{dy.Mul(n.in[0]).Scale(2)}
}
func (squareOp) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		out.Data[i] = x * x
	}
}
