package graph

import "math"

// CumSum returns sums along an axis, element k that of the elements 0 to k.
func (n *Node) CumSum(axis int) *Node {
	return n.along("cumsum", axis, func(a int) Op { return cumSumOp{Axis: a} })
}

// CumSumReverse returns sums along an axis, element k that of the elements from k to
// the last.
func (n *Node) CumSumReverse(axis int) *Node {
	return n.along("cumsum", axis, func(a int) Op { return cumSumOp{Axis: a, Reverse: true} })
}

type cumSumOp struct {
	elementwise
	smooth
	Axis    int  `json:"axis"`
	Reverse bool `json:"reverse,omitempty"`
}

func (cumSumOp) Name() string { return "CumSum" }
func (op cumSumOp) Infer(in []*Node) (Type, *Refusal) {
	if op.Axis < 0 || op.Axis >= in[0].Rank() {
		return Type{}, noAxis("cumsum", in[0], op.Axis)
	}
	return op.elementwise.Infer(in)
}
func (op cumSumOp) Range(in []*Node) Range {
	return only(in[0].rng.mul(Within(1, math.Max(1, in[0].count([]int{op.Axis}).Hi))))
}
func (op cumSumOp) Grad(n, dy *Node) []*Node {
	return []*Node{apply(cumSumOp{Axis: op.Axis, Reverse: !op.Reverse}, dy)}
}
func (op cumSumOp) Ref(rows int, out Array, in []Array) {
	lanes(in[0], op.Axis, func(at func(int) int, n int) {
		sum := 0.0
		for i := range n {
			k := i
			if op.Reverse {
				k = n - 1 - i
			}
			sum += in[0].Data[at(k)]
			out.Data[at(k)] = sum
		}
	})
}
