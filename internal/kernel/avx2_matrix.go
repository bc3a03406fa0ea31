//go:build amd64 && !noasm

package kernel

// packTVector transposes 8x8 blocks in registers, and what is left element by element.
func packTVector(dst, src Matrix, rows, cols, j0, j1 int) {
	dst.holds("transpose: dst", rows, cols)
	src.holds("transpose: src", cols, rows)
	from, to := columns(cols, j0, j1)
	const block, most = 8, 8192 // most columns of src a call
	for j := from; j < to; j += block {
		i := 0
		for to-j >= block && rows-i >= block {
			n := min(most, rows-i) / block
			if src.Panel != PanelWidth { // one panel at a time
				n = min(PanelWidth-i%PanelWidth, rows-i) / block
			}
			transposeAVX2(&dst.Data[dst.at(i, j)], uintptr(dst.Row*floatSize), &src.Data[src.at(j, i)], uintptr(src.Row*floatSize), n)
			i += n * block
		}
		for ; i < rows; i++ {
			for l := j; l < min(j+block, to); l++ {
				dst.Data[dst.at(i, l)] = src.Data[src.at(l, i)]
			}
		}
	}
}

// transposeWeightsVector is transposeWeightsRef with whole pairs of blocks in registers.
func transposeWeightsVector(dst, src []float32, w Window, in, out, j0, j1 int) {
	checkTranspose(dst, src, w, in, out, j0, j1)
	const row = PanelWidth * floatSize
	eachBlockPair(dst, src, w, in, out, j0, j1, func(d, s []float32, rows, cols int) {
		if rows < PanelWidth || cols < PanelWidth {
			transposeBlock(d, s, rows, cols)
			return
		}
		for half := 0; half < PanelWidth; half += 8 {
			transposeAVX2(&d[half], row, &s[half*PanelWidth], row, 2)
		}
	})
}
