package graph

import "math"

// LogSoftmax returns x − ln Σeˣ along an axis, without overflow.
func (n *Node) LogSoftmax(axis int) *Node {
	return n.along("log_softmax", axis, func(a int) Op { return logSoftmaxOp{Axis: a} })
}

type logSoftmaxOp struct {
	elementwise
	smooth
	Axis int `json:"axis"`
}

func (logSoftmaxOp) Name() string { return "LogSoftmax" }
func (op logSoftmaxOp) Infer(in []*Node) (Type, *Refusal) {
	if op.Axis < 0 || op.Axis >= in[0].Rank() {
		return Type{}, noAxis("log_softmax", in[0], op.Axis)
	}
	return op.elementwise.Infer(in)
}
func (op logSoftmaxOp) Range(in []*Node) Range {
	if in[0].shape[op.Axis].IsOne() {
		return only(Within(0, 0))
	}
	return only(Interval{Lo: math.Inf(-1), Hi: 0})
}
func (op logSoftmaxOp) Grad(n, dy *Node) []*Node {
	return []*Node{dy.Sub(n.Exp().Mul(dy.SumKeep(op.Axis)))}
}
func (op logSoftmaxOp) Ref(rows int, out Array, in []Array) {
	lanes(in[0], op.Axis, func(at func(int) int, n int) {
		top, sum := expSum(in[0].Data, at, n)
		for k := range n {
			out.Data[at(k)] = in[0].Data[at(k)] - top - math.Log(sum)
		}
	})
}
