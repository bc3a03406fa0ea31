package plan

import (
	"slices"

	"github.com/descent-ml/descent/graph"
)

// Functions of rows are cut into tasks of about rowsTask elements.
const rowsTask = 1024

// Sums of more than chunk elements are cut into pieces of about that many, whose
// results are added in order. The cut follows from the shape alone.
const chunk = 16384

// form is a reduction with neighbouring axes of one kind joined.
type form struct {
	lens    []int
	reduced []bool
}

func (b *builder) form(n *graph.Node) form {
	var f form
	axes := n.Attrs().Axes
	for i, d := range b.dims(n.In(0)) {
		if d == 1 {
			continue
		}
		r := slices.Contains(axes, i)
		if k := len(f.lens); k > 0 && f.reduced[k-1] == r {
			f.lens[k-1] *= d
			continue
		}
		f.lens, f.reduced = append(f.lens, d), append(f.reduced, r)
	}
	return f
}

// matrix reports whether the form is [outer, rows, cols] with the rows reduced;
// outer and cols may be 1.
func (f form) matrix() (outer, rows, cols int, ok bool) {
	outer, cols = 1, 1
	k := 0
	if k < len(f.lens) && !f.reduced[k] {
		outer = f.lens[k]
		k++
	}
	if k == len(f.lens) || !f.reduced[k] {
		return 0, 0, 0, false
	}
	rows = f.lens[k]
	k++
	if k < len(f.lens) {
		cols = f.lens[k]
		k++
	}
	return outer, rows, cols, k == len(f.lens)
}

// needsTranspose reports whether the elements have to be moved so that the
// reduced axes come last.
func (b *builder) needsTranspose(n *graph.Node) bool {
	_, _, cols, ok := b.form(n).matrix()
	return !ok || cols > 1 && n.Op().Name() != "Sum"
}

func (b *builder) reductionDepth(n *graph.Node) int {
	depth := 1
	outer, rows, cols, ok := b.form(n).matrix()
	if b.needsTranspose(n) {
		depth++
		outer, rows, cols = b.size(n), b.size(n.In(0))/max(1, b.size(n)), 1
		ok = true
	}
	if ok && n.Op().Name() == "Sum" && b.inPieces(outer, rows, cols) {
		depth++
	}
	return depth
}

// inPieces reports whether a sum is long enough to be cut.
func (b *builder) inPieces(outer, rows, cols int) bool {
	return outer == 1 && rows*cols > 2*chunk && rows > 1
}

func (b *builder) emitReduction(n *graph.Node, at int, dst Ref) {
	src := b.memory(n.In(0))
	outer, rows, cols, _ := b.form(n).matrix()
	first := at - b.depth(n) + 1
	if b.needsTranspose(n) {
		src = b.reducedLast(n, first, src)
		outer, rows, cols = dst.Len, src.Len/max(1, dst.Len), 1
		first++
	}
	name := n.Op().Name()
	if name == "Sum" && b.inPieces(outer, rows, cols) {
		b.emitPieces(n, first, src, dst, rows, cols)
		return
	}
	step := Step{Node: n, Cost: src.Len/10 + 10*outer, Outs: []Ref{dst}}
	perTask := max(1, rowsTask/max(1, rows))
	switch {
	case name == "Sum" && cols > 1:
		step.Tasks = outer
		step.Do = &Reduce{Form: SumColumns, Src: src, Dst: dst, Outer: outer, Rows: rows, Cols: cols, Stride: b.columnStride(n, cols), TaskRows: 1}
	case name == "ArgMax":
		step.Cost = src.Len
		step.Do = &ArgMax{Src: src, Dst: dst, Rows: outer, Cols: rows}
	case name == "LogSumExp":
		step.Tasks, step.Cost = ceil(outer, perTask), src.Len*2+15*outer
		step.Do = &Rows{Fn: LogSumExp, Src: src, Dst: dst, Rows: outer, Cols: rows, TaskRows: perTask}
	default:
		form := map[string]Reduction{"Sum": SumRows, "Max": MaxRows, "Min": MinRows}[name]
		step.Tasks = ceil(outer, perTask)
		step.Do = &Reduce{Form: form, Src: src, Dst: dst, Outer: 1, Rows: outer, Cols: rows, TaskRows: perTask}
	}
	b.add(at, step)
}

