package graph

// Gradient returns the derivative of a scalar loss to each node of wrt, as new
// nodes of the same graph. An entry is nil where no derivative arrives: there is
// no path, every path is cut, or only factors of 0 lead there.
//
// The new nodes carry the positions of the nodes that they come from.
func Gradient(loss *Node, wrt []*Node) []*Node {
	if loss.poisoned {
		return make([]*Node, len(wrt))
	}
	one := loss.g.Const(1)
	return Backward([]*Node{loss}, []*Node{one}, wrt)
}

// Backward is Gradient for several results at once, given the derivative of the
// loss to each of them. What can have one value only, such as a probability clipped to
// [2, 3], hands nothing on.
func Backward(outs, seeds, wrt []*Node) []*Node {
	order := Reachable(outs...)
	needed := dependents(order, wrt)
	total := map[*Node]*Node{}
	for i, n := range outs {
		accumulate(total, n, seeds[i])
	}
	for i := len(order) - 1; i >= 0; i-- {
		n := order[i]
		dy := total[n]
		if dy == nil || !needed[n] || n.dtype != Float || n.constant() {
			continue
		}
		backStep(n, dy, needed, total)
	}
	out := make([]*Node, len(wrt))
	for i, n := range wrt {
		out[i] = total[n]
	}
	return out
}

// backStep hands dy on to the inputs of n, under n's position and scope.
func backStep(n, dy *Node, needed map[*Node]bool, total map[*Node]*Node) {
	defer n.g.like(n)()
	for i, d := range n.op.Grad(n, dy) {
		if d != nil && needed[n.in[i]] && n.in[i].dtype == Float {
			accumulate(total, n.in[i], d)
		}
	}
}

// accumulate adds a contribution; one that is constantly zero is no path.
func accumulate(total map[*Node]*Node, n, d *Node) {
	if d.rng.IsZero() {
		return
	}
	if old := total[n]; old != nil {
		d = old.Add(d)
	}
	total[n] = d
}

// Reachable returns every node that roots are computed from, themselves
// included, inputs before what uses them.
func Reachable(roots ...*Node) []*Node {
	seen := map[*Node]bool{}
	top := 0
	stack := append([]*Node(nil), roots...)
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if n == nil || seen[n] || n.poisoned {
			continue
		}
		seen[n] = true
		top = max(top, n.id+1)
		stack = append(stack, n.in...)
	}
	// Nodes are numbered after their inputs, so their numbers are an order.
	byID := make([]*Node, top)
	for n := range seen {
		byID[n.id] = n
	}
	order := make([]*Node, 0, len(seen))
	for _, n := range byID {
		if n != nil {
			order = append(order, n)
		}
	}
	return order
}
