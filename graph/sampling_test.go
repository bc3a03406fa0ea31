package graph

import (
	"strings"
	"testing"
)

// encoder is the part of a variational autoencoder that gives mean and log variance.
type encoder struct {
	g                 *Graph
	mean, logVar, eps *Node
}

func newEncoder(l Language, names ...string) encoder {
	g := New(Training)
	g.Language = l
	g.at = &Position{File: "vae.py", Line: 3, Col: 8}
	x := g.Input("x", Rows(3), Unknown)
	layer := func(name string) *Node {
		defer g.Enter(Scope{Name: name, Detail: "Dense 3 -> 2", Layer: true})()
		w := g.Param(Param{Name: name + ".Weight", Shape: []int{3, 2}})
		return x.MatMul(w)
	}
	e := encoder{g: g, mean: layer("Mean").Named(names[0]), logVar: layer("Spread").Named(names[1])}
	e.eps = g.Random("eps", StandardNormal, Rows(2)).Named("epsilon")
	g.at = &Position{File: "vae.py", Line: 9, Col: 16}
	return e
}

// kl is the divergence from the standard normal, of a log variance.
func (e encoder) kl() *Node {
	return e.logVar.Exp().Add(e.mean.Square()).Sub(e.logVar).Shift(-1).Scale(0.5).Sum(1).Mean()
}

// proved proves a loss with the sample z and returns what was found.
func (e encoder) proved(z *Node, more ...*Node) string {
	loss := z.Square().Mean()
	for _, m := range more {
		loss = loss.Add(m)
	}
	Prove(loss)
	return e.g.Diagnostics().Error()
}

func TestSamplingScale(t *testing.T) {
	named := []string{"z_mean", "z_log_var"}
	for name, tc := range map[string]struct {
		found func() string
		want  string
	}{
		"log variance": {func() string {
			e := newEncoder(Python, named...)
			return e.proved(e.mean.Add(e.logVar.Mul(e.eps)))
		}, `vae.py:9:16: warning: the noise is multiplied by the log variance z_log_var in place of the standard deviation [sampling-scale]
	z_log_var  [N 2]  from Spread Dense 3 -> 2 (vae.py:3:8)
	would      add no noise at all at variance 1, whose logarithm is 0, and give it a negative scale below.
	fix: take the standard deviation: K.exp(0.5 * z_log_var)`},
		"variance": {func() string {
			e := newEncoder(Python, named...)
			return e.proved(e.mean.Add(e.logVar.Exp().Mul(e.eps)))
		}, `vae.py:9:16: warning: the noise is multiplied by the variance exp(z_log_var) in place of the standard deviation [sampling-scale]
	z_log_var  [N 2]  from Spread Dense 3 -> 2 (vae.py:3:8)
	would      square the scale: noise of 4 where 2 is meant, and of 0.25 where 0.5 is.
	fix: take the root: K.exp(0.5 * z_log_var)`},
		"without a name, beside a divergence": {func() string {
			e := newEncoder(Go, "", "")
			return e.proved(e.eps.Mul(e.logVar.Scale(0.5)).Add(e.mean), e.kl())
		}, `vae.py:9:16: warning: the noise is multiplied by the log variance Spread in place of the standard deviation [sampling-scale]
	matmul  [N 2]  from Spread Dense 3 -> 2 (vae.py:3:8)
	would   add no noise at all at variance 1, whose logarithm is 0, and give it a negative scale below.
	fix: take the standard deviation: x.Scale(0.5).Exp()`},
		"noise of another size": {func() string {
			e := newEncoder(Go, named...)
			return e.proved(e.mean.Add(e.eps.Scale(0.1).Mul(e.logVar)))
		}, `vae.py:9:16: warning: the noise is multiplied by the log variance z_log_var in place of the standard deviation [sampling-scale]
	z_log_var  [N 2]  from Spread Dense 3 -> 2 (vae.py:3:8)
	would      add no noise at all at variance 1, whose logarithm is 0, and give it a negative scale below.
	fix: take the standard deviation: z_log_var.Scale(0.5).Exp()`},

		"legal: half the logarithm": {func() string {
			e := newEncoder(Python, named...)
			return e.proved(e.mean.Add(e.logVar.Scale(0.5).Exp().Mul(e.eps)), e.kl())
		}, ""},
		"legal: the root of the variance": {func() string {
			e := newEncoder(Python, named...)
			return e.proved(e.mean.Add(e.logVar.Exp().Sqrt().Mul(e.eps)), e.kl())
		}, ""},
		"legal: a log standard deviation": {func() string {
			e := newEncoder(Python, "mean", "log_std")
			return e.proved(e.mean.Add(e.logVar.Exp().Mul(e.eps)))
		}, ""},
		"legal: a standard deviation without a name": {func() string {
			e := newEncoder(Go, "", "")
			return e.proved(e.mean.Add(e.logVar.Softplus().Mul(e.eps)))
		}, ""},
		"legal: a scale that is no logarithm": {func() string {
			e := newEncoder(Go, "", "")
			return e.proved(e.mean.Add(e.logVar.Mul(e.eps)))
		}, ""},
		"legal: uniform noise": {func() string {
			e := newEncoder(Python, named...)
			u := e.g.Random("u", StandardUniform, Rows(2))
			return e.proved(e.mean.Add(e.logVar.Mul(u)))
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tc.found(); got != tc.want {
				t.Errorf("got\n%s\nwant\n%s", got, tc.want)
			}
		})
	}
}

