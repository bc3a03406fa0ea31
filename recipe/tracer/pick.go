package tracer

import (
	"fmt"
	"math"
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// pick is x[index] where some parts of the index, side by side, are tensors or lists of
// positions, and the others are whole axes. The positions are broadcast
// together, and their shape takes the place of their axes. ok is false for any other
// index.
func (t *Tracer) pick(x *graph.Node, parts Tuple, at syntax.Span) (v Value, ok bool) {
	first, last, tensors := -1, -1, 0
	for i, p := range parts {
		switch p := p.(type) {
		case *graph.Node:
			if p.Poisoned() || !whole(p) {
				return nil, false
			}
			tensors++
		case *List:
			if !positionsIn(p) {
				return nil, false
			}
			tensors++
		case Slice:
			if !isNone(p.Start) || !isNone(p.Stop) || !isNone(p.Step) {
				return nil, false
			}
			continue
		default:
			return nil, false
		}
		if last >= 0 && i != last+1 {
			return nil, false
		}
		if first < 0 {
			first = i
		}
		last = i
	}
	if tensors == 0 {
		return nil, false
	}
	s := x.Shape()
	flat := t.positions(parts[first], s[first], at)
	for i := first + 1; i <= last; i++ {
		index := t.positions(parts[i], s[i], at)
		flat = flat.Mul(x.Graph().Count(s[i])).Add(index)
	}
	if flat.Poisoned() {
		return Poison, true
	}
	if first < last {
		joined := append(append(append(graph.Shape{}, s[:first]...), graph.Infer), s[last+1:]...)
		if x = x.ReshapeTo(joined); x.Poisoned() {
			return Poison, true
		}
	}
	return t.made(x.Gather(flat, first), at), true
}

// positionsIn reports whether a list holds positions that are known, and some.
func positionsIn(l *List) bool {
	return len(l.Elems) > 0 && !slices.ContainsFunc(l.Elems, func(v Value) bool {
		i, ok := Dim(v)
		_, isBool := v.(Bool)
		return !ok || isBool || i.Depends()
	})
}

// positions makes a tensor of positions along an axis; negative ones count from its end.
func (t *Tracer) positions(v Value, length graph.Dim, at syntax.Span) *graph.Node {
	if list, ok := v.(*List); ok && !length.Depends() {
		for _, e := range list.Elems {
			if i, ok := Dim(e); ok && (i.Const >= length.Const || i.Const < -length.Const) {
				return t.g.Poison(graph.Diagnostic{
					Code: CodeIndex, Pos: t.Position(at),
					Message: fmt.Sprintf("index %d is out of bounds for an axis of %d", i.Const, length.Const),
				})
			}
		}
	}
	index, ok := t.Tensor(v, at)
	if !ok {
		return t.g.Poison(graph.Diagnostic{Code: CodeType, Pos: t.Position(at), Message: "positions are whole numbers, not " + Describe(v)})
	}
	if r := index.Range(); r.Lo >= 0 || r.Tag == graph.Index || index.Poisoned() {
		return index
	}
	return index.Less(t.g.Const(0)).Where(index.Add(t.g.Count(length)), index)
}

// whole reports whether a tensor holds whole numbers: positions, or what was computed of
// some by whole numbers, whose kind a graph does not keep.
func whole(n *graph.Node) bool {
	switch n.DType() {
	case graph.Int:
		return true
	case graph.Bool:
		return false
	}
	switch n.Op().Name() {
	case "Const":
		values, _ := n.Constant()
		for _, v := range values {
			if v != math.Floor(v) {
				return false
			}
		}
		return true
	case "Count", "Floor", "Round":
		return true
	case "Add", "Sub", "Mul", "Neg", "Maximum", "Minimum", "Reshape", "Broadcast", "Transpose", "Slice", "Concat", "CumSum", "Sum", "Where":
		for _, x := range n.Inputs() {
			if x.DType() != graph.Bool && !whole(x) {
				return false
			}
		}
		return true
	}
	return false
}
