package loss

import "github.com/descent-ml/descent/graph"

// Tversky is 1 − (TP + s)/(TP + α·FP + β·FN + s), with TP = Σ w·p·y, FP = Σ w·p·(1−y)
// and FN = Σ w·(1−p)·y: [Dice] with a price of its own for false alarms and for misses.
// α = β = ½ is Dice (with half its s), α = β = 1 is [Jaccard].
//
// Shapes, domain and weights: as for [Dice].
// Sources: Tversky, "Features of Similarity", Psychological Review 84 (1977); Salehi,
// Erdogmus & Gholipour, "Tversky Loss Function for Image Segmentation Using 3D Fully
// Convolutional Deep Networks", MLMI 2017, of a loss of it.
type Tversky struct {
	Alpha   float64 // of false alarms; 0 for ½
	Beta    float64 // of misses; 0 for 1 − α, or 1 where that is not above 0
	Per     Per
	Classes bool
	Smooth  float64
	Empty   Empty
	By      []Weighting
}

// Apply implements [Loss].
func (t Tversky) Apply(in In) *graph.Node {
	return t.apply(call{name: "loss.Tversky", word: "tversky"}, in, func(cost *graph.Node) *graph.Node { return cost })
}

// apply averages a function of the costs.
func (t Tversky) apply(c call, in In, of func(cost *graph.Node) *graph.Node, checks ...func(call) *graph.Diagnostic) *graph.Node {
	alpha, beta := t.prices()
	r := region{per: t.Per, classes: t.Classes, smooth: t.Smooth, empty: t.Empty, by: t.By}
	checks = append(checks, setting("alpha", alpha, positive), setting("beta", beta, positive))
	return r.apply(c, in, func(c Counts) *graph.Node {
		return of(r.overlap(c.TP, c.TP.Add(c.FP().Scale(alpha)).Add(c.FN().Scale(beta))))
	}, checks...)
}

func (t Tversky) prices() (alpha, beta float64) {
	alpha, beta = t.Alpha, t.Beta
	if alpha == 0 {
		alpha = 0.5
	}
	switch {
	case beta != 0:
	case alpha < 1:
		beta = 1 - alpha
	default:
		beta = 1
	}
	return alpha, beta
}