// Of a bare layer, without a loss.
func TestCheckSampling(t *testing.T) {
	g := New(Training)
	mean := g.Input("z_mean", Rows(2), Unknown)
	logVar := g.Input("z_log_var", Rows(2), Unknown)
	CheckSampling(mean.Add(logVar.Mul(g.Random("eps", StandardNormal, Rows(2)))))
	if ds := g.Diagnostics(); len(ds) != 1 || ds[0].Code != CodeSamplingScale || !strings.Contains(ds[0].Message, "z_log_var") {
		t.Error(ds)
	}
}

func TestDoubleSigmoid(t *testing.T) {
	for name, tc := range map[string]struct {
		outs       int
		activation string
		loss       func(p, y *Node) *Node
		want       string
	}{
		"sigmoid twice": {1, "sigmoid", func(p, y *Node) *Node { return y.XLogY(p.Sigmoid()).Mean().Neg() }, `
loss.py:3:5: warning: sigmoid of a probability: y_pred was squashed by sigmoid before [double-sigmoid]
	y_pred  [N 1]  from Dense[1] 3 -> 1 sigmoid (mlp, loss.py:9:43)
	would   keep every value between 0.5 and 0.73, however sure the scores are.
	fix: take one of the two away: a layer without an activation gives raw scores`},
		"softmax twice, through a view": {4, "softmax", func(p, y *Node) *Node {
			return y.Reshape(-1, 2, 2).XLogY(p.Reshape(-1, 2, 2).Softmax(-1)).Sum(1).Mean().Neg()
		}, `
loss.py:3:5: warning: softmax of a probability: reshape was squashed by softmax before [double-sigmoid]
	reshape  [N 2 2]  from Dense[1] 3 -> 4 softmax (mlp, loss.py:9:43)
	would    keep every class away from 0 and 1, however sure the scores are.
	fix: take one of the two away: a layer without an activation gives raw scores`},
		"legal: a layer between":        {1, "sigmoid", func(p, y *Node) *Node { return y.Mul(p.Scale(10).Shift(-5).Sigmoid()).Mean() }, ""},
		"legal: of the target":          {1, "sigmoid", func(p, y *Node) *Node { return y.Sigmoid().Sigmoid().Mul(p).Mean() }, ""},
		"legal: the scores themselves":  {1, "", func(p, y *Node) *Node { return y.XLogY(p.Sigmoid()).Mean().Neg() }, ""},
		"legal: a probability declared": {1, "", func(p, y *Node) *Node { return y.Mul(p.Abs().Sigmoid()).Mean() }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := check(tc.outs, tc.activation, func(pr program) *Node { return tc.loss(pr.p, pr.y) }).Error()
			if got != strings.TrimPrefix(tc.want, "\n") {
				t.Errorf("got\n%s\nwant%s", got, tc.want)
			}
		})
	}
}
