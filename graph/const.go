package graph

import (
	"fmt"
	"math"
)

// Const returns a scalar constant.
func (g *Graph) Const(v float64) *Node { return g.Array(nil, []float64{v}) }

// Array returns a constant of fixed lengths, in row-major order. It keeps values.
func (g *Graph) Array(dims []int, values []float64) *Node {
	op := constOp{Dims: dims, Values: values}
	t, refusal := op.Infer(nil)
	if refusal != nil {
		return g.refuse(refusal)
	}
	return g.add(op, t)
}

type constOp struct {
	source
	Dims   []int `json:"dims,omitempty"`
	Values reals `json:"values"`
}

func (constOp) Name() string { return "Const" }
func (op constOp) Infer(in []*Node) (Type, *Refusal) {
	n := 1
	for _, d := range op.Dims {
		if d < 0 || d > len(op.Values) || n > len(op.Values) {
			n = -1
			break
		}
		n *= d
	}
	if n != len(op.Values) {
		return Type{}, &Refusal{Code: CodeShape, Message: fmt.Sprintf("constant: %d values for %v", len(op.Values), op.Dims)}
	}
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
	c := n
	for c.op.Name() == (broadcastOp{}).Name() {
		c = c.in[0]
	}
	op, ok := c.op.(constOp)
	if !ok || c != n && len(op.Values) != 1 {
		return nil, false
	}
	return op.Values, true
}

// scalar returns the single value that all elements of n have.
func (n *Node) scalar() (float64, bool) {
	v, ok := n.Constant()
	if !ok || len(v) != 1 {
		return 0, false
	}
	return v[0], true
}
