package nn

import (
	"fmt"
	"math"

	"github.com/descent-ml/descent/graph"
)

// GaussianSample draws z = mean + e^(½·logVar)·ε, with ε from N(0, 1), fresh at each
// step: a sample of N(mean, σ²) through which derivatives reach mean and variance.
//
// Why the logarithm: a layer gives any number, and a variance is above 0. e^v is so
// for every v, smoothly, and equal steps of v are equal factors of the variance.
//
// Why the half: ε is multiplied by the standard deviation, σ = √(σ²) = e^(½·ln σ²).
// With logVar = ln 4 the variance is 4 and the spread 2; without the half it would
// be 4, and with logVar·ε it would be 1.39, and none at all for a variance of 1.
//
// Nothing in two dense layers makes one of them a mean and the other a logarithm of
// a variance: their use here does, and the GaussianKL of package loss, which takes
// them for the same.
//
// In graphs for inference z is the mean, unless Always is set.
// Shapes: mean and logVar equal, any rank; z has that shape.
// Source: Kingma & Welling, "Auto-Encoding Variational Bayes", ICLR 2014.
type GaussianSample struct {
	// Limit keeps logVar within ±Limit, where its derivative ends; 0 for no limit. In
	// float32 e^(½·logVar) overflows above 177.
	Limit float64
	// Always draws in graphs for inference too, as an evidence lower bound needs.
	Always bool
}

// Forward draws the sample.
func (s *GaussianSample) Forward(mean, logVar *graph.Node) *graph.Node {
	for _, x := range []*graph.Node{mean, logVar} {
		if x.Poisoned() {
			return x
		}
	}
	g := mean.Graph()
	name := g.NameOf(s, "GaussianSample")
	defer g.Enter(scope(name, "GaussianSample", ""))()
	if refused := s.refused(name, mean, logVar); refused != nil {
		return refused
	}
	if g.Mode != graph.Training && !s.Always {
		return mean
	}
	if s.Limit > 0 {
		logVar = logVar.Clip(-s.Limit, s.Limit)
	}
	noise := g.Random(name+".Noise", graph.StandardNormal, mean.Shape())
	return mean.Add(logVar.Scale(0.5).Exp().Mul(noise))
}

func (s *GaussianSample) describe() (size, act string) { return "", "" }

func (s *GaussianSample) refused(name string, mean, logVar *graph.Node) *graph.Node {
	g := mean.Graph()
	switch {
	case !(s.Limit >= 0 && s.Limit <= math.MaxFloat32):
		return g.Poison(graph.Diagnostic{
			Code:    CodeArgument,
			Message: fmt.Sprintf("%s: Limit is %v, but it must be at least 0", name, s.Limit),
		})
	case !mean.Shape().Equal(logVar.Shape()):
		return g.Poison(graph.Diagnostic{
			Code:    graph.CodeShape,
			Message: fmt.Sprintf("%s: mean %v and log-variance %v must have the same shape", name, mean.Shape(), logVar.Shape()),
			Notes: graph.Columns(
				[]string{"mean", mean.Shape().String(), mean.Origin()},
				[]string{"log-variance", logVar.Shape().String(), logVar.Origin()}),
		})
	}
	return nil
}
