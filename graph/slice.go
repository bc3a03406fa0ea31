package graph

import "fmt"

// Slice returns the elements start ≤ i < stop along an axis. The ends may depend
// on the batch.
func (n *Node) Slice(axis int, start, stop Dim) *Node {
	if n.poisoned {
		return n
	}
	if i, ok := n.shape.axis(axis); ok {
		axis = i
		if start == (Dim{}) && stop == n.shape[i] {
			return n
		}
	}
	return apply(sliceOp{Axis: axis, Start: start, Stop: stop}, n)
}

// Index returns element i along an axis, without that axis. Negative i counts
// from the end.
func (n *Node) Index(axis, i int) *Node {
	if n.poisoned {
		return n
	}
	k, ok := n.shape.axis(axis)
	if !ok {
		return n.g.Poison(Diagnostic{Code: CodeShape, Message: fmt.Sprintf("slice: %v has no axis %d", n.shape, axis)})
	}
	at := Fixed(i)
	if i < 0 {
		at = Dim{Rows: n.shape[k].Rows, Const: n.shape[k].Const + i}
	}
	part := n.Slice(k, at, Dim{Rows: at.Rows, Const: at.Const + 1})
	if part.poisoned || !part.shape[k].IsOne() {
		return part
	}
	return part.Squeeze(k)
}

type sliceOp struct {
	viewing
	Axis  int `json:"axis"`
	Start Dim `json:"start"`
	Stop  Dim `json:"stop"`
}

func (sliceOp) Name() string { return "Slice" }
func (op sliceOp) Infer(in []*Node) (Type, *Refusal) {
	shape := in[0].shape.clone()
	refused := &Refusal{
		Code:    CodeShape,
		Message: fmt.Sprintf("slice: %v:%v of axis %d is not inside %v", op.Start, op.Stop, op.Axis, shape),
		Notes:   Columns([]string{in[0].Display(), shape.String(), in[0].Origin()}),
	}
	if op.Axis < 0 || op.Axis >= len(shape) {
		return Type{}, refused
	}
	n := shape[op.Axis]
	// Fixed ends of an axis that grows with the batch can only be judged when the
	// number of rows is known.
	inside := func(d Dim) bool { return d.Rows != n.Rows || d.Const <= n.Const }
	if op.Start.At(1) < 0 || !inside(op.Stop) || op.Start.Rows == op.Stop.Rows && op.Start.Const > op.Stop.Const {
		return Type{}, refused
	}
	shape[op.Axis] = Dim{Rows: op.Stop.Rows - op.Start.Rows, Const: op.Stop.Const - op.Start.Const}
	return Type{Shape: shape, DType: in[0].dtype}, nil
}
func (op sliceOp) Grad(n, dy *Node) []*Node {
	return []*Node{apply(padOp{Axis: op.Axis, Before: op.Start, Size: n.in[0].shape[op.Axis]}, dy)}
}
func (op sliceOp) Ref(rows int, out Array, in []Array) {
	outer, n, inner := out.split(op.Axis)
	_, total, _ := in[0].split(op.Axis)
	start := op.Start.At(rows)
	for o := range outer {
		copy(out.Data[o*n*inner:(o+1)*n*inner], in[0].Data[(o*total+start)*inner:])
	}
}
