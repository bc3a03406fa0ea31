package graph

import (
	"fmt"
	"math"
)

// Digamma returns ψ(x), the derivative of ln Γ(x), of each element x.
func (n *Node) Digamma() *Node { return n.Polygamma(0) }

// Polygamma returns the derivative of ψ of an order from 0, ψ itself, to 30, of each
// element.
//
//	ψ⁽ᵐ⁾(x) = (−1)ᵐ⁺¹·m!·Σ 1/(x+k)ᵐ⁺¹   over k = 0, 1, 2, ...   for m ≥ 1
//
// Special cases: at 0, −1, −2, ... ψ is NaN, at 0 −Inf, and ψ′ +Inf; higher orders are NaN for
// x < 0. The gradient is that of the next order.
func (n *Node) Polygamma(order int) *Node {
	if n.poisoned {
		return n
	}
	return apply(polygammaOp{Order: order}, n)
}

// mostPolygamma is the highest order, whose factorials float32 holds.
const mostPolygamma = 30

type polygammaOp struct {
	elementwise
	smooth
	Order int `json:"order"`
}

func (polygammaOp) Name() string { return "Polygamma" }
func (op polygammaOp) Infer(in []*Node) (Type, *Refusal) {
	if op.Order < 0 || op.Order > mostPolygamma {
		return Type{}, &Refusal{Code: CodeShape, Message: fmt.Sprintf("polygamma: order %d, it takes 0 to %d", op.Order, mostPolygamma)}
	}
	return op.elementwise.Infer(in)
}

// Range is that of a function that rises for x > 0 where the order is even, and falls
// where it is odd.
func (op polygammaOp) Range(in []*Node) Range {
	x := in[0].rng.Interval
	if !(x.Lo >= 0) {
		return only(Everything)
	}
	a, b := polygamma(op.Order, x.Lo), polygamma(op.Order, x.Hi)
	return only(Interval{Lo: math.Min(a, b), Hi: math.Max(a, b)})
}
func (op polygammaOp) Grad(n, dy *Node) []*Node {
	return []*Node{dy.Mul(n.in[0].Polygamma(op.Order + 1))}
}
func (op polygammaOp) Ref(rows int, out Array, in []Array) { refOf(op, out, in) }
func (op polygammaOp) Of(x float64) float64                { return polygamma(op.Order, x) }

// bernoulli holds B₂, B₄, ..., B₂₀.
var bernoulli = [...]float64{1. / 6, -1. / 30, 1. / 42, -1. / 30, 5. / 66, -691. / 2730, 7. / 6, -3617. / 510, 43867. / 798, -174611. / 330}

// polygamma adds terms of the sum until x is large, and the rest by the formula of Euler
// and Maclaurin (Abramowitz & Stegun, "Handbook of Mathematical Functions", 6.3.18 and
// 6.4.11). Below 0 the reflections 6.3.7 and 6.4.7 hold.
func polygamma(order int, x float64) float64 {
	switch {
	case x != x || x < 0 && order > 1 || x < 0 && x == math.Floor(x) && order == 0:
		return math.NaN()
	case math.IsInf(x, 1) && order == 0:
		return x
	case math.IsInf(x, 1):
		return math.Copysign(0, float64(order%2)-0.5)
	case x == 0:
		return math.Inf(2*(order%2) - 1)
	case x < 0 && order == 0:
		return polygamma(0, 1-x) - math.Pi/math.Tan(math.Pi*x)
	case x < 0:
		s := math.Pi / math.Sin(math.Pi*x)
		return s*s - polygamma(1, 1-x)
	}
	m := float64(order)
	sum := 0.0
	for ; x < 20+m; x++ {
		sum += math.Pow(x, -m-1)
	}
	if order == 0 {
		rest := math.Log(x) - 1/(2*x)
		for k, b := range bernoulli {
			rest -= b / float64(2*k+2) * math.Pow(x, float64(-2*k-2))
		}
		return rest - sum
	}
	factorial := math.Gamma(m + 1) // of the order
	rest := math.Pow(x, -m)/m + math.Pow(x, -m-1)/2
	rising := m + 1 // (m+2k−1)!/(m!·(2k)!) · 2 for k = 1
	for k, b := range bernoulli {
		n := float64(2*k + 2)
		rest += b * rising / 2 * math.Pow(x, -m-n)
		rising *= (m + n) * (m + n + 1) / ((n + 1) * (n + 2))
	}
	return math.Copysign(factorial, float64(order%2)-0.5) * (sum + rest)
}
