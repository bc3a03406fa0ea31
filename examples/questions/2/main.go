// Two trains a variational autoencoder for a table: what makes one dense layer a mean
// and another a log variance is the loss.
//
//	go run ./examples/questions/2
package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"log"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/csv"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/optim"
	"github.com/descent-ml/descent/train"
)

//go:embed rows.csv
var rows []byte

// vae is an autoencoder whose code is drawn from N(mean, e^log_var).
type vae struct {
	Hidden, Mean, LogVar nn.Dense
	Sample               nn.GaussianSample
	Decode               nn.Chain
}

func newVAE(width, latent int) *vae {
	return &vae{
		Hidden: nn.Dense{In: width, Out: 16, Act: nn.Relu},
		Mean:   nn.Dense{In: 16, Out: latent},
		LogVar: nn.Dense{In: 16, Out: latent},
		Decode: nn.Chain{&nn.Dense{In: latent, Out: 16, Act: nn.Relu}, &nn.Dense{In: 16, Out: width}},
	}
}

// NegativeELBO is reconstruction plus KL divergence, in nats per row: both are summed
// over what a row holds, and averaged over rows.
func (m *vae) NegativeELBO(s *train.Step) *graph.Node {
	nn.Bind(s.Graph(), m)
	x := s.Input("x")
	h := m.Hidden.Forward(x)
	mean, logVar := m.Mean.Forward(h), m.LogVar.Forward(h)
	z := m.Sample.Forward(mean, logVar)
	reconstruction := loss.SumPerSample(loss.GaussianNLL(1)).Apply(loss.In{Pred: m.Decode.Forward(z), Target: x})
	kl := loss.GaussianKL(mean, logVar).Sum(1).Mean()
	s.Report("kl", kl)
	return reconstruction.Add(kl)
}

func main() {
	table, err := csv.Read(bytes.NewReader(rows), "rows.csv", data.Options{})
	if err != nil {
		log.Fatal(err)
	}
	parts, err := data.Prepare(table, data.Options{})
	if err != nil {
		log.Fatal(err)
	}
	m := newVAE(parts.Train.Width, 2)
	fitted, err := train.Fit(context.Background(), parts.Train, train.Config{
		Objective: m.NegativeELBO,
		Optimizer: optim.Adam{LR: 1e-2},
		Epochs:    60, Seed: 1,
	})
	if err != nil {
		log.Fatal(err)
	}
	first, last := fitted.History[0].Train, fitted.History[len(fitted.History)-1].Train
	fmt.Println("negative ELBO fell:", last[0].Value < first[0].Value)
	fmt.Println("the code is used: ", last[1].Value > 0.5, "(KL above half a nat a row)")
}
