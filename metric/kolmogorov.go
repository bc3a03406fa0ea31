package metric

import (
	"math"
	"slices"
)

// KolmogorovSmirnov returns the distance of two samples: the largest difference of their empirical distribution functions,
//
//	max over v of |share of a at most v − share of b at most v|
//
// It is 0 of equal samples and 1 of samples that do not overlap; of two samples of n and m values of one continuous
// distribution it is about 0.87·√(1/n + 1/m) on average. It is NaN where a sample is empty or holds NaN.
//
// Source: Smirnov, "Table for Estimating the Goodness of Fit of Empirical Distributions", Annals of Mathematical Statistics 19 (1948).
func KolmogorovSmirnov(a, b []float64) float64 {
	if len(a) == 0 || len(b) == 0 || slices.ContainsFunc(a, math.IsNaN) || slices.ContainsFunc(b, math.IsNaN) {
		return math.NaN()
	}
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	far, i, j := 0.0, 0, 0
	for i < len(a) && j < len(b) {
		v := min(a[i], b[j])
		for i < len(a) && a[i] == v {
			i++
		}
		for j < len(b) && b[j] == v {
			j++
		}
		far = max(far, math.Abs(float64(i)/float64(len(a))-float64(j)/float64(len(b))))
	}
	return far
}
