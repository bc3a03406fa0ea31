package graph

import "fmt"

// Feed is what a reference evaluation needs besides the graph.
type Feed struct {
	Rows   int             // the batch symbol N
	Step   int64           // the optimiser step, for schedules
	Values map[*Node]Array // inputs and parameters; any other node may be overridden
	Random func(name string, d Distribution, dst []float64)
}

// Eval computes roots in float64 by each op's reference. It is slow and simple:
// the oracle for kernels and gradients. It fails on a node that was not fed.
func Eval(feed Feed, roots ...*Node) ([]Array, error) {
	values := map[*Node]Array{}
	for _, n := range Reachable(roots...) {
		v, err := feed.eval(n, values)
		if err != nil {
			return nil, err
		}
		values[n] = v
	}
	out := make([]Array, len(roots))
	for i, r := range roots {
		v, ok := values[r]
		if !ok {
			return nil, fmt.Errorf("graph: node %d could not be made: %w", i, r.g.diags.Err())
		}
		out[i] = v
	}
	return out, nil
}

func (feed Feed) eval(n *Node, values map[*Node]Array) (Array, error) {
	dims := n.shape.At(feed.Rows)
	if v, ok := feed.Values[n]; ok {
		if len(v.Data) != Size(dims) {
			return Array{}, fmt.Errorf("graph: %s is fed %d numbers for %v", n.Display(), len(v.Data), dims)
		}
		return Array{Dims: dims, Data: v.Data}, nil
	}
	out := NewArray(dims...)
	switch op := n.op.(type) {
	case inputOp, paramOp:
		return Array{}, fmt.Errorf("graph: %s has no value", n.Display())
	case randomOp:
		if feed.Random == nil {
			return Array{}, fmt.Errorf("graph: random node %s has no generator", op.ID)
		}
		feed.Random(op.ID, op.Dist, out.Data)
		return out, nil
	case scheduleOp:
		out.Data[0] = op.F(feed.Step)
		return out, nil
	}
	in := make([]Array, len(n.in))
	for i, x := range n.in {
		in[i] = values[x]
	}
	n.op.Ref(feed.Rows, out, in)
	return out, nil
}
