package graph

// Sub returns a − b, element by element.
//
// Shapes: as NumPy broadcasts, but never rows against other rows.
func (n *Node) Sub(b *Node) *Node { return binary(subOp{}, n, b) }

// OneMinus returns 1 − n.
func (n *Node) OneMinus() *Node { return n.g.Const(1).Sub(n) }

type subOp struct {
	elementwise
	smooth
}

func (subOp) Name() string { return "Sub" }
func (subOp) Range(in []*Node) Range {
	r := Range{Interval: in[0].rng.add(in[1].rng.neg()), Tag: shifted(in[0], in[1])}
	if c, ok := in[0].scalar(); ok && c == 1 && (in[1].rng.Tag == Probability || in[1].rng.Tag == Label) {
		r.Tag = in[1].rng.Tag // the other class
	}
	return r
}
func (subOp) Grad(n, dy *Node) []*Node { return []*Node{dy, dy.Neg()} }
func (subOp) Ref(rows int, out Array, in []Array) {
	for i := range out.Data {
		out.Data[i] = in[0].Data[i] - in[1].Data[i]
	}
}
