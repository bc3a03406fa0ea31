package nn

import "github.com/descent-ml/descent/graph"

// Chain applies layers one after the other.
type Chain []Layer

// Forward applies the layers.
func (c Chain) Forward(x *graph.Node) *graph.Node {
	for _, l := range c {
		x = l.Forward(x)
	}
	return x
}
