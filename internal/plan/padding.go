package plan

import (
	"slices"

	"github.com/descent-ml/descent/graph"
)

// A matrix whose rows are a multiple of pageRow floats apart puts the elements of a
// column into few sets of the first cache, and the weight gradient reads columns.
// Such a matrix gets rows that are a cache line longer, if only kernels read it
// that take a row stride.
const (
	pageRow = 128
	longer  = 16
)

// rowStride returns the distance between rows of a matrix.
func (b *builder) rowStride(n *graph.Node) int {
	cols := b.dims(n)[1]
	if b.padded(n) {
		return cols + longer
	}
	return cols
}

func (b *builder) padded(n *graph.Node) bool {
	if known, ok := b.isPadded[n]; ok {
		return known
	}
	b.isPadded[n] = b.mayPad(n)
	return b.isPadded[n]
}

func (b *builder) mayPad(n *graph.Node) bool {
	if b.fused[n] == nil || isConv(b.fused[n].mul) || b.root[n] || b.ordered[n] || b.dims(n)[1]%pageRow != 0 || b.dims(n)[0] == 1 {
		return false
	}
	return !slices.ContainsFunc(b.users[n], func(u *graph.Node) bool { return !b.takesStride(u, n) })
}

// takesStride reports whether the step of reader u can read n's rows apart.
func (b *builder) takesStride(u, n *graph.Node) bool {
	if u.Op().Name() == "Sum" {
		axes := u.Attrs().Axes
		_, _, isView := b.view(u)
		return len(axes) == 1 && axes[0] == 0 && !isView
	}
	p := b.fused[b.lastOf(u)]
	if p == nil {
		return false
	}
	if p.mul == u {
		return u.In(1) != n || !b.packs(u)
	}
	return p.mask == n && u.In(0) == n && u.In(1) != n
}
