package graph

import "fmt"

// Transpose reorders the axes: axis i of the result is axis perm[i] of n.
// Without arguments the order is reversed.
func (n *Node) Transpose(perm ...int) *Node {
	if n.poisoned {
		return n
	}
	if len(perm) == 0 {
		for i := n.Rank() - 1; i >= 0; i-- {
			perm = append(perm, i)
		}
	}
	return apply(transposeOp{Perm: perm}, n)
}

type transposeOp struct {
	viewing
	Perm []int `json:"perm"`
}

func (transposeOp) Name() string { return "Transpose" }
func (op transposeOp) Infer(in []*Node) (Type, *Refusal) {
	seen := make([]bool, in[0].Rank())
	shape := make(Shape, 0, in[0].Rank())
	for _, p := range op.Perm {
		if p < 0 || p >= len(seen) || seen[p] {
			break
		}
		seen[p] = true
		shape = append(shape, in[0].shape[p])
	}
	if len(shape) != in[0].Rank() || len(op.Perm) != in[0].Rank() {
		return Type{}, &Refusal{
			Code:    CodeShape,
			Message: fmt.Sprintf("transpose: %v is no order of the %d axes of %v", op.Perm, in[0].Rank(), in[0].shape),
			Notes:   facts(in[0]),
		}
	}
	return Type{Shape: shape, DType: in[0].dtype}, nil
}
func (transposeOp) Range(in []*Node) Range { return in[0].rng.rearranged() }
func (op transposeOp) Grad(n, dy *Node) []*Node {
	back := make([]int, len(op.Perm))
	for i, p := range op.Perm {
		back[p] = i
	}
	return []*Node{dy.Transpose(back...)}
}
func (op transposeOp) Ref(rows int, out Array, in []Array) {
	step := strides(in[0].Dims)
	moved := make([]int, len(op.Perm))
	for i, p := range op.Perm {
		moved[i] = step[p]
	}
	each(out.Dims, moved, func(flat, offset int) { out.Data[flat] = in[0].Data[offset] })
}
