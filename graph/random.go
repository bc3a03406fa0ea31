package graph

import "math"

// Distribution is what a random node draws from.
type Distribution uint8

const (
	// StandardNormal has mean 0 and variance 1.
	StandardNormal Distribution = iota
	// StandardUniform is uniform on [0, 1).
	StandardUniform
)

// Random returns fresh random numbers at every step, independent of each other.
//
// Draws are a function of seed, step, the node's name, the row in the logical
// batch and the element (Philox 4x32-10: Salmon et al., "Parallel Random
// Numbers: As Easy as 1, 2, 3", SC 2011), so neither workers nor micro-batches
// nor rewrites change them.
func (g *Graph) Random(name string, d Distribution, shape Shape) *Node {
	return g.add(randomOp{ID: g.Unique(name), Dist: d, Size: shape}, Type{Shape: shape, DType: Float})
}

type randomOp struct {
	source
	ID   string       `json:"name"`
	Dist Distribution `json:"dist"`
	Size Shape        `json:"shape"`
}

func (randomOp) Name() string                         { return "Random" }
func (op randomOp) Infer(in []*Node) (Type, *Refusal) { return Type{Shape: op.Size, DType: Float}, nil }
func (op randomOp) Range(in []*Node) Range {
	if op.Dist == StandardUniform {
		return only(Interval{Lo: 0, Hi: 1, HiOpen: true})
	}
	return only(Interval{Lo: math.Inf(-1), Hi: math.Inf(1)})
}
func (randomOp) Ref(rows int, out Array, in []Array) {
	panic("graph: random numbers are fed by the evaluator")
}

// Random returns name and distribution of a random node, and whether n is one.
func (n *Node) Random() (name string, d Distribution, ok bool) {
	op, ok := n.op.(randomOp)
	return op.ID, op.Dist, ok
}
