package layer

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// Affine is y = act(x·W + b).   x: [N ... In] → y: [N ... Out]
//
// Its parameters are NAME.Weight, [In Out], and NAME.Bias, [Out].
type Affine struct {
	Kind       string // what its framework calls it: "Dense", "Linear"
	In, Out    int
	NoBias     bool
	WeightInit graph.Initializer
	BiasInit   graph.Initializer
	Activation Activation
}

// Activation is applied to what a layer computes.
type Activation struct {
	Name  string // "" for none
	Apply func(*graph.Node) *graph.Node
}

// on applies the activation, if there is one.
func (a Activation) on(x *graph.Node) *graph.Node {
	if a.Apply == nil || x.Poisoned() {
		return x
	}
	return a.Apply(x)
}

// Forward applies the layer.
func (a *Affine) Forward(x *graph.Node) *graph.Node {
	if x.Poisoned() {
		return x
	}
	g := x.Graph()
	name := g.NameOf(a, a.Kind)
	defer enter(g, name, a.Kind, fmt.Sprintf("%d -> %d %s", a.In, a.Out, a.Activation.Name))()
	last := x.Rank() - 1
	if last < 0 || x.Shape()[last] != graph.Fixed(a.In) {
		return g.Poison(graph.Diagnostic{
			Code:    graph.CodeShape,
			Message: fmt.Sprintf("%s takes rows of length %d, but its input is %v", name, a.In, x.Shape()),
			Notes:   graph.Columns([]string{x.Display(), x.Shape().String(), x.Origin()}),
			Fixes:   a.fixes(x),
		})
	}
	w := a.Weight(g)
	y := x.ReshapeTo(graph.Shape{graph.Infer, graph.Fixed(a.In)}).MatMul(w)
	if !a.NoBias {
		y = y.Add(a.Bias(g))
	}
	y = y.ReshapeTo(append(append(graph.Shape{}, x.Shape()[:last]...), graph.Fixed(a.Out)))
	return a.Activation.on(y)
}

// Weight returns the layer's matrix [In Out] in g.
func (a *Affine) Weight(g *graph.Graph) *graph.Node {
	return g.Param(graph.Param{Name: g.NameOf(a, a.Kind) + ".Weight", Shape: []int{a.In, a.Out}, Init: a.WeightInit})
}

// Bias returns the layer's bias [Out] in g.
func (a *Affine) Bias(g *graph.Graph) *graph.Node {
	return g.Param(graph.Param{Name: g.NameOf(a, a.Kind) + ".Bias", Shape: []int{a.Out}, Init: a.BiasInit})
}

func (a *Affine) fixes(x *graph.Node) []string {
	last := x.Rank() - 1
	if last < 0 || x.Shape()[last].Depends() {
		return nil
	}
	n := x.Shape()[last].Const
	switch {
	case a.Kind == "Linear" && last > 1 && graph.Size(x.Shape()[1:].At(1)) == a.In:
		return []string{"make a row of each image first: x.flatten(1)"}
	case a.Kind == "Linear":
		return []string{fmt.Sprintf("take what comes in: nn.Linear(%d, %d)", n, a.Out)}
	}
	return []string{"a layer keeps the length that it was first applied to: use another Dense(" + fmt.Sprint(a.Out) + ") here"}
}

// enter opens the scope of a layer. The kind is told where the name does not.
func enter(g *graph.Graph, name, kind, detail string) (leave func()) {
	return g.Enter(graph.Scope{Name: name, Detail: kind + " " + detail, Layer: true})
}

// Scope opens that of a layer or model of the user's own, an instance of a class.
func Scope(g *graph.Graph, owner any, kind string) (leave func()) {
	name := g.NameOf(owner, kind)
	detail := kind
	if name == kind {
		detail = ""
	}
	return g.Enter(graph.Scope{Name: name, Detail: detail, Layer: true})
}
