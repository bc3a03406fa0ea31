package graph

import "math"

// LogSumExp returns ln Σeˣ along an axis, without overflow; the axis is dropped.
func (n *Node) LogSumExp(axis int) *Node {
	return n.reduce("logsumexp", []int{axis}, false, func(a []int) Op { return logSumExpOp{oneAxis: oneAxis{reducing{a}}} })
}

type logSumExpOp struct {
	oneAxis
	smooth
}

func (logSumExpOp) Name() string                         { return "LogSumExp" }
func (op logSumExpOp) Infer(in []*Node) (Type, *Refusal) { return op.infer("logsumexp", in, Float) }
func (op logSumExpOp) Range(in []*Node) Range {
	more := in[0].count(op.Axes).monotone(math.Log)
	return Range{Interval: in[0].rng.add(more), Tag: affine(in[0])}
}
func (op logSumExpOp) Grad(n, dy *Node) []*Node {
	return []*Node{dy.Mul(n.in[0].Softmax(op.Axes[0]))}
}
func (op logSumExpOp) Ref(rows int, out Array, in []Array) {
	k := 0
	lanes(in[0], op.Axes[0], func(at func(int) int, n int) {
		top, sum := expSum(in[0].Data, at, n)
		out.Data[k] = top + math.Log(sum)
		if math.IsInf(top, 0) {
			out.Data[k] = top // Inf − Inf has no sum
		}
		k++
	})
}
