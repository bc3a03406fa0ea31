package tracer

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// stepAxis is x[start:stop:step] along one axis. An axis whose length depends on the batch
// is cut into groups of step elements, where it has a whole number of them.
func (t *Tracer) stepAxis(n *graph.Node, axis int, s Slice, at syntax.Span) (*graph.Node, bool) {
	step, ok := s.Step.(Int)
	if !ok {
		t.Refuse(at, CodeType, "slice indices must be integers or None or have an __index__ method")
		return nil, false
	}
	if _, known := t.Known(n, at); t.changes.allowed && step.big.Sign() < 0 && !known {
		t.Report(at, graph.Diagnostic{
			Code: CodeValue, Message: "step must be greater than zero",
			Fixes: []string{fmt.Sprintf("torch.flip(%s, [%d])", n.Display(), axis)},
		})
		return nil, false
	}
	if n.Poisoned() {
		return nil, false
	}
	length := n.Shape()[axis]
	if length.Depends() {
		return t.stepRows(n, axis, s, step, at)
	}
	start, count, by, ok := t.indices(s, length.Const, at)
	if !ok {
		return nil, false
	}
	t.work(at, count)
	t.charge(at, 16*(count+length.Const))
	places := make([]float64, count)                                            // in the axis, of each element that is shown
	shown, from := make([]float64, length.Const), make([]float64, length.Const) // of each element of the axis: whether, and where
	for i := range places {
		p := start + i*by
		places[i], shown[p], from[p] = float64(p), 1, float64(i)
	}
	if count == 0 {
		return n.Slice(axis, graph.Fixed(0), graph.Fixed(0)), true
	}
	g := n.Graph()
	again := func(base *graph.Node) *graph.Node {
		return base.Gather(g.Array([]int{count}, places).Cast(graph.Int), axis)
	}
	write := func(base, v *graph.Node) *graph.Node {
		mask := g.Array([]int{length.Const}, shown).Cast(graph.Bool)
		for range base.Rank() - axis - 1 {
			mask = mask.ExpandDims(-1)
		}
		return mask.Where(v.Gather(g.Array([]int{length.Const}, from).Cast(graph.Int), axis), base)
	}
	return t.Show(n, again(n), again, write), true
}

// stepRows is stepAxis where the length depends on the batch.
func (t *Tracer) stepRows(n *graph.Node, axis int, s Slice, step Int, at syntax.Span) (*graph.Node, bool) {
	length := n.Shape()[axis]
	by, small := step.Int64()
	first, isFirst := graph.Dim{}, true
	if !isNone(s.Start) {
		first, isFirst = Dim(s.Start)
	}
	if !small || by < 1 || by > 1<<20 || length.Rows%int(by) != 0 || length.Const%int(by) != 0 || !isFirst || first.Depends() || first.Const < 0 || first.Const >= int(by) || !isNone(s.Stop) {
		t.Report(at, graph.Diagnostic{
			Code:    CodeUnsupported,
			Message: fmt.Sprintf("a slice in steps of %s of an axis of %v elements has a length that is no multiple of the batch", shorten(step.big.String()), length),
			Notes:   graph.Columns([]string{n.Display(), n.Shape().String(), n.Origin()}),
			Fixes:   []string{"a step along another axis: x[:, ::2]"},
		})
		return nil, false
	}
	dims := append(append(graph.Shape{}, n.Shape()[:axis]...), graph.Dim{Rows: length.Rows / int(by), Const: length.Const / int(by)}, graph.Fixed(int(by)))
	return n.ReshapeTo(append(dims, n.Shape()[axis+1:]...)).Index(axis+1, first.Const), true
}
