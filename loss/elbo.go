package loss

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// ELBO makes one number of the two terms of an autoencoder, in nats per row:
//
//	mean over rows of  reconstruction + β·Σ KL
//
// With β = 1 it is the negative evidence lower bound, −ELBO, an upper bound on −ln p(x). Both
// terms are summed over what a row holds and averaged over rows; any other pair of
// reductions amounts to another β.
//
// With FreeBits λ above 0 a dimension's divergence counts only where its mean over the
// batch is above λ: Σ max(λ, mean KL). Below, nothing draws the dimension to the prior,
// so that it need not be given up before the decoder has learned to use it.
//
// Sources: Kingma & Welling, "Auto-Encoding Variational Bayes", ICLR 2014; β: Higgins et
// al., "beta-VAE", ICLR 2017; free bits: Kingma et al., "Improved Variational Inference
// with Inverse Autoregressive Flow", NIPS 2016.
type ELBO struct {
	// Beta weighs the divergence; nil for 1. It may change from step to step: see
	// [graph.Graph.Scheduled].
	Beta     *graph.Node
	FreeBits float64     // nats a dimension; 0 for none
	Weight   *graph.Node // of the rows, [N], at least 0; nil weighs all alike
}

// Terms are the parts of an ELBO, each one number.
type Terms struct {
	Loss           *graph.Node // what to minimise
	Reconstruction *graph.Node // mean over rows
	KL             *graph.Node // sum over dimensions, mean over rows, without β and free bits
}

// Of returns the terms.
//
// Shapes: reconstruction [N], or [N ...] to be summed over all axes but the first; kl
// [N latent], as [GaussianKL] gives it.
func (e ELBO) Of(reconstruction, kl *graph.Node) Terms {
	for _, n := range []*graph.Node{reconstruction, kl} {
		if n.Poisoned() {
			return Terms{n, n, n}
		}
	}
	g := kl.Graph()
	defer g.Enter(graph.Scope{Name: g.Say("loss.ELBO", "elbo")})()
	if d := e.refused(reconstruction, kl); d != nil {
		n := g.Poison(*d)
		return Terms{n, n, n}
	}
	for reconstruction.Rank() > 1 {
		reconstruction = reconstruction.Sum(reconstruction.Rank() - 1)
	}
	t := Terms{Reconstruction: e.mean(reconstruction)}
	each := e.mean(kl) // [latent]
	t.KL = each.Sum()
	divergence := t.KL
	if e.FreeBits > 0 {
		divergence = each.Max(g.Const(e.FreeBits)).Sum()
	}
	if e.Beta != nil {
		divergence = divergence.Mul(e.Beta)
	}
	t.Loss = t.Reconstruction.Add(divergence)
	return t
}

// mean is the mean over rows; a row of weight k pulls k times.
func (e ELBO) mean(n *graph.Node) *graph.Node {
	if e.Weight == nil {
		return n.Mean(0)
	}
	w := e.Weight
	if n.Rank() > 1 {
		w = w.ExpandDims(1).BroadcastTo(n.Shape())
	}
	return n.Mul(w).Mean(0)
}

func (e ELBO) refused(reconstruction, kl *graph.Node) *graph.Diagnostic {
	r, k := reconstruction.Shape(), kl.Shape()
	switch {
	case !(e.FreeBits >= 0):
		return &graph.Diagnostic{Code: CodeArgument, Message: fmt.Sprintf("loss.ELBO: FreeBits is %v, but it must be at least 0", e.FreeBits)}
	case len(r) == 0 || len(k) != 2 || r[0] != k[0]:
		return &graph.Diagnostic{
			Code:    graph.CodeShape,
			Message: fmt.Sprintf("loss.ELBO: reconstruction is %v and KL %v, but they must be [N ...] and [N latent], a row for each row", r, k),
			Notes:   graph.Columns([]string{"reconstruction", r.String(), reconstruction.Origin()}, []string{"KL", k.String(), kl.Origin()}),
		}
	}
	return nil
}
