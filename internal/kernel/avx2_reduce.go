//go:build amd64 && !noasm

package kernel

import "math"

func sumVector(a []float32) float32 {
	var acc [lanes]float32
	for i := 0; i < len(a); i += chunk {
		sumAVX2(&acc[0], &a[i], min(chunk, len(a)-i))
	}
	return tree(&acc)
}

func dotVector(a, b []float32) float32 {
	same(len(a), len(b))
	var acc [lanes]float32
	for i := 0; i < len(a); i += chunk {
		dotAVX2(&acc[0], &a[i], &b[i], min(chunk, len(a)-i))
	}
	return tree(&acc)
}

func minOfVector(a []float32) float32 {
	var acc [lanes]float32
	fillRef(acc[:], float32(math.Inf(1)))
	for i := 0; i < len(a); i += chunk {
		minOfAVX2(&acc[0], &a[i], min(chunk, len(a)-i))
	}
	return minOfRef(acc[:])
}

func maxOfVector(a []float32) float32 {
	var acc [lanes]float32
	fillRef(acc[:], float32(math.Inf(-1)))
	for i := 0; i < len(a); i += chunk {
		maxOfAVX2(&acc[0], &a[i], min(chunk, len(a)-i))
	}
	return maxOfRef(acc[:])
}

func sumRowsVector(dst, a []float32, rows, cols, stride int) {
	same(len(dst), rows)
	holds("sum of rows", len(a), rows, cols, stride)
	for i := range dst {
		dst[i] = sumVector(a[i*stride:][:cols])
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

// softmaxVector sets each row of dst to exp(x-max)/sum(exp(x-max)).
func softmaxVector(dst, a []float32, rows, cols int) {
	same(len(dst), rows*cols)
	same(len(dst), len(a))
	for i := range rows {
		d, x := dst[i*cols:][:cols], a[i*cols:][:cols]
		m := maxOfVector(x)
		var acc [lanes]float32
		for j := 0; j < cols; j += chunk {
			expSumAVX2(&acc[0], &d[j], &x[j], min(chunk, cols-j), m)
		}
		avx2.MulS(d, d, 1/tree(&acc))
	}
}

// logSoftmaxVector sets each row of dst to x-max-log(sum(exp(x-max))).
func logSoftmaxVector(dst, a []float32, rows, cols int) {
	same(len(dst), rows*cols)
	same(len(dst), len(a))
	for i := range rows {
		d, x := dst[i*cols:][:cols], a[i*cols:][:cols]
		m, l := maxAndLogVector(x)
		avx2.AddS(d, x, -m)
		avx2.AddS(d, d, -l)
	}
}

// logSumExpVector sets dst[i] to max+log(sum(exp(x-max))) of row i.
func logSumExpVector(dst, a []float32, rows, cols int) {
	same(len(dst), rows)
	same(rows*cols, len(a))
	for i := range dst {
		dst[i] = joinMaxAndLog(maxAndLogVector(a[i*cols:][:cols]))
	}
}

func maxAndLogVector(x []float32) (m, l float32) {
	m = maxOfVector(x)
	var acc [lanes]float32
	for j := 0; j < len(x); j += chunk {
		sumExpAVX2(&acc[0], &x[j], min(chunk, len(x)-j), m)
	}
	return m, float32(log(float64(tree(&acc))))
}
