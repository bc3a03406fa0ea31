// Package metric measures predictions: plain Go on slices, no graph.
//
//	r, err := metric.Rank(score, label, nil)           // sort the rows once
//	fmt.Println(r.ROCAUC(), r.AveragePrecision())
//	cut, err := r.Choose(metric.BestF{})               // a threshold, on rows kept apart
//	counts, err := metric.CountAt(score, label, nil, cut.Value)
//	fmt.Println(counts.F1(metric.Zero), counts.Precision(metric.Zero))
//
// Several classes are counted by [Confuse], several labels by [CountLabels]; both
// give [Classes], which average and report. Pixels are counted by image with
// [CountImages] and ranked in constant memory by a [Histogram]. [FitPlatt],
// [FitTemperature] and [FitIsotonic] calibrate scores, [Reliable] shows how well.
// [Apart] proves that rows chosen on and rows judged on are different ones.
//
// Predictions come before targets. Weights are one a row, finite and not
// negative; nil stands for 1 each, and a row of weight k counts as k rows, of
// weight 0 as none. Counts add: [Counts] and [Confusion] of batches are summed
// and give the metric of the epoch, which the mean of batch metrics is not.
//
// An error is a mistake in the input: lengths that differ, a NaN, a negative
// weight. A value that the rows do not define, such as the ROC AUC of one class,
// is NaN without an error; where a convention is common, [ZeroDivision] names it.
// Results are those of scikit-learn 1.9 to 1e-12 where both define them.
package metric

import (
	"fmt"
	"math"
)

// A ZeroDivision says what a ratio of counts is when its denominator is 0.
type ZeroDivision int

const (
	Zero      ZeroDivision = iota // 0, as scikit-learn does unless told otherwise
	One                           // 1
	Undefined                     // NaN; averages over classes leave it out
)

func (z ZeroDivision) value() float64 {
	switch z {
	case Zero:
		return 0
	case One:
		return 1
	}
	return math.NaN()
}

// ratio returns a/b, or what z says if b is 0.
func ratio(a, b float64, z ZeroDivision) float64 {
	if b == 0 {
		return z.value()
	}
	return a / b
}

// Float is a type of numbers: tables come as float64, pixels as float32.
type Float interface{ float32 | float64 }

// checkRows compares the lengths of predictions, targets and weights, and checks the weights.
func checkRows[F Float](predictions, targets int, weight []F) error {
	if predictions != targets {
		return fmt.Errorf("metric: %d predictions and %d targets", predictions, targets)
	}
	if weight == nil {
		return nil
	}
	if len(weight) != targets {
		return fmt.Errorf("metric: %d weights for %d rows", len(weight), targets)
	}
	for i, w := range weight {
		if !(w >= 0) || math.IsInf(float64(w), 1) {
			return fmt.Errorf("metric: weight %d is %v; weights are finite and not negative", i, w)
		}
	}
	return nil
}

// checkWidth refuses n values, called what, that are no whole rows of k.
func checkWidth(what string, n, k int) error {
	if k < 1 || n%k != 0 {
		return fmt.Errorf("metric: %d %s are no rows of %d", n, what, k)
	}
	return nil
}

// checkClasses checks n values, k a row, against the classes and weights of the rows.
func checkClasses(what string, n, k int, class []int, weight []float64) error {
	if err := checkWidth(what, n, k); err != nil {
		return err
	}
	if err := checkRows(n/k, len(class), weight); err != nil {
		return err
	}
	for i, c := range class {
		if c < 0 || c >= k {
			return fmt.Errorf("metric: class %d of row %d is not in [0, %d)", c, i, k)
		}
	}
	return nil
}

// weightOf returns the weight of row i.
func weightOf[F Float](weight []F, i int) float64 {
	if weight == nil {
		return 1
	}
	return float64(weight[i])
}

// finite refuses the first value that is NaN or infinite.
func finite[F Float](what string, values []F) error {
	for i, x := range values {
		if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
			return fmt.Errorf("metric: %s %d is %v", what, i, x)
		}
	}
	return nil
}

// probabilities refuses the first value outside [0, 1].
func probabilities[F Float](p []F) error {
	for i, x := range p {
		if !(x >= 0 && x <= 1) {
			return fmt.Errorf("metric: probability %d is %v, outside [0, 1]", i, x)
		}
	}
	return nil
}

// mean returns the weighted mean of value(i) over n rows; NaN if their weights sum to 0.
func mean(n int, weight []float64, value func(i int) float64) float64 {
	sum, total := 0.0, 0.0
	for i := range n {
		if w := weightOf(weight, i); w > 0 {
			sum += float64(w * value(i)) // the conversion keeps the compiler from fusing, and all processors alike
			total += w
		}
	}
	return sum / total
}
