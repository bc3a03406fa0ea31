package tracer

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// flat is a matrix of all pairs of rows, [N N], laid out as one row. No graph has such a
// length; elements of it can be changed all the same, at places that a mask of the
// matrix says: x.view(-1)[::n + 1] = 0.
type flat struct {
	of *graph.Node
	at syntax.Span // where it was laid out
}

// flattened returns x laid out as one row, if that is no length of the batch.
func (t *Tracer) flattened(x *graph.Node, shape graph.Shape, at syntax.Span) (*flat, bool) {
	if x.Poisoned() || !t.changes.allowed || len(shape) != 1 || shape[0] != graph.Infer {
		return nil, false
	}
	s := x.Shape()
	return &flat{x, at}, len(s) == 2 && s[0].Depends() && s[1].Depends()
}

// row lays it out, which is refused.
func (f *flat) row(t *Tracer) Value {
	defer t.at(f.at)()
	return t.made(f.of.Reshape(-1), f.at)
}

// setFlat is x.view(-1)[start::step] = v for a step of a row's length and some more, or
// less: it says which column goes on from which.
func (t *Tracer) setFlat(f *flat, index, v Value, at syntax.Span) bool {
	x, _ := t.Tensor(f.of, at)
	s, isSlice := index.(Slice)
	width := x.Shape()[1]
	step, okStep := Dim(s.Step)
	start := graph.Dim{}
	okStart := true
	if isSlice && !isNone(s.Start) {
		start, okStart = Dim(s.Start)
	}
	if !isSlice || !okStep || !okStart || !isNone(s.Stop) || start.Depends() || start.Const < 0 || step.Rows != width.Rows || step.At(1) < 1 {
		return !Poisoned(f.row(t))
	}
	value, ok := t.Tensor(v, at)
	if !ok || value.Poisoned() || value.Rank() > 0 {
		if !Poisoned(v) {
			t.Refuse(at, CodeUnsupported, "one number goes to every place of a matrix that is laid out as one row, not %s", Describe(v))
		}
		return false
	}
	defer t.at(at)()
	// Place i·width + j is i·step + j − more·i.
	more := float64(step.Const - width.Const)
	i, j := t.counting(x.Shape()[0]).ExpandDims(1), t.counting(width).ExpandDims(0)
	first := t.g.Const(float64(start.Const))
	behind := i.Mul(t.g.Count(width)).Add(j).GreaterEqual(first)
	rest, n := j.Sub(i.Scale(more)).Sub(first), t.g.Count(step)
	chosen := rest.Sub(rest.Div(n).Floor().Mul(n)).Equal(t.g.Const(0)).And(behind)
	return !Poisoned(t.Renew(x, chosen.Where(value.Cast(x.DType()), x), t.Brief(at)+" = ...", at))
}

// counting returns 0, 1, 2, ... along an axis.
func (t *Tracer) counting(length graph.Dim) *graph.Node {
	return t.g.Const(1).BroadcastTo(graph.Shape{length}).CumSum(0).Shift(-1)
}

// setAt is x[i, j] = v where a place depends on the number of rows, such as n - 2.
func (t *Tracer) setAt(x *graph.Node, places Tuple, value *graph.Node, at syntax.Span) Value {
	defer t.at(at)()
	chosen := t.g.Const(1).Greater(t.g.Const(0))
	for axis, p := range places {
		d, _ := Dim(p)
		size := x.Shape()[axis]
		below := graph.Dim{Rows: size.Rows - d.Rows, Const: size.Const - d.Const - 1}
		above := graph.Dim{Rows: size.Rows + d.Rows, Const: size.Const + d.Const}
		if below.Rows < 0 || below.At(1) < 0 || above.Rows < 0 || above.At(1) < 0 {
			return t.Report(at, graph.Diagnostic{
				Code:    CodeIndex,
				Message: fmt.Sprintf("index %v is not inside axis %d of length %v for every N", d, axis, size),
				Notes:   graph.Columns([]string{x.Display(), x.Shape().String(), x.Origin()}),
			})
		}
		place := t.g.Count(graph.Dim{Rows: d.Rows}).Shift(float64(d.Const))
		place = place.Less(t.g.Const(0)).Where(place.Add(t.g.Count(size)), place)
		here := t.counting(size).Equal(place)
		for k := range x.Rank() {
			if k != axis {
				here = here.ExpandDims(k)
			}
		}
		chosen = chosen.And(here)
	}
	return t.Renew(x, chosen.Where(value.Cast(x.DType()), x), t.Brief(at)+" = ...", at)
}

// movingPlace reports whether an index is places alone, of which one depends on the
// number of rows.
func movingPlace(index Value) (places Tuple, ok bool) {
	places, isTuple := index.(Tuple)
	if !isTuple {
		places = Tuple{index}
	}
	for _, p := range places {
		d, isDim := Dim(p)
		if !isDim {
			return nil, false
		}
		ok = ok || d.Depends()
	}
	return places, ok
}
