package graph

import "math"

// LogFloor is the least value that XLogY takes for the logarithm, as in PyTorch's
// binary cross entropy: a saturated probability costs 100 nats, not infinity.
const LogFloor = -100

// XLogY returns x · max(ln y, −100), and 0 where x = 0, element by element. The
// gradient to y stays alive under the floor: x / max(y, 2⁻¹²⁶), with the
// least normal number of float32.
//
// Shapes: as NumPy broadcasts, but never rows against other rows.
// Domain: y ≥ 0.
func (n *Node) XLogY(y *Node) *Node { return binary(xlogyOp{}, n, y) }

type xlogyOp struct {
	elementwise
	smooth
}

func (xlogyOp) Name() string { return "XLogY" }
func (xlogyOp) Range(in []*Node) Range {
	return only(in[0].rng.mul(in[1].rng.monotone(flooredLog)))
}
func (xlogyOp) Least(i int) float64 {
	if i == 1 {
		return 0
	}
	return math.Inf(-1)
}
func (xlogyOp) Grad(n, dy *Node) []*Node {
	x, y := n.in[0], n.in[1]
	one := n.g.Const(1)
	return []*Node{
		dy.Mul(one.XLogY(y)),
		dy.Mul(x).Div(y.Max(n.g.Const(smallest))),
	}
}

// smallest keeps x/y finite in float32; it is below e⁻⁸⁷.
const smallest = 0x1p-126

func flooredLog(y float64) float64 {
	l := math.Log(y)
	if l < LogFloor {
		return LogFloor
	}
	return l
}

func (xlogyOp) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		if x == 0 && !math.IsNaN(in[1].Data[i]) {
			out.Data[i] = 0
			continue
		}
		out.Data[i] = x * flooredLog(in[1].Data[i])
	}
}
