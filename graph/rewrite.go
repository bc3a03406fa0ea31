package graph

// Rewrite returns nodes of equal value in numerically stable form: the logarithm
// of a sigmoid, of one minus a sigmoid and of a softmax become functions of the
// score, which neither saturate nor lose their derivative. Positions, scopes and
// labels are kept.
func Rewrite(roots ...*Node) []*Node {
	now := map[*Node]*Node{}
	for _, n := range Reachable(roots...) {
		now[n] = rewriteNode(n, now)
	}
	out := make([]*Node, len(roots))
	for i, r := range roots {
		if out[i] = now[r]; out[i] == nil {
			out[i] = r // poisoned
		}
	}
	return out
}

func rewriteNode(n *Node, now map[*Node]*Node) *Node {
	g := n.g
	restore, scope := g.At(n.pos), g.scope
	g.scope = n.scope
	defer func() { restore(); g.scope = scope }()

	in := make([]*Node, len(n.in))
	changed := false
	for i, x := range n.in {
		in[i] = now[x]
		changed = changed || in[i] != x
	}
	switch n.op.(type) {
	case logOp:
		if l := logOf(in[0]); l != nil {
			return l.Named(n.label)
		}
	case xlogyOp:
		if l := logOf(in[1]); l != nil {
			return in[0].Mul(l).Named(n.label)
		}
	}
	if !changed {
		return n
	}
	m := apply(n.op, in...).Named(n.label)
	if n.declared {
		m.Declare(n.rng)
	}
	return m
}

// logOf returns the logarithm of x as a function of scores, or nil where x is
// not made of a sigmoid or softmax.
func logOf(x *Node) *Node {
	switch op := x.op.(type) {
	case sigmoidOp:
		return x.in[0].Neg().Softplus().Neg()
	case softmaxOp:
		return x.in[0].LogSoftmax(op.Axis)
	case subOp:
		one, ok := x.in[0].scalar()
		if score := scoreOf(x.in[1]); ok && one == 1 && score != nil {
			return score.Softplus().Neg()
		}
	case reshapeOp, broadcastOp, transposeOp, sliceOp:
		if l := logOf(x.in[0]); l != nil {
			return apply(op, l)
		}
	}
	return nil
}

// Score returns the score that n is the sigmoid of, seen through reshapes and
// other views, or nil.
func (n *Node) Score() *Node { return scoreOf(n) }

func scoreOf(p *Node) *Node {
	switch op := p.op.(type) {
	case sigmoidOp:
		return p.in[0]
	case reshapeOp, broadcastOp, transposeOp, sliceOp:
		if s := scoreOf(p.in[0]); s != nil {
			return apply(op, s)
		}
	}
	return nil
}
