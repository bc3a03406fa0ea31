package graph

import "math"

// Relu returns max(x, 0) of each element x. The derivative at 0 is taken as 0.
func (n *Node) Relu() *Node { return apply(reluOp{}, n) }

type reluOp struct {
	elementwise
	kinked
}

func (reluOp) Name() string { return "Relu" }
func (reluOp) Range(in []*Node) Range {
	return Range{Interval: in[0].rng.limit(0, math.Inf(1)), Tag: affine(in[0])}
}
func (reluOp) Grad(n, dy *Node) []*Node {
	return []*Node{apply(reluGradOp{}, n, dy)}
}
func (reluOp) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		out.Data[i] = math.Max(x, 0)
	}
}

// affine keeps the tag Score: an unbounded increasing function of a score still
// reaches every value of its interval.
func affine(x *Node) Tag {
	if x.rng.Tag == Score {
		return Score
	}
	return Untagged
}

// reluGradOp returns dy where y > 0, else 0: the derivative of y = relu(x) from
// y alone, so that x need not be kept.
type reluGradOp struct {
	elementwise
	kinked
}

func (reluGradOp) Name() string { return "ReluGrad" }
func (reluGradOp) Range(in []*Node) Range {
	return only(in[1].rng.Hull(Within(0, 0)))
}
func (reluGradOp) Grad(n, dy *Node) []*Node {
	return []*Node{nil, apply(reluGradOp{}, n.in[0], dy)}
}
func (reluGradOp) Ref(rows int, out Array, in []Array) {
	for i, y := range in[0].Data {
		if y > 0 {
			out.Data[i] = in[1].Data[i]
		}
	}
}
