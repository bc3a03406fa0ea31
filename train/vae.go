package train

import (
	"math"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/nn"
)

// VAE declares a variational autoencoder of the rows of a table, trained by its evidence
// lower bound. Columns are distributed each in its own way ([loss.Likelihood]): numbers,
// which pass a rank-to-normal transform ([data.Quantiles]), are normal with a learned
// deviation, two levels are Bernoulli, more are categorical. If the table has a target,
// the model is told it, and draws rows of a class that is asked for.
type VAE struct {
	Model   func(VAESpec) (*nn.VAE, error) // called once
	Numbers loss.Distribution              // of each number of [Arrays]: Normal with a learned deviation, or Bernoulli of numbers from 0 to 1

	Beta     float64 // weight of the divergence; 0 for 1
	Warmup   float64 // epochs over which it rises from 0
	Cycles   int     // times that it rises from 0 over the run, each time in the first half of a cycle; 0 rises once, by Warmup
	FreeBits float64 // nats a dimension that the divergence may have for nothing
}

// VAESpec is what such a model must know of the data it is built for.
type VAESpec struct {
	Width      int // numbers in a row
	Given      int // numbers in what is given of a row; 0 for nothing
	Likelihood loss.Likelihood
	Arrays     *ArraysInfo // nil of a table
}

// The outputs of a variational autoencoder.
const (
	MeanOutput   = "mean"    // [N latent] of the code of a row
	LogVarOutput = "log_var" // [N latent]

	scoresOutput         = "scores"         // [N Width], from z
	logStdOutput         = "log_std"        // [N Normals]
	reconstructionOutput = "reconstruction" // [N], nats, from x and z
)

// The numbers that it reports.
const (
	reconstructionReport = "reconstruction"
	klReport             = "kl"
	activeReport         = "active_units"
)

// ActiveVariance is the variance of a mean over rows above which its dimension is said
// to be used: Burda et al., "Importance Weighted Autoencoders", ICLR 2016.
const ActiveVariance = 0.01

// vae is a VAE built for its data.
type vae struct {
	*VAE
	model      *nn.VAE
	likelihood loss.Likelihood
	given      bool
	steps      Steps
	bounds     []float64 // of −ln p of rows that did not train: see [vaeJSON]
	codes      *codePrior
}

// likelihoodOf returns how the columns of a schema are distributed.
func likelihoodOf(s *data.Schema) loss.Likelihood {
	var l loss.Likelihood
	for _, f := range s.Features() {
		g := loss.Group{Columns: 1, Optional: f.Indicator}
		switch f.Kind {
		case data.Numeric:
			g.Of = loss.Normal
		case data.TwoLevel:
			g.Of = loss.Bernoulli
		default:
			g.Of, g.Columns = loss.Categorical, len(f.Levels)
		}
		l = append(l, g)
	}
	return l
}

// weight returns the weight of the divergence at a step.
func (v *VAE) weight(steps Steps) func(step int64) float64 {
	full := v.fullBeta()
	return func(step int64) float64 {
		switch {
		case v.Cycles > 0:
			cycle := float64(steps.Run) / float64(v.Cycles)
			return full * min(1, 2*math.Mod(float64(step-1), cycle)/cycle)
		case v.Warmup > 0:
			return full * min(1, float64(step)/(v.Warmup*float64(steps.Epoch)))
		}
		return full
	}
}

// rising returns the number of epochs after which β stays what it is.
func (v *VAE) rising(epochs int) int {
	if v.Cycles > 0 {
		return int(math.Ceil(float64(epochs) * (1 - 0.5/float64(v.Cycles))))
	}
	return int(math.Ceil(v.Warmup))
}

func (v *VAE) fullBeta() float64 {
	if v.Beta == 0 {
		return 1
	}
	return v.Beta
}

// objective is the negative evidence lower bound. Where rows judge, β is that of the end,
// so that the losses of epochs compare.
func (v *vae) objective(s *Step) *graph.Node {
	g := s.Graph()
	nn.Bind(g, v.model)
	x, given := s.Input("x"), v.givenOf(s)
	mean, logVar := v.model.Encode(x, given)
	z := v.model.Sample.Forward(mean, logVar)
	nll := v.likelihood.NLL(v.model.Decode(z, given), v.model.LogStd(g), x)
	s.latent(mean, logVar)
	bound := loss.ELBO{FreeBits: v.FreeBits}
	switch full := v.fullBeta(); {
	case s.Training() && (v.Warmup > 0 || v.Cycles > 0):
		bound.Beta = g.Scheduled("beta", v.weight(v.steps))
	case full != 1:
		bound.Beta = g.Const(full)
	}
	if s.inputs.w != nil {
		bound.Weight = s.Input("w")
	}
	terms := bound.Of(nll, loss.GaussianKL(mean, logVar))
	s.Report(reconstructionReport, terms.Reconstruction)
	s.Report(klReport, terms.KL)
	s.Report(activeReport, activeUnits(mean))
	return terms.Loss
}

func (v *vae) givenOf(s *Step) *graph.Node {
	if !v.given {
		return nil
	}
	return s.Input("y")
}

// activeUnits counts the dimensions whose mean differs from row to row.
func activeUnits(mean *graph.Node) *graph.Node {
	if mean.Poisoned() {
		return mean
	}
	variance := mean.Square().Mean(0).Sub(mean.Mean(0).Square())
	return variance.Greater(mean.Graph().Const(ActiveVariance)).Cast(graph.Float).Sum()
}

// inference builds what the model is used by, in a graph of its own: from x the code,
// from a code z the scores of a row, and the reconstruction of x by z.
func (v *vae) inference(in inputs) map[string]*graph.Node {
	g := graph.New(graph.Inference)
	nn.Bind(g, v.model)
	x := g.Input("x", in.x, graph.Unknown)
	var given *graph.Node
	if v.given {
		given = g.Input("y", in.y, graph.Unknown)
	}
	out := map[string]*graph.Node{}
	out[MeanOutput], out[LogVarOutput] = v.model.Encode(x, given)
	z := g.Input("z", out[MeanOutput].Shape(), graph.Unknown)
	out[scoresOutput] = v.model.Decode(z, given)
	logStd := v.model.LogStd(g)
	if logStd != nil {
		out[logStdOutput] = logStd.BroadcastTo(graph.Rows(v.likelihood.Normals()))
	}
	out[reconstructionOutput] = v.likelihood.NLL(out[scoresOutput], logStd, x).Sum(1)
	return out
}

// Gaussian draws z = mean + e^(½·logVar)·ε for each row, in training and where rows are
// judged, and keeps mean and logVar as outputs, so that the divergence of each dimension
// is known at the end. See [nn.GaussianSample].
func (s *Step) Gaussian(mean, logVar *graph.Node) *graph.Node {
	s.latent(mean, logVar)
	return (&nn.GaussianSample{Always: true}).Forward(mean, logVar)
}

func (s *Step) latent(mean, logVar *graph.Node) {
	s.Output(MeanOutput, mean)
	s.Output(LogVarOutput, logVar)
}
