package ops

import (
	"fmt"
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/tracer"
)

// Stack joins values of one shape along a new axis.
func Stack(axis int, list ...*graph.Node) *graph.Node {
	parts := make([]*graph.Node, len(list))
	for i, x := range list {
		parts[i] = x.ExpandDims(axis)
	}
	if axis < 0 && !parts[0].Poisoned() {
		axis += parts[0].Rank()
	}
	return graph.Concat(axis, parts...)
}

// Squeeze drops the named axes of length 1; without names it is [graph.Node.SqueezeAll].
// An axis of another length stays where lenient is set, as in PyTorch, and is refused else.
func Squeeze(x *graph.Node, axes []int, lenient bool) *graph.Node {
	if x.Poisoned() {
		return x
	}
	if len(axes) == 0 {
		return x.SqueezeAll()
	}
	drop := map[int]bool{}
	for _, a := range axes {
		at := a
		if at < 0 {
			at += x.Rank()
		}
		if at < 0 || at >= x.Rank() || !lenient && !x.Shape()[at].IsOne() {
			return x.Squeeze(a) // which refuses it
		}
		drop[at] = x.Shape()[at].IsOne()
	}
	shape := graph.Shape{}
	for i, d := range x.Shape() {
		if !drop[i] {
			shape = append(shape, d)
		}
	}
	return x.ReshapeTo(shape)
}

// FlattenFrom joins the axes start to end into one; negative axes count from the last.
func FlattenFrom(x *graph.Node, start, end int) *graph.Node {
	if x.Poisoned() {
		return x
	}
	if start < 0 {
		start += x.Rank()
	}
	if end < 0 {
		end += x.Rank()
	}
	if x.Rank() == 0 {
		return x.Reshape(1)
	}
	if start < 0 || end >= x.Rank() || start > end {
		return x.Graph().Poison(graph.Diagnostic{
			Code:    graph.CodeShape,
			Message: fmt.Sprintf("flatten: %v has no axes %d to %d", x.Shape(), start, end),
		})
	}
	s := x.Shape()
	shape := append(append(append(graph.Shape{}, s[:start]...), graph.Infer), s[end+1:]...)
	return x.ReshapeTo(shape)
}

// MoveAxis moves an axis to another place; the others keep their order.
func MoveAxis(x *graph.Node, from, to int) *graph.Node {
	if x.Poisoned() {
		return x
	}
	rank := x.Rank()
	if from < 0 {
		from += rank
	}
	if to < 0 {
		to += rank
	}
	if from < 0 || to < 0 || from >= rank || to >= rank {
		return x.Graph().Poison(graph.Diagnostic{
			Code:    graph.CodeShape,
			Message: fmt.Sprintf("moveaxis: %v has no axis %d or no axis %d", x.Shape(), from, to),
		})
	}
	if from == to {
		return x
	}
	var order []int
	for i := range rank {
		if i != from {
			order = append(order, i)
		}
	}
	order = append(order[:to], append([]int{from}, order[to:]...)...)
	return x.Transpose(order...)
}

// SwapAxes exchanges two axes.
func SwapAxes(x *graph.Node, a, b int) *graph.Node {
	if x.Poisoned() {
		return x
	}
	rank := x.Rank()
	if a < 0 {
		a += rank
	}
	if b < 0 {
		b += rank
	}
	if a < 0 || b < 0 || a >= rank || b >= rank {
		return x.Graph().Poison(graph.Diagnostic{
			Code:    graph.CodeShape,
			Message: fmt.Sprintf("transpose: %v has no axis %d or no axis %d", x.Shape(), a, b),
		})
	}
	order := make([]int, rank)
	for i := range order {
		order[i] = i
	}
	order[a], order[b] = b, a
	return x.Transpose(order...)
}

// mostParts bounds the nodes that one operation on the parts of an axis is made of.
const mostParts = 4096

