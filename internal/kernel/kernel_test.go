package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// sets returns every set this processor can run.
func sets() []*Set {
	if Default() == Reference() {
		return []*Set{Reference()}
	}
	return []*Set{Reference(), Default()}
}

// eachSet runs the test on every set.
func eachSet(t *testing.T, f func(t *testing.T, s *Set)) {
	for _, s := range sets() {
		t.Run(s.Name, func(t *testing.T) { f(t, s) })
	}
}

func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// normals returns n standard normal numbers.
func normals(r *rand.Rand, n int) []float32 {
	a := make([]float32, n)
	for i := range a {
		a[i] = float32(r.NormFloat64())
	}
	return a
}

// special holds the values where float32 functions go wrong.
var special = []float32{0, float32(math.Copysign(0, -1)), 1, -1, 0.5, -0.5, 1.5, -1.5, 2, 2.5, -2.5, 3, -3, 1e-3, -1e-3,
	math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32, 1e-40, -1e-40, 1.1754944e-38, -1.1754944e-38,
	math.MaxFloat32, -math.MaxFloat32, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()),
	8388607.5, 8388608, -8388609, 16777216, 2147483648, -2147483648, 88.72283, 88.72284, -87.33654, -103.97, -104, 10, -10, 20, -20}

// mixed returns n numbers: normal ones of several magnitudes, and special ones.
func mixed(r *rand.Rand, n int) []float32 {
	a := make([]float32, n)
	for i := range a {
		switch r.IntN(4) {
		case 0:
			a[i] = special[r.IntN(len(special))]
		case 1:
			a[i] = float32(r.NormFloat64() * math.Exp(10*r.NormFloat64()))
		default:
			a[i] = float32(r.NormFloat64())
		}
	}
	return a
}

// sameBits reports whether two numbers are one, or both NaN.
func sameBits(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

// ulps returns the distance of got from the exact value in units of the last place of a float32 near it.
func ulps(got float32, exact float64) float64 {
	want := float32(exact)
	if sameBits(got, want) || got == want {
		return 0
	}
	if got != got || want != want || math.IsInf(float64(got), 0) != math.IsInf(float64(want), 0) {
		return math.Inf(1)
	}
	_, e := math.Frexp(exact)
	return math.Abs(float64(got)-exact) / math.Ldexp(1, max(e-24, -149))
}

// guarded returns a slice of length n that starts at offset within a larger allocation, and a
// function that reports whether the rest of that allocation was left alone.
func guarded(n, offset int) (dst []float32, intact func() bool) {
	const guard = 12345.5
	whole := make([]float32, n+offset+16)
	for i := range whole {
		whole[i] = guard
	}
	return whole[offset:][:n:n], func() bool {
		for i, x := range whole {
			if (i < offset || i >= offset+n) && x != guard {
				return false
			}
		}
		return true
	}
}

// shifted returns a copy of a whose first element lies offset elements into its allocation.
func shifted(a []float32, offset int) []float32 {
	b := make([]float32, offset+len(a))
	copy(b[offset:], a)
	return b[offset:]
}

// panics reports whether f does.
func panics(f func()) (message string) {
	defer func() {
		if r := recover(); r != nil {
			message = fmt.Sprint(r)
		}
	}()
	f()
	return ""
}
