package graph

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
	shape, ok := broadcast(a.shape, b.shape)
	if !ok || crosses(a.shape, b.shape, shape) {
		return n.g.Poison(mismatch("Where", a, b, shape))
	}
	full, ok := broadcast(n.shape, shape)
	if !ok || crosses(n.shape, shape, full) {
		with := a
		if a.Rank() < b.Rank() {
			with = b
		}
		return n.g.Poison(mismatch("Where", n, with, full))
	}
	return apply(whereOp{}, n.BroadcastTo(full), a.BroadcastTo(full), b.BroadcastTo(full))
}

type whereOp struct{ kinked }

func (whereOp) Name() string { return "Where" }
func (whereOp) Infer(in []*Node) (Type, *Refusal) {
	return alike(in, max(in[1].dtype, in[2].dtype))
}
func (whereOp) Range(in []*Node) Range {
	r := only(in[1].rng.Hull(in[2].rng.Interval))
	if in[1].rng.Tag == in[2].rng.Tag && in[1].rng.Tag != Score {
		r.Tag = in[1].rng.Tag
	}
	return r
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
