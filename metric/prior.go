package metric

import (
	"fmt"
	"math"
)

// CorrectPrior moves probabilities from the share of positives that a model was
// trained on to the actual one: it multiplies the odds p/(1−p) by the ratio of the
// actual odds to the trained ones.
//
// Class weights and oversampling make positives look as frequent as the loss saw
// them: with weights w₁ and w₀ on n₁ positive and n₀ negative rows, trained is
// w₁·n₁/(w₁·n₁ + w₀·n₀). Take actual from rows as they occur, not from weighted
// ones. The order of rows stays, so ROC AUC and the best threshold's counts do too;
// the threshold itself moves as any probability does.
//
// Source: Elkan, “The Foundations of Cost-Sensitive Learning”, IJCAI 2001, theorem 2.
func CorrectPrior(p []float64, trained, actual float64) ([]float64, error) {
	if err := probabilities(p); err != nil {
		return nil, err
	}
	both := make([]float64, 0, 2*len(p))
	for _, x := range p {
		both = append(both, 1-x, x)
	}
	both, err := CorrectPriors(both, []float64{1 - trained, trained}, []float64{1 - actual, actual})
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(p))
	for i := range out {
		out[i] = both[2*i+1]
	}
	return out, nil
}

// CorrectPriors is [CorrectPrior] of several classes: it multiplies the
// probabilities of each row by actual/trained of their class and scales them to
// sum to 1. p has len(trained) probabilities a row. Both shares are above 0 and
// sum to 1.
//
// Source: Saerens, Latinne & Decaestecker, “Adjusting the Outputs of a Classifier
// to New a Priori Probabilities”, Neural Computation 14 (2002), equation 2.4.
func CorrectPriors(p []float64, trained, actual []float64) ([]float64, error) {
	k := len(trained)
	if len(actual) != k {
		return nil, fmt.Errorf("metric: %d trained and %d actual shares of classes", k, len(actual))
	}
	for _, shares := range []struct {
		name string
		of   []float64
	}{{"trained", trained}, {"actual", actual}} {
		if err := checkShares(shares.name, shares.of); err != nil {
			return nil, err
		}
	}
	if err := checkWidth("probabilities", len(p), k); err != nil {
		return nil, err
	}
	if err := checkSums(p, k); err != nil {
		return nil, err
	}
	out := make([]float64, len(p))
	for i := 0; i < len(p); i += k {
		sum := 0.0
		for j := range k {
			out[i+j] = p[i+j] * (actual[j] / trained[j])
			sum += out[i+j]
		}
		for j := range k {
			out[i+j] /= sum
		}
	}
	return out, nil
}

func checkShares(name string, shares []float64) error {
	sum := 0.0
	for class, x := range shares {
		if !(x > 0 && x < 1) {
			return fmt.Errorf("metric: the %s share of class %d is %v; a share that can be corrected is above 0 and below 1", name, class, x)
		}
		sum += x
	}
	if !(math.Abs(sum-1) <= sumTolerance) {
		return fmt.Errorf("metric: the %s shares sum to %v, not to 1", name, sum)
	}
	return nil
}
