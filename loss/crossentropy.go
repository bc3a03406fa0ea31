package loss

import "github.com/descent-ml/descent/graph"

// CrossEntropy returns −Σₖ yₖ·ln pₖ over the classes of the last axis, in nats, from
// probabilities.
//
// Shapes: p and y equal, [... K] with K ≥ 2; the result is [...].
// Domain: p ∈ [0, 1] and y ∈ [0, 1], one-hot or the share of each class. What is
// known to be a raw score is refused. Where p is a softmax, the logarithm is
// computed from its scores; other probabilities of exactly 0 cost at most 100 nats.
// Source: Good, "Rational Decisions", J. R. Stat. Soc. B 14 (1952).
func CrossEntropy(p, y *graph.Node) *graph.Node {
	c := call{
		name: "loss.CrossEntropy", word: "cross_entropy", family: several,
		twin: text{"loss.CrossEntropyWithLogits", "loss = cross_entropy(from_logits = True)"},
		p:    p, y: y,
	}
	if refused := c.refused(classes, probability, labels, distribution); refused != nil {
		return refused
	}
	defer c.enter()()
	return y.XLogY(p).Sum(-1).Neg()
}

// CrossEntropyWithLogits returns ln Σₖ e^zₖ · Σₖ yₖ − Σₖ yₖ·zₖ over the classes of the
// last axis, in nats, from scores: −Σₖ yₖ·ln softmax(z)ₖ.
//
// Shapes: z and y equal, [... K] with K ≥ 2; the result is [...].
// Domain: z real, y ∈ [0, 1]. What is known to be a probability is refused.
// Source: Bridle, "Probabilistic Interpretation of Feedforward Classification
// Network Outputs", Neurocomputing (1990).
func CrossEntropyWithLogits(z, y *graph.Node) *graph.Node {
	c := call{
		name: "loss.CrossEntropyWithLogits", word: "cross_entropy", family: several, scores: true,
		twin: text{"loss.CrossEntropy", "loss = cross_entropy()"},
		p:    z, y: y,
	}
	if refused := c.refused(classes, score, labels, distribution); refused != nil {
		return refused
	}
	defer c.enter()()
	return y.Mul(z.LogSoftmax(-1)).Sum(-1).Neg()
}
