package graph

import "math"

// Lgamma returns ln |Γ(x)| of each element x, the logarithm of (x−1)! where x is whole.
//
// Special cases are those of [math.Lgamma]: +Inf at 0, −1, −2, ... The gradient is
// dx = dy·ψ(x).
func (n *Node) Lgamma() *Node { return apply(lgammaOp{}, n) }

// lgammaLeast is where Γ is least for x > 0, and lgammaAtLeast its logarithm there.
const lgammaLeast, lgammaAtLeast = 1.4616321449683623, -0.12148629053584961

type lgammaOp struct {
	elementwise
	smooth
}

func (lgammaOp) Name() string { return "Lgamma" }
func (lgammaOp) Range(in []*Node) Range {
	x := in[0].rng.Interval
	if !(x.Lo >= 0) {
		return only(Everything)
	}
	lo, hi := lgamma(x.Lo), lgamma(x.Hi)
	out := Interval{Lo: math.Min(lo, hi), Hi: math.Max(lo, hi)}
	if x.Lo <= lgammaLeast && lgammaLeast <= x.Hi {
		out.Lo = lgammaAtLeast
	}
	return only(out)
}
func (lgammaOp) Grad(n, dy *Node) []*Node               { return []*Node{dy.Mul(n.in[0].Polygamma(0))} }
func (op lgammaOp) Ref(rows int, out Array, in []Array) { refOf(op, out, in) }
func (lgammaOp) Of(x float64) float64                   { return lgamma(x) }

func lgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}
