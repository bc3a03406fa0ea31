package metric

import (
	"fmt"
	"math"
	"slices"
)

// Classes are the counts of each class against all others, or those of each label
// of rows that may have several. Averages over them, and reports, are the same for both.
type Classes []Counts

// Add returns the counts of both sets of rows together. Both must have the same
// number of classes; nil adds nothing.
func (c Classes) Add(o Classes) (Classes, error) {
	switch {
	case len(o) == 0:
		return c, nil
	case len(c) == 0:
		return o, nil
	case len(c) != len(o):
		return nil, fmt.Errorf("metric: counts of %d classes and of %d do not add", len(c), len(o))
	}
	sum := make(Classes, len(c))
	for k := range c {
		sum[k] = c[k].Add(o[k])
	}
	return sum, nil
}

// An Average says how the classes make one number.
type Average int

const (
	Macro    Average = iota // the mean over classes, a class without rows included
	Weighted                // the mean over classes, weighted by their rows
	Micro                   // of the counts of all classes summed; of a [Confusion] the accuracy
)

// Precision averages [Counts.Precision].
func (c Classes) Precision(a Average, z ZeroDivision) float64 {
	return c.Average(a, z, func(c Counts) float64 { return c.Precision(z) })
}

// Recall averages [Counts.Recall].
func (c Classes) Recall(a Average, z ZeroDivision) float64 {
	return c.Average(a, z, func(c Counts) float64 { return c.Recall(z) })
}

// F1 averages [Counts.F1].
func (c Classes) F1(a Average, z ZeroDivision) float64 { return c.FBeta(1, a, z) }

// FBeta averages [Counts.FBeta].
func (c Classes) FBeta(beta float64, a Average, z ZeroDivision) float64 {
	return c.Average(a, z, func(c Counts) float64 { return c.FBeta(beta, z) })
}

// IoU averages [Counts.IoU]: its [Macro] is the mean IoU of segmentation.
func (c Classes) IoU(a Average, z ZeroDivision) float64 {
	return c.Average(a, z, func(c Counts) float64 { return c.IoU(z) })
}

// Average averages a metric of counts. It leaves out a class whose value is NaN, as
// [Undefined] makes it; if none is left, the result is what z says.
func (c Classes) Average(a Average, z ZeroDivision, of func(Counts) float64) float64 {
	var all Counts
	var m weightedMean
	for _, class := range c {
		all = all.Add(class)
		m.add(a, class.TP+class.FN, of(class))
	}
	if a == Micro {
		return of(all)
	}
	return m.value(z)
}

// A weightedMean is over classes, leaving out NaNs.
type weightedMean struct{ sum, total float64 }

func (m *weightedMean) add(a Average, support, value float64) {
	weight := 1.0
	if a == Weighted {
		weight = support
	}
	if !math.IsNaN(value) {
		m.sum += float64(weight * value)
		m.total += weight
	}
}

func (m *weightedMean) value(z ZeroDivision) float64 { return ratio(m.sum, m.total, z) }

// Absent says which classes take part in a report or an average.
type Absent int

const (
	Keep       Absent = iota // all, as scikit-learn does when told the labels
	SkipUnseen               // not those without a row or a prediction, as scikit-learn does untold
	SkipAbsent               // not those without a row, though some row was predicted so
)

func (a Absent) skips(c Counts) bool {
	switch a {
	case SkipUnseen:
		return c.TP+c.FN+c.FP == 0
	case SkipAbsent:
		return c.TP+c.FN == 0
	}
	return false
}

// Without returns the classes that take part. Their places are no longer those of
// the classes; [Classes.Report] keeps the numbers.
func (c Classes) Without(a Absent) Classes {
	return slices.DeleteFunc(slices.Clone(c), a.skips)
}

// Scores are a row of a [Report].
type Scores struct {
	Precision, Recall, F1 float64
	Support               float64 // the weight of the rows of the class
}

// A ClassScores is the row of one class.
type ClassScores struct {
	Class int
	Scores
}

// A Report says how good the predictions of each class are.
type Report struct {
	Class                  []ClassScores
	Micro, Macro, Weighted Scores
}

// Report makes the table of the classes that take part.
func (c Classes) Report(a Absent, z ZeroDivision) Report {
	var r Report
	support := 0.0
	for k, class := range c {
		if a.skips(class) {
			continue
		}
		row := Scores{class.Precision(z), class.Recall(z), class.F1(z), class.TP + class.FN}
		r.Class = append(r.Class, ClassScores{k, row})
		support += row.Support
	}
	kept := c.Without(a)
	of := func(by Average) Scores {
		return Scores{kept.Precision(by, z), kept.Recall(by, z), kept.F1(by, z), support}
	}
	r.Micro, r.Macro, r.Weighted = of(Micro), of(Macro), of(Weighted)
	return r
}
