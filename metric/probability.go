package metric

import (
	"fmt"
	"math"
)

// Epsilon is 2^−52, the spacing of float64 at 1. Log losses clip probabilities
// to [Epsilon, 1 − Epsilon], as scikit-learn does for this type, so a row that
// is wrong with certainty costs 36.04 nats and not infinitely many.
const Epsilon = 0x1p-52

func clip(p float64) float64 { return min(max(p, Epsilon), 1-Epsilon) }

// LogLoss returns the mean of −ln p over the positive rows and −ln(1−p) over the
// negative ones, in nats. Probabilities are clipped: see [Epsilon].
//
// Source: Good, “Rational Decisions”, J. R. Stat. Soc. B 14 (1952).
func LogLoss(p []float64, label []bool, weight []float64) (float64, error) {
	if err := checkRows(len(p), len(label), weight); err != nil {
		return 0, err
	}
	losses, err := LogLosses(p, label)
	if err != nil {
		return 0, err
	}
	return mean(len(p), weight, func(i int) float64 { return losses[i] }), nil
}

// LogLosses returns what [LogLoss] is the mean of.
func LogLosses(p []float64, label []bool) ([]float64, error) {
	if err := checkRows(len(p), len(label), []float64(nil)); err != nil {
		return nil, err
	}
	if err := probabilities(p); err != nil {
		return nil, err
	}
	losses := make([]float64, len(p))
	for i, yes := range label {
		if yes {
			losses[i] = -math.Log(clip(p[i]))
		} else {
			losses[i] = -math.Log(clip(1 - p[i]))
		}
	}
	return losses, nil
}

// sumTolerance is how far the probabilities of a row may sum from 1: far above
// what float32 rounds, far below what a raw score or a missing class makes.
const sumTolerance = 1e-3

// MultiLogLoss returns the mean of −ln p of each row's class, in nats. p has k
// probabilities a row, one row after another, and is clipped: see [Epsilon].
// The probabilities of a row must sum to 1 within 0.001; they are not rescaled.
func MultiLogLoss(p []float64, k int, class []int, weight []float64) (float64, error) {
	if err := checkProbabilities(p, k, class, weight); err != nil {
		return 0, err
	}
	losses, err := MultiLogLosses(p, k, class)
	if err != nil {
		return 0, err
	}
	return mean(len(class), weight, func(i int) float64 { return losses[i] }), nil
}

// MultiLogLosses returns what [MultiLogLoss] is the mean of.
func MultiLogLosses(p []float64, k int, class []int) ([]float64, error) {
	if err := checkProbabilities(p, k, class, nil); err != nil {
		return nil, err
	}
	losses := make([]float64, len(class))
	for i, c := range class {
		losses[i] = -math.Log(clip(p[i*k+c]))
	}
	return losses, nil
}

// Brier returns the mean of (p − y)² with y = 1 for positive rows and 0 for others.
//
// Source: Brier, “Verification of Forecasts Expressed in Terms of Probability”, Mon. Weather Rev. 78 (1950).
func Brier(p []float64, label []bool, weight []float64) (float64, error) {
	if err := checkRows(len(p), len(label), weight); err != nil {
		return 0, err
	}
	if err := probabilities(p); err != nil {
		return 0, err
	}
	return mean(len(p), weight, func(i int) float64 {
		if label[i] {
			return (p[i] - 1) * (p[i] - 1)
		}
		return p[i] * p[i]
	}), nil
}

// MultiBrier returns the mean over rows of Σ (pⱼ − yⱼ)² over the k classes, with
// y = 1 for the row's class and 0 for others. It lies in [0, 2]: of two classes it
// is twice [Brier]. p is as for [MultiLogLoss].
func MultiBrier(p []float64, k int, class []int, weight []float64) (float64, error) {
	if err := checkProbabilities(p, k, class, weight); err != nil {
		return 0, err
	}
	return mean(len(class), weight, func(i int) float64 {
		sum := 0.0
		for j, x := range p[i*k : (i+1)*k] {
			if j == class[i] {
				x = 1 - x
			}
			sum += float64(x * x)
		}
		return sum
	}), nil
}

// checkProbabilities checks rows of k probabilities that sum to 1, and their classes.
func checkProbabilities(p []float64, k int, class []int, weight []float64) error {
	if err := checkClasses("probabilities", len(p), k, class, weight); err != nil {
		return err
	}
	return checkSums(p, k)
}

// checkSums checks that each k of the values are probabilities that sum to 1.
func checkSums(p []float64, k int) error {
	if err := probabilities(p); err != nil {
		return err
	}
	for i := range len(p) / k {
		sum := 0.0
		for _, x := range p[i*k : (i+1)*k] {
			sum += x
		}
		if math.Abs(sum-1) > sumTolerance {
			return fmt.Errorf("metric: the probabilities of row %d sum to %v, not to 1", i, sum)
		}
	}
	return nil
}
