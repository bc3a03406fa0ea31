package train

import (
	"context"
	"errors"
	"math"

	"github.com/descent-ml/descent/data"
)

// codePrior is the normal distribution that codes are drawn from, with the mean and the covariance that the codes of the
// training rows have on the whole. The divergence of single codes from N(0, 1) leaves the whole a little off it, and rows
// drawn from N(0, 1) then are a little off the table: in our telco_churn.csv a rate of 26.5 % came out as 25.1 %, and from
// the fitted distribution as 25.9 %.
//
// Source: Ghosh et al., "From Variational to Deterministic Autoencoders", ICLR 2020, on density estimation after training.
type codePrior struct {
	Mean   []float64   `json:"mean"`
	Factor [][]float64 `json:"factor"` // lower triangle L of the covariance L·Lᵀ: row d has d+1 numbers
}

// leastDeviation is what is kept of a dimension that the ones before it determine.
const leastDeviation = 1e-6

// newCodePrior fits the distribution to codes with these means and log-variances.
func newCodePrior(mean, logVar []float32, rows int) *codePrior {
	k := len(mean) / rows
	p := &codePrior{Mean: make([]float64, k), Factor: make([][]float64, k)}
	for i, m := range mean {
		p.Mean[i%k] += float64(m) / float64(rows)
	}
	for d := range k {
		p.Factor[d] = make([]float64, d+1)
		for e := range d + 1 {
			sum := 0.0
			for i := range rows {
				sum += (float64(mean[i*k+d]) - p.Mean[d]) * (float64(mean[i*k+e]) - p.Mean[e])
				if d == e {
					sum += math.Exp(float64(logVar[i*k+d]))
				}
			}
			p.Factor[d][e] = sum / float64(rows)
		}
		p.factorise(d)
	}
	return p
}

// factorise turns row d of the covariance into that of its Cholesky factor.
func (p *codePrior) factorise(d int) {
	row := p.Factor[d]
	for e := range row {
		for m := range e {
			row[e] -= row[m] * p.Factor[e][m]
		}
		if e < d {
			row[e] /= p.Factor[e][e]
		}
	}
	row[d] = math.Sqrt(max(row[d], leastDeviation*leastDeviation))
}

// move makes a draw from the distribution of one from N(0, 1).
func (p *codePrior) move(z []float64) {
	for d := len(z) - 1; d >= 0; d-- {
		sum := p.Mean[d]
		for e, f := range p.Factor[d] {
			sum += f * z[e]
		}
		z[d] = sum
	}
}

// check refuses what cannot be such a distribution.
func (p *codePrior) check(latent int) error {
	if p == nil || len(p.Mean) != latent || len(p.Factor) != latent {
		return errors.New("it has no distribution of codes of their length")
	}
	for d, row := range p.Factor {
		if len(row) != d+1 || !(row[d] > 0) {
			return errors.New("the distribution of its codes is none")
		}
		for _, v := range append([]float64{p.Mean[d]}, row...) {
			if math.IsNaN(v) || math.Abs(v) > math.MaxFloat32 {
				return errors.New("the distribution of its codes is none")
			}
		}
	}
	return nil
}

// fitPrior fits the distribution of codes to the training rows, at most 20,000 of them.
func (v *VAEModel) fitPrior(ctx context.Context, train *data.Set) error {
	few := *train
	few.Rows = min(train.Rows, mostDrawn)
	mean, logVar, err := v.Encode(ctx, &few)
	if err == nil {
		v.prior = newCodePrior(mean, logVar, few.Rows)
	}
	return err
}
