// Package nn has layers: plain structs whose Forward builds nodes of a graph.
//
// Three lines make a model and apply it:
//
//	m := nn.Chain{&nn.Dense{In: 3, Out: 16, Act: nn.Relu}, &nn.Dense{In: 16, Out: 1, Act: nn.Sigmoid}}
//	nn.Bind(g, m)                 // parameters are named by their place: "Dense[0].Weight"
//	p := m.Forward(g.Input("x", graph.Rows(3), graph.Unknown))
//
// A model of one's own is a struct with layers as exported fields and a Forward
// method, in which everything is Go: loops, functions, branches on g.Mode. [Bind]
// finds its layers by a walk over the fields, as encoding/json does.
//
// Parameters start from their seed and their name alone, so adding a layer leaves
// the others' start unchanged.
package nn

import "github.com/descent-ml/descent/graph"

// Layer is a part of a model, or a whole one.
type Layer interface {
	Forward(x *graph.Node) *graph.Node
}

// CodeArgument refuses a layer whose own fields make no sense.
const CodeArgument graph.Code = "layer-argument"
