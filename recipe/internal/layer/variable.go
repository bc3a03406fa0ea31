package layer

import (
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
)

// Variable is a parameter that a program declares itself: nn.Parameter, add_weight.
type Variable struct {
	Kind   string // its name where it has no place: "Parameter", or the name that add_weight was given
	Shape  []int
	Init   graph.Initializer
	Frozen bool
}

// TypeName implements [tracer.Named].
func (v *Variable) TypeName() string { return "parameter" }

// TensorIn implements [tracer.Tensorer].
func (v *Variable) TensorIn(t *tracer.Tracer, at syntax.Span) tracer.Value {
	defer t.Graph().At(t.Position(at))()
	return v.Node(t.Graph())
}

// Node returns the parameter in g.
func (v *Variable) Node(g *graph.Graph) *graph.Node {
	return g.Param(graph.Param{Name: g.NameOf(v, v.Kind), Shape: v.Shape, Init: v.Init, Frozen: v.Frozen})
}
