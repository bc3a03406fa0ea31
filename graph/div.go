package graph

// Div returns a / b, element by element, with the floating point rules for b = 0.
//
// Shapes: as NumPy broadcasts, but never rows against other rows.
func (n *Node) Div(b *Node) *Node { return binary(divOp{}, n, b) }

type divOp struct {
	elementwise
	smooth
}

func (divOp) Name() string { return "Div" }
func (divOp) Range(in []*Node) Range {
	return only(in[0].rng.mul(in[1].rng.inverse()))
}
func (divOp) Grad(n, dy *Node) []*Node {
	return []*Node{dy.Div(n.in[1]), dy.Mul(n).Div(n.in[1]).Neg()}
}
func (divOp) Ref(rows int, out Array, in []Array) {
	for i := range out.Data {
		out.Data[i] = in[0].Data[i] / in[1].Data[i]
	}
}
