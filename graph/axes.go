package graph

import (
	"fmt"
	"math"
	"slices"
)

// reducing is embedded by ops that reduce axes, named in rising order, to length
// 1; methods of nodes drop them.
type reducing struct {
	Axes []int `json:"axes"`
}

func (r reducing) Infer(in []*Node) (Type, *Refusal) {
	shape := in[0].shape.clone()
	last := -1
	for _, a := range r.Axes {
		if a <= last || a >= len(shape) {
			return Type{}, noAxis("reduce", in[0], a)
		}
		shape[a] = Fixed(1)
		last = a
	}
	return Type{Shape: shape, DType: max(in[0].dtype, Int)}, nil
}

// nonEmpty is Infer for ops that have no value for an axis without elements.
func (r reducing) nonEmpty(what string, in []*Node) (Type, *Refusal) {
	t, refusal := r.Infer(in)
	if refusal != nil {
		return t, refusal
	}
	for _, a := range r.Axes {
		if !Fixed(1).atMost(in[0].shape[a]) {
			return t, &Refusal{
				Code:    CodeShape,
				Message: fmt.Sprintf("%s: axis %d of %v may be empty", what, a, in[0].shape),
				Notes:   facts(in[0]),
			}
		}
	}
	return t, nil
}

// oneAxis is embedded by ops that reduce exactly one axis.
type oneAxis struct{ reducing }

func (r oneAxis) infer(what string, in []*Node, kind DType) (Type, *Refusal) {
	if len(r.Axes) != 1 {
		return Type{}, &Refusal{Code: CodeShape, Message: fmt.Sprintf("%s: %d axes, it takes 1", what, len(r.Axes))}
	}
	t, refusal := r.nonEmpty(what, in)
	t.DType = kind
	return t, refusal
}

func noAxis(what string, n *Node, axis int) *Refusal {
	return &Refusal{Code: CodeShape, Message: fmt.Sprintf("%s: %v has no axis %d", what, n.shape, axis), Notes: facts(n)}
}

// axes resolves the axes of a reduction, all of them when none is named, to a
// sorted list.
func (n *Node) axes(what string, named []int) ([]int, *Refusal) {
	out := make([]int, 0, n.Rank())
	if len(named) == 0 {
		for i := range n.shape {
			out = append(out, i)
		}
	}
	for _, a := range named {
		i, ok := n.shape.axis(a)
		if !ok {
			return nil, noAxis(what, n, a)
		}
		if slices.Contains(out, i) {
			return nil, &Refusal{Code: CodeShape, Message: fmt.Sprintf("%s: axis %d of %v is named twice", what, a, n.shape), Notes: facts(n)}
		}
		out = append(out, i)
	}
	slices.Sort(out)
	return out, nil
}

// reduce applies op to axes of n, and drops them unless keep is set.
func (n *Node) reduce(what string, named []int, keep bool, op func([]int) Op) *Node {
	if n.poisoned {
		return n
	}
	axes, refusal := n.axes(what, named)
	if refusal != nil {
		return n.g.refuse(refusal)
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

// along applies an op to one axis, which may be negative.
func (n *Node) along(what string, axis int, op func(int) Op) *Node {
	if n.poisoned {
		return n
	}
	i, ok := n.shape.axis(axis)
	if !ok {
		return n.g.refuse(noAxis(what, n, axis))
	}
	return apply(op(i), n)
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

// count bounds the number of elements that reducing axes brings together.
func (n *Node) count(axes []int) Interval {
	total := Within(1, 1)
	for _, a := range axes {
		d := n.shape[a]
		length := Interval{Lo: float64(d.At(1)), Hi: math.Inf(1)}
		if !d.Depends() {
			length.Hi = length.Lo
		}
		total = total.mul(length)
	}
	return total
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
