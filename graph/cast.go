package graph

import (
	"fmt"
	"math"
)

// Cast returns n with elements of another kind: to Bool whether they are not 0,
// to Int without their fraction, to Float unchanged.
func (n *Node) Cast(to DType) *Node {
	if n.poisoned || n.dtype == to {
		return n
	}
	return apply(castOp{From: n.dtype, To: to}, n)
}

type castOp struct {
	From DType `json:"from"`
	To   DType `json:"to"`
}

func (castOp) Name() string { return "Cast" }
func (op castOp) Diff() (Diff, string) {
	switch {
	case op.To == Int:
		return Discrete, "returns a whole number: " + unmoved
	case op.To == Bool:
		return Discrete, "returns true or false: " + unmoved
	case op.From == Bool:
		return Discrete, "makes 1 and 0 of true and false: " + unmoved
	}
	return Smooth, ""
}
func (op castOp) Infer(in []*Node) (Type, *Refusal) {
	if in[0].dtype != op.From || op.To > Float {
		return Type{}, &Refusal{Code: CodeShape, Message: fmt.Sprintf("cast: from %v, but its input is %v", op.From, in[0].dtype)}
	}
	return Type{Shape: in[0].shape, DType: op.To}, nil
}
func (op castOp) Range(in []*Node) Range {
	r := in[0].rng
	switch {
	case op.To == Bool:
		return Range{Interval: Within(0, 1), Tag: Label}
	case op.To == Int && !r.Tag.whole():
		return only(r.monotone(math.Trunc).closed())
	}
	return r
}

// Grad passes nothing: whole numbers and truth values carry no derivative, on
// either side of the cast.
func (castOp) Grad(n, dy *Node) []*Node { return []*Node{nil} }
func (op castOp) Ref(rows int, out Array, in []Array) {
	for i, x := range in[0].Data {
		switch {
		case op.To == Int:
			x = math.Trunc(x)
		case op.To == Bool && x != 0:
			x = 1
		}
		out.Data[i] = x
	}
}
