package graph

// Sum adds up the elements along axes, all of them when none is named.
func (n *Node) Sum(axes ...int) *Node { return n.sum(axes, false) }

// SumKeep is Sum with the summed axes kept as axes of one.
func (n *Node) SumKeep(axes ...int) *Node { return n.sum(axes, true) }

func (n *Node) sum(axes []int, keep bool) *Node {
	return n.reduce("sum", axes, keep, func(a []int) Op { return sumOp{reducing: reducing{a}} })
}

// Mean returns the mean of the elements along axes, of all when none is named.
func (n *Node) Mean(axes ...int) *Node { return n.mean(axes, false) }

// MeanKeep is Mean with the reduced axes kept as axes of one.
func (n *Node) MeanKeep(axes ...int) *Node { return n.mean(axes, true) }

func (n *Node) mean(axes []int, keep bool) *Node {
	if n.poisoned {
		return n
	}
	defer n.g.Enter(Scope{Name: "mean"})()
	resolved, refusal := n.axes("mean", axes)
	if refusal != nil {
		return n.g.refuse(refusal)
	}
	total := n.sum(axes, keep)
	reduced := make(Shape, len(resolved))
	for i, a := range resolved {
		reduced[i] = n.shape[a]
	}
	if size, ok := reduced.Size(); ok {
		return total.Div(n.g.Count(size))
	}
	for _, d := range reduced { // a number of elements that is no multiple of N
		total = total.Div(n.g.Count(d))
	}
	return total
}

type sumOp struct {
	reducing
	smooth
}

func (sumOp) Name() string { return "Sum" }
func (op sumOp) Range(in []*Node) Range {
	return Range{Interval: in[0].rng.mul(in[0].count(op.Axes)), Tag: affine(in[0])}
}
func (sumOp) Grad(n, dy *Node) []*Node { return []*Node{dy.BroadcastTo(n.in[0].shape)} }
func (sumOp) Ref(rows int, out Array, in []Array) {
	fold(out, in[0], func(to, from int) { out.Data[to] += in[0].Data[from] })
}
