package nn

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// LayerNorm is y = γ·(x − m)/√(v + ε) + β, with mean m and variance v of each line of
// the last axis.   x: [N ... Size] → y: [N ... Size]
//
// It does the same in training and inference, whatever the batch. The variance is
// the mean of squares of what was centred before, divided by Size.
// Its parameters are NAME.Gamma and NAME.Beta, [Size].
// Source: Ba, Kiros & Hinton, "Layer Normalization", arXiv:1607.06450.
type LayerNorm struct {
	Size int
	Eps  float64 // ε > 0; 0 for 1e-5 as in PyTorch, Keras has 1e-3

	GammaInit, BetaInit graph.Initializer // nil for 1 and 0
}

// Forward applies the layer.
func (l *LayerNorm) Forward(x *graph.Node) *graph.Node {
	if x.Poisoned() {
		return x
	}
	g := x.Graph()
	name := g.NameOf(l, "LayerNorm")
	size, _ := l.describe()
	defer g.Enter(scope(name, "LayerNorm", size))()
	n := l.norm(g)
	if refused := n.refused(x, "nn.LayerNorm{Size: %v}"); refused != nil {
		return refused
	}
	centred := x.Sub(x.MeanKeep(-1))
	return n.scaled(centred, centred.Square().MeanKeep(-1))
}

// Gamma returns γ in g, [Size].
func (l *LayerNorm) Gamma(g *graph.Graph) *graph.Node { return l.norm(g).gamma(g) }

// Beta returns β in g, [Size].
func (l *LayerNorm) Beta(g *graph.Graph) *graph.Node { return l.norm(g).beta(g) }

func (l *LayerNorm) norm(g *graph.Graph) norm {
	return norm{g.NameOf(l, "LayerNorm"), l.Size, or(l.Eps, 1e-5), l.GammaInit, l.BetaInit}
}

func (l *LayerNorm) describe() (size, act string) { return fmt.Sprint(l.Size), "" }
