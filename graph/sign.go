package graph

// Sign returns −1, 0 or 1 by the sign of each element.
func (n *Node) Sign() *Node { return apply(signOp{}, n) }

type signOp struct{ elementwise }

func (signOp) Name() string { return "Sign" }
func (signOp) Diff() (Diff, string) {
	return Flat, "returns -1, 0 or 1: " + unmoved
}
func (signOp) Range(in []*Node) Range   { return only(in[0].rng.monotone(signum).closed()) }
func (signOp) Grad(n, dy *Node) []*Node { return []*Node{nil} }
func (signOp) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		out.Data[i] = signum(x)
	}
}

func signum(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x // 0, -0 and NaN stay
}
