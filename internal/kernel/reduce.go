package kernel

import "math"

// lanes is the number of partial sums of a reduction: element i of a block is added to lane i%32, in order, and the lanes
// are then added as a tree. The sums of blocks are added in order. So the order of additions depends on the length alone.
const (
	lanes    = 32
	sumBlock = 16384
)

// partial holds one partial sum a lane.
type partial [lanes]float32

// tree adds the lanes: 8 and 16 apart, then the halves of the eight that are left.
func (acc *partial) tree() float32 {
	var v [8]float32
	for i := range v {
		v[i] = (acc[i] + acc[i+8]) + (acc[i+16] + acc[i+24])
	}
	for n := 4; n > 0; n /= 2 {
		for i := range n {
			v[i] += v[i+n]
		}
	}
	return v[0]
}

// overBlocks merges the results of blocks of n elements in order, from a start on.
func overBlocks(n int, merge func(a, b float32) float32, start float32, block func(from, to int) float32) float32 {
	for i := 0; i < n; i += sumBlock {
		start = merge(start, block(i, min(i+sumBlock, n)))
	}
	return start
}

func sumRef(a []float32) float32 {
	return overBlocks(len(a), add, 0, func(from, to int) float32 {
		var acc partial
		for i, x := range a[from:to] {
			acc[i%lanes] += x
		}
		return acc.tree()
	})
}

func dotRef(a, b []float32) float32 {
	same(len(a), len(b))
	return overBlocks(len(a), add, 0, func(from, to int) float32 {
		var acc partial
		for i := from; i < to; i++ {
			acc[(i-from)%lanes] += float32(a[i] * b[i])
		}
		return acc.tree()
	})
}

// minOfRef returns the smallest element, NaN if one is NaN, +Inf if there is none.
func minOfRef(a []float32) float32 {
	m := float32(math.Inf(1))
	for _, x := range a {
		m = least(m, x)
	}
	return m
}

// maxOfRef returns the largest element, NaN if one is NaN, -Inf if there is none.
func maxOfRef(a []float32) float32 {
	m := float32(math.Inf(-1))
	for _, x := range a {
		m = most(m, x)
	}
	return m
}

func sumRowsRef(dst, a []float32, rows, cols, stride int) {
	same(len(dst), rows)
	holds("sum of rows", len(a), rows, cols, stride)
	for i := range dst {
		dst[i] = sumRef(a[i*stride:][:cols])
	}
}

func sumColumnsRef(dst, a []float32, rows, cols, stride int) {
	same(len(dst), cols)
	holds("sum of columns", len(a), rows, cols, stride)
	for i := range rows {
		for j, x := range a[i*stride:][:cols] {
			dst[j] += x
		}
	}
}

func finiteRef(a []float32) bool {
	for _, x := range a {
		if x-x != 0 {
			return false
		}
	}
	return true
}
