package plan

import (
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/kernel"
)

// Rectangles of a product. They are small, so that shares of them are equal; the
// engine makes one call of those that lie side by side.
const (
	taskRows   = 32
	taskPanels = 1
)

// depth returns how many stages a node's steps take, one after the other.
func (b *builder) depth(n *graph.Node) int {
	if p := b.fused[n]; p != nil {
		if isConv(p.mul) || b.packs(p.mul) {
			return 2
		}
		return 1
	}
	if r := b.adam[n]; r != nil && b.packsGrad(r) {
		return 2
	}
	switch n.Op().Name() {
	case "Pad":
		return 2
	case "Conv2DFilter":
		return b.filterDepth(n)
	case "Sum", "Max", "Min", "ArgMax", "LogSumExp":
		return b.reductionDepth(n)
	case "Softmax", "LogSoftmax":
		if n.Attrs().Axis != n.Rank()-1 {
			return 3
		}
	}
	return 1
}

// sizes returns the lengths of a product: rows, columns and inner.
func (b *builder) sizes(m *graph.Node) (rows, cols, inner int) {
	a, d := m.Attrs(), b.dims(m)
	inner = b.dims(m.In(0))[1]
	if a.TransA {
		inner = b.dims(m.In(0))[0]
	}
	return d[0], d[1], inner
}

// packs reports whether the right operand has to be transposed into kernel order
// first. A vector is its own transpose: one row of memory is read as a column.
func (b *builder) packs(m *graph.Node) bool {
	_, cols, inner := b.sizes(m)
	return m.Attrs().TransB && cols > 1 && inner > 1
}

func (b *builder) emitProduct(n *graph.Node, p *product) {
	rows, cols, inner := b.sizes(p.mul)
	left, right := b.memory(p.mul.In(0)), b.inOrder(p.mul.In(1))
	w := &Gemm{
		M: rows, N: cols, K: inner, A: left, B: right, C: b.ref[n],
		ARow: b.rowStride(p.mul.In(0)), ACol: 1, BRow: b.rowStride(p.mul.In(1)), CRow: b.rowStride(n), Relu: p.relu, TaskRows: taskRows, TaskPanels: taskPanels,
		BPacked: b.ordered[p.mul.In(1)], CPacked: b.ordered[n],
	}
	if p.mul.Attrs().TransA {
		w.ARow, w.ACol = 1, w.ARow
		w.RowsOuter = !w.CPacked // so that a worker updates the weights whose gradients it has computed
	} else {
		w.RowsOuter = rows > 2*cols // then A is more to read than B
	}
	if p.mul.Attrs().TransB && cols == 1 {
		w.BRow = 1
	}
	if p.bias != nil {
		r := b.memory(p.bias)
		w.Bias = &r
	}
	if p.mask != nil {
		r := b.memory(p.mask)
		w.Mask, w.MaskRow = &r, b.rowStride(p.mask)
	}
	at := b.stage[n]
	if b.packs(p.mul) {
		w.BPacked = true
		w.B = b.newBuffer(kernel.PackedLen(inner, cols))
		b.add(at-1, Step{
			Node: p.mul, Tasks: kernel.Panels(cols), Cost: inner * cols / 6, Outs: []Ref{w.B},
			Do: &Pack{Src: right, Dst: w.B, Rows: inner, Cols: cols, SrcPacked: b.ordered[p.mul.In(1)]},
		})
	}
	flops := 2 * rows * cols * inner
	b.add(at, Step{
		Node:  n,
		Tasks: ceil(rows, taskRows) * ceil(kernel.Panels(cols), taskPanels),
		Cost:  productCost(rows, cols, inner),
		Flops: flops,
		Outs:  []Ref{w.C},
		Do:    w,
	})
}

// productCost counts the arithmetic by whole vectors at nine tenths of a core's peak,
// or the reading of the operands where that takes longer, and the writing.
func productCost(rows, cols, inner int) int {
	width := cols
	if cols > 1 {
		width = ceil(cols, 8) * 8
	}
	return max(2*rows*width*inner/95, (rows+cols)*inner/10) + rows*cols/8
}

func ceil(n, by int) int { return (n + by - 1) / by }
