package graph

// Clip returns each element limited to [lo, hi]. The derivative is 1 inside,
// the ends included, and 0 outside.
func (n *Node) Clip(lo, hi float64) *Node { return apply(clipOp{Lo: real(lo), Hi: real(hi)}, n) }

type clipOp struct {
	elementwise
	kinked
	Lo real `json:"lo"`
	Hi real `json:"hi"`
}

func (clipOp) Name() string { return "Clip" }
func (op clipOp) Range(in []*Node) Range {
	return Range{Interval: in[0].rng.limit(float64(op.Lo), float64(op.Hi)), Tag: op.tag(in[0])}
}

// tag keeps what stays true of a probability that is kept away from 0 and 1.
func (op clipOp) tag(x *Node) Tag {
	if x.rng.Tag == Probability && op.Lo >= 0 && op.Hi <= 1 {
		return Probability
	}
	return Untagged
}

func (op clipOp) Grad(n, dy *Node) []*Node {
	x := n.in[0]
	inside := x.GreaterEqual(n.g.Const(float64(op.Lo))).And(x.LessEqual(n.g.Const(float64(op.Hi))))
	return []*Node{inside.Where(dy, n.g.Const(0))}
}
func (op clipOp) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		out.Data[i] = clamp(x, float64(op.Lo), float64(op.Hi))
	}
}
