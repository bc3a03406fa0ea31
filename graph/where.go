package graph

import "fmt"

// Where returns a where the condition n holds (is not 0), else b, element by
// element. No derivative goes to the condition: it only selects.
//
// Shapes: condition, a and b as NumPy broadcasts, but never rows against other
// rows. An infinite derivative in the branch that is not taken still gives NaN,
// since 0 · Inf is NaN: guard its argument, not its result.
func (n *Node) Where(a, b *Node) *Node {
	if n.poisoned || a.poisoned || b.poisoned {
		return n.g.poison()
	}
	a, b, refusal := together("Where", a, b)
	if refusal == nil {
		n, a, refusal = together("Where", n, a)
	}
	if refusal != nil {
		return n.g.refuse(refusal)
	}
	return apply(whereOp{}, n.Cast(Bool), a, b.BroadcastTo(a.shape))
}

type whereOp struct{ kinked }

func (whereOp) Name() string { return "Where" }
func (whereOp) Infer(in []*Node) (Type, *Refusal) {
	if in[0].dtype != Bool {
		return Type{}, &Refusal{Code: CodeShape, Message: fmt.Sprintf("where: the condition is %v, it takes bool", in[0].dtype)}
	}
	return alike(in, max(in[1].dtype, in[2].dtype))
}
func (whereOp) Range(in []*Node) Range {
	r := only(in[1].rng.Hull(in[2].rng.Interval))
	if in[1].rng.Tag == in[2].rng.Tag && in[1].rng.Tag != Score {
		r.Tag = in[1].rng.Tag
	}
	return r.rearranged()
}
func (whereOp) Grad(n, dy *Node) []*Node {
	zero := n.g.Const(0)
	return []*Node{nil, n.in[0].Where(dy, zero), n.in[0].Where(zero, dy)}
}
func (whereOp) Ref(rows int, out Array, in []Array) {
	for i, c := range in[0].Data {
		if c != 0 {
			out.Data[i] = in[1].Data[i]
		} else {
			out.Data[i] = in[2].Data[i]
		}
	}
}
