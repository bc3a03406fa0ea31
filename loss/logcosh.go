package loss

import "github.com/descent-ml/descent/graph"

// LogCosh returns ln cosh(p − y) of each element: half the squared error near 0, the
// absolute error less ln 2 far away, without a kink and without overflow.
//
// Shapes: p and y equal, any rank; the result has that shape.
// Domain: p and y real. Gradient: tanh(p − y) to p.
// Source: Green, "Bayesian Reconstructions from Emission Tomography Data Using a
// Modified EM Algorithm", IEEE Trans. Med. Imaging 9 (1990).
func LogCosh(p, y *graph.Node) *graph.Node {
	c := call{name: "loss.LogCosh", word: "log_cosh", family: real, p: p, y: y}
	if refused := c.refused(sameShape); refused != nil {
		return refused
	}
	defer c.enter()()
	return p.Sub(y).LogCosh()
}
