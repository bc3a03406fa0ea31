package graph

import "math"

// Softplus returns ln(1 + eˣ) of each element x, without overflow.
func (n *Node) Softplus() *Node { return apply(softplusOp{}, n) }

type softplusOp struct {
	elementwise
	smooth
}

func (softplusOp) Name() string { return "Softplus" }
func (softplusOp) Range(in []*Node) Range {
	r := only(in[0].rng.monotone(softplus))
	r.LoOpen = r.LoOpen || r.Lo == 0
	r.Tag = affine(in[0])
	return r
}
func (softplusOp) Grad(n, dy *Node) []*Node {
	return []*Node{dy.Mul(n.in[0].Sigmoid())}
}
func (softplusOp) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		out.Data[i] = softplus(x)
	}
}

// softplus is ln(1+eˣ) without overflow.
func softplus(x float64) float64 {
	return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
}
