package engine

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A repeated load is the definition: each element from its place under the strides.
func TestLoad(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dims := rapid.SliceOfN(rapid.IntRange(1, 9), 1, 4).Draw(t, "dims")
		stride := make([]int, len(dims))
		step, size := 1, 1
		for i := len(dims) - 1; i >= 0; i-- {
			if !rapid.Bool().Draw(t, "repeated") {
				stride[i] = step
				step *= dims[i]
			}
			size *= dims[i]
		}
		src := make([]float32, step)
		for i := range src {
			src[i] = float32(i + 1)
		}
		lo := rapid.IntRange(0, size-1).Draw(t, "lo")
		got := make([]float32, rapid.IntRange(1, size-lo).Draw(t, "n"))
		load(func(dst []float32, v float32) {
			for i := range dst {
				dst[i] = v
			}
		}, got, src, dims, stride, lo)
		want := make([]float32, len(got))
		for k := range want {
			offset, rest := 0, lo+k
			for i := len(dims) - 1; i >= 0; i-- {
				offset += rest % dims[i] * stride[i]
				rest /= dims[i]
			}
			want[k] = src[offset]
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%v by %v from %d: %v, want %v", dims, stride, lo, got, want)
		}
	})
}
