package graph

import "fmt"

// Concat joins nodes along an axis; the other axes must have equal lengths.
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
		return Type{}, &Refusal{Code: CodeShape, Message: fmt.Sprintf("concat: %v has no axis %d", shape, op.Axis)}
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
				Notes: Columns(
					[]string{in[0].Display(), in[0].shape.String(), in[0].Origin()},
					[]string{x.Display(), x.shape.String(), x.Origin()}),
			}
		}
		d := x.shape[op.Axis]
		shape[op.Axis] = Dim{Rows: shape[op.Axis].Rows + d.Rows, Const: shape[op.Axis].Const + d.Const}
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
	return r
}
func (op concatOp) Grad(n, dy *Node) []*Node {
	grads := make([]*Node, len(n.in))
	at := Fixed(0)
	for i, x := range n.in {
		d := x.shape[op.Axis]
		end := Dim{Rows: at.Rows + d.Rows, Const: at.Const + d.Const}
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
