package kernel

import "math"

// softmaxRef sets each row of dst to exp(x-max)/sum(exp(x-max)).
func softmaxRef(dst, a []float32, rows, cols int) {
	same(len(dst), rows*cols)
	same(len(dst), len(a))
	for i := range rows {
		d, x := dst[i*cols:][:cols], a[i*cols:][:cols]
		m := maxOfRef(x)
		for j := range x {
			d[j] = float32(exp(float64(x[j] - m)))
		}
		s := 1 / sumRef(d)
		for j := range d {
			d[j] *= s
		}
	}
}

// logSoftmaxRef sets each row of dst to x-max-log(sum(exp(x-max))).
func logSoftmaxRef(dst, a []float32, rows, cols int) {
	same(len(dst), rows*cols)
	same(len(dst), len(a))
	for i := range rows {
		d, x := dst[i*cols:][:cols], a[i*cols:][:cols]
		m, l := maxAndLog(x)
		for j := range x {
			d[j] = x[j] - m - l
		}
	}
}

// logSumExpRef sets dst[i] to max+log(sum(exp(x-max))) of row i, or to the largest element where that is infinite.
func logSumExpRef(dst, a []float32, rows, cols int) {
	same(len(dst), rows)
	same(rows*cols, len(a))
	for i := range dst {
		m, l := maxAndLog(a[i*cols:][:cols])
		if math.IsInf(float64(m), 0) {
			l = 0
		}
		dst[i] = m + l
	}
}

// maxAndLog returns the largest element of a row and the logarithm of its sum of exp(x-max).
func maxAndLog(x []float32) (m, l float32) {
	m = maxOfRef(x)
	var acc partial
	for j := range x {
		acc[j%lanes] += float32(exp(float64(x[j] - m)))
	}
	return m, float32(log(float64(acc.tree())))
}
