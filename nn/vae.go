package nn

import (
	"github.com/descent-ml/descent/graph"
)

// VAE is a variational autoencoder: an encoder that gives each row a distribution of
// codes, N(mean, e^logVar), and a decoder that makes rows of codes. What makes one of two
// equal dense layers a mean and the other a logarithm of a variance is what they are used
// for: see [GaussianSample].
//
//	mean, logVar := m.Encode(x, nil)
//	z := m.Sample.Forward(mean, logVar)
//	scores := m.Decode(z, nil)
//
// With given, a row that is known of each row, encoder and decoder see that too: then
// the model draws rows of a class that is asked for.
//
// Sources: Kingma & Welling, "Auto-Encoding Variational Bayes", ICLR 2014; with given:
// Sohn, Lee & Yan, "Learning Structured Output Representation using Deep Conditional
// Generative Models", NIPS 2015.
type VAE struct {
	Encoder      Layer // [N in] → [N hidden]
	Mean, LogVar *Dense
	Sample       GaussianSample
	Decoder      Layer       // [N latent] → scores
	Deviations   *Deviations // of the columns that are numbers; nil for deviation 1
}

// Encode returns mean and log-variance of the code of each row, [N latent].
func (v *VAE) Encode(x, given *graph.Node) (mean, logVar *graph.Node) {
	h := v.Encoder.Forward(beside(x, given))
	mean, logVar = v.Mean.Forward(h), v.LogVar.Forward(h)
	if limit := v.Sample.Limit; limit > 0 && !logVar.Poisoned() {
		logVar = logVar.Clip(-limit, limit)
	}
	return mean, logVar
}

// Decode returns the scores of rows with the codes z.
func (v *VAE) Decode(z, given *graph.Node) *graph.Node { return v.Decoder.Forward(beside(z, given)) }

// LogStd returns the logarithms of the deviations, nil where there are none.
func (v *VAE) LogStd(g *graph.Graph) *graph.Node {
	if v.Deviations == nil || v.Deviations.Columns == 0 {
		return nil
	}
	return v.Deviations.Of(g)
}

// beside puts what is given behind the numbers of each row.
func beside(x, given *graph.Node) *graph.Node {
	switch {
	case x.Poisoned() || given == nil:
		return x
	case given.Poisoned():
		return given
	}
	return graph.Concat(1, x, given)
}

// VAEConfig describes a VAE of dense layers.
type VAEConfig struct {
	In      int        // numbers in a row
	Given   int        // numbers in a row of what is given; 0 for none
	Hidden  []int      // outputs of the encoder's hidden layers; the decoder has the same the other way round
	Latent  int        // numbers in a code
	Normals int        // columns whose deviation is learned
	Act     Activation // of the hidden layers; nil for Relu
	Limit   float64    // of the log-variance: see [GaussianSample]
}

// DenseVAE returns a VAE of dense layers.
func DenseVAE(c VAEConfig) *VAE {
	act := c.Act
	if act == nil {
		act = Relu
	}
	stack := func(width int, hidden []int) (Chain, int) {
		var m Chain
		for _, out := range hidden {
			m = append(m, &Dense{In: width, Out: out, Act: act})
			width = out
		}
		return m, width
	}
	encoder, width := stack(c.In+c.Given, c.Hidden)
	backward := make([]int, len(c.Hidden))
	for i, h := range c.Hidden {
		backward[len(backward)-1-i] = h
	}
	decoder, last := stack(c.Latent+c.Given, backward)
	v := &VAE{
		Encoder: encoder,
		Mean:    &Dense{In: width, Out: c.Latent},
		LogVar:  &Dense{In: width, Out: c.Latent},
		Sample:  GaussianSample{Limit: c.Limit, Always: true},
		Decoder: append(decoder, &Dense{In: last, Out: c.In}),
	}
	if c.Normals > 0 {
		v.Deviations = &Deviations{Columns: c.Normals}
	}
	return v
}

// Deviations are the logarithms of the standard deviations of columns, learned, the same
// for every row: ln σ, from 0. They are kept above [Least], since the likelihood of a
// column that is matched exactly grows without end as its deviation falls.
//
// Its parameter is NAME.LogStd, [Columns].
type Deviations struct{ Columns int }

// Least is the least logarithm of a deviation: e⁻⁴ is 0.018 of a standard deviation.
const Least = -4

// Of returns ln σ, [Columns].
func (d *Deviations) Of(g *graph.Graph) *graph.Node {
	name := g.NameOf(d, "Deviations")
	defer g.Enter(scope(name, "Deviations", ""))()
	p := g.Param(graph.Param{Name: name + ".LogStd", Shape: []int{d.Columns}, Init: Constant(0)})
	return p.Max(g.Const(Least))
}
