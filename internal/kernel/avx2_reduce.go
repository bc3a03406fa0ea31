//go:build amd64 && !noasm

package kernel

import "math"

func sumVector(a []float32) float32 {
	return overBlocks(len(a), add, 0, func(from, to int) (s float32) {
		sumRowsAVX2(&s, &a[from], 1, to-from, 0)
		return s
	})
}

func dotVector(a, b []float32) float32 {
	same(len(a), len(b))
	return overBlocks(len(a), add, 0, func(from, to int) (s float32) {
		dotRowsAVX2(&s, &a[from], &b[from], 1, to-from, 0)
		return s
	})
}

func minOfVector(a []float32) float32 {
	return overBlocks(len(a), least, float32(math.Inf(1)), func(from, to int) (m float32) {
		minRowsAVX2(&m, &a[from], 1, to-from, 0)
		return m
	})
}

func maxOfVector(a []float32) float32 {
	return overBlocks(len(a), most, float32(math.Inf(-1)), func(from, to int) (m float32) {
		maxRowsAVX2(&m, &a[from], 1, to-from, 0)
		return m
	})
}

func finiteVector(a []float32) bool {
	for i := 0; i < len(a); i += chunk {
		if finiteAVX2(&a[i], min(chunk, len(a)-i)) != 0 {
			return false
		}
	}
	return true
}

// rowsPerCall returns how many rows of cols elements one call of an assembly routine may handle.
func rowsPerCall(cols int) int { return max(1, chunk/max(cols, 1)) }

func sumRowsVector(dst, a []float32, rows, cols, stride int) {
	same(len(dst), rows)
	holds("sum of rows", len(a), rows, cols, stride)
	switch {
	case cols == 0:
		clear(dst)
	case cols > sumBlock:
		for i := range dst {
			dst[i] = sumVector(a[i*stride:][:cols])
		}
	default:
		for i := 0; i < rows; i += rowsPerCall(cols) {
			sumRowsAVX2(&dst[i], &a[i*stride], min(rowsPerCall(cols), rows-i), cols, uintptr(stride*floatSize))
		}
	}
}

func sumColumnsVector(dst, a []float32, rows, cols, stride int) {
	same(len(dst), cols)
	holds("sum of columns", len(a), rows, cols, stride)
	const wide = 512
	for j := 0; j < cols; j += wide {
		for i := 0; i < rows; i += chunk / wide {
			sumColumnsAVX2(&dst[j], &a[i*stride+j], min(chunk/wide, rows-i), min(wide, cols-j), uintptr(stride*floatSize))
		}
	}
}
