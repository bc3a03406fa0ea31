package graph

import "math"

// LogCosh returns ln cosh(x) of each element x, without overflow: x²/2 near 0 and
// |x| − ln 2 far away. Its derivative is tanh(x).
func (n *Node) LogCosh() *Node { return apply(logCoshOp{}, n) }

type logCoshOp struct {
	elementwise
	smooth
}

func (logCoshOp) Name() string { return "LogCosh" }
func (logCoshOp) Range(in []*Node) Range {
	return only(absOp{}.Range(in).monotone(logCosh))
}
func (logCoshOp) Grad(n, dy *Node) []*Node { return []*Node{dy.Mul(n.in[0].Tanh())} }
func (logCoshOp) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		out.Data[i] = logCosh(x)
	}
}

// logCosh is |x| + ln((1+e^−2|x|)/2), with (1+e^−2|x|)/2 = 1 + expm1(−2|x|)/2.
func logCosh(x float64) float64 {
	a := math.Abs(x)
	return a + math.Log1p(math.Expm1(-2*a)/2)
}
