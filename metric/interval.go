package metric

import (
	"math"
	"slices"
)

// An Interval is a range of 95 %.
type Interval struct{ Lo, Hi float64 }

// Interval95 returns the 2.5 and 97.5 percentiles of the values, interpolated
// linearly between neighbours. NaNs are left out; of none the interval is NaN.
func Interval95(values []float64) Interval {
	sorted := slices.DeleteFunc(slices.Clone(values), math.IsNaN)
	slices.Sort(sorted)
	return Interval{quantile(sorted, 0.025), quantile(sorted, 0.975)}
}

func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := q * float64(len(sorted)-1)
	i := int(at)
	lo, hi := sorted[i], sorted[min(i+1, len(sorted)-1)]
	return lo + float64((at-float64(i))*(hi-lo))
}

// Wilson95 returns the Wilson interval of a share of hits among n rows: how
// sure a precision or recall is that was counted on so few. NaN for n = 0.
//
// Source: Wilson, “Probable Inference”, J. Am. Stat. Assoc. 22 (1927).
func Wilson95(hits, n float64) Interval {
	if n == 0 {
		return Interval{math.NaN(), math.NaN()}
	}
	const z = 1.959963984540054 // the 97.5 percentile of the normal distribution
	p := hits / n
	centre := p + z*z/(2*n)
	half := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	scale := 1 + z*z/n
	return Interval{max(0, (centre-half)/scale), min(1, (centre+half)/scale)} // rounding may lead just past a share
}
