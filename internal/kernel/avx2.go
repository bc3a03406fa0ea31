//go:build amd64 && !noasm

package kernel

import "golang.org/x/sys/cpu"

// avx2 holds the kernels for processors with AVX2 and FMA.
var avx2 = func() Set {
	s := reference
	s.Name = "avx2"
	s.Gemm = gemmAVX2
	return s
}()

var fastest = func() *Set {
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		return &avx2
	}
	return &reference
}()

// at returns a pointer to element i, or nil if the slice has none.
func at(a []float32, i int) *float32 {
	if i < len(a) {
		return &a[i]
	}
	return nil
}

// laneMasks has eight ones and eight zeros: the mask of the first n lanes begins at element 8-n.
var laneMasks = [16]int32{-1, -1, -1, -1, -1, -1, -1, -1}
