package kernel

import (
	"syscall"
	"testing"
	"unsafe"
)

// between returns a function that copies slices to the end of a page, or to its start, with pages on both sides that
// cannot be touched.
func between(t *testing.T, end bool) func(a []float32) []float32 {
	const page = 4096
	return func(a []float32) []float32 {
		if len(a) == 0 {
			return a
		}
		size := (4*len(a) + page - 1) / page * page
		memory, err := syscall.Mmap(-1, 0, size+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := syscall.Munmap(memory); err != nil {
				t.Error(err)
			}
		})
		for _, guard := range [][]byte{memory[:page], memory[page+size:]} {
			if err := syscall.Mprotect(guard, syscall.PROT_NONE); err != nil {
				t.Fatal(err)
			}
		}
		first := page
		if end {
			first = page + size - 4*len(a)
		}
		b := unsafe.Slice((*float32)(unsafe.Pointer(&memory[first])), len(a))
		copy(b, a)
		return b
	}
}

// No kernel reads or writes behind its operands: one that does crashes here.
func TestNothingBehindOperands(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		place := between(t, true)
		r := newRand()
		for _, n := range []int{1, 3, 7, 8, 9, 31, 33, 63} {
			a, b, c, d := place(normals(r, n)), place(normals(r, n)), place(normals(r, n)), place(normals(r, n))
			for _, e := range elemCases {
				e.run(s, d, a, b, c, 1, 2)
			}
			s.Sum(a)
			s.Dot(a, b)
			s.MinOf(a)
			s.MaxOf(a)
			s.Finite(a)
			s.SumRows(d[:1], a, 1, n, n)
			s.SumColumns(d, a, 1, n, n)
			s.Softmax(d, a, 1, n)
			s.LogSoftmax(d, a, 1, n)
			s.LogSumExp(d[:1], a, 1, n)
			s.Adam(a, b, c, d, adamSteps[0])
			s.SGD(a, b, c, SGDStep{Momentum: 0.5, Nesterov: true})
			s.SGD(a, b, c, SGDStep{Momentum: 0.5})
			s.SGD(a, b, nil, SGDStep{})
			s.Uniform(a, Stream{}, 1)
			s.Normal(a, Stream{}, 0)
		}
		for _, f := range gemmForms {
			for _, z := range append(wideSizes, gemmSizes...) {
				g := f.make(r, z[0], z[1], z[2])
				g.A, g.Bias = place(g.A), place(g.Bias)
				g.B.Data, g.C.Data, g.Mask.Data = place(g.B.Data), place(g.C.Data), place(g.Mask.Data)
				s.Gemm(g, 0, g.M, 0, Panels(g.N))
			}
		}
		for _, z := range [][2]int{{8, 8}, {9, 17}, {16, 16}, {5, 40}, {33, 31}} {
			rows, cols := z[0], z[1]
			src := RowMajor(place(normals(r, rows*cols)), rows)
			s.PackT(Packed(place(make([]float32, PackedLen(rows, cols))), rows), src, rows, cols, 0, Panels(cols))
			s.PackT(RowMajor(place(make([]float32, rows*cols)), cols), src, rows, cols, 0, Panels(cols))
		}
	})
}

// Neither does one read or write before or behind its images, halo included.
func TestNothingAroundImages(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		for _, end := range []bool{false, true} {
			place := between(t, end)
			for _, w := range imageWork(newRand(), place) {
				w.run(s)
			}
		}
	})
}
