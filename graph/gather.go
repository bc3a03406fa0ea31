package graph

import "fmt"

// Gather returns the elements of n at positions index along an axis: the shape of
// index takes the place of the axis. A table of rows [V D] at positions [N T] gives
// [N T D]. Fractions of positions are dropped; a position outside 0..V−1 gives
// zeros and has no gradient.
//
// Refused where both n and index hold a position for each row, since that would
// pick for every row the elements of all rows: [N K] at [N] along the last axis
// would be [N N]. [Node.TakeAlong] picks row by row.
func (n *Node) Gather(index *Node, axis int) *Node {
	if n.poisoned || index.poisoned {
		return n.g.poison()
	}
	a, ok := n.shape.axis(axis)
	if !ok {
		return n.g.refuse(noAxis("gather", n, axis))
	}
	if refusal := n.outside(a, index); refusal != nil {
		return n.g.refuse(refusal)
	}
	return apply(gatherOp{Axis: a}, n, index.Cast(Int))
}

// TakeAlong returns the elements of n at positions index along an axis, line by
// line: with n [N K] and index [N M] along axis 1, element (i, j) of the result is
// element (i, index(i, j)) of n. It is NumPy's take_along_axis and PyTorch's gather.
//
// Shapes: equal but for that axis. Positions are as in [Node.Gather].
func (n *Node) TakeAlong(index *Node, axis int) *Node {
	if n.poisoned || index.poisoned {
		return n.g.poison()
	}
	a, ok := n.shape.axis(axis)
	if !ok {
		return n.g.refuse(noAxis("take_along", n, axis))
	}
	if len(index.shape) != len(n.shape) {
		return n.g.refuse(unlike("take_along", n, index, a))
	}
	for i, d := range n.shape {
		if i != a && d != index.shape[i] {
			return n.g.refuse(unlike("take_along", n, index, a))
		}
	}
	if refusal := n.outside(a, index); refusal != nil {
		return n.g.refuse(refusal)
	}
	defer n.g.Enter(Scope{Name: "take_along"})()
	last := len(n.shape) - 1
	lines := apply(gatherOp{Axis: last, Batch: last}, n.swap(a, last), index.Cast(Int).swap(a, last))
	return lines.swap(a, last)
}

// outside refuses positions that certainly go beyond an axis.
func (n *Node) outside(axis int, index *Node) *Refusal {
	r, length := index.rng, n.shape[axis]
	last := float64(length.Const - 1)
	if length.Depends() || r.Lo <= last && (r.Tag != Index || r.Hi <= last) {
		return nil
	}
	return &Refusal{
		Code:    CodeShape,
		Message: fmt.Sprintf("gather: axis %d of %v has positions 0 to %v, but %s lies in %v", axis, n.shape, last, index.Display(), r.Interval),
		Notes:   facts(n, index),
	}
}

func unlike(what string, n, index *Node, axis int) *Refusal {
	return &Refusal{
		Code:    CodeShape,
		Message: fmt.Sprintf("%s: positions %v do not fit %v: all lengths but that of axis %d must be equal", what, index.shape, n.shape, axis),
		Notes:   facts(n, index),
	}
}

// swap exchanges two axes.
func (n *Node) swap(a, b int) *Node {
	if a == b || n.poisoned {
		return n
	}
	perm := make([]int, n.Rank())
	for i := range perm {
		perm[i] = i
	}
	perm[a], perm[b] = b, a
	return n.Transpose(perm...)
}

// gatherOp picks along Axis, with positions of their own for each element of the
// first Batch axes, which both inputs have.
type gatherOp struct {
	smooth
	Axis  int `json:"axis"`
	Batch int `json:"batch,omitempty"`
}

func (gatherOp) Name() string { return "Gather" }
func (op gatherOp) Infer(in []*Node) (Type, *Refusal) {
	x, index := in[0], in[1]
	if op.Axis < 0 || op.Axis >= len(x.shape) {
		return Type{}, noAxis("gather", x, op.Axis)
	}
	if refusal := positions(op.Batch, op.Axis, x.shape[:op.Axis], index); refusal != nil {
		return Type{}, refusal
	}
	picked := index.shape[op.Batch:]
	shape := append(append(x.shape[:op.Axis].clone(), picked...), x.shape[op.Axis+1:]...)
	if picked.Depends() && (x.shape[:op.Axis].Depends() || x.shape[op.Axis+1:].Depends()) {
		return Type{}, &Refusal{
			Code:    CodeShape,
			Message: fmt.Sprintf("gather: positions %v along axis %d of %v would pick for every row the elements of all rows", index.shape, op.Axis, x.shape),
			Notes: append(facts(x, index),
				fmt.Sprintf("The result would be %v: %s elements, where one row picks its own.", shape, terms(shape))),
			Fixes: []string{x.g.Say("pick row by row: x.TakeAlong(index.Reshape(-1, 1), 1)", "pick row by row: torch.gather(x, 1, index.reshape(-1, 1))")},
		}
	}
	return Type{Shape: shape, DType: x.dtype}, nil
}

// positions refuses an index whose first batch axes are not those of lead, or that
// holds no whole numbers.
func positions(batch, axis int, lead Shape, index *Node) *Refusal {
	switch {
	case batch < 0 || batch > axis || batch > len(index.shape) || !index.shape[:batch].Equal(lead[:batch]):
		return &Refusal{Code: CodeShape, Message: fmt.Sprintf("gather: the first %d axes of positions %v are not those of %v", batch, index.shape, lead)}
	case index.dtype == Float:
		return &Refusal{Code: CodeShape, Message: "gather: positions are whole numbers, not float"}
	}
	return nil
}

func (op gatherOp) Range(in []*Node) Range {
	r := in[0].rng.rearranged()
	if length := in[0].shape[op.Axis]; !Within(0, float64(length.At(1)-1)).Contains(in[1].rng.Interval) {
		r.Interval = r.Hull(Within(0, 0))
	}
	return r
}
func (op gatherOp) Grad(n, dy *Node) []*Node {
	x, index := n.in[0], n.in[1]
	return []*Node{apply(scatterAddOp{Axis: op.Axis, Batch: op.Batch, Size: x.shape[op.Axis]}, dy, index), nil}
}
func (op gatherOp) Ref(rows int, out Array, in []Array) {
	picks(op.Axis, op.Batch, in[0], in[1], func(picked, at int) { out.Data[picked] = in[0].Data[at] })
}

// picks calls f for every element that is picked from a value of the shape of table,
// with its place among the picked ones and in the table.
func picks(axis, batch int, table, index Array, f func(picked, at int)) {
	outer, length, inner := table.split(axis)
	repeat := outer / Size(table.Dims[:batch]) // lines of one batch element share its positions
	each := Size(index.Dims[batch:])
	for o := range outer {
		for i := range each {
			k := int(index.Data[o/repeat*each+i])
			if k < 0 || k >= length {
				continue
			}
			for r := range inner {
				f((o*each+i)*inner+r, (o*length+k)*inner+r)
			}
		}
	}
}
