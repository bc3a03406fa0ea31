package graph

// Neg returns −n.
func (n *Node) Neg() *Node { return apply(negOp{}, n) }

type negOp struct {
	elementwise
	smooth
}

func (negOp) Name() string { return "Neg" }
func (negOp) Range(in []*Node) Range {
	r := only(in[0].rng.neg())
	if in[0].rng.Tag == Score {
		r.Tag = Score
	}
	return r
}
func (negOp) Grad(n, dy *Node) []*Node { return []*Node{dy.Neg()} }
func (negOp) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		out.Data[i] = -x
	}
}
