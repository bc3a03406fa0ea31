package metric

import (
	"cmp"
	"math"
	"slices"
)

// A Ranking holds scored rows of two classes, sorted by falling score. What
// depends on the order of scores alone is computed from it without sorting again.
type Ranking struct {
	rows      []row  // of weight above 0
	positives int    // rows, not weights
	count     int    // rows; of a [Histogram] the pixels, which are more than the rows here
	all       sample // every row once
}

// A row has its weight in pos if it is positive and in neg if not; the other is 0.
type row struct {
	score    float64
	pos, neg float64
	last     bool // of the rows with this score
	at       int  // its number among the rows that were ranked
}

// Rank sorts the rows. It drops those of weight 0. Scores must be finite; they
// need not be probabilities.
func Rank(score []float64, label []bool, weight []float64) (*Ranking, error) {
	if err := checkRows(len(score), len(label), weight); err != nil {
		return nil, err
	}
	if err := finite("score", score); err != nil {
		return nil, err
	}
	rows := make([]row, 0, len(score))
	for i, s := range score {
		switch w := weightOf(weight, i); {
		case w == 0:
		case label[i]:
			rows = append(rows, row{score: s, pos: w, at: i})
		default:
			rows = append(rows, row{score: s, neg: w, at: i})
		}
	}
	return newRanking(rows), nil
}

// newRanking sorts the rows in place.
func newRanking(rows []row) *Ranking {
	slices.SortFunc(rows, compareRows)
	positives := 0
	for i := range rows {
		if rows[i].pos > 0 {
			positives++
		}
		rows[i].last = i+1 == len(rows) || rows[i+1].score != rows[i].score
	}
	return &Ranking{rows, positives, len(rows), newSample(rows, slices.Repeat([]float64{1}, len(rows)))}
}

// compareRows puts rows that differ in any way in one order, so that nothing
// depends on the order in which they came.
func compareRows(a, b row) int {
	if a.score != b.score { // nearly always; spares the rest
		return cmp.Compare(b.score, a.score)
	}
	return cmp.Or(cmp.Compare(b.pos, a.pos), cmp.Compare(b.neg, a.neg))
}

// Rows returns the number of rows of weight above 0.
func (r *Ranking) Rows() int { return r.count }

// Positives returns how many of them are positive.
func (r *Ranking) Positives() int { return r.positives }

// A sample takes each row of a ranking so many times.
type sample struct {
	rows  []row
	times []float64
	p, n  float64 // weight of the positive and the negative rows taken
	above float64 // a threshold that no row reaches, taken or not
}

func newSample(rows []row, times []float64) sample {
	s := sample{rows: rows, times: times}
	if len(rows) > 0 {
		s.above = math.Nextafter(rows[0].score, math.Inf(1))
	}
	for i, t := range times {
		s.p += float64(rows[i].pos * t)
		s.n += float64(rows[i].neg * t)
	}
	return s
}

// sweep calls visit for every distinct score from the highest down, with the
// counts of predicting positive at and above it. Scores of rows that are not
// taken are passed over.
func (s *sample) sweep(visit func(threshold float64, c Counts)) {
	tp, fp, taken := 0.0, 0.0, false
	for i := range s.rows {
		row, t := &s.rows[i], s.times[i]
		tp += float64(row.pos * t)
		fp += float64(row.neg * t)
		taken = taken || t > 0
		if row.last && taken {
			visit(row.score, Counts{TP: tp, FP: fp, FN: s.p - tp, TN: s.n - fp})
			taken = false
		}
	}
}

// ROCAUC returns the area under the ROC curve: the chance that a random positive
// row scores above a random negative one, ties counting half. It is NaN if
// either class has no row.
//
// Source: Hanley & McNeil, “The Meaning and Use of the Area under a ROC Curve”, Radiology 143 (1982).
func (r *Ranking) ROCAUC() float64 {
	var a area
	r.all.sweep(a.add)
	return a.roc()
}

// AveragePrecision returns Σ (Rᵢ − Rᵢ₋₁)·Pᵢ over the distinct scores from the
// highest down, with precision P and recall R: the area under the PR curve
// without interpolation. It is NaN if no row is positive.
func (r *Ranking) AveragePrecision() float64 {
	var a area
	r.all.sweep(a.add)
	return a.precision()
}

// An area sums up both curves in one sweep.
type area struct {
	last     Counts
	pairs    float64 // Σ ΔFP·(TP + TP of the step before)/2
	weighted float64 // Σ ΔTP·precision
}

func (a *area) add(_ float64, c Counts) {
	a.pairs += float64((c.FP - a.last.FP) * (c.TP + a.last.TP) / 2)
	if gain := c.TP - a.last.TP; gain > 0 {
		a.weighted += float64(gain * (c.TP / (c.TP + c.FP)))
	}
	a.last = c
}

// After the last step every row is predicted positive.
func (a *area) roc() float64       { return ratio(a.pairs, a.last.TP*a.last.FP, Undefined) }
func (a *area) precision() float64 { return ratio(a.weighted, a.last.TP, Undefined) }

// A Point is a threshold and what predicting positive at and above it gives.
type Point struct {
	Threshold float64
	Counts    Counts
}

// Points returns a Point for each distinct score, from the highest down. They
// are the ROC curve, with x = 1 − Specificity and y = Recall, to which (0, 0)
// belongs as its start, and the PR curve, with x = Recall and y = Precision.
func (r *Ranking) Points() []Point {
	var points []Point
	r.all.sweep(func(threshold float64, c Counts) { points = append(points, Point{threshold, c}) })
	return points
}
