package loss

import "github.com/descent-ml/descent/graph"

// BCE returns the binary cross entropy −[y·ln p + (1−y)·ln(1−p)] of each element,
// in nats, from probabilities.
//
// Shapes: p and y equal, any rank; the result has that shape.
// Domain: p ∈ [0, 1] and y ∈ [0, 1]. What is known to be a raw score is refused.
// Where p is a sigmoid, the logarithm is computed from its score, exact at any
// size. Other probabilities that are exactly 0 or 1 cost at most 100 nats, as in
// PyTorch, and their gradient stays alive.
// Source: Good, "Rational Decisions", J. R. Stat. Soc. B 14 (1952).
func BCE(p, y *graph.Node) *graph.Node {
	c := call{
		name: "loss.BCE", word: "bce", family: binary,
		twin: text{"loss.BCEWithLogits", "loss = bce(from_logits = True)"},
		p:    p, y: y,
	}
	if refused := c.refused(sameShape, probability, labels); refused != nil {
		return refused
	}
	defer c.enter()()
	return y.XLogY(p).Add(y.OneMinus().XLogY(p.OneMinus())).Neg()
}

// BCEWithLogits returns the binary cross entropy −[y·ln σ(z) + (1−y)·ln(1−σ(z))] of
// each element, in nats, from scores z with σ(z) = 1/(1+e⁻ᶻ).
//
// It is computed as y·softplus(−z) + (1−y)·softplus(z), exact at any z: a wrong
// answer at a score of 1000 costs 1000 nats and keeps its gradient.
// Shapes: z and y equal, any rank; the result has that shape.
// Domain: z real, y ∈ [0, 1]. What is known to be a probability is refused.
// Source: Good, "Rational Decisions", J. R. Stat. Soc. B 14 (1952).
func BCEWithLogits(z, y *graph.Node) *graph.Node {
	c := call{
		name: "loss.BCEWithLogits", word: "bce", family: binary, scores: true,
		twin: text{"loss.BCE", "loss = bce()"},
		p:    z, y: y,
	}
	if refused := c.refused(sameShape, score, labels); refused != nil {
		return refused
	}
	defer c.enter()()
	return y.Mul(z.Neg().Softplus()).Add(y.OneMinus().Mul(z.Softplus()))
}
