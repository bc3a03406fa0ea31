package nn

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// Dense is y = act(x·W + b).   x: [N In] → y: [N Out]
//
// Axes between the first and the last are kept: [N H W In] → [N H W Out].
// Its parameters are NAME.Weight, [In Out], and NAME.Bias, [Out].
type Dense struct {
	In, Out int
	Act     Activation // nil for none
	NoBias  bool

	WeightInit graph.Initializer // nil for GlorotUniform, as in Keras
	BiasInit   graph.Initializer // nil for zeros
}

// Forward applies the layer.
func (d *Dense) Forward(x *graph.Node) *graph.Node {
	if x.Poisoned() {
		return x
	}
	g := x.Graph()
	name := g.NameOf(d, "Dense")
	size, act := d.describe()
	defer g.Enter(scope(name, "Dense", size+" "+act))()
	if refused := d.refused(name, x); refused != nil {
		return refused
	}
	rows := x.ReshapeTo(graph.Shape{graph.Infer, graph.Fixed(d.In)})
	y := rows.MatMul(g.Param(graph.Param{
		Name: name + ".Weight", Shape: []int{d.In, d.Out}, Init: orElse(d.WeightInit, GlorotUniform{}),
	}))
	if !d.NoBias {
		y = y.Add(g.Param(graph.Param{
			Name: name + ".Bias", Shape: []int{d.Out}, Init: orElse(d.BiasInit, Constant(0)),
		}))
	}
	last := x.Rank() - 1
	y = y.ReshapeTo(append(x.Shape()[:last:last], graph.Fixed(d.Out)))
	if d.Act != nil {
		y = d.Act(y)
	}
	return y
}

func (d *Dense) describe() (size, act string) {
	return fmt.Sprintf("%d -> %d", d.In, d.Out), d.Act.String()
}

// refused returns a poisoned node if the layer does not fit its input.
func (d *Dense) refused(name string, x *graph.Node) *graph.Node {
	g := x.Graph()
	if d.In < 1 || d.Out < 1 {
		return g.Poison(graph.Diagnostic{
			Code:    CodeArgument,
			Message: fmt.Sprintf("%s: In is %d and Out is %d, but both are at least 1", name, d.In, d.Out),
		})
	}
	return refuseWidth(name, d.In, x, fmt.Sprintf("nn.Dense{In: %%v, Out: %d}", d.Out))
}

// refuseWidth returns a poisoned node if the last axis of x is not of the given
// length; literal spells the layer for a length.
func refuseWidth(name string, width int, x *graph.Node, literal string) *graph.Node {
	s := x.Shape()
	if len(s) >= 2 && s[len(s)-1] == graph.Fixed(width) {
		return nil
	}
	g := x.Graph()
	refusal := graph.Diagnostic{
		Code:    graph.CodeShape,
		Message: fmt.Sprintf("%s takes rows of length %d, but its input is %v", name, width, s),
		Notes:   graph.Columns([]string{"input", s.String(), x.Origin()}),
	}
	switch {
	case len(s) < 2:
		refusal.Fixes = []string{g.Say("give the input a last axis: x.Reshape(-1, 1)", "give the input a last axis: x.reshape(-1, 1)")}
	case !s[len(s)-1].Depends():
		refusal.Fixes = []string{"take what comes in: " + fmt.Sprintf(literal, s[len(s)-1])}
	}
	return g.Poison(refusal)
}

// orElse returns the initialiser that the user gave, else the layer's own.
func orElse(given, own graph.Initializer) graph.Initializer {
	if given != nil {
		return given
	}
	return own
}
