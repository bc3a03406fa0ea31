package recipe

import (
	"fmt"
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/recipe/tracer"
	"github.com/descent-ml/descent/train"
)

type (
	// vae is a variational autoencoder of the rows of a table.
	vae struct {
		declaration
		build   func(train.VAESpec) (*nn.VAE, error)
		numbers loss.Distribution
	}
	// elbo says how the two terms of an autoencoder's loss are weighed.
	elbo struct {
		declaration
		beta, warmup, freeBits float64
		cycles                 int
	}
)

// vaeWord is an autoencoder of dense layers: those of hidden, mean and log-variance of
// the code, and the same layers backwards.
func (f *File) vaeWord(c *tracer.Call) tracer.Value {
	latent, hidden, act := atLeastOne(c, 0), widths(c, 1), activation(c, 2)
	limit, numbers := limitOf(c, 3), numbersOf(c, 4)
	if !c.OK() {
		return tracer.Poison
	}
	at := f.tracer.Position(c.At)
	return &vae{declaration{"model", c}, func(spec train.VAESpec) (*nn.VAE, error) {
		size := train.ModelSpec{Width: spec.Width + spec.Given, Outputs: spec.Width}
		if err := fits(size, append(append([]int(nil), hidden...), 2*latent), at); err != nil {
			return nil, err
		}
		return nn.DenseVAE(nn.VAEConfig{
			In: spec.Width, Given: spec.Given, Hidden: hidden, Latent: latent, Normals: spec.Likelihood.Normals(), Act: act, Limit: limit,
		}), nil
	}, numbers}
}

// convVAEWord is an autoencoder of pictures.
func (f *File) convVAEWord(c *tracer.Call) tracer.Value {
	latent, numbers, limit := atLeastOne(c, 0), numbersOf(c, 1), limitOf(c, 2)
	if !c.OK() {
		return tracer.Poison
	}
	at := f.tracer.Position(c.At)
	refuse := func(message string, fixes ...string) error {
		return graph.Diagnostics{{Code: tracer.CodeValue, Pos: at, Message: message, Fixes: fixes}}
	}
	return &vae{declaration{"model", c}, func(spec train.VAESpec) (*nn.VAE, error) {
		if spec.Arrays == nil {
			return nil, refuse("conv_vae is of pictures, and a table has none", "vae()")
		}
		h, w, channels, ok := spec.Arrays.Picture()
		if !ok {
			return nil, refuse(fmt.Sprintf("conv_vae is of pictures, [height width] or [height width channels] with 1 channel or 3; these rows are %v", spec.Arrays.Shape), "vae()")
		}
		if err := fits(train.ModelSpec{Width: spec.Width, Outputs: spec.Width}, []int{2 * latent}, at); err != nil {
			return nil, err
		}
		m, err := nn.ConvVAE(nn.ConvVAEConfig{Height: h, Width: w, Channels: channels, Latent: latent, Normal: numbers == loss.Normal, Limit: limit})
		if err != nil {
			return nil, refuse(err.Error(), "vae(), whose layers are dense")
		}
		return m, nil
	}, numbers}
}

// limitOf reads the limit of log-variances.
func limitOf(c *tracer.Call, i int) float64 {
	if c.IsNone(i) {
		return 0
	}
	return within(c, i, positive, math.MaxFloat32, "a number above 0, or None")
}

// numbersOf reads how each number of arrays is distributed; "auto" takes them for shares from 0 to 1.
func numbersOf(c *tracer.Call, i int) loss.Distribution {
	if c.Choice(i, "auto", "bernoulli", "normal") == "normal" {
		return loss.Normal
	}
	return loss.Bernoulli
}

func elboWord(c *tracer.Call) tracer.Value {
	e := &elbo{declaration: declaration{"loss", c}}
	e.beta = within(c, 0, positive, math.MaxFloat32, "a finite number above 0")
	e.warmup = within(c, 1, 0, maxEpochs, "a number of epochs from 0 to 1,000,000")
	e.cycles = c.Int(2)
	if c.Fine(2) && e.cycles < 0 {
		c.RefuseArg(2, tracer.CodeValue, "cycles is a whole number of at least 0, not %d", e.cycles)
	}
	e.freeBits = within(c, 3, 0, math.MaxFloat32, "a number of nats of at least 0")
	if c.OK() && e.cycles > 0 && e.warmup > 0 {
		c.RefuseArg(2, tracer.CodeValue, "warmup raises beta once and cycles raises it again and again: give one of them")
	}
	if !c.OK() {
		return tracer.Poison
	}
	return e
}

func isELBO(v tracer.Value) bool {
	_, ok := v.(*elbo)
	return ok
}

// setBound reads the loss of an autoencoder.
func (f *File) setBound(c *tracer.Call, i int, job *train.Job) {
	e, ok := c.Arg(i).(*elbo)
	switch {
	case job.VAE == nil:
		c.ReportArg(i, graph.Diagnostic{
			Code: tracer.CodeValue, Message: "elbo is the loss of a model that gives codes and makes rows of them, and this one predicts a target",
			Fixes: []string{"train(data, vae(), loss = elbo())"},
		})
	case tracer.Poisoned(c.Arg(i)):
		c.Fail()
	case !ok:
		c.ReportArg(i, graph.Diagnostic{
			Code: tracer.CodeValue, Message: "a vae is trained by its evidence lower bound; another loss has no place for the divergence of its codes",
			Fixes: []string{"loss = elbo(beta = 1)"},
		})
	default:
		v := job.VAE
		v.Beta, v.Warmup, v.Cycles, v.FreeBits = e.beta, e.warmup, e.cycles, e.freeBits
		job.LossName, job.LossPos = "elbo", f.tracer.Position(c.Span(i))
	}
}

// refuseJudging refuses what is about predictions of a target in a run without any.
func (f *File) refuseJudging(c *tracer.Call, job *train.Job) {
	if !job.IsOwn() {
		return
	}
	for i, p := range c.Fn.Params() {
		switch p.Name {
		case "threshold", "calibrate", "metrics", "prior_bias":
			if c.Given(i) {
				c.ReportArg(i, graph.Diagnostic{
					Code: tracer.CodeValue, Message: p.Name + " is for a model that predicts a target; this run has none",
					Fixes: []string{"leave " + p.Name + " out"},
				})
			}
		}
	}
}
