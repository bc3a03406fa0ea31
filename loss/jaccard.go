package loss

import "github.com/descent-ml/descent/graph"

// Jaccard is 1 − (Σ w·p·y + s)/(Σ w·p + Σ w·y − Σ w·p·y + s), one minus the
// intersection of two masks over their union.
//
// Shapes, domain, weights and fields: as for [Dice].
// Sources: Jaccard, "Étude comparative de la distribution florale dans une portion des
// Alpes et du Jura" (1901); Rahman & Wang, "Optimizing Intersection-Over-Union in Deep
// Neural Networks for Image Segmentation", ISVC 2016, of a loss of it.
type Jaccard struct {
	Per     Per
	Classes bool
	Smooth  float64
	Squared bool
	Empty   Empty
	By      []Weighting
}

// Apply implements [Loss].
func (j Jaccard) Apply(in In) *graph.Node {
	r := region{j.Per, j.Classes, j.Smooth, j.Squared, j.Empty, j.By}
	return r.apply(call{name: "loss.Jaccard", word: "jaccard"}, in, func(c Counts) *graph.Node {
		return r.overlap(c.TP, c.Predicted.Add(c.FN()))
	})
}
