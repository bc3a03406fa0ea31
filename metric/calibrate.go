package metric

import (
	"fmt"
	"math"
)

// A Calibration turns the score of a row into the probability that it is positive:
// of the rows given 0.3, three in ten should be.
//
// [Platt], [Temperature] and [Isotonic] are fitted to scores and labels. Fit them
// on rows that the model was not trained on, where its scores are as sure as they
// will be on new rows, and judge them on others again: [Apart] proves that the
// parts share no row. All three keep the order of the scores of different rows, or
// tie them, so they change no ROC AUC but by ties; thresholds are to be chosen on
// the calibrated probabilities.
//
// They are refused on rows of one class, since no score would be left to learn
// from. Below [MinPositives] positive rows they follow chance.
type Calibration interface {
	Probability(score float64) float64
}

// Calibrate returns the probability of each score.
func Calibrate(c Calibration, score []float64) []float64 {
	p := make([]float64, len(score))
	for i, s := range score {
		p[i] = c.Probability(s)
	}
	return p
}

// Logit returns ln(p/(1−p)), the score behind a probability that a sigmoid made.
// It clips p to [[Epsilon], 1 − Epsilon], so the result lies within ±36.05; NaN
// for p outside [0, 1].
func Logit(p float64) float64 {
	if !(p >= 0 && p <= 1) {
		return math.NaN()
	}
	p = clip(p)
	return math.Log(p) - math.Log1p(-p)
}

// sigmoid returns 1/(1+e^−z) without overflow.
func sigmoid(z float64) float64 {
	if z >= 0 {
		return 1 / (1 + math.Exp(-z))
	}
	e := math.Exp(z)
	return e / (1 + e)
}

// checkFit checks rows to calibrate on and returns the weights of both classes.
func checkFit(score []float64, label []bool, weight []float64) (positive, negative float64, err error) {
	if err := checkRows(len(score), len(label), weight); err != nil {
		return 0, 0, err
	}
	if err := finite("score", score); err != nil {
		return 0, 0, err
	}
	for i, l := range label {
		if l {
			positive += weightOf(weight, i)
		} else {
			negative += weightOf(weight, i)
		}
	}
	for _, class := range []struct {
		name  string
		total float64
	}{{"positive", positive}, {"negative", negative}} {
		if class.total == 0 {
			return 0, 0, fmt.Errorf("metric: none of the %d rows to calibrate on is %s: all would get one probability; fit on rows of both classes", len(label), class.name)
		}
	}
	return positive, negative, nil
}
