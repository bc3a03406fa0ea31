package loss

import "github.com/descent-ml/descent/graph"

// Dice is 1 − (2·Σ w·p·y + s)/(Σ w·p + Σ w·y + s), one minus twice the overlap of two
// masks over their sizes. What is summed is part of its definition: all pixels of the
// batch, or those of each image, of all classes or of each.
//
// Shapes: p and y equal, any rank. With Classes the last axis holds classes, which
// exclude each other, and y may be class numbers [...] or [... 1]. Weights align as
// everywhere, and act inside the sums.
// Domain: p ∈ [0, 1] and y ∈ [0, 1]. What is known to be a raw score is refused.
// Sources: Dice, "Measures of the Amount of Ecologic Association Between Species",
// Ecology 26 (1945); Milletari, Navab & Ahmadi, "V-Net", 3DV 2016, of a loss of it,
// with Squared.
type Dice struct {
	Per     Per         // Batch if left out
	Classes bool        // an overlap for each class, and their mean
	Smooth  float64     // s ≥ 0; large ones turn small masks down
	Squared bool        // Σ w·p² and Σ w·y² in place of Σ w·p and Σ w·y
	Empty   Empty       // what a mask without pixels costs; Penalise if left out
	By      []Weighting // inside the sums, beside the data's weights
}

// Apply implements [Loss].
func (d Dice) Apply(in In) *graph.Node {
	r := region{d.Per, d.Classes, d.Smooth, d.Squared, d.Empty, d.By}
	return r.apply(call{name: "loss.Dice", word: "dice"}, in, func(c Counts) *graph.Node {
		return r.overlap(c.TP.Scale(2), c.Predicted.Add(c.True))
	})
}
