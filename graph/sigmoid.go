package graph

import "math"

// Sigmoid returns 1 / (1 + e⁻ˣ) of each element x: a score becomes a probability.
func (n *Node) Sigmoid() *Node { return apply(sigmoidOp{}, n) }

type sigmoidOp struct {
	elementwise
	smooth
}

func (sigmoidOp) Name() string { return "Sigmoid" }
func (sigmoidOp) Range(in []*Node) Range {
	return Range{Interval: in[0].rng.monotone(logistic).open(0, 1), Tag: Probability}
}
func (sigmoidOp) Grad(n, dy *Node) []*Node {
	return []*Node{dy.Mul(n).Mul(n.OneMinus())}
}
func (sigmoidOp) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		out.Data[i] = logistic(x)
	}
}

// logistic is 1/(1+e⁻ˣ) without overflow.
func logistic(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}
