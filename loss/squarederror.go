package loss

import "github.com/descent-ml/descent/graph"

// SquaredError returns (p − y)² of each element; its mean is the mean squared error.
//
// Shapes: p and y equal, any rank; the result has that shape.
// Domain: p and y real. Gradient: 2·(p − y) to p.
// Source: Gauss, "Theoria Combinationis Observationum Erroribus Minimis Obnoxiae" (1823).
func SquaredError(p, y *graph.Node) *graph.Node {
	c := call{name: "loss.SquaredError", word: "mse", family: real, p: p, y: y}
	if refused := c.refused(sameShape); refused != nil {
		return refused
	}
	defer c.enter()()
	return p.Sub(y).Square()
}
