package tracer

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// indexTensor is x[index] as NumPy has it, with ints, slices, ... and None.
func (t *Tracer) indexTensor(x *graph.Node, index Value, at syntax.Span) Value {
	parts, ok := index.(Tuple)
	if !ok {
		parts = Tuple{index}
	}
	parts, ok = t.expandEllipsis(x, parts, at)
	if !ok {
		return Poison
	}
	n, _ := t.Tensor(x, at) // into this graph
	defer t.at(at)()
	if mask, ok := parts[0].(*graph.Node); ok && len(parts) == 1 {
		if v, ok := t.Pick(n, mask); ok {
			return v
		}
	}
	if v, ok := t.pick(n, parts, at); ok {
		return v
	}
	axis, from := 0, n
	for _, p := range parts {
		switch p := p.(type) {
		case None:
			n = n.ExpandDims(axis)
			axis++
		case Slice:
			n, ok = t.sliceAxis(n, axis, p, at)
			axis++
		default:
			n, ok = t.indexAxis(n, axis, p, at)
		}
		if !ok {
			return Poison
		}
	}
	if t.changes.allowed && !n.Poisoned() {
		t.Shows(from, n)
	}
	t.nameView(n, at)
	return t.made(n, at)
}

// expandEllipsis puts whole slices in the place of ... and counts the axes.
func (t *Tracer) expandEllipsis(x *graph.Node, parts Tuple, at syntax.Span) (Tuple, bool) {
	used, dots := 0, -1
	for i, p := range parts {
		switch p.(type) {
		case None:
		case Ellipsis:
			if dots >= 0 {
				t.Refuse(at, CodeIndex, "an index can only have a single ellipsis ('...')")
				return nil, false
			}
			dots = i
		default:
			used++
		}
	}
	if used > x.Rank() {
		t.Report(at, graph.Diagnostic{
			Code:    CodeIndex,
			Message: fmt.Sprintf("too many indices: %s has %d axes, but %d were indexed", x.Display(), x.Rank(), used),
			Notes:   graph.Columns([]string{x.Display(), x.Shape().String(), x.Origin()}),
		})
		return nil, false
	}
	if dots < 0 {
		return parts, true
	}
	out := append(Tuple{}, parts[:dots]...)
	for range x.Rank() - used {
		out = append(out, Slice{None{}, None{}, None{}})
	}
	return append(out, parts[dots+1:]...), true
}

func (t *Tracer) sliceAxis(n *graph.Node, axis int, s Slice, at syntax.Span) (*graph.Node, bool) {
	whole := n.Shape()[axis]
	if step, ok := Dim(s.Step); !isNone(s.Step) && (!ok || !step.IsOne()) {
		return t.stepAxis(n, axis, s, at)
	}
	start, okStart := t.sliceEnd(s.Start, graph.Fixed(0), whole, at)
	stop, okStop := t.sliceEnd(s.Stop, whole, whole, at)
	if !okStart || !okStop {
		return nil, false
	}
	if !whole.Depends() && start.Const > stop.Const {
		stop = start
	}
	return n.Slice(axis, start, stop), true
}

func isNone(v Value) bool {
	_, ok := v.(None)
	return ok
}

// sliceEnd resolves an end of a slice: negative ones count from the axis's end,
// and ends outside a fixed axis are moved to it.
func (t *Tracer) sliceEnd(v Value, none, whole graph.Dim, at syntax.Span) (graph.Dim, bool) {
	if isNone(v) {
		return none, true
	}
	d, ok := Dim(v)
	if !ok {
		if isTensor(v) {
			t.Report(at, t.TracedValue("[ : ]", "a position that the network computes", "a position that is known: an int or a length such as x.shape[0]"))
		} else {
			t.Refuse(at, CodeType, "slice indices must be integers or None, not %s", TypeName(v))
		}
		return graph.Dim{}, false
	}
	if !d.Depends() && d.Const < 0 {
		d = graph.Dim{Rows: whole.Rows, Const: whole.Const + d.Const}
	}
	if !whole.Depends() && !d.Depends() {
		d.Const = min(max(d.Const, 0), whole.Const)
	}
	return d, true
}

func (t *Tracer) indexAxis(n *graph.Node, axis int, v Value, at syntax.Span) (*graph.Node, bool) {
	i, ok := Dim(v)
	size := n.Shape()[axis]
	switch {
	case isTensor(v):
		t.RefuseMask(at)
		return nil, false
	case !ok || i.Depends():
		t.Refuse(at, CodeType, "tensor indices must be integers, slices, ... or None, not %s", TypeName(v))
		return nil, false
	}
	if !size.Depends() && (i.Const >= size.Const || i.Const < -size.Const) {
		t.Report(at, graph.Diagnostic{
			Code:    CodeIndex,
			Message: fmt.Sprintf("index %d is out of bounds for axis %d with size %d", i.Const, axis, size.Const),
			Notes:   graph.Columns([]string{n.Display(), n.Shape().String(), n.Origin()}),
		})
		return nil, false
	}
	return n.Index(axis, i.Const), true
}

// tensorAttr returns an attribute or method of a tensor.
func (t *Tracer) tensorAttr(n *graph.Node, name string, at syntax.Span) (Value, bool) {
	switch name {
	case "shape":
		shape := make(Tuple, n.Rank())
		for i, d := range n.Shape() {
			shape[i] = t.LengthOf(d)
		}
		return shape, true
	case "ndim":
		return NewInt(int64(n.Rank())), true
	case "dtype":
		return DType{n.DType(), t.width(n)}, true
	case "T":
		x, _ := t.Tensor(n, at)
		defer t.at(at)()
		turned := x.Transpose()
		t.share(Shown, x, turned)
		return t.made(turned, at), true
	}
	m, ok := t.methods()["tensor"][name]
	if !ok {
		return nil, false
	}
	return t.method(n, m, at), true
}
