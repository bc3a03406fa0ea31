package optim

import (
	"math"

	"github.com/descent-ml/descent/graph"
)

// ClipNorm shortens the gradient of all parameters together, seen as one vector, to
// length Max where it is longer, and keeps its direction:
//
//	g ← g·Max / max(‖g‖, Max)
//
// A gradient whose length float32 cannot hold, above 10¹⁹, becomes 0.
// Source: Pascanu, Mikolov & Bengio, "On the difficulty of training recurrent neural
// networks", ICML 2013.
type ClipNorm struct {
	Max float64 // above 0
	Of  Optimizer
}

// Updates implements [Optimizer].
func (c ClipNorm) Updates(g *graph.Graph, params, grads []*graph.Node) []graph.Update {
	if refusedClip(g, g.Say("optim.ClipNorm", "clip_norm"), c.Max, c.Of) {
		return nil
	}
	leave := g.Enter(graph.Scope{Name: "clip_norm"})
	var squares *graph.Node
	for _, d := range grads {
		if d == nil {
			continue
		}
		square := d.Square().Sum()
		if squares != nil {
			square = squares.Add(square)
		}
		squares = square
	}
	clipped := make([]*graph.Node, len(grads))
	if squares != nil {
		most := g.Const(c.Max)
		factor := most.Div(squares.Sqrt().Max(most))
		for i, d := range grads {
			if d != nil {
				clipped[i] = d.Mul(factor)
			}
		}
	}
	leave()
	return c.Of.Updates(g, params, clipped)
}

// ClipValue limits each element of the gradient to ±Max, which may turn it.
//
// Source: Mikolov, "Statistical Language Models Based on Neural Networks", thesis,
// Brno (2012).
type ClipValue struct {
	Max float64 // above 0
	Of  Optimizer
}

// Updates implements [Optimizer].
func (c ClipValue) Updates(g *graph.Graph, params, grads []*graph.Node) []graph.Update {
	if refusedClip(g, g.Say("optim.ClipValue", "clip_value"), c.Max, c.Of) {
		return nil
	}
	leave := g.Enter(graph.Scope{Name: "clip_value"})
	clipped := make([]*graph.Node, len(grads))
	for i, d := range grads {
		if d != nil {
			clipped[i] = d.Clip(-c.Max, c.Max)
		}
	}
	leave()
	return c.Of.Updates(g, params, clipped)
}

func refusedClip(g *graph.Graph, title string, limit float64, of Optimizer) bool {
	bad := refused(g, title, setting{"Max", limit, graph.Interval{Lo: 0, Hi: math.Inf(1), LoOpen: true, HiOpen: true}})
	return refusedNil(g, title, of) || bad
}
