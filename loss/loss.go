package loss

import "github.com/descent-ml/descent/graph"

// In is what a loss is computed from.
type In struct {
	Pred   *graph.Node
	Target *graph.Node
	Weight *graph.Node // the data's weights, [N] or of leading axes of the terms, at least 0; or nil

	plain bool // weights that are no masks do not act: see [Unweighted]
}

// Loss makes one number of a batch. The node is poisoned when the loss was refused.
type Loss interface {
	Apply(in In) *graph.Node
}

// Pointwise gives a value per element, or per row, from prediction p and target y.
// Such a value is a term of the loss.
type Pointwise func(p, y *graph.Node) *graph.Node

// Add returns the sum of losses of the same prediction and target.
func Add(first Loss, more ...Loss) Loss { return sum(append([]Loss{first}, more...)) }

type sum []Loss

func (s sum) Apply(in In) *graph.Node {
	total := s[0].Apply(in)
	for _, l := range s[1:] {
		total = total.Add(l.Apply(in))
	}
	return total
}

// Scale returns c times a loss.
func Scale(c float64, l Loss) Loss { return scaled{c, l} }

type scaled struct {
	factor float64
	of     Loss
}

func (s scaled) Apply(in In) *graph.Node { return s.of.Apply(in).Scale(s.factor) }
