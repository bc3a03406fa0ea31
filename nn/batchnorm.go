package nn

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// BatchNorm is y = γ·(x − m)/√(v + ε) + β, with mean m and variance v of each element of
// the last axis.   x: [N ... Size] → y: [N ... Size]
//
// In graphs for training m and v are those of the batch, over all axes but the last,
// v divided by their number of elements; each step moves the running ones towards
// them, running ← momentum·running + (1 − momentum)·batch. In graphs for inference
// they are the running ones, so a row's result does not depend on the others.
// A batch of one row has variance 0 and gives β. Batch statistics cannot be made of
// parts of a batch.
// Its parameters are NAME.Gamma and NAME.Beta, and NAME.Mean and NAME.Variance, which
// are frozen and start at 0 and 1: [Size] each.
// Source: Ioffe & Szegedy, "Batch Normalization", ICML 2015. PyTorch divides the
// running variance by one element less; Keras does not.
type BatchNorm struct {
	Size     int
	Momentum float64 // what is kept of the running statistics, in (0, 1); 0 for 0.9, which PyTorch writes as 0.1; Keras has 0.99
	Eps      float64 // ε > 0; 0 for 1e-5 as in PyTorch, Keras has 1e-3

	GammaInit, BetaInit graph.Initializer // nil for 1 and 0
}

// Forward applies the layer.
func (b *BatchNorm) Forward(x *graph.Node) *graph.Node {
	if x.Poisoned() {
		return x
	}
	g := x.Graph()
	name := g.NameOf(b, "BatchNorm")
	size, _ := b.describe()
	defer g.Enter(scope(name, "BatchNorm", size))()
	n := b.norm(g)
	if refused := n.refused(x, "nn.BatchNorm{Size: %v}"); refused != nil {
		return refused
	}
	momentum := or(b.Momentum, 0.9)
	if !(momentum > 0 && momentum < 1) {
		return g.Poison(graph.Diagnostic{
			Code:    CodeArgument,
			Message: fmt.Sprintf("%s: Momentum is %v, but it must lie in (0, 1)", name, b.Momentum),
			Notes:   []string{"A momentum of 1 would keep the statistics where they start."},
		})
	}
	mean := g.Param(graph.Param{Name: name + ".Mean", Shape: []int{b.Size}, Init: Constant(0), Frozen: true})
	variance := g.Param(graph.Param{Name: name + ".Variance", Shape: []int{b.Size}, Init: Constant(1), Frozen: true})
	if g.Mode != graph.Training {
		return n.scaled(x.Sub(mean), variance)
	}
	axes := make([]int, x.Rank()-1)
	for i := range axes {
		axes[i] = i
	}
	ofBatch := x.Mean(axes...)
	centred := x.Sub(ofBatch)
	spread := centred.Square().Mean(axes...)
	for _, s := range []graph.Update{{Param: mean, Value: ofBatch}, {Param: variance, Value: spread}} {
		g.Update(s.Param, g.Latest(s.Param).Scale(momentum).Add(s.Value.Scale(1-momentum)))
	}
	return n.scaled(centred, spread)
}

// Gamma returns γ in g, [Size].
func (b *BatchNorm) Gamma(g *graph.Graph) *graph.Node { return b.norm(g).gamma(g) }

// Beta returns β in g, [Size].
func (b *BatchNorm) Beta(g *graph.Graph) *graph.Node { return b.norm(g).beta(g) }

func (b *BatchNorm) norm(g *graph.Graph) norm {
	return norm{g.NameOf(b, "BatchNorm"), b.Size, or(b.Eps, 1e-5), b.GammaInit, b.BetaInit}
}

func (b *BatchNorm) describe() (size, act string) { return fmt.Sprint(b.Size), "" }
