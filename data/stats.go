package data

import "math"

// measure sets the field's statistics from the given rows of its column.
func (f *Field) measure(c *Column, rows []int32) {
	if c.Codes == nil {
		f.Mean, f.Std, f.TrainMissing = moments(c.Numbers, rows)
		return
	}
	counts := make([]int, len(c.Levels))
	n := 0
	for _, r := range rows {
		if k := c.Codes[r]; k >= 0 {
			counts[k]++
			n++
		}
	}
	f.TrainMissing = len(rows) - n
	f.Share = make([]float64, len(counts))
	for k, count := range counts {
		if count > counts[f.Mode] {
			f.Mode = k
		}
		f.Share[k] = float64(count) / float64(max(n, 1))
	}
}

// rank sets what makes a number normal by its rank, and how it is written.
func (f *Field) rank(c *Column, rows []int32) {
	f.Decimals = decimals(c.Numbers, rows)
	if f.Std > 0 {
		f.Quantiles = newQuantiles(c.Numbers, rows)
	}
}

// moments returns the mean and the population standard deviation of the rows of x that have a value, and the number of those
// without. If all values are equal, std is exactly 0. Without any value both are 0.
//
// Values are scaled by a power of two before they are squared, so that no finite values overflow.
func moments(x []float64, rows []int32) (mean, std float64, missing int) {
	n, sum := 0, 0.0
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, r := range rows {
		if v := x[r]; !math.IsNaN(v) {
			n++
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	missing = len(rows) - n
	switch {
	case n == 0:
		return 0, 0, missing
	case lo == hi:
		return lo, 0, missing
	}
	_, e := math.Frexp(max(math.Abs(lo), math.Abs(hi)))
	down := func(v float64) float64 { return math.Ldexp(v, -e) }
	if -300 < e && e < 300 {
		down, e = func(v float64) float64 { return v }, 0
	}
	for _, r := range rows {
		if v := x[r]; !math.IsNaN(v) {
			sum += down(v)
		}
	}
	m := sum / float64(n)
	squares, rest := 0.0, 0.0 // rest is what rounding left in the sum of deviations
	for _, r := range rows {
		if v := x[r]; !math.IsNaN(v) {
			d := down(v) - m
			squares += float64(d * d)
			rest += d
		}
	}
	variance := max(0, squares-float64(rest*rest)/float64(n)) / float64(n)
	return math.Ldexp(m+rest/float64(n), e), math.Ldexp(math.Sqrt(variance), e), missing
}
