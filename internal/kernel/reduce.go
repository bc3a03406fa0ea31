package kernel

import "math"

// lanes is the number of partial sums of a reduction: element i is added to lane i%32, in order, and the lanes are then
// added as a tree. So the order of additions depends on the length alone.
const lanes = 32

// tree adds the lanes: 16 apart and 8 apart within pairs of vectors of eight, then halves of the eight that are left.
func tree(acc *[lanes]float32) float32 {
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

func sumRef(a []float32) float32 {
	var acc [lanes]float32
	for i, x := range a {
		acc[i%lanes] += x
	}
	return tree(&acc)
}

func dotRef(a, b []float32) float32 {
	same(len(a), len(b))
	var acc [lanes]float32
	for i, x := range a {
		acc[i%lanes] += float32(x * b[i])
	}
	return tree(&acc)
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
