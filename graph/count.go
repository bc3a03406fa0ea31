package graph

import "math"

// Count returns the length d as a scalar, known when the program runs: a mean
// divides by it.
func (g *Graph) Count(d Dim) *Node {
	if !d.Depends() {
		return g.Const(float64(d.Const))
	}
	return g.add(countOp{Size: d}, Type{DType: Float})
}

type countOp struct {
	source
	Size Dim `json:"size"`
}

func (countOp) Name() string                      { return "Count" }
func (countOp) Infer(in []*Node) (Type, *Refusal) { return Type{DType: Float}, nil }
func (op countOp) Range(in []*Node) Range {
	return only(Interval{Lo: math.Max(0, float64(op.Size.At(1))), Hi: math.Inf(1)})
}
func (op countOp) Ref(rows int, out Array, in []Array) { out.Data[0] = float64(op.Size.At(rows)) }

// Counted returns the length that a Count node stands for.
func (n *Node) Counted() (Dim, bool) {
	op, ok := n.op.(countOp)
	return op.Size, ok
}

// Positions returns 0, 1, 2, ... along an axis of length d, which may depend on the
// batch. [d]
func (g *Graph) Positions(d Dim) *Node {
	if d.Depends() {
		return g.Const(1).BroadcastTo(Shape{d}).CumSum(0).Shift(-1)
	}
	values := make([]float64, d.Const)
	for i := range values {
		values[i] = float64(i)
	}
	return g.Array([]int{d.Const}, values)
}
