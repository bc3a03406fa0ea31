package loss

import "github.com/descent-ml/descent/graph"

// Huber returns ½·e² where |e| ≤ delta, else delta·(|e| − ½·delta), with e = p − y, of
// each element: squared for small errors, absolute for outliers.
//
// It is computed as c·(e − ½·c) with c = e limited to ±delta, which never squares an
// outlier. PyTorch's SmoothL1Loss(beta) is Huber(beta) divided by beta.
// Shapes: p and y equal, any rank; the result has that shape.
// Domain: p and y real, delta > 0 and finite. Gradient: c to p.
// Source: Huber, "Robust Estimation of a Location Parameter", Ann. Math. Statist. 35
// (1964).
func Huber(delta float64) Pointwise {
	return func(p, y *graph.Node) *graph.Node {
		c := call{name: "loss.Huber", word: "huber", family: real, p: p, y: y}
		if refused := c.refused(setting("delta", delta, positive), sameShape); refused != nil {
			return refused
		}
		defer c.enter()()
		e := p.Sub(y)
		limited := e.Clip(-delta, delta)
		return limited.Mul(e.Sub(limited.Scale(0.5)))
	}
}
