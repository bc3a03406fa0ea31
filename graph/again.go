package graph

// Again makes n once more in g: its operation on other inputs, which are of g. A
// constant has the same value, a parameter and an input the same name; random numbers
// are drawn anew.
func (g *Graph) Again(n *Node, in ...*Node) *Node {
	if n.poisoned {
		return g.poison()
	}
	var m *Node
	switch op := n.op.(type) {
	case inputOp:
		m = g.InputFrom(op.ID, op.Origin, op.Size, n.rng)
	case paramOp:
		m = g.Param(op.Param)
	case randomOp:
		m = g.Random(op.ID, op.Dist, op.Size)
	default:
		if len(in) > 0 {
			m = apply(op, in...)
		} else {
			m = g.add(op, Type{Shape: n.shape, DType: n.dtype})
		}
	}
	m.Named(n.label)
	if n.declared {
		m.Declare(n.rng)
	}
	return m
}
