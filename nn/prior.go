package nn

import (
	"math"

	"github.com/descent-ml/descent/graph"
)

// Prior starts the bias of a model's last layer at the classes' rates in the
// training rows, so that the first prediction is the rate, not one half: one rate p
// gives logit(p) = ln p/(1−p), for a sigmoid; several give ln pₖ, for a softmax.
//
// Rates are kept in [10⁻⁶, 1 − 10⁻⁶]. Source: the "prior π" of Lin et al., "Focal Loss
// for Dense Object Detection", ICCV 2017.
func Prior(rates ...float64) graph.Initializer {
	bias := make(Values, len(rates))
	for i, p := range rates {
		p = math.Min(math.Max(p, rarest), 1-rarest)
		bias[i] = math.Log(p)
		if len(rates) == 1 {
			bias[i] -= math.Log1p(-p)
		}
	}
	return bias
}

const rarest = 1e-6
