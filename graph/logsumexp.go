package graph

import "math"

// LogSumExp returns ln Σeˣ along an axis, without overflow; the axis is dropped.
func (n *Node) LogSumExp(axis int) *Node {
	return n.reduce("logsumexp", []int{axis}, false, func(a []int) Op { return logSumExpOp{reducing: reducing{Axes: a}} })
}

type logSumExpOp struct {
	reducing
	smooth
}

func (logSumExpOp) Name() string { return "LogSumExp" }
func (op logSumExpOp) Range(in []*Node) Range {
	n := in[0].count(op.Axes)
	r := only(Interval{Lo: in[0].rng.Lo, Hi: math.Inf(1)})
	if !n.Depends() {
		more := math.Log(float64(n.Const))
		r = only(in[0].rng.add(Within(more, more)))
	}
	r.Tag = affine(in[0])
	return r
}
func (op logSumExpOp) Grad(n, dy *Node) []*Node {
	return []*Node{dy.Mul(n.in[0].Softmax(op.Axes[0]))}
}
func (op logSumExpOp) Ref(rows int, out Array, in []Array) {
	k := 0
	lanes(in[0], op.Axes[0], func(at func(int) int, n int) {
		out.Data[k] = logSumExp(in[0].Data, at, n)
		k++
	})
}
