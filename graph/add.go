package graph

// Add returns a + b, element by element.
//
// Shapes: as NumPy broadcasts, but never rows against other rows.
func (n *Node) Add(b *Node) *Node { return binary(addOp{}, n, b) }

// Shift returns n + c.
func (n *Node) Shift(c float64) *Node { return n.Add(n.g.Const(c)) }

type addOp struct {
	elementwise
	smooth
}

func (addOp) Name() string { return "Add" }
func (addOp) Range(in []*Node) Range {
	r := only(in[0].rng.add(in[1].rng.Interval))
	if in[0].rng.Tag == Score || in[1].rng.Tag == Score {
		r.Tag = Score // a shifted score is a score: bias, residual
	}
	return r
}
func (addOp) Grad(n, dy *Node) []*Node { return []*Node{dy, dy} }
func (addOp) Ref(rows int, out Array, in []Array) {
	for i := range out.Data {
		out.Data[i] = in[0].Data[i] + in[1].Data[i]
	}
}
