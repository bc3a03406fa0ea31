package loss

import "github.com/descent-ml/descent/graph"

// Pinball returns q·e where e = y − p ≥ 0, else (q − 1)·e, of each element; its
// minimiser is the q-quantile.
//
// Shapes: p and y equal, any rank; the result has that shape.
// Domain: p and y real, 0 < q < 1. Gradient: −q to p where p < y, 1 − q where p > y, 0
// where both are equal.
// Source: Koenker & Bassett, "Regression Quantiles", Econometrica 46 (1978).
func Pinball(q float64) Pointwise {
	return func(p, y *graph.Node) *graph.Node {
		c := call{name: "loss.Pinball", word: "pinball", family: real, p: p, y: y}
		if refused := c.refused(setting("q", q, graph.Interval{Hi: 1, LoOpen: true, HiOpen: true}), sameShape); refused != nil {
			return refused
		}
		defer c.enter()()
		e := y.Sub(p)
		return e.Relu().Scale(q).Add(e.Neg().Relu().Scale(1 - q))
	}
}
