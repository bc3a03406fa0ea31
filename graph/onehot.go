package graph

import "fmt"

// OneHot returns a last axis of k with 1 at the position that n holds and 0
// elsewhere; a position outside 0..k−1 gives a row of zeros.
func (n *Node) OneHot(k int) *Node { return apply(oneHotOp{Classes: k}, n) }

type oneHotOp struct {
	Classes int `json:"classes"`
}

func (oneHotOp) Name() string { return "OneHot" }
func (oneHotOp) Diff() (Diff, string) {
	return Discrete, "makes a row of zeros and a one of a position: " + unmoved
}
func (op oneHotOp) Infer(in []*Node) (Type, *Refusal) {
	if op.Classes < 1 {
		return Type{}, &Refusal{Code: CodeShape, Message: fmt.Sprintf("one_hot: %d classes, it takes 1 or more", op.Classes), Notes: facts(in[0])}
	}
	return Type{Shape: append(in[0].shape.clone(), Fixed(op.Classes)), DType: Float}, nil
}
func (oneHotOp) Range(in []*Node) Range   { return Range{Interval: Within(0, 1), Tag: OneHot} }
func (oneHotOp) Grad(n, dy *Node) []*Node { return []*Node{nil} }
func (op oneHotOp) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		if k := int(x); float64(k) == x && k >= 0 && k < op.Classes {
			out.Data[i*op.Classes+k] = 1
		}
	}
}
