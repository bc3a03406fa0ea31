package loss

import (
	"math"

	"github.com/descent-ml/descent/graph"
)

// GaussianNLL returns ½·((p − y)²/variance + ln(2π·variance)) of each element, in
// nats: the negative logarithm of the density that N(p, variance) gives y.
//
// Together with [BCE], which is that of yes or no, and [CrossEntropy], that of one class
// out of several, it makes the reconstruction term of an evidence lower bound: the
// sum over a row's elements, see [SumPerSample].
// Shapes: p and y equal, any rank; the result has that shape.
// Domain: p and y real, variance > 0 and finite.
// Source: Gauss, "Theoria Motus" (1809), art. 177.
func GaussianNLL(variance float64) Pointwise {
	return func(p, y *graph.Node) *graph.Node {
		c := call{name: "loss.GaussianNLL", word: "gaussian_nll", p: p, y: y}
		if refused := c.refused(setting("variance", variance, positive), sameShape); refused != nil {
			return refused
		}
		defer c.enter()()
		return p.Sub(y).Square().Scale(0.5 / variance).Shift(0.5 * math.Log(2*math.Pi*variance))
	}
}

// LearnedGaussianNLL is [GaussianNLL] with a variance that the model predicts too, as
// its logarithm v: ½·((y − m)²·e^(−v) + v + ln 2π) of each element. It may fall
// without end where a mean hits its target exactly: keep v above some floor.
//
// Shapes: mean, logVar and y equal, any rank; the result has that shape.
// Domain: real.
// Source: Nix & Weigend, "Estimating the Mean and Variance of the Target Probability
// Distribution", ICNN 1994.
func LearnedGaussianNLL(mean, logVar, y *graph.Node) *graph.Node {
	c := call{name: "loss.LearnedGaussianNLL", word: "gaussian_nll", nouns: [2]string{"mean", ""}, p: mean, y: y}
	if refused := c.refused(sameShape); refused != nil {
		return refused
	}
	v := call{name: c.name, word: c.word, nouns: [2]string{"mean", "log_var"}, p: mean, y: logVar}
	if refused := v.refused(sameShape); refused != nil {
		return refused
	}
	defer c.enter()()
	return mean.Sub(y).Square().Mul(logVar.Neg().Exp()).Add(logVar).Shift(math.Log(2 * math.Pi)).Scale(0.5)
}
