package graph

import "math"

// Round returns the nearest whole number of each element, halves to even as
// NumPy does.
func (n *Node) Round() *Node { return apply(roundOp{}, n) }

type roundOp struct{ elementwise }

func (roundOp) Name() string { return "Round" }
func (roundOp) Diff() (Diff, string) {
	return Flat, "returns the nearest whole number: " + unmoved
}
func (roundOp) Range(in []*Node) Range   { return only(in[0].rng.monotone(math.RoundToEven).closed()) }
func (roundOp) Grad(n, dy *Node) []*Node { return []*Node{nil} }
func (roundOp) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		out.Data[i] = math.RoundToEven(x)
	}
}
