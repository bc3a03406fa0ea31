//go:build amd64 && !noasm

package kernel

// longestRow is the most elements of a row that one call of an assembly routine may handle; the reference takes longer ones.
const longestRow = 65536

func softmaxVector(dst, a []float32, rows, cols int) {
	same(len(dst), rows*cols)
	same(len(dst), len(a))
	if cols > longestRow {
		softmaxRef(dst, a, rows, cols)
		return
	}
	for i := 0; i < rows && cols > 0; i += rowsPerCall(cols) {
		softmaxAVX2(&dst[i*cols], &a[i*cols], min(rowsPerCall(cols), rows-i), cols)
	}
}

func logSoftmaxVector(dst, a []float32, rows, cols int) {
	same(len(dst), rows*cols)
	same(len(dst), len(a))
	if cols > longestRow {
		logSoftmaxRef(dst, a, rows, cols)
		return
	}
	for i := 0; i < rows && cols > 0; i += rowsPerCall(cols) {
		logSoftmaxAVX2(&dst[i*cols], &a[i*cols], min(rowsPerCall(cols), rows-i), cols)
	}
}

func logSumExpVector(dst, a []float32, rows, cols int) {
	same(len(dst), rows)
	same(rows*cols, len(a))
	if cols > longestRow || cols == 0 {
		logSumExpRef(dst, a, rows, cols)
		return
	}
	for i := 0; i < rows; i += rowsPerCall(cols) {
		logSumExpAVX2(&dst[i], &a[i*cols], min(rowsPerCall(cols), rows-i), cols)
	}
}
