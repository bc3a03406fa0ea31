package graph

import "fmt"

// Slice returns the elements start ≤ i < stop along an axis. The ends may depend
// on the batch, and must lie inside for every batch of one row or more.
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
		return n.g.refuse(noAxis("slice", n, axis))
	}
	at := Fixed(i)
	if i < 0 {
		at = n.shape[k].plus(Fixed(i))
	}
	return n.Slice(k, at, at.plus(Fixed(1))).Squeeze(k)
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
	if op.Axis < 0 || op.Axis >= len(shape) {
		return Type{}, noAxis("slice", in[0], op.Axis)
	}
	if !(Dim{}).atMost(op.Start) || !op.Start.atMost(op.Stop) || !op.Stop.atMost(shape[op.Axis]) {
		return Type{}, &Refusal{
			Code:    CodeShape,
			Message: fmt.Sprintf("slice: %v:%v of axis %d is not inside %v for every N", op.Start, op.Stop, op.Axis, shape),
			Notes:   facts(in[0]),
		}
	}
	shape[op.Axis] = op.Stop.minus(op.Start)
	return Type{Shape: shape, DType: in[0].dtype}, nil
}
func (sliceOp) Range(in []*Node) Range { return in[0].rng.rearranged() }
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
