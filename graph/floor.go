package graph

import "math"

// Floor returns the largest whole number that is not above each element.
func (n *Node) Floor() *Node { return apply(floorOp{}, n) }

type floorOp struct{ elementwise }

func (floorOp) Name() string { return "Floor" }
func (floorOp) Diff() (Diff, string) {
	return Flat, "returns the whole number below: " + unmoved
}
func (floorOp) Range(in []*Node) Range   { return only(in[0].rng.monotone(math.Floor).closed()) }
func (floorOp) Grad(n, dy *Node) []*Node { return []*Node{nil} }
func (floorOp) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		out.Data[i] = math.Floor(x)
	}
}
