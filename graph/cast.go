package graph

import "math"

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
	if op.To == Float {
		return Discrete, "its input is " + article(op.From) + ", and those carry no derivative, so no weight would ever move"
	}
	return Discrete, "it returns " + article(op.To) + ": nudging a weight leaves that as it is, so its derivative is 0 almost everywhere and no weight would ever move"
}

func article(t DType) string {
	if t == Int {
		return "a whole number"
	}
	return "true or false"
}

func (op castOp) Infer(in []*Node) (Type, *Refusal) {
	return Type{Shape: in[0].shape, DType: op.To}, nil
}
func (op castOp) Range(in []*Node) Range {
	r := in[0].rng
	switch op.To {
	case Bool:
		return Range{Interval: Within(0, 1), Tag: Label}
	case Int:
		return only(r.monotone(math.Trunc).closed())
	}
	return r
}
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
