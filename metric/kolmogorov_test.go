package metric

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestKolmogorovSmirnov compares with the definition, at every value of both samples.
func TestKolmogorovSmirnov(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Map(rapid.IntRange(-4, 4), func(v int) float64 { return float64(v) / 2 }), 1, 30)
		a, b := values.Draw(t, "a"), values.Draw(t, "b")
		share := func(x []float64, at float64) float64 {
			n := 0.0
			for _, v := range x {
				if v <= at {
					n++
				}
			}
			return n / float64(len(x))
		}
		want := 0.0
		for _, at := range append(append([]float64(nil), a...), b...) {
			want = max(want, math.Abs(share(a, at)-share(b, at)))
		}
		if got := KolmogorovSmirnov(a, b); math.Abs(got-want) > 1e-12 {
			t.Errorf("%v and %v: %v, want %v", a, b, got, want)
		}
	})
	for _, c := range []struct {
		a, b []float64
		want float64
	}{
		{[]float64{1, 2, 3}, []float64{4, 5}, 1}, {[]float64{1, 2}, []float64{2, 1}, 0},
		{nil, []float64{1}, math.NaN()}, {[]float64{1}, []float64{math.NaN()}, math.NaN()},
		{[]float64{math.Inf(-1), 0}, []float64{0, math.Inf(1)}, 0.5},
	} {
		if got := KolmogorovSmirnov(c.a, c.b); !(got == c.want || math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("%v and %v: %v, want %v", c.a, c.b, got, c.want)
		}
	}
}
