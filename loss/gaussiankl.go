package loss

import "github.com/descent-ml/descent/graph"

// GaussianKL returns ½·(e^v + m² − 1 − v) of each element, in nats, with mean m and
// v = ln σ²: the Kullback-Leibler divergence of N(m, σ²) from N(0, 1).
//
// It is computed as ½·(m² + expm1(v) − v), exact near v = 0. What is one number of it
// must be said: the term of an evidence lower bound is the sum over the latent
// axes and the mean over the rows,
//
//	loss.SumPerSample(loss.GaussianKL).Apply(loss.In{Pred: mean, Target: logVar})
//
// A mean over the latent axes too would divide it by their number, which is a
// weight β = 1/latent on the divergence that nobody asked for.
// Shapes: mean and logVar equal, any rank; the result has that shape.
// Domain: both real. Gradient: m to the mean, ½·(e^v − 1) to v.
// Source: Kingma & Welling, "Auto-Encoding Variational Bayes", ICLR 2014, appendix B.
func GaussianKL(mean, logVar *graph.Node) *graph.Node {
	c := call{name: "loss.GaussianKL", word: "gaussian_kl", nouns: [2]string{"mean", "log_var"}, p: mean, y: logVar}
	if refused := c.refused(sameShape); refused != nil {
		return refused
	}
	defer c.enter()()
	return mean.Square().Add(logVar.Expm1()).Sub(logVar).Scale(0.5)
}

// GaussianKLBetween returns ½·(e^(v−w) + (m−k)²·e^(−w) − 1 − (v−w)) of each element, in
// nats: the Kullback-Leibler divergence of N(m, e^v) from N(k, e^w), with mean m, logVar v,
// and those of the prior k and w.
//
// Shapes: all four equal, any rank; the result has that shape.
// Domain: real.
// Source: Kingma & Welling, as for [GaussianKL].
func GaussianKLBetween(mean, logVar, priorMean, priorLogVar *graph.Node) *graph.Node {
	for _, c := range []call{
		{nouns: [2]string{"mean", "log_var"}, p: mean, y: logVar},
		{nouns: [2]string{"mean", "the prior's mean"}, p: mean, y: priorMean},
		{nouns: [2]string{"mean", "the prior's log_var"}, p: mean, y: priorLogVar},
	} {
		c.name, c.word = "loss.GaussianKLBetween", "gaussian_kl"
		if refused := c.refused(sameShape); refused != nil {
			return refused
		}
	}
	c := call{name: "loss.GaussianKLBetween", word: "gaussian_kl", p: mean}
	defer c.enter()()
	wider := logVar.Sub(priorLogVar)
	apart := mean.Sub(priorMean).Square().Mul(priorLogVar.Neg().Exp())
	return apart.Add(wider.Expm1()).Sub(wider).Scale(0.5)
}
