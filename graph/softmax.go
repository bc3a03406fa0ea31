package graph

import (
	"math"
	"slices"
)

// Softmax returns eˣ / Σeˣ along an axis: scores become probabilities that sum to 1.
func (n *Node) Softmax(axis int) *Node {
	return n.along("softmax", axis, func(a int) Op { return softmaxOp{Axis: a} })
}

type softmaxOp struct {
	elementwise
	smooth
	Axis int `json:"axis"`
}

func (softmaxOp) Name() string { return "Softmax" }
func (op softmaxOp) Infer(in []*Node) (Type, *Refusal) {
	if op.Axis < 0 || op.Axis >= in[0].Rank() {
		return Type{}, noAxis("softmax", in[0], op.Axis)
	}
	return op.elementwise.Infer(in)
}
func (op softmaxOp) Range(in []*Node) Range {
	i := Interval{Lo: 0, Hi: 1, LoOpen: true}
	switch d := in[0].shape[op.Axis]; {
	case d.IsOne():
		i = Within(1, 1)
	case Fixed(2).atMost(d):
		i.HiOpen = true // another element has a part of the 1
	}
	return Range{Interval: i, Tag: Probability}
}
func (op softmaxOp) Grad(n, dy *Node) []*Node {
	g := dy.Mul(n)
	return []*Node{g.Sub(n.Mul(g.SumKeep(op.Axis)))}
}
func (op softmaxOp) Ref(rows int, out Array, in []Array) {
	lanes(in[0], op.Axis, func(at func(int) int, n int) {
		top, sum := expSum(in[0].Data, at, n)
		for k := range n {
			out.Data[at(k)] = math.Exp(in[0].Data[at(k)]-top) / sum
		}
	})
}

// Simplex returns the axis along which n's elements sum to 1, as probabilities or as the
// exponentials of what n holds: that of the softmax, or of its logarithm, which n is.
func (n *Node) Simplex() (axis int, ok bool) {
	switch op := n.op.(type) {
	case softmaxOp:
		return op.Axis, true
	case logSoftmaxOp:
		return op.Axis, true
	case transposeOp:
		if axis, ok = n.in[0].Simplex(); ok {
			return slices.Index(op.Perm, axis), true
		}
	}
	return 0, false
}

// lanes calls f for every line of elements along an axis; at gives the flat index
// of the line's element k.
func lanes(a Array, axis int, f func(at func(k int) int, n int)) {
	outer, n, inner := a.split(axis)
	for o := range outer {
		for i := range inner {
			base := o*n*inner + i
			f(func(k int) int { return base + k*inner }, n)
		}
	}
}

// expSum returns the largest of n elements and Σeˣ⁻ᵗᵒᵖ, which does not overflow.
func expSum(x []float64, at func(int) int, n int) (top, sum float64) {
	top = math.Inf(-1)
	for k := range n {
		top = math.Max(top, x[at(k)])
	}
	for k := range n {
		sum += math.Exp(x[at(k)] - top)
	}
	return top, sum
}
