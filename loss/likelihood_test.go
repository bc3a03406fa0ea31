package loss_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// mixed has a group of every kind, with and without a column for missing values.
var mixed = loss.Likelihood{
	{Of: loss.Normal, Columns: 2}, {Of: loss.Normal, Columns: 1, Optional: true}, {Of: loss.Bernoulli, Columns: 1},
	{Of: loss.Categorical, Columns: 3}, {Of: loss.Bernoulli, Columns: 1, Optional: true}, {Of: loss.Categorical, Columns: 4, Optional: true},
}

// rowNLL is the formula of the doc comment for one row.
func rowNLL(l loss.Likelihood, s, logStd, x []float64) float64 {
	sum, at := 0.0, 0
	yes := func(k int) float64 { p := logistic(s[k]); return -(x[k]*math.Log(p) + (1-x[k])*math.Log(1-p)) }
	for _, g := range l {
		own := 0.0
		switch g.Of {
		case loss.Normal:
			for k := at; k < at+g.Columns; k++ {
				sd := math.Exp(logStd[0])
				logStd = logStd[1:]
				own -= math.Log(math.Exp(-0.5*math.Pow((x[k]-s[k])/sd, 2)) / (sd * math.Sqrt(2*math.Pi)))
			}
		case loss.Bernoulli:
			own = yes(at)
		case loss.Categorical:
			for k, p := range softmax(s[at : at+g.Columns]) {
				own -= x[at+k] * math.Log(p)
			}
		}
		at += g.Columns
		if g.Optional {
			own = own*(1-x[at]) + yes(at)
			at++
		}
		sum += own
	}
	return sum
}

// TestLikelihood compares with the formulas, and the derivatives with central
// differences of them.
func TestLikelihood(t *testing.T) {
	const n = 9
	r := rand.New(rand.NewPCG(1, 2))
	width, normals := mixed.Width(), mixed.Normals()
	s, x, logStd := make([]float64, n*width), make([]float64, n*width), []float64{0.3, -0.4, 0.1}
	for i := range n {
		for k := range width {
			s[i*width+k] = r.NormFloat64()
		}
		row := x[i*width : (i+1)*width]
		row[0], row[1], row[2], row[3] = r.NormFloat64(), r.NormFloat64(), r.NormFloat64(), float64(i%2)
		row[4], row[5+r.IntN(3)], row[8], row[9] = float64(i%2), 1, float64(i%2), float64(i/4%2)
		row[10+r.IntN(4)], row[14] = 1, float64(i/2%2)
	}
	g := graph.New(graph.Training)
	scores, target := g.Input("scores", graph.Rows(width), graph.Unknown), g.Input("x", graph.Rows(width), graph.Unknown)
	deviations := g.Input("log_std", graph.Dims(normals), graph.Unknown)
	nll := mixed.NLL(scores, deviations, target).Sum(1)
	if err := g.Diagnostics().Err(); err != nil {
		t.Fatal(err)
	}
	grads := graph.Gradient(nll.Sum(), []*graph.Node{scores, deviations})
	out, err := graph.Eval(graph.Feed{Rows: n, Values: map[*graph.Node]graph.Array{
		scores: graph.ArrayOf(s, n, width), target: graph.ArrayOf(x, n, width), deviations: graph.ArrayOf(logStd, normals),
	}}, nll, grads[0], grads[1])
	if err != nil {
		t.Fatal(err)
	}
	total := func() (sum float64) {
		for i := range n {
			sum += rowNLL(mixed, s[i*width:(i+1)*width], logStd, x[i*width:(i+1)*width])
		}
		return sum
	}
	for i := range n {
		closeTo(t, "row", out[0].Data[i], rowNLL(mixed, s[i*width:(i+1)*width], logStd, x[i*width:(i+1)*width]), 1e-9)
	}
	for which, values := range map[int][]float64{1: s, 2: logStd} {
		for k := range values {
			const h = 1e-5
			kept := values[k]
			values[k] = kept + h
			up := total()
			values[k] = kept - h
			down := total()
			values[k] = kept
			closeTo(t, "derivative", out[which].Data[k], (up-down)/(2*h), 1e-7)
		}
	}
}

func closeTo(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*max(1, math.Abs(want))) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// TestELBO compares both terms, the weight of the divergence, free bits and the weights
// of rows with loops.
func TestELBO(t *testing.T) {
	const n, latent = 5, 3
	r := rand.New(rand.NewPCG(3, 4))
	rec, kl, w := make([]float64, n*2), make([]float64, n*latent), make([]float64, n)
	for i := range rec {
		rec[i] = 3 * r.Float64()
	}
	for i := range kl {
		kl[i] = 0.4 * float64(i%latent) * r.Float64()
	}
	for i := range w {
		w[i] = float64(i % 3)
	}
	for _, c := range []struct {
		beta, free float64
		weighted   bool
	}{{beta: 1}, {beta: 4}, {beta: 2, free: 0.2}, {beta: 1, weighted: true}, {beta: 3, free: 0.1, weighted: true}} {
		g := graph.New(graph.Training)
		a, b, weight := g.Input("rec", graph.Rows(2), graph.Unknown), g.Input("kl", graph.Rows(latent), graph.Unknown), g.Input("w", graph.Rows(), graph.Unknown)
		e := loss.ELBO{Beta: g.Const(c.beta), FreeBits: c.free}
		if c.weighted {
			e.Weight = weight
		}
		terms := e.Of(a, b)
		out, err := graph.Eval(graph.Feed{Rows: n, Values: map[*graph.Node]graph.Array{
			a: graph.ArrayOf(rec, n, 2), b: graph.ArrayOf(kl, n, latent), weight: graph.ArrayOf(w, n),
		}}, terms.Loss, terms.Reconstruction, terms.KL)
		if err != nil {
			t.Fatal(err)
		}
		weigh := func(i int) float64 {
			if c.weighted {
				return w[i]
			}
			return 1
		}
		reconstruction, divergence, counted := 0.0, 0.0, 0.0
		for i := range n {
			reconstruction += weigh(i) * (rec[2*i] + rec[2*i+1]) / n
		}
		for d := range latent {
			mean := 0.0
			for i := range n {
				mean += weigh(i) * kl[i*latent+d] / n
			}
			divergence, counted = divergence+mean, counted+math.Max(c.free, mean)
		}
		closeTo(t, "reconstruction", out[1].Data[0], reconstruction, 1e-12)
		closeTo(t, "kl", out[2].Data[0], divergence, 1e-12)
		closeTo(t, "loss", out[0].Data[0], reconstruction+c.beta*counted, 1e-12)
	}
}

// TestLikelihoodRefuses holds that rows of another width are refused, and those of the
// right one are not.
func TestLikelihoodRefuses(t *testing.T) {
	for width, refused := range map[int]bool{mixed.Width(): false, mixed.Width() - 1: true} {
		g := graph.New(graph.Training)
		mixed.NLL(g.Input("s", graph.Rows(width), graph.Unknown), nil, g.Input("x", graph.Rows(width), graph.Unknown))
		if g.Diagnostics().Refused() != refused {
			t.Errorf("width %d: %v", width, g.Diagnostics())
		}
	}
	g := graph.New(graph.Training)
	loss.ELBO{}.Of(g.Input("rec", graph.Rows(), graph.Unknown), g.Input("kl", graph.Rows(), graph.Unknown))
	if !g.Diagnostics().Refused() {
		t.Error("a divergence without dimensions passes")
	}
}
