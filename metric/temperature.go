package metric

import (
	"errors"
	"fmt"
	"math"
)

// A Temperature divides scores before the sigmoid or softmax: above 1 it makes a
// model less sure, below 1 surer, and which class is likeliest stays. 1 changes
// nothing. One number is learned, so it is the calibration to take on the fewest
// rows, and the one for several classes.
//
// Source: Guo, Pleiss, Sun & Weinberger, “On Calibration of Modern Neural Networks”, ICML 2017.
type Temperature float64

// Temperatures are sought between these two, e^−10 and e^10. [Coldest] is what
// scores get that make no mistake on the rows, [Hottest] what scores get that are
// no better than chance or worse: both say that the rows do not tell a temperature.
const (
	Coldest Temperature = 4.5399929762484854e-05
	Hottest Temperature = 22026.465794806718
)

// Probability returns 1/(1 + e^−score/T).
func (t Temperature) Probability(score float64) float64 { return sigmoid(score / float64(t)) }

// Probabilities returns the softmax of score/T of each row of k scores.
func (t Temperature) Probabilities(score []float64, k int) ([]float64, error) {
	if err := checkWidth("scores", len(score), k); err != nil {
		return nil, err
	}
	if err := finite("score", score); err != nil {
		return nil, err
	}
	p := make([]float64, len(score))
	for i := 0; i < len(p); i += k {
		softmax(p[i:i+k], score[i:i+k], 1/float64(t))
	}
	return p, nil
}

// FitTemperature returns the temperature of least log loss. Scores are logits:
// [Logit] gives those of probabilities.
func FitTemperature(score []float64, label []bool, weight []float64) (Temperature, error) {
	if _, _, err := checkFit(score, label, weight); err != nil {
		return 0, err
	}
	return leastLoss(func(beta float64) (slope, curve float64) {
		for i, z := range score {
			w := weightOf(weight, i)
			if w == 0 {
				continue
			}
			p, y := sigmoid(beta*z), 0.0
			if label[i] {
				y = 1
			}
			slope += float64(w * z * (p - y))
			curve += float64(w * z * z * p * (1 - p))
		}
		return slope, curve
	})
}

// FitMultiTemperature returns the temperature of least log loss of k classes. score
// has k logits a row, one row after another: logarithms of probabilities will do.
func FitMultiTemperature(score []float64, k int, class []int, weight []float64) (Temperature, error) {
	if err := checkClasses("scores", len(score), k, class, weight); err != nil {
		return 0, err
	}
	if err := finite("score", score); err != nil {
		return 0, err
	}
	if onlyClass(class, weight) {
		return 0, fmt.Errorf("metric: the %d rows to calibrate on have fewer than two classes: fit on rows of several", len(class))
	}
	p := make([]float64, k)
	return leastLoss(func(beta float64) (slope, curve float64) {
		for i, c := range class {
			w := weightOf(weight, i)
			if w == 0 {
				continue
			}
			z := score[i*k : (i+1)*k]
			softmax(p, z, beta)
			mean, square := 0.0, 0.0 // of the scores above that of the row's class, by p
			for j, pj := range p {
				d := z[j] - z[c]
				mean += float64(pj * d)
				square += float64(pj * d * d)
			}
			slope += float64(w * mean)
			curve += float64(w * (square - float64(mean*mean)))
		}
		return slope, curve
	})
}

// leastLoss finds where the slope of the log loss over beta = 1/T is 0. The loss is
// convex in beta, so a root lies between a falling and a rising slope. Newton's steps
// are taken while they stay between; else, and if many did not do, the interval is
// halved by its logarithm.
func leastLoss(at func(beta float64) (slope, curve float64)) (Temperature, error) {
	lo, hi := 1/float64(Hottest), 1/float64(Coldest)
	beta := 1.0
	slope, curve := at(beta)
	if s, _ := at(lo); slope != 0 && s >= 0 {
		return Hottest, nil
	}
	if s, _ := at(hi); slope != 0 && s <= 0 {
		return Coldest, nil
	}
	const many = 40
	for step := 0; slope != 0; step++ {
		switch {
		case math.IsNaN(slope):
			return 0, errors.New("metric: scores or weights are too large to fit a temperature")
		case slope < 0:
			lo = beta
		default:
			hi = beta
		}
		next := beta - slope/curve
		if math.Abs(next-beta) <= Epsilon*beta {
			break
		}
		if step >= many || !(next > lo && next < hi) {
			next = math.Sqrt(lo * hi)
			if !(next > lo && next < hi) {
				break
			}
		}
		beta = next
		slope, curve = at(beta)
	}
	return Temperature(1 / beta), nil
}

// softmax sets p to e^(beta·score), scaled to sum to 1.
func softmax(p, score []float64, beta float64) {
	most := score[0]
	for _, z := range score {
		most = max(most, z)
	}
	sum := 0.0
	for i, z := range score {
		p[i] = math.Exp((z - most) * beta)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
}

// onlyClass reports whether the rows that count have fewer than two classes.
func onlyClass(class []int, weight []float64) bool {
	first := -1
	for i, c := range class {
		switch {
		case weightOf(weight, i) == 0:
		case first < 0:
			first = c
		case c != first:
			return false
		}
	}
	return true
}
