package graph

// Mul returns a · b, element by element.
//
// Shapes: as NumPy broadcasts, but never rows against other rows.
func (n *Node) Mul(b *Node) *Node { return binary(mulOp{}, n, b) }

// Scale returns c · n.
func (n *Node) Scale(c float64) *Node { return n.Mul(n.g.Const(c)) }

type mulOp struct {
	elementwise
	smooth
}

func (mulOp) Name() string { return "Mul" }
func (mulOp) Range(in []*Node) Range {
	r := only(in[0].rng.mul(in[1].rng.Interval))
	for k := range in {
		if c, ok := in[1-k].scalar(); ok && c != 0 && in[k].rng.Tag == Score {
			r.Tag = Score
		}
	}
	return r
}
func (mulOp) Grad(n, dy *Node) []*Node { return []*Node{dy.Mul(n.in[1]), dy.Mul(n.in[0])} }
func (mulOp) Ref(rows int, out Array, in []Array) {
	for i := range out.Data {
		out.Data[i] = in[0].Data[i] * in[1].Data[i]
	}
}
