package graph

import "math"

// Log returns the natural logarithm of each element x.
//
// Domain: x ≥ 0. Special cases are those of [math.Log]: Log(0) = −Inf, Log(x < 0) = NaN.
// The logarithm of a sigmoid or softmax is rewritten into its stable form.
func (n *Node) Log() *Node { return apply(logOp{}, n) }

type logOp struct {
	elementwise
	smooth
}

func (logOp) Name() string { return "Log" }
func (logOp) Range(in []*Node) Range {
	return only(in[0].rng.monotone(math.Log))
}
func (logOp) Grad(n, dy *Node) []*Node {
	return []*Node{dy.Div(n.in[0])}
}
func (logOp) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		out.Data[i] = math.Log(x)
	}
}
func (logOp) Least(int) float64 { return 0 }
