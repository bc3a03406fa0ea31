package nn

import (
	"fmt"
	"math"

	"github.com/descent-ml/descent/graph"
)

// norm is what layers that normalise share.
type norm struct {
	name                string
	size                int
	eps                 float64
	gammaInit, betaInit graph.Initializer // nil for 1 and 0
}

// refused returns a poisoned node if the layer does not fit its input; literal spells
// the layer for a width.
func (n norm) refused(x *graph.Node, literal string) *graph.Node {
	g := x.Graph()
	if n.size < 1 {
		return g.Poison(graph.Diagnostic{
			Code:    CodeArgument,
			Message: fmt.Sprintf("%s: Size is %d, but it is at least 1", n.name, n.size),
		})
	}
	if !(n.eps > 0 && n.eps <= math.MaxFloat32) {
		return g.Poison(graph.Diagnostic{
			Code:    CodeArgument,
			Message: fmt.Sprintf("%s: Eps is %v, but it must be above 0", n.name, n.eps),
			Notes:   []string{"Where all values are equal, their variance is 0 and a division by it is NaN."},
		})
	}
	return refuseWidth(n.name, n.size, x, literal)
}

// scaled returns γ·x/√(variance + ε) + β.
func (n norm) scaled(x, variance *graph.Node) *graph.Node {
	g := x.Graph()
	return x.Div(variance.Shift(n.eps).Sqrt()).Mul(n.gamma(g)).Add(n.beta(g))
}

func (n norm) gamma(g *graph.Graph) *graph.Node {
	return g.Param(graph.Param{Name: n.name + ".Gamma", Shape: []int{n.size}, Init: orElse(n.gammaInit, Constant(1))})
}

func (n norm) beta(g *graph.Graph) *graph.Node {
	return g.Param(graph.Param{Name: n.name + ".Beta", Shape: []int{n.size}, Init: orElse(n.betaInit, Constant(0))})
}

// or returns v, or the default where v was left out.
func or(v, otherwise float64) float64 {
	if v == 0 {
		return otherwise
	}
	return v
}
