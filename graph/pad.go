package graph

import "fmt"

// PadAxis puts zeros before and after the elements of an axis.
func (n *Node) PadAxis(axis, before, after int) *Node {
	if n.poisoned || before == 0 && after == 0 {
		return n
	}
	i, ok := n.shape.axis(axis)
	if !ok {
		return n.g.refuse(noAxis("pad", n, axis))
	}
	return apply(padOp{Axis: i, Before: Fixed(before), Size: n.shape[i].plus(Fixed(before + after))}, n)
}

// padOp puts its input into zeros along an axis: the derivative of a slice.
type padOp struct {
	smooth
	Axis   int `json:"axis"`
	Before Dim `json:"before"`
	Size   Dim `json:"size"`
}

func (padOp) Name() string { return "Pad" }
func (op padOp) Infer(in []*Node) (Type, *Refusal) {
	shape := in[0].shape.clone()
	if op.Axis < 0 || op.Axis >= len(shape) {
		return Type{}, noAxis("pad", in[0], op.Axis)
	}
	if !(Dim{}).atMost(op.Before) || !op.Before.plus(shape[op.Axis]).atMost(op.Size) {
		return Type{}, &Refusal{
			Code:    CodeShape,
			Message: fmt.Sprintf("pad: %v from %v on does not fit into %v", shape[op.Axis], op.Before, op.Size),
			Notes:   facts(in[0]),
		}
	}
	shape[op.Axis] = op.Size
	return Type{Shape: shape, DType: in[0].dtype}, nil
}
func (padOp) Range(in []*Node) Range { return only(in[0].rng.Hull(Within(0, 0))) }
func (op padOp) Grad(n, dy *Node) []*Node {
	return []*Node{dy.Slice(op.Axis, op.Before, op.Before.plus(n.in[0].shape[op.Axis]))}
}
func (op padOp) Ref(rows int, out Array, in []Array) {
	outer, n, inner := in[0].split(op.Axis)
	_, total, _ := out.split(op.Axis)
	before := op.Before.At(rows)
	for o := range outer {
		copy(out.Data[(o*total+before)*inner:], in[0].Data[o*n*inner:(o+1)*n*inner])
	}
}
