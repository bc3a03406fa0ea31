package graph

import "fmt"

// Concat joins one node or more along an axis; the other axes must have equal
// lengths.
func Concat(axis int, nodes ...*Node) *Node {
	for _, n := range nodes {
		if n.poisoned {
			return n
		}
	}
	if i, ok := nodes[0].shape.axis(axis); ok {
		axis = i
	}
	return apply(concatOp{Axis: axis}, nodes...)
}

type concatOp struct {
	smooth
	Axis int `json:"axis"`
}

func (concatOp) Name() string { return "Concat" }
func (op concatOp) Infer(in []*Node) (Type, *Refusal) {
	shape := in[0].shape.clone()
	if op.Axis < 0 || op.Axis >= len(shape) {
		return Type{}, noAxis("concat", in[0], op.Axis)
	}
	t := Type{Shape: shape, DType: in[0].dtype}
	for _, x := range in[1:] {
		other := x.shape.clone()
		if len(other) == len(shape) {
			other[op.Axis] = shape[op.Axis]
		}
		if !other.Equal(shape) {
			return Type{}, &Refusal{
				Code:    CodeShape,
				Message: fmt.Sprintf("concat: %v and %v differ in more than axis %d", in[0].shape, x.shape, op.Axis),
				Notes:   facts(in[0], x),
			}
		}
		shape[op.Axis] = shape[op.Axis].plus(x.shape[op.Axis])
		t.DType = max(t.DType, x.dtype)
	}
	return t, nil
}
func (op concatOp) Range(in []*Node) Range {
	r := in[0].rng
	for _, x := range in[1:] {
		r.Interval = r.Hull(x.rng.Interval)
		if x.rng.Tag != r.Tag {
			r.Tag = Untagged
		}
	}
	return r.rearranged()
}
func (op concatOp) Grad(n, dy *Node) []*Node {
	grads := make([]*Node, len(n.in))
	at := Fixed(0)
	for i, x := range n.in {
		end := at.plus(x.shape[op.Axis])
		grads[i] = dy.Slice(op.Axis, at, end)
		at = end
	}
	return grads
}
func (op concatOp) Ref(rows int, out Array, in []Array) {
	outer, total, inner := out.split(op.Axis)
	at := 0
	for _, x := range in {
		_, n, _ := x.split(op.Axis)
		for o := range outer {
			copy(out.Data[(o*total+at)*inner:], x.Data[o*n*inner:(o+1)*n*inner])
		}
		at += n
	}
}
