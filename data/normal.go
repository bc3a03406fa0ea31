package data

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// intervals is how many intervals of equal probability the quantiles of a column mark.
const intervals = 200

// outermost is the least rank that is told from 0, and its opposite from 1: about half an interval, 2.9 standard deviations.
const outermost = 0.002

// Quantiles are the values of a column at ranks 0, 1/200, ..., 1 among its training rows. They make a normal variable of it,
// whatever its distribution, and undo that: [Options.RankNormal].
//
//	normal(v) = Φ⁻¹(rank of v)      value(z) = the quantile at rank Φ(z)
//
// Between two quantiles ranks are linear. A value that holds several of them, such as the 0 of a column of amounts, has all
// of their ranks: one of them is drawn, so that the variable is normal all the same and the value comes back as often as it
// was there.
//
// Source: the inverse normal transform of ranks, Blom, "Statistical Estimates and Transformed Beta-Variables" (1958).
type Quantiles []float64

// newQuantiles returns those of the rows of x that have a value; nil without any.
func newQuantiles(x []float64, rows []int32) Quantiles {
	var sorted []float64
	for _, r := range rows {
		if v := x[r]; !math.IsNaN(v) {
			sorted = append(sorted, v)
		}
	}
	if len(sorted) == 0 {
		return nil
	}
	slices.Sort(sorted)
	q := make(Quantiles, intervals+1)
	for k := range q {
		at := float64(k) / intervals * float64(len(sorted)-1)
		q[k] = between(sorted, at)
	}
	return q
}

// between returns the element at a place, linear between two.
func between(sorted []float64, at float64) float64 {
	i := min(int(at), len(sorted)-1)
	if i == len(sorted)-1 || sorted[i] == sorted[i+1] {
		return sorted[i]
	}
	t := at - float64(i)
	return sorted[i]*(1-t) + sorted[i+1]*t
}

// normal returns Φ⁻¹ of the rank of v. Where v has the ranks of an interval, draw in [0, 1) chooses one of them.
func (q Quantiles) normal(v, draw float64) float64 {
	lo, _ := slices.BinarySearch(q, v)
	hi, _ := slices.BinarySearchFunc(q, v, func(x, v float64) int {
		if x <= v {
			return -1
		}
		return 1
	})
	last := float64(len(q) - 1)
	var rank float64
	switch {
	case hi == 0:
		rank = 0
	case lo == len(q):
		rank = 1
	case hi-lo > 1: // from quantile lo to quantile hi-1 all are v
		rank = (float64(lo) + draw*float64(hi-1-lo)) / last
	case hi-lo == 1:
		rank = float64(lo) / last
	default:
		rank = (float64(lo-1) + (v-q[lo-1])/(q[lo]-q[lo-1])) / last
	}
	rank = min(max(rank, outermost), 1-outermost)
	return math.Sqrt2 * math.Erfinv(2*rank-1)
}

// value returns the quantile at rank Φ(z).
func (q Quantiles) value(z float64) float64 {
	rank := 0.5 * math.Erfc(-z/math.Sqrt2)
	return between(q, min(max(rank, 0), 1)*float64(len(q)-1))
}

