package metric

import (
	"cmp"
	"errors"
	"math"
	"slices"
)

// A Binning says how probabilities are put into bins.
type Binning int

const (
	EqualWidth Binning = iota // each bin is as wide as the others: of 10, [0, 0.1], (0.1, 0.2] ... (0.9, 1]
	EqualMass                 // each bin has the same weight of rows, as nearly as ties allow
)

// DefaultBins is how many bins a [Reliability] has unless told otherwise.
const DefaultBins = 10

// A Bin is a row of a [Reliability] table.
type Bin struct {
	Lo, Hi    float64 // it holds the rows with Lo < p <= Hi; the first one those at Lo too
	Rows      int     // of weight above 0
	Weight    float64 // of these rows
	Predicted float64 // the mean of p
	Observed  float64 // the share of positives
}

// A Reliability compares what was predicted with what came, bin by bin. Bins
// without rows are left out.
type Reliability []Bin

// Reliable makes the table of probabilities in so many bins, 0 for [DefaultBins].
// The edges of [EqualMass] are quantiles of p: edge j of n is the least p with j/n
// of all weight at or below it.
//
// Source: Murphy & Winkler, “Reliability of Subjective Probability Forecasts”, Appl. Stat. 26 (1977).
func Reliable(p []float64, label []bool, weight []float64, binning Binning, bins int) (Reliability, error) {
	if err := checkRows(len(p), len(label), weight); err != nil {
		return nil, err
	}
	if err := probabilities(p); err != nil {
		return nil, err
	}
	switch {
	case bins < 0:
		return nil, errors.New("metric: a negative number of bins")
	case bins == 0:
		bins = DefaultBins
	}
	rows := rising(p, weight)
	edge := equalWidth(bins)
	if binning == EqualMass {
		edge = equalMass(p, weight, rows, bins)
	}
	var table Reliability
	at, lo := 0, 0.0
	for _, hi := range edge {
		b := Bin{Lo: lo, Hi: hi}
		for ; at < len(rows) && p[rows[at]] <= hi; at++ {
			i := rows[at]
			w := weightOf(weight, i)
			b.Rows++
			b.Weight += w
			b.Predicted += float64(w * p[i])
			if label[i] {
				b.Observed += w
			}
		}
		if b.Rows > 0 {
			b.Predicted /= b.Weight
			b.Observed /= b.Weight
			table = append(table, b)
		}
		lo = hi
	}
	return table, nil
}

// rising returns the rows that count, sorted by p. Equal ones keep their order.
func rising(p, weight []float64) []int {
	var rows []int
	for i := range p {
		if weightOf(weight, i) > 0 {
			rows = append(rows, i)
		}
	}
	slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	return rows
}

// equalWidth and equalMass return the upper edge of each bin.
func equalWidth(bins int) []float64 {
	edge := make([]float64, bins)
	for j := range edge {
		edge[j] = float64(j+1) / float64(bins)
	}
	return edge
}

func equalMass(p, weight []float64, rows []int, bins int) []float64 {
	total := 0.0
	for _, i := range rows {
		total += weightOf(weight, i)
	}
	var edge []float64
	below := 0.0
	for n, i := range rows {
		below += weightOf(weight, i)
		for len(edge) < bins-1 && float64(below*float64(bins)) >= float64(float64(len(edge)+1)*total) {
			edge = append(edge, p[rows[n]])
		}
	}
	return append(edge, 1)
}

// ECE is the expected calibration error Σ wᵇ·|observed − predicted| / Σ wᵇ over the
// bins, with wᵇ their weights; NaN without rows. It depends on the bins, so it is
// named with them, and it is biased upwards on few rows; [Brier] and [LogLoss]
// need none.
//
// Source: Naeini, Cooper & Hauskrecht, “Obtaining Well Calibrated Probabilities Using Bayesian Binning”, AAAI 2015.
func (r Reliability) ECE() float64 {
	sum, total := 0.0, 0.0
	for _, b := range r {
		sum += float64(b.Weight * math.Abs(b.Observed-b.Predicted))
		total += b.Weight
	}
	return sum / total
}

// MCE is the largest |observed − predicted| of a bin; NaN without rows.
func (r Reliability) MCE() float64 {
	worst := math.NaN()
	for _, b := range r {
		if d := math.Abs(b.Observed - b.Predicted); !(d <= worst) {
			worst = d
		}
	}
	return worst
}

// Top returns the probability of each row's likeliest class, and whether that class
// is right: what [Reliable] takes for several classes. Of equal probabilities the
// first class counts as the likeliest.
func Top(p []float64, k int, class []int) (confidence []float64, right []bool, err error) {
	if err := checkProbabilities(p, k, class, nil); err != nil {
		return nil, nil, err
	}
	for i, c := range class {
		row := p[i*k : (i+1)*k]
		most := likeliest(row)
		confidence = append(confidence, row[most])
		right = append(right, most == c)
	}
	return confidence, right, nil
}

// likeliest returns the place of the largest value, the first of several.
func likeliest(row []float64) int {
	most := 0
	for j, x := range row {
		if x > row[most] {
			most = j
		}
	}
	return most
}
