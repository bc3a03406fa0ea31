package loss

import "github.com/descent-ml/descent/graph"

// AbsoluteError returns |p − y| of each element; its mean is the mean absolute error,
// its minimiser the median.
//
// Shapes: p and y equal, any rank; the result has that shape.
// Domain: p and y real. Gradient: sign(p − y) to p, 0 where both are equal.
// Source: Laplace, "Mémoire sur la probabilité des causes par les événemens" (1774).
func AbsoluteError(p, y *graph.Node) *graph.Node {
	c := call{name: "loss.AbsoluteError", word: "mae", family: real, p: p, y: y}
	if refused := c.refused(sameShape); refused != nil {
		return refused
	}
	defer c.enter()()
	return p.Sub(y).Abs()
}