// reducedLast moves the reduced axes behind the kept ones.
func (b *builder) reducedLast(n *graph.Node, at int, src Ref) Ref {
	dims, axes := b.dims(n.In(0)), n.Attrs().Axes
	step := strides(dims)
	var d, from []int
	for _, reduced := range [2]bool{false, true} {
		for i := range dims {
			if slices.Contains(axes, i) == reduced {
				d, from = append(d, dims[i]), append(from, step[i])
			}
		}
	}
	dst := b.newBuffer(src.Len)
	b.add(at, move(n, src, dst, d, from, strides(d)))
	return dst
}

// columnStride returns the distance between the rows that a sum of columns adds up.
func (b *builder) columnStride(n *graph.Node, cols int) int {
	if b.padded(n.In(0)) {
		return b.rowStride(n.In(0))
	}
	if p := b.partOf(n.In(0)); p.of != nil {
		return b.dims(p.of)[channelAxis]
	}
	return cols
}

// emitPieces sums pieces of rows apart, then the pieces' sums.
func (b *builder) emitPieces(n *graph.Node, at int, src, dst Ref, rows, cols int) {
	piece := max(1, chunk/cols)
	pieces := ceil(rows, piece)
	sums := b.newBuffer(pieces * cols)
	first := Step{Node: n, Tasks: pieces, Cost: src.Len / 10, Outs: []Ref{sums}}
	last := Step{Node: n, Cost: sums.Len / 10, Outs: []Ref{dst}}
	if cols == 1 {
		first.Do = &Reduce{Form: SumRows, Src: src, Dst: sums, Outer: 1, Rows: pieces, Cols: piece, TaskRows: 1}
		last.Do = &Reduce{Form: SumRows, Src: sums, Dst: dst, Outer: 1, Rows: 1, Cols: pieces, TaskRows: 1}
	} else {
		first.Do = &Reduce{Form: SumColumns, Src: src, Dst: sums, Outer: pieces, Rows: piece, Cols: cols, Stride: b.columnStride(n, cols), TaskRows: 1}
		last.Do = &Reduce{Form: SumColumns, Src: sums, Dst: dst, Outer: 1, Rows: pieces, Cols: cols, Stride: cols, TaskRows: 1}
	}
	b.add(at, first)
	b.add(at+1, last)
}

// emitSoftmax works on rows; another axis is moved last and back.
func (b *builder) emitSoftmax(n *graph.Node, at int, dst Ref) {
	dims, axis := b.dims(n), n.Attrs().Axis
	fn := Softmax
	if n.Op().Name() == "LogSoftmax" {
		fn = LogSoftmax
	}
	src := b.memory(n.In(0))
	cols := dims[axis]
	rows := dst.Len / max(1, cols)
	perTask := max(1, rowsTask/max(1, cols))
	step := func(src, dst Ref) Step {
		return Step{
			Node: n, Tasks: ceil(rows, perTask), Cost: 2*dst.Len + 15*rows, Outs: []Ref{dst},
			Do: &Rows{Fn: fn, Src: src, Dst: dst, Rows: rows, Cols: cols, TaskRows: perTask},
		}
	}
	if axis == len(dims)-1 {
		b.add(at, step(src, dst))
		return
	}
	last := append(slices.Delete(slices.Clone(dims), axis, axis+1), cols)
	natural := strides(dims)
	moved := append(slices.Delete(slices.Clone(natural), axis, axis+1), natural[axis])
	in, out := b.newBuffer(dst.Len), b.newBuffer(dst.Len)
	b.add(at-2, move(n, src, in, last, moved, strides(last)))
	b.add(at-1, step(in, out))
	b.add(at, move(n, out, dst, last, strides(last), moved))
}
