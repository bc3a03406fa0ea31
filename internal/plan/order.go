package plan

import (
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/kernel"
)

// Parameters that are matrices lie in kernel order, so that a product reads them as
// they are and equal halves of their memory are equal halves of its work. So do their
// gradients, and all that is computed of these element by element. What needs such a
// parameter row by row gets a copy.

// findOrder finds the values that are in kernel order: parameters by their shape, other
// values if they are computed in that order and every reader takes it.
func (b *builder) findOrder() {
	for _, n := range b.order {
		b.ordered[n] = kernel.InOrder(b.dims(n)) && (isParam(n) || b.elementwise(n) && !b.inRule[n] || b.bare(n))
	}
	for changed := true; changed; {
		changed = false
		for _, n := range b.order {
			if b.ordered[n] && !isParam(n) && !(b.takesOrder(n) && b.leavesOrder(n)) {
				b.ordered[n], changed = false, true
			}
		}
	}
	for _, r := range b.adam {
		for _, n := range [...]*graph.Node{r.nextParam, r.nextM, r.nextV} {
			b.ordered[n] = b.ordered[r.param]
		}
	}
	for _, n := range b.order {
		b.unpacked[n] = isParam(n) && b.ordered[n] && !b.leavesOrder(n)
	}
}

func isParam(n *graph.Node) bool { return n.Op().Name() == "Param" }

// bare reports whether n is a matrix product alone.
func (b *builder) bare(n *graph.Node) bool { return b.fused[n] != nil && b.fused[n].mul == n }

// takesOrder reports whether n can be computed in kernel order.
func (b *builder) takesOrder(n *graph.Node) bool {
	return b.bare(n) || !slices.ContainsFunc(n.Inputs(), func(x *graph.Node) bool { return !b.ordered[x] && b.oneNumber(x) == nil })
}

// leavesOrder reports whether all who read n read it in kernel order.
func (b *builder) leavesOrder(n *graph.Node) bool {
	for _, out := range b.spec.Outputs {
		if out == n {
			return false
		}
	}
	return !slices.ContainsFunc(b.users[n], func(u *graph.Node) bool {
		switch {
		case b.inRule[u], b.ordered[u] && !b.bare(u):
			return false
		case u.Op().Name() == "MatMul":
			return u.In(0) == n
		case u.Op().Name() == "Sum":
			return b.size(u) > 1 // else only the order of the terms differs
		}
		return true
	})
}

// inOrder returns the memory of a value, in kernel order if it is in that.
func (b *builder) inOrder(n *graph.Node) Ref {
	if b.ordered[n] {
		return b.ref[n]
	}
	return b.memory(n)
}

// emitUnpack copies a parameter that is also read row by row.
func (b *builder) emitUnpack(n *graph.Node) {
	b.rowsOf[n] = b.newBuffer(b.size(n))
	dims, packed := packing(b.dims(n))
	b.add(0, move(n, b.ref[n], b.rowsOf[n], dims, packed, strides(dims)))
}

// pack copies a value into kernel order.
func (b *builder) pack(n *graph.Node, from, to Ref) Step {
	dims, packed := packing(b.dims(n))
	return move(n, from, to, dims, strides(dims), packed)
}

// packing returns a matrix in three axes, rows, panels and columns of a panel, and the
// strides that these have in kernel order.
func packing(dims []int) (axes, packed []int) {
	rows, panels := dims[0], dims[1]/kernel.PanelWidth
	return []int{rows, panels, kernel.PanelWidth}, []int{kernel.PanelWidth, rows * kernel.PanelWidth, 1}
}
