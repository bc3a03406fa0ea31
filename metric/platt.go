package metric

import (
	"fmt"
	"math"
)

// Platt is the calibration p = 1/(1 + e^−(Slope·score + Intercept)). Two numbers
// are soon learned: it is the one to take on some hundreds of rows.
//
// Source: Platt, “Probabilistic Outputs for Support Vector Machines”, in Advances
// in Large Margin Classifiers (1999).
type Platt struct{ Slope, Intercept float64 }

// Probability returns the probability of a score.
func (c Platt) Probability(score float64) float64 {
	return sigmoid(float64(c.Slope*score) + c.Intercept)
}

// FitPlatt returns the calibration of least log loss against Platt's targets,
// (P+1)/(P+2) for a positive row and 1/(N+2) for a negative one, with P and N the
// weights of both classes. They are what a uniform prior leaves of 1 and 0, so
// scores that separate the classes do not become certainties.
//
// If all scores are equal the slope is 0. Scores may be logits, or probabilities;
// from logits of a good model the slope is near 1.
func FitPlatt(score []float64, label []bool, weight []float64) (Platt, error) {
	positive, negative, err := checkFit(score, label, weight)
	if err != nil {
		return Platt{}, err
	}
	f := newPlattFit(score, label, weight, positive, negative)
	at := f.minimise(Platt{Intercept: math.Log((positive + 1) / (negative + 1))})
	c := Platt{Slope: at.Slope / f.scale}
	c.Intercept = at.Intercept - float64(c.Slope*f.centre)
	if finite("", []float64{c.Slope, c.Intercept}) != nil {
		return Platt{}, fmt.Errorf("metric: slope %v and intercept %v: the scores differ by too little, or the weights are too large, to fit them", c.Slope, c.Intercept)
	}
	return c, nil
}

// A plattFit holds the rows with scores moved and scaled to [−1, 1], where the
// steps of Newton's method are well conditioned whatever the unit of the scores.
type plattFit struct {
	centre, scale     float64
	u, target, weight []float64
	total             float64
}

func newPlattFit(score []float64, label []bool, weight []float64, positive, negative float64) plattFit {
	lo, hi := math.Inf(1), math.Inf(-1)
	for i, s := range score {
		if weightOf(weight, i) > 0 {
			lo, hi = min(lo, s), max(hi, s)
		}
	}
	f := plattFit{centre: lo/2 + hi/2, scale: hi/2 - lo/2, total: positive + negative}
	if f.scale == 0 {
		f.scale = 1
	}
	for i, s := range score {
		w := weightOf(weight, i)
		if w == 0 {
			continue
		}
		target := 1 / (negative + 2)
		if label[i] {
			target = (positive + 1) / (positive + 2)
		}
		f.u = append(f.u, (s-f.centre)/f.scale)
		f.target = append(f.target, target)
		f.weight = append(f.weight, w)
	}
	return f
}

// minimise returns the minimum of the mean loss by Newton's method, from a start.
// Far from it a step is halved until the loss falls by as much as the slope
// promises; near it, where rounding hides the fall, whole steps converge.
func (f plattFit) minimise(at Platt) Platt {
	const near, done, most = 1e-8, 1e-30, 100 // of the squared Newton decrement
	loss, step, decrement := f.newton(at)
	for range most {
		next := Platt{at.Slope + step.Slope, at.Intercept + step.Intercept}
		nextLoss, nextStep, nextDecrement := f.newton(next)
		for size := 1.0; decrement > near && !(nextLoss <= loss-float64(1e-4*size*decrement)) && size > 1e-10; {
			size /= 2
			next = Platt{at.Slope + float64(size*step.Slope), at.Intercept + float64(size*step.Intercept)}
			nextLoss, nextStep, nextDecrement = f.newton(next)
		}
		at, loss, step, decrement = next, nextLoss, nextStep, nextDecrement
		if !(decrement > done) {
			break
		}
	}
	return at
}

// newton returns the mean loss −t·ln p − (1−t)·ln(1−p), the step to its minimum by
// the curvature there, and the slope along that step, negated.
func (f plattFit) newton(at Platt) (loss float64, step Platt, decrement float64) {
	var da, db, aa, ab, bb float64
	for i, u := range f.u {
		z := float64(at.Slope*u) + at.Intercept
		p, w := sigmoid(z), f.weight[i]/f.total
		loss += float64(w * (softplus(z) - float64(f.target[i]*z)))
		e, c := float64(w*(p-f.target[i])), float64(w*p*(1-p))
		da += float64(e * u)
		db += e
		aa += float64(c * u * u)
		ab += float64(c * u)
		bb += c
	}
	const ridge = 1e-14 // of equal scores the slope has no curvature: this keeps it at 0
	aa, bb = aa+ridge, bb+ridge
	det := float64(aa*bb) - float64(ab*ab)
	step.Slope = -(float64(bb*da) - float64(ab*db)) / det
	step.Intercept = -(float64(aa*db) - float64(ab*da)) / det
	return loss, step, -(float64(step.Slope*da) + float64(step.Intercept*db))
}

// softplus returns ln(1 + e^z) without overflow.
func softplus(z float64) float64 { return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) }
