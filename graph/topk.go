package graph

import (
	"fmt"
	"sort"
)

// TopK returns the k largest elements along an axis in falling order, and their
// positions; of equal ones the first comes first, and what is not a number last. The
// values pass derivatives to the elements that they are; positions pass none.
func (n *Node) TopK(k, axis int) (values, positions *Node) {
	return n.ranked("top_k", axis, func(Dim) Dim { return Fixed(k) })
}

// Sort returns the elements along an axis in rising order, and their positions before;
// equal ones stay in order. The values pass derivatives to the elements that they
// are; positions pass none.
func (n *Node) Sort(axis int) (values, positions *Node) {
	if n.poisoned {
		return n, n
	}
	defer n.g.Enter(Scope{Name: "sort"})()
	falling, positions := n.Neg().ranked("sort", axis, func(length Dim) Dim { return length })
	return falling.Neg(), positions
}

// ranked returns the largest elements along an axis, as many as k says of its length.
func (n *Node) ranked(what string, axis int, k func(length Dim) Dim) (values, positions *Node) {
	if n.poisoned {
		return n, n
	}
	a, ok := n.shape.axis(axis)
	if !ok {
		none := n.g.refuse(noAxis(what, n, axis))
		return none, none
	}
	defer n.g.Enter(Scope{Name: what})()
	positions = apply(topKOp{Axis: a, K: k(n.shape[a])}, n)
	return n.TakeAlong(positions, a), positions
}

type topKOp struct {
	Axis int `json:"axis"`
	K    Dim `json:"k"`
}

func (topKOp) Name() string { return "TopK" }
func (topKOp) Diff() (Diff, string) {
	return Discrete, "returns positions: " + unmoved
}
func (op topKOp) Infer(in []*Node) (Type, *Refusal) {
	if op.Axis < 0 || op.Axis >= in[0].Rank() {
		return Type{}, noAxis("top_k", in[0], op.Axis)
	}
	shape := in[0].shape.clone()
	if !Fixed(1).atMost(op.K) || !op.K.atMost(shape[op.Axis]) {
		return Type{}, &Refusal{
			Code:    CodeShape,
			Message: fmt.Sprintf("top_k: there are not always %v elements on axis %d of %v", op.K, op.Axis, shape),
			Notes:   facts(in[0]),
		}
	}
	shape[op.Axis] = op.K
	return Type{Shape: shape, DType: Int}, nil
}
func (op topKOp) Range(in []*Node) Range {
	return Range{Interval: Within(0, in[0].count([]int{op.Axis}).Hi-1), Tag: Index}
}
func (topKOp) Grad(n, dy *Node) []*Node { return []*Node{nil} }
func (op topKOp) Ref(rows int, out Array, in []Array) {
	k := op.K.At(rows)
	lane := 0
	_, _, inner := in[0].split(op.Axis)
	lanes(in[0], op.Axis, func(at func(int) int, n int) {
		order := make([]int, n)
		for i := range order {
			order[i] = i
		}
		value := func(i int) float64 { return in[0].Data[at(order[i])] }
		sort.SliceStable(order, func(i, j int) bool {
			a, b := value(i), value(j)
			return a > b || a == a && b != b
		})
		for i := range k {
			out.Data[(lane/inner*k+i)*inner+lane%inner] = float64(order[i])
		}
		lane++
	})
}
