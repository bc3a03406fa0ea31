package graph

import "slices"

// Batchwise reports whether a scalar is something else than a sum of what the rows of a
// batch give, each on its own, or their mean, and where it stops being one: at the
// quotient of an F1, the root of a mean, a comparison with the batch's own mean. Only
// sums that the prediction has a part in count, so a mean by a sum of weights is one of
// rows.
func Batchwise(loss, prediction *Node) (at Position, ok bool) {
	parts, refused := SumsOverBatch(loss)
	if refused != nil {
		return refused.Pos, true
	}
	moved := map[*Node]bool{}
	for i, sum := range parts.Sums {
		moved[parts.Values[i]] = slices.Contains(Reachable(sum), prediction)
	}
	for _, n := range Reachable(parts.Results...) {
		among := 0
		for _, x := range n.in {
			if moved[x] {
				among++
			}
		}
		if among == 0 {
			continue
		}
		if !n.affine(moved, among) {
			return n.pos, true
		}
		moved[n] = true
	}
	return Position{}, false
}

// affine reports whether n is an affine function of its inputs that are moved.
func (n *Node) affine(moved map[*Node]bool, among int) bool {
	switch n.op.Name() {
	case "Add", "Sub", "Neg", "Sum", "Concat", "Cast", "Copy":
		return true
	case "Mul":
		return among == 1
	case "Div":
		return !moved[n.in[1]]
	case "Where":
		return !moved[n.in[0]]
	}
	return n.isView()
}
