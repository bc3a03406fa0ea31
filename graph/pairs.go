package graph

// Rows are compared with other rows by mistake when a prediction [N 1] meets a target
// [N], and on purpose when a loss looks at all pairs: z[:, None, :] - z[None, :, :]. What
// tells them apart is who put the axis of one there that the other operand's rows are
// spread along.

// pairs reports whether operands that broadcasting would compare row by row with each
// other are meant to be: both show all elements of one value, or both write out all axes
// of the result, the axes of one having been placed by hand.
func pairs(a, b *Node) bool {
	if a.elements() == b.elements() {
		return true // x[:, None] - x: with itself only its pairs are of interest
	}
	if len(a.shape) != len(b.shape) {
		return false
	}
	for i, d := range a.shape {
		if e := b.shape[i]; d != e && (d.IsOne() && !a.placed(i) || e.IsOne() && !b.placed(i)) {
			return false
		}
	}
	return true
}

// elements returns the value whose elements n shows, all of them in some order.
func (n *Node) elements() *Node {
	for {
		switch n.op.(type) {
		case reshapeOp, transposeOp:
			n = n.in[0]
		default:
			return n
		}
	}
}

// placed reports whether the axis of one was put where it is: inserted, kept by a
// reduction, or moved there by a transposition of the rows. What has length 1 by itself,
// as the output of a model with one unit, was not.
func (n *Node) placed(axis int) bool { return n.placedIn(axis, map[*Node]bool{}) }

func (n *Node) placedIn(axis int, seen map[*Node]bool) bool {
	if seen[n] {
		return true // its other use decides
	}
	seen[n] = true
	switch op := n.op.(type) {
	case reshapeOp:
		from, inserted := op.source(n.in[0].shape, axis)
		return inserted || from >= 0 && n.in[0].placedIn(from, seen)
	case transposeOp:
		for i, p := range op.Perm {
			if n.shape[i].Depends() && i != p {
				return true
			}
		}
		return n.in[0].placedIn(op.Perm[axis], seen)
	case broadcastOp:
		skip := len(n.shape) - len(n.in[0].shape)
		return axis < skip || n.in[0].placedIn(axis-skip, seen)
	case sumOp, extremeOp, logSumExpOp:
		return !n.in[0].shape[axis].IsOne() || n.in[0].placedIn(axis, seen)
	}
	placed := false
	for _, x := range n.in { // element by element: what they are made from decides
		if x.shape.Equal(n.shape) && x.shape.Depends() {
			if !x.placedIn(axis, seen) {
				return false
			}
			placed = true
		}
	}
	return placed
}

// source returns the axis of from that an axis of one of the result was before, negative
// where that cannot be told, or that it was inserted.
func (op reshapeOp) source(from Shape, axis int) (before int, inserted bool) {
	if !from.squeezed().Equal(op.Size.squeezed()) {
		return -1, len(op.Size)-len(op.Size.squeezed()) > len(from)-len(from.squeezed())
	}
	gap := 0 // the axes of one behind so many others
	for _, d := range op.Size[:axis] {
		if !d.IsOne() {
			gap++
		}
	}
	was, is := from.ones(gap), op.Size.ones(gap)
	if len(is) > len(was) {
		return -1, true
	}
	for k, a := range is {
		if a == axis {
			return was[k], false
		}
	}
	return -1, false
}

// ones lists the axes of one that stand behind so many others.
func (s Shape) ones(gap int) (axes []int) {
	for i, d := range s {
		switch {
		case !d.IsOne():
			gap--
		case gap == 0:
			axes = append(axes, i)
		}
	}
	return axes
}
