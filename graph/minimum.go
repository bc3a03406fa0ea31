package graph

import "math"

// Min returns the smaller of a and b, element by element. Where both are equal
// the derivative goes half to each, as in PyTorch.
//
// Shapes: as NumPy broadcasts, but never rows against other rows.
func (n *Node) Min(b *Node) *Node { return binary(minOp{}, n, b) }

type minOp struct {
	elementwise
	kinked
}

func (minOp) Name() string { return "Minimum" }
func (minOp) Range(in []*Node) Range {
	a, b := in[0].rng, in[1].rng
	return only(Interval{Lo: math.Min(a.Lo, b.Lo), Hi: math.Min(a.Hi, b.Hi)})
}
func (minOp) Grad(n, dy *Node) []*Node { return choose(n, dy) }
func (minOp) Ref(rows int, out Array, in []Array) {
	for i, a := range in[0].Data {
		out.Data[i] = math.Min(a, in[1].Data[i])
	}
}
