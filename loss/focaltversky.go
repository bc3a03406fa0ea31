package loss

import (
	"math"

	"github.com/descent-ml/descent/graph"
)

// FocalTversky is [Tversky] to the power γ. Powers below 1 turn up masks that are
// nearly right, so that small ones are finished; those above 1 turn them down.
//
// A power below 1 has an infinite slope at a cost of 0: below 10⁻⁷ it is continued by
// the straight line to 0, so that value and gradient stay finite.
// Shapes, domain and weights: as for [Dice].
// Source: Abraham & Khan, "A Novel Focal Tversky Loss Function with Improved Attention
// U-Net for Lesion Segmentation", ISBI 2019. The paper writes 1/γ for the power, with
// γ = 4/3.
type FocalTversky struct {
	Tversky
	Gamma float64 // γ > 0, the power; 0 for ¾
}

// Apply implements [Loss].
func (f FocalTversky) Apply(in In) *graph.Node {
	gamma := f.Gamma
	if gamma == 0 {
		gamma = 0.75
	}
	return f.Tversky.apply(call{name: "loss.FocalTversky", word: "focal_tversky"}, in, func(cost *graph.Node) *graph.Node {
		if gamma >= 1 {
			return cost.PowConst(gamma)
		}
		least := cost.Graph().Const(straight)
		power := cost.Max(least).PowConst(gamma)
		return cost.Less(least).Where(cost.Scale(math.Pow(straight, gamma-1)), power)
	}, setting("gamma", gamma, graph.Interval{Hi: maxGamma, LoOpen: true}))
}

// straight is the cost below which a power is a straight line; float32 knows no
// smaller difference from 1.
const straight = 1e-7
