package loss

import "github.com/descent-ml/descent/graph"

// Unweighted returns l as it would be if every term counted once: weights of the data,
// of classes and of labels do not act. What is no term stays none ([Mask], [Ignore]),
// and a loss of another package weighs as it did. It shows what weights do to a loss.
func Unweighted(l Loss) Loss { return unweighted{l} }

type unweighted struct{ of Loss }

func (u unweighted) Apply(in In) *graph.Node {
	in.plain = true
	return u.of.Apply(in)
}
