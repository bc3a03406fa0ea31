package recipe

import (
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/recipe/internal/layer"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
	"github.com/descent-ml/descent/train"
)

// network is a model of the file: a layer or model of Keras's or PyTorch's classes, or
// of one derived from them. It is traced again for each graph that it is applied in.
type network struct {
	file  *File
	value *tracer.Instance
	at    syntax.Span // where the recipe names it
}

// Forward implements [nn.Layer]. The parameters are named by the attributes that lead to
// their layers.
func (n *network) Forward(x *graph.Node) *graph.Node {
	if x.Poisoned() {
		return x
	}
	g := x.Graph()
	layer.Bind(g, n.value)
	v := n.file.tracer.Invoke(g, n.value, n.at, x)
	switch v := v.(type) {
	case *graph.Node:
		return v
	case tracer.Tuple, *tracer.List, *tracer.Dict:
		return g.Poison(graph.Diagnostic{
			Code: tracer.CodeType, Pos: n.file.tracer.Position(n.at),
			Message: "a model gives one tensor to be compared with the target, but " + n.name() + " gives " + tracer.Repr(v),
			Fixes:   []string{"a model that gives the prediction alone"},
		})
	}
	if !tracer.Poisoned(v) {
		return g.Poison(graph.Diagnostic{
			Code: tracer.CodeType, Pos: n.file.tracer.Position(n.at),
			Message: "a model gives a tensor, but " + n.name() + " gives " + tracer.Describe(v),
		})
	}
	return n.file.poison(g)
}

// name is what messages call the model: its class.
func (n *network) name() string { return n.value.Class.Name }

// network returns the model that a value is, if it is one.
func (f *File) network(v tracer.Value, at syntax.Span) (*network, bool) {
	i, ok := v.(*tracer.Instance)
	if !ok || !layer.Owns(i) {
		return nil, false
	}
	_, _, callable := f.tracer.Callee(i)
	return &network{f, i, at}, callable
}

// build is train's way to a network, which does not depend on the data: whether it fits
// is found where it is traced.
func (n *network) build(train.ModelSpec) (nn.Layer, error) { return n, nil }
