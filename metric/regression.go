package metric

import "math"

// RMSE is the square root of the mean of (p − y)²; NaN without rows.
func RMSE(p, y, weight []float64) (float64, error) {
	if err := checkNumbers(p, y, weight); err != nil {
		return 0, err
	}
	return math.Sqrt(mean(len(p), weight, func(i int) float64 { return (p[i] - y[i]) * (p[i] - y[i]) })), nil
}

// MAE is the mean of |p − y|; NaN without rows.
func MAE(p, y, weight []float64) (float64, error) {
	if err := checkNumbers(p, y, weight); err != nil {
		return 0, err
	}
	return mean(len(p), weight, func(i int) float64 { return math.Abs(p[i] - y[i]) }), nil
}

// R2 is 1 − Σ(p − y)² / Σ(y − mean y)²: the share of the variance of y that p
// explains, below 0 if the mean of y would be the better prediction. It is NaN
// if y is constant, one row included; scikit-learn gives 1 or 0 there unless
// force_finite is False.
func R2(p, y, weight []float64) (float64, error) {
	if err := checkNumbers(p, y, weight); err != nil {
		return 0, err
	}
	if constant(y, weight) {
		return math.NaN(), nil
	}
	centre := mean(len(y), weight, func(i int) float64 { return y[i] })
	residual := mean(len(y), weight, func(i int) float64 { return (p[i] - y[i]) * (p[i] - y[i]) })
	variance := mean(len(y), weight, func(i int) float64 { return (y[i] - centre) * (y[i] - centre) })
	return 1 - residual/variance, nil
}

// constant reports whether all rows that count have one target, or there are none.
func constant(y, weight []float64) bool {
	first := -1
	for i, v := range y {
		switch {
		case weightOf(weight, i) == 0:
		case first < 0:
			first = i
		case v != y[first]:
			return false
		}
	}
	return true
}

func checkNumbers(p, y, weight []float64) error {
	if err := checkRows(len(p), len(y), weight); err != nil {
		return err
	}
	if err := finite("prediction", p); err != nil {
		return err
	}
	return finite("target", y)
}