// valid reports whether q could be quantiles.
func (q Quantiles) valid() bool {
	finite := !slices.ContainsFunc(q, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
	return q == nil || len(q) == intervals+1 && finite && slices.IsSortedFunc(q, cmp.Compare[float64])
}

// maxDecimals is how many digits behind the point are counted.
const maxDecimals = 17

// decimals returns how many digits behind the point the values of the rows need, as they are shortest.
func decimals(x []float64, rows []int32) int {
	most := 0
	for _, r := range rows {
		v := x[r]
		if v == math.Trunc(v) || math.IsNaN(v) {
			continue
		}
		text := strconv.FormatFloat(v, 'f', -1, 64)
		most = max(most, len(text)-strings.IndexByte(text, '.')-1)
		if most >= maxDecimals {
			return maxDecimals
		}
	}
	return most
}

// rankOf returns a number in [0, 1) that belongs to a row of a column.
func rankOf(row int32, column int) float64 {
	return rand.New(rand.NewPCG(uint64(row), uint64(column))).Float64()
}

// RowNames returns the names of the columns that [Schema.RowCells] makes: features and target, in the order of the file.
func (s *Schema) RowNames() []string {
	var names []string
	for _, f := range s.Fields {
		if f.Role == FeatureRole || f.Role == TargetRole {
			names = append(names, f.Name)
		}
	}
	return names
}

// RowCells returns a row as the file would have it, from the numbers in x and of the target y: the inverse of the encoding.
// A number is written with as many digits behind the point as those of the training rows need; of levels the one with the
// largest number is taken; a cell whose indicator is at least one half is empty.
func (s *Schema) RowCells(x, y []float32) []string {
	var cells []string
	at := 0
	targets := s.targetCells(y)
	for _, f := range s.Fields {
		switch f.Role {
		case FeatureRole:
			cells = append(cells, f.cell(x[at:at+f.Width()], s.Format))
			at += f.Width()
		case TargetRole:
			cells = append(cells, targets[f.Name])
		}
	}
	return cells
}

// Value is the inverse of the encoding of one column, of whose [Field.Width] numbers x are: a number, or the index of the
// level with the largest number. It is missing where the column's indicator is at least one half.
func (f *Field) Value(x []float32) (v float64, missing bool) {
	if f.Indicator {
		last := len(x) - 1
		if x[last] >= 0.5 {
			return math.NaN(), true
		}
		x = x[:last]
	}
	switch f.Kind {
	case Numeric:
		return f.number(float64(x[0])), false
	case TwoLevel:
		if x[0] >= 0.5 {
			return float64(len(f.Levels) - 1), false
		}
		return 0, false
	}
	best := 0
	for k, v := range x {
		if v > x[best] {
			best = k
		}
	}
	return float64(best), false
}

// cell is [Field.Value] as the file would have it.
func (f *Field) cell(x []float32, format Format) string {
	v, missing := f.Value(x)
	switch {
	case missing:
		return format.missing()
	case f.Kind == Numeric:
		return format.number(v, f.Decimals)
	}
	return f.Levels[int(v)]
}

// number is the inverse of the encoding of a number.
func (f *Field) number(x float64) float64 {
	if f.Quantiles != nil {
		return f.Quantiles.value(x)
	}
	return f.Mean + x*f.Std
}

func (f Format) missing() string {
	if len(f.NA) == 0 {
		return ""
	}
	return f.NA[0]
}

// number writes v with that many digits behind the point.
func (f Format) number(v float64, decimals int) string {
	text := strconv.FormatFloat(v, 'f', decimals, 64)
	if f.Decimal == "," {
		text = strings.Replace(text, ".", ",", 1)
	}
	if strings.Trim(text, "-0.,") == "" {
		return strings.TrimPrefix(text, "-")
	}
	return text
}

// targetCells returns the cell of each column of the target.
func (s *Schema) targetCells(y []float32) map[string]string {
	cells := map[string]string{}
	if s.Target == nil {
		return cells
	}
	pick := func(t *Target, y []float32) string {
		switch {
		case t.Task == Regression:
			return s.Format.number(float64(y[0]), maxDecimals)
		case t.Task == Binary && y[0] >= 0.5:
			return t.Classes[1]
		case t.Task == Binary:
			return t.Classes[0]
		}
		best := 0
		for k, v := range y {
			if v > y[best] {
				best = k
			}
		}
		return t.Classes[best]
	}
	for i, t := range s.Target.columns() {
		if s.Target.Task == MultiLabel {
			cells[t.Name] = pick(t, y[i:i+1])
		} else {
			cells[t.Name] = pick(t, y)
		}
	}
	return cells
}
