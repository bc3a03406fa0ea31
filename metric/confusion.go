package metric

import (
	"fmt"
	"slices"
)

// A Confusion holds the sums of weights of rows by class: N[t·K+p] are those of
// class t that were predicted as p.
type Confusion struct {
	K int
	N []float64
}

// Confuse counts rows of k classes.
func Confuse(predicted, actual []int, weight []float64, k int) (Confusion, error) {
	if err := checkRows(len(predicted), len(actual), weight); err != nil {
		return Confusion{}, err
	}
	m := Confusion{K: k, N: make([]float64, max(k, 0)*max(k, 0))}
	for i, t := range actual {
		p := predicted[i]
		if t < 0 || t >= k || p < 0 || p >= k {
			return Confusion{}, fmt.Errorf("metric: row %d has class %d, predicted %d; classes are in [0, %d)", i, t, p, k)
		}
		m.N[t*k+p] += weightOf(weight, i)
	}
	return m, nil
}

// Add returns the counts of both sets of rows together. Both must have the same
// number of classes; the zero Confusion adds nothing.
func (m Confusion) Add(o Confusion) (Confusion, error) {
	switch {
	case o.K == 0:
		return m, nil
	case m.K == 0:
		return o, nil
	case m.K != o.K:
		return Confusion{}, fmt.Errorf("metric: counts of %d classes and of %d do not add", m.K, o.K)
	}
	sum := Confusion{K: m.K, N: slices.Clone(m.N)}
	for i, n := range o.N {
		sum.N[i] += n
	}
	return sum, nil
}

// Classes returns the counts of each class against all others.
func (m Confusion) Classes() Classes {
	classes, all := make(Classes, m.K), 0.0
	for t := range m.K {
		for p := range m.K {
			n := m.N[t*m.K+p]
			all += n
			if t == p {
				classes[t].TP = n
				continue
			}
			classes[t].FN += n
			classes[p].FP += n
		}
	}
	for k, c := range classes {
		classes[k].TN = max(0, all-c.TP-c.FN-c.FP) // of weights that are not whole rounding could leave less than 0
	}
	return classes
}

// Class returns the counts of one class against all others.
func (m Confusion) Class(class int) Counts { return m.Classes()[class] }

// Accuracy is the share of rows on the diagonal; NaN without rows.
func (m Confusion) Accuracy() float64 {
	hit, all := 0.0, 0.0
	for i, n := range m.N {
		all += n
		if i/m.K == i%m.K {
			hit += n
		}
	}
	return ratio(hit, all, Undefined)
}

// BalancedAccuracy is the mean recall of the classes that have rows; NaN without rows.
func (m Confusion) BalancedAccuracy() float64 { return m.Recall(Macro, Undefined) }

// Precision averages [Counts.Precision] over the classes.
func (m Confusion) Precision(a Average, z ZeroDivision) float64 { return m.Classes().Precision(a, z) }

// Recall averages [Counts.Recall] over the classes.
func (m Confusion) Recall(a Average, z ZeroDivision) float64 { return m.Classes().Recall(a, z) }

// F1 averages [Counts.F1] over the classes.
func (m Confusion) F1(a Average, z ZeroDivision) float64 { return m.Classes().F1(a, z) }

// FBeta averages [Counts.FBeta] over the classes.
func (m Confusion) FBeta(beta float64, a Average, z ZeroDivision) float64 {
	return m.Classes().FBeta(beta, a, z)
}