// Tile repeats x along each axis, as often as times says; there are as many times as
// axes. Only an axis of one is repeated as often as the batch has rows.
func Tile(x *graph.Node, times []graph.Dim) *graph.Node {
	if x.Poisoned() {
		return x
	}
	for len(times) > x.Rank() {
		x = x.ExpandDims(0)
	}
	for len(times) < x.Rank() {
		times = append([]graph.Dim{graph.Fixed(1)}, times...)
	}
	wide := slices.Clone(x.Shape())
	for axis, n := range times {
		switch {
		case wide[axis].IsOne() && (n.Depends() || n.Const >= 1):
			wide[axis] = n
			continue
		case n.Depends() || n.Const < 1 || n.Const > mostParts:
			return x.Graph().Poison(graph.Diagnostic{
				Code:    graph.CodeShape,
				Message: fmt.Sprintf("tile: an axis of %v is repeated 1 to %d times, not %v", wide[axis], mostParts, n),
			})
		case n.Const > 1:
			parts := make([]*graph.Node, n.Const)
			for i := range parts {
				parts[i] = x
			}
			x = graph.Concat(axis, parts...)
			wide[axis] = x.Shape()[axis]
		}
	}
	if wide.Equal(x.Shape()) {
		return x
	}
	return x.BroadcastTo(wide)
}

// Repeat repeats each element along an axis: a a b b. A negative axis counts from the
// last.
func Repeat(x *graph.Node, times, axis int) *graph.Node {
	if x.Poisoned() {
		return x
	}
	if axis < 0 {
		axis += x.Rank()
	}
	if axis < 0 || axis >= x.Rank() || times < 1 {
		return x.Graph().Poison(graph.Diagnostic{
			Code:    graph.CodeShape,
			Message: fmt.Sprintf("repeat: %v cannot be repeated %d times along axis %d", x.Shape(), times, axis),
		})
	}
	s := x.Shape()
	wide := append(append(append(graph.Shape{}, s[:axis+1]...), graph.Fixed(times)), s[axis+1:]...)
	long := append(graph.Shape{}, s...)
	long[axis] = graph.Dim{Rows: s[axis].Rows * times, Const: s[axis].Const * times}
	return x.ExpandDims(axis + 1).BroadcastTo(wide).ReshapeTo(long)
}

// Flip reverses the order along an axis of fixed length.
func Flip(x *graph.Node, axis int) *graph.Node {
	return in(x, "flip", func() *graph.Node {
		at, d, refused := axisOf(x, axis, "flip")
		if refused != nil {
			return refused
		}
		parts := make([]*graph.Node, d)
		for i := range d {
			parts[d-1-i] = x.Slice(at, graph.Fixed(i), graph.Fixed(i+1))
		}
		return graph.Concat(at, parts...)
	})
}

// Parts cuts x along an axis into pieces of the given lengths.
func Parts(x *graph.Node, axis int, lengths []int) []*graph.Node {
	at, out := 0, make([]*graph.Node, len(lengths))
	for i, n := range lengths {
		out[i] = x.Slice(axis, graph.Fixed(at), graph.Fixed(at+n))
		at += n
	}
	return out
}

// Pad puts v around x: before and after each axis.
func Pad(x *graph.Node, pads [][2]int, v float64) *graph.Node {
	return in(x, "pad", func() *graph.Node {
		for axis, p := range pads {
			if axis >= x.Rank() || p[0] < 0 || p[1] < 0 {
				return x.Graph().Poison(graph.Diagnostic{
					Code:    graph.CodeShape,
					Message: fmt.Sprintf("pad: %v cannot be padded by %v", x.Shape(), pads),
				})
			}
			parts := []*graph.Node{}
			around := func(n int) {
				if n > 0 {
					s := append(graph.Shape{}, x.Shape()...)
					s[axis] = graph.Fixed(n)
					parts = append(parts, x.Graph().Const(v).BroadcastTo(s))
				}
			}
			around(p[0])
			parts = append(parts, x)
			around(p[1])
			if len(parts) > 1 {
				x = graph.Concat(axis, parts...)
			}
		}
		return x
	})
}

// Masked is x[mask], of the arguments 0 and 1.
func Masked(c *tracer.Call) tracer.Value {
	x, mask := c.TensorArg(0), c.TensorArg(1)
	if !c.OK() {
		return tracer.Poison
	}
	defer c.Graph().At(c.Position(c.At))()
	if v, ok := c.Pick(x, mask); ok {
		return v
	}
	return c.RefuseMask(c.At)
}
