package loss

import "github.com/descent-ml/descent/graph"

// KLDivergence returns Σₖ yₖ·ln(yₖ/pₖ) over the classes of the last axis, in nats: how
// much is lost by taking p for the distribution y. It is [CrossEntropy] less the
// entropy of y, so both have the same gradient to p; here a perfect p costs 0.
//
// Shapes: p and y equal, [... K] with K ≥ 2; the result is [...].
// Domain: p ∈ [0, 1] and y ∈ [0, 1], the share of each class. What is known to be a
// raw score is refused. Where p is a softmax, the logarithm is computed from its
// scores; other probabilities of exactly 0 cost at most 100 nats.
// Source: Kullback & Leibler, "On Information and Sufficiency", Ann. Math. Statist. 22 (1951).
func KLDivergence(p, y *graph.Node) *graph.Node {
	c := call{
		name: "loss.KLDivergence", word: "kl_divergence", family: several,
		twin: text{"loss.KLDivergenceWithLogits", "loss = kl_divergence(from_logits = True)"},
		p:    p, y: y,
	}
	if refused := c.refused(classes, probability, labels, distribution); refused != nil {
		return refused
	}
	defer c.enter()()
	return y.XLogY(y).Sub(y.XLogY(p)).Sum(-1)
}

// KLDivergenceWithLogits is [KLDivergence] to p = softmax(z), from scores z.
//
// Shapes: z and y equal, [... K] with K ≥ 2; the result is [...].
// Domain: z real, y ∈ [0, 1]. What is known to be a probability is refused.
// Source: Kullback & Leibler, "On Information and Sufficiency", Ann. Math. Statist. 22 (1951).
func KLDivergenceWithLogits(z, y *graph.Node) *graph.Node {
	c := call{
		name: "loss.KLDivergenceWithLogits", word: "kl_divergence", family: several, scores: true,
		twin: text{"loss.KLDivergence", "loss = kl_divergence()"},
		p:    z, y: y,
	}
	if refused := c.refused(classes, score, labels, distribution); refused != nil {
		return refused
	}
	defer c.enter()()
	return y.XLogY(y).Sub(y.Mul(z.LogSoftmax(-1))).Sum(-1)
}
