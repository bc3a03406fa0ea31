package graph

// Neg returns −n.
func (n *Node) Neg() *Node { return apply(negOp{}, n) }

type negOp struct {
	elementwise
	smooth
}

func (negOp) Name() string { return "Neg" }
func (negOp) Range(in []*Node) Range {
	return Range{Interval: in[0].rng.neg(), Tag: affine(in[0])}
}
func (negOp) Grad(n, dy *Node) []*Node { return []*Node{dy.Neg()} }
func (negOp) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		out.Data[i] = -x
	}
}
