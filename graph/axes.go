package graph

import (
	"fmt"
	"slices"
)

// axes resolves the axes of a reduction, all of them when none is named, to a
// sorted list.
func (n *Node) axes(what string, named []int) ([]int, *Refusal) {
	if len(named) == 0 {
		all := make([]int, n.Rank())
		for i := range all {
			all[i] = i
		}
		return all, nil
	}
	out := make([]int, 0, len(named))
	for _, a := range named {
		i, ok := n.shape.axis(a)
		if !ok || slices.Contains(out, i) {
			return nil, &Refusal{
				Code:    CodeShape,
				Message: fmt.Sprintf("%s: %v has no axis %d to reduce", what, n.shape, a),
				Notes:   Columns([]string{n.Display(), n.shape.String(), n.Origin()}),
			}
		}
		out = append(out, i)
	}
	slices.Sort(out)
	return out, nil
}

// reducing is embedded by ops that reduce axes to length 1; methods drop them.
type reducing struct {
	Axes []int `json:"axes"`
}

func (r reducing) Infer(in []*Node) (Type, *Refusal) {
	shape := in[0].shape.clone()
	for _, a := range r.Axes {
		if a < 0 || a >= len(shape) {
			return Type{}, noAxis("reduce", shape, a)
		}
		shape[a] = Fixed(1)
	}
	return Type{Shape: shape, DType: max(in[0].dtype, Int)}, nil
}

func noAxis(what string, s Shape, axis int) *Refusal {
	return &Refusal{Code: CodeShape, Message: fmt.Sprintf("%s: %v has no axis %d", what, s, axis)}
}

// reduce applies make to the axes of n and drops them.
func (n *Node) reduce(what string, named []int, keep bool, op func([]int) Op) *Node {
	if n.poisoned {
		return n
	}
	axes, refusal := n.axes(what, named)
	if refusal != nil {
		return n.g.Poison(Diagnostic{Code: refusal.Code, Message: refusal.Message, Notes: refusal.Notes})
	}
	if len(axes) == 0 {
		return n
	}
	out := apply(op(axes), n)
	if keep || out.poisoned {
		return out
	}
	return out.drop(axes)
}

// drop removes axes of length 1.
func (n *Node) drop(axes []int) *Node {
	shape := Shape{}
	for i, d := range n.shape {
		if !slices.Contains(axes, i) {
			shape = append(shape, d)
		}
	}
	return n.ReshapeTo(shape)
}

// count returns the number of elements that reducing axes brings together.
func (n *Node) count(axes []int) Dim {
	size := Fixed(1)
	for _, a := range axes {
		size, _ = size.product(n.shape[a])
	}
	return size
}

// fold calls f for every element of in with the flat index of the element of out
// that it is reduced to. out has the same rank, with 1 on reduced axes.
func fold(out, in Array, f func(to, from int)) {
	step := strides(out.Dims)
	for i, d := range out.Dims {
		if d == 1 {
			step[i] = 0
		}
	}
	each(in.Dims, step, func(flat, offset int) { f(offset, flat) })
}
