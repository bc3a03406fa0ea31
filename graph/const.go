package graph

import "math"

// Const returns a scalar constant.
func (g *Graph) Const(v float64) *Node { return g.Array(nil, []float64{v}) }

// Array returns a constant of fixed lengths, in row-major order. It keeps values.
func (g *Graph) Array(dims []int, values []float64) *Node {
	op := constOp{Dims: dims, Values: values}
	return g.add(op, Type{Shape: Dims(dims...), DType: Float})
}

type constOp struct {
	source
	Dims   []int     `json:"dims,omitempty"`
	Values []float64 `json:"values"`
}

func (constOp) Name() string { return "Const" }
func (op constOp) Infer(in []*Node) (Type, *Refusal) {
	return Type{Shape: Dims(op.Dims...), DType: Float}, nil
}

func (op constOp) Range(in []*Node) Range {
	if len(op.Values) == 0 {
		return Unknown
	}
	out := Interval{Lo: math.Inf(1), Hi: math.Inf(-1)}
	for _, v := range op.Values {
		out.Lo, out.Hi = math.Min(out.Lo, v), math.Max(out.Hi, v)
	}
	return only(out.known())
}
func (op constOp) Ref(rows int, out Array, in []Array) { copy(out.Data, op.Values) }

// Constant returns the values of a constant node in row-major order, seen
// through broadcasts of a single value; ok is false for other nodes.
func (n *Node) Constant() (values []float64, ok bool) {
	if b, isBroadcast := n.op.(broadcastOp); isBroadcast && len(b.Size) >= 0 {
		if v, ok := n.in[0].Constant(); ok && len(v) == 1 {
			return v, true
		}
		return nil, false
	}
	op, ok := n.op.(constOp)
	return op.Values, ok
}

// scalar returns the single value that all elements of n have.
func (n *Node) scalar() (float64, bool) {
	v, ok := n.Constant()
	if !ok || len(v) != 1 {
		return 0, false
	}
	return v[0], true
}
