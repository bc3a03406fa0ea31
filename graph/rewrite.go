package graph

// Rewrite returns nodes of equal value in numerically stable form: the logarithm
// of a sigmoid, of one minus a sigmoid and of a softmax become functions of the
// score, which neither saturate nor lose their derivative. Positions, scopes and
// labels are kept.
func Rewrite(roots ...*Node) []*Node {
	r := rewriter{now: map[*Node]*Node{}, logs: map[*Node]*Node{}}
	for _, n := range Reachable(roots...) {
		r.now[n] = r.rewrite(n)
	}
	out := make([]*Node, len(roots))
	for i, n := range roots {
		if out[i] = r.now[n]; out[i] == nil {
			out[i] = n // poisoned
		}
	}
	return out
}

type rewriter struct {
	now  map[*Node]*Node // node -> its stable form
	logs map[*Node]*Node // node -> its logarithm as a function of scores, or nil
}

func (r *rewriter) rewrite(n *Node) *Node {
	defer n.g.like(n)()
	in := make([]*Node, len(n.in))
	changed := false
	for i, x := range n.in {
		in[i] = r.now[x]
		changed = changed || in[i] != x
	}
	switch n.op.(type) {
	case logOp:
		if l := r.log(in[0]); l != nil {
			return l.Named(n.label)
		}
	case xlogyOp:
		if l := r.log(in[1]); l != nil {
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

// log returns the logarithm of x as a function of scores, or nil where x is not
// made of a sigmoid or softmax.
func (r *rewriter) log(x *Node) *Node {
	l, done := r.logs[x]
	if !done {
		l = r.findLog(x)
		r.logs[x] = l
	}
	return l
}

func (r *rewriter) findLog(x *Node) *Node {
	switch op := x.op.(type) {
	case sigmoidOp:
		return x.in[0].Neg().Softplus().Neg()
	case softmaxOp:
		return x.in[0].LogSoftmax(op.Axis)
	case subOp:
		one, ok := x.in[0].scalar()
		if score := x.in[1].Score(); ok && one == 1 && score != nil {
			return score.Softplus().Neg()
		}
	}
	if x.isView() {
		if l := r.log(x.in[0]); l != nil {
			return apply(x.op, l)
		}
	}
	return nil
}

// Score returns the score that n is the sigmoid of, seen through reshapes and
// other views, or nil.
func (n *Node) Score() *Node {
	if _, ok := n.op.(sigmoidOp); ok {
		return n.in[0]
	}
	if n.isView() {
		if s := n.in[0].Score(); s != nil {
			return apply(n.op, s)
		}
	}
	return nil
}
