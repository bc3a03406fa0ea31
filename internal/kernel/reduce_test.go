package kernel

import (
	"math"
	"slices"
	"testing"
)

func TestReductions(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for n := range 132 {
			for offset := range 8 {
				a, b := shifted(normals(r, n), offset), shifted(normals(r, n), 7-offset)
				var sum, dot, size float64
				for i := range a {
					sum += float64(a[i])
					dot += float64(a[i]) * float64(b[i])
					size += math.Abs(float64(a[i])) + math.Abs(float64(a[i])*float64(b[i]))
				}
				tolerance := size * 12 / (1 << 24)
				if got := s.Sum(a); !sameBits(got, sumRef(a)) || math.Abs(float64(got)-sum) > tolerance {
					t.Fatalf("sum of %d at %d is %v, reference %v, exact %v", n, offset, got, sumRef(a), sum)
				}
				if got := s.Dot(a, b); math.Abs(float64(got)-dot) > tolerance || !sameBits(got, s.Dot(slices.Clone(a), slices.Clone(b))) {
					t.Fatalf("dot of %d at %d is %v, exact %v", n, offset, got, dot)
				}
				lo, hi := float32(math.Inf(1)), float32(math.Inf(-1))
				for _, x := range a {
					lo, hi = min(lo, x), max(hi, x)
				}
				if got := s.MinOf(a); got != lo {
					t.Fatalf("min of %d at %d is %v, want %v", n, offset, got, lo)
				}
				if got := s.MaxOf(a); got != hi {
					t.Fatalf("max of %d at %d is %v, want %v", n, offset, got, hi)
				}
			}
		}
	})
}

// A NaN is not lost, wherever it stands.
func TestReductionsNaN(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		for n := 1; n < 100; n++ {
			for i := range n {
				a := make([]float32, n)
				a[i] = float32(math.NaN())
				for name, got := range map[string]float32{"sum": s.Sum(a), "min": s.MinOf(a), "max": s.MaxOf(a), "dot": s.Dot(a, a)} {
					if got == got {
						t.Fatalf("%s of %d numbers with a NaN at %d is %v", name, n, i, got)
					}
				}
			}
		}
	})
}

// Slices longer than one call of an assembly routine.
func TestReductionsLong(t *testing.T) {
	a := normals(newRand(), 3*65536+77)
	eachSet(t, func(t *testing.T, s *Set) {
		if got, want := s.Sum(a), sumRef(a); !sameBits(got, want) {
			t.Errorf("sum is %v, want %v", got, want)
		}
		if got, want := s.MaxOf(a), slices.Max(a); got != want {
			t.Errorf("max is %v, want %v", got, want)
		}
		var exact float64
		for _, x := range a {
			exact += float64(x) * float64(x)
		}
		if got := float64(s.Dot(a, a)); math.Abs(got-exact) > 1e-5*exact {
			t.Errorf("dot is %v, want %v", got, exact)
		}
		dst := make([]float32, len(a))
		s.MulS(dst, a, 3)
		for i, x := range dst {
			if x != 3*a[i] {
				t.Fatalf("element %d is %v, want %v", i, x, 3*a[i])
			}
		}
	})
}

func TestSumRowsAndColumns(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, rows := range []int{0, 1, 2, 5, 64, 300} {
			for _, cols := range []int{0, 1, 2, 7, 8, 9, 31, 32, 33, 40, 65, 130} {
				for _, pad := range []int{0, 3} {
					a := normals(r, rows*(cols+pad))
					byRow, intactRows := guarded(rows, 1)
					s.SumRows(byRow, a, rows, cols, cols+pad)
					byColumn, intactColumns := guarded(cols, 3)
					copy(byColumn, normals(r, cols))
					want := slices.Clone(byColumn)
					s.SumColumns(byColumn, a, rows, cols, cols+pad)
					for i := range rows {
						row := a[i*(cols+pad):][:cols]
						if !sameBits(byRow[i], s.Sum(row)) {
							t.Fatalf("[%d %d]: row %d sums to %v, want %v", rows, cols, i, byRow[i], s.Sum(row))
						}
						for j, x := range row {
							want[j] += x
						}
					}
					for j := range want {
						if !sameBits(byColumn[j], want[j]) {
							t.Fatalf("[%d %d]: column %d sums to %v, want %v", rows, cols, j, byColumn[j], want[j])
						}
					}
					if !intactRows() || !intactColumns() {
						t.Fatalf("[%d %d]: wrote outside the result", rows, cols)
					}
				}
			}
		}
	})
}

// One number that is not finite is found, wherever it stands; the largest finite ones pass.
func TestFinite(t *testing.T) {
	bad := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), math.Float32frombits(0xff800001)}
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for n := range 101 {
			for offset := range 8 {
				a := shifted(normals(r, n), offset)
				for i := range a {
					if i%7 == 0 {
						a[i] = -math.MaxFloat32
					}
				}
				if !s.Finite(a) {
					t.Fatalf("%d finite numbers at %d are said not to be", n, offset)
				}
				for i := range a {
					kept := a[i]
					a[i] = bad[(i+offset)%len(bad)]
					if s.Finite(a) {
						t.Fatalf("%v at %d of %d is passed over", a[i], i, n)
					}
					a[i] = kept
				}
			}
		}
		long := make([]float32, 3*65536+77)
		for i := 0; i < len(long); i += 4099 {
			long[i] = float32(math.Inf(1))
			if s.Finite(long) {
				t.Fatalf("an infinite number at %d is passed over", i)
			}
			long[i] = 0
		}
	})
}
