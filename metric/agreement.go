package metric

import "math"

// A Distance says how wrong it is to take one class for another.
type Distance int

const (
	Nominal   Distance = iota // all mistakes are alike
	Linear                    // by |t − p|: for classes in order
	Quadratic                 // by (t − p)²: for classes in order, where far is much worse
)

func (d Distance) between(t, p int) float64 {
	far := math.Abs(float64(t - p))
	switch {
	case d == Linear:
		return far
	case d == Quadratic:
		return far * far
	}
	return min(far, 1)
}

// Kappa is Cohen's kappa, 1 − Σ d·n / Σ d·e with the distance d of the classes, the
// weight n of rows and the weight e = row sum · column sum / all that chance would
// put there. It is undefined if truth and predictions hold one class only.
//
// Source: Cohen, “Weighted Kappa”, Psychological Bulletin 70 (1968).
func (m Confusion) Kappa(d Distance, z ZeroDivision) float64 {
	actual, predicted, all := m.margins()
	found, chance := 0.0, 0.0
	for t := range m.K {
		for p := range m.K {
			far := d.between(t, p)
			found += float64(far * m.N[t*m.K+p])
			chance += float64(far * actual[t] * predicted[p])
		}
	}
	if chance == 0 {
		return z.value()
	}
	return 1 - found*all/chance
}

// Matthews is the correlation of prediction and truth for any number of classes;
// of two it is [Counts.Matthews].
//
// Source: Gorodkin, “Comparing Two K-Category Assignments by a K-Category
// Correlation Coefficient”, Comput. Biol. Chem. 28 (2004).
func (m Confusion) Matthews(z ZeroDivision) float64 {
	actual, predicted, all := m.margins()
	covariance := 0.0
	for k := range m.K {
		covariance += float64(m.N[k*m.K+k]*all) - float64(actual[k]*predicted[k])
	}
	return ratio(covariance, math.Sqrt(spread(actual))*math.Sqrt(spread(predicted)), z)
}

// margins returns the weight of the rows of each class, of those predicted so, and of all.
func (m Confusion) margins() (actual, predicted []float64, all float64) {
	actual, predicted = make([]float64, m.K), make([]float64, m.K)
	for i, n := range m.N {
		actual[i/m.K] += n
		predicted[i%m.K] += n
		all += n
	}
	return actual, predicted, all
}

// spread returns (Σ x)² − Σ x², summed over pairs, so that it is 0 where it should be.
func spread(x []float64) float64 {
	pairs, before := 0.0, 0.0
	for _, v := range x {
		pairs += float64(2 * before * v)
		before += v
	}
	return pairs
}
