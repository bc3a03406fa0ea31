package graph

import "math"

// Max returns the larger of a and b, element by element. Where both are equal the
// derivative goes half to each, as in PyTorch.
//
// Shapes: as NumPy broadcasts, but never rows against other rows.
func (n *Node) Max(b *Node) *Node { return binary(maxOp{}, n, b) }

type maxOp struct {
	elementwise
	kinked
}

func (maxOp) Name() string { return "Maximum" }
func (maxOp) Range(in []*Node) Range {
	a, b := in[0].rng, in[1].rng
	return only(Interval{
		Lo: math.Max(a.Lo, b.Lo), Hi: math.Max(a.Hi, b.Hi),
	})
}
func (maxOp) Grad(n, dy *Node) []*Node { return choose(n, dy) }
func (maxOp) Ref(rows int, out Array, in []Array) {
	for i, a := range in[0].Data {
		out.Data[i] = math.Max(a, in[1].Data[i])
	}
}

// choose gives dy to the operand that n equals, half to each where both do.
func choose(n, dy *Node) []*Node {
	tie := n.in[0].Equal(n.in[1])
	half := dy.Scale(0.5)
	zero := n.g.Const(0)
	return []*Node{
		tie.Where(half, n.in[0].Equal(n).Where(dy, zero)),
		tie.Where(half, n.in[1].Equal(n).Where(dy, zero)),
	}
}
