package nn

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// Chain applies layers one after the other.
type Chain []Layer

// Forward applies the layers.
func (c Chain) Forward(x *graph.Node) *graph.Node {
	for i, l := range c {
		if l == nil {
			return x.Graph().Poison(graph.Diagnostic{
				Code:    CodeArgument,
				Message: fmt.Sprintf("layer %d of the chain is nil", i),
			})
		}
		x = l.Forward(x)
	}
	return x
}
