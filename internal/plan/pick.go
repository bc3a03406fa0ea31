package plan

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// Pick gathers elements of Table at the positions of Index, or adds elements to
// those places (Add). Table is Lines x Length x Inner; each run of Repeat lines has
// Each positions of its own. Positions outside 0..Length−1 pick nothing. A task is
// one line.
type Pick struct {
	Table, Index, Picked               Ref
	Lines, Length, Inner, Repeat, Each int
	Add                                bool
}

func (*Pick) Kind() string   { return "pick" }
func (w *Pick) refs() []*Ref { return []*Ref{&w.Table, &w.Index, &w.Picked} }
func (w *Pick) describe() string {
	verb := "from"
	if w.Add {
		verb = "added to"
	}
	return fmt.Sprintf("%d x %d %s %d x [%d %d]", w.Lines, w.Each, verb, w.Lines, w.Length, w.Inner)
}

func (b *builder) emitPick(n *graph.Node, at int, dst Ref) {
	a := n.Attrs()
	w := &Pick{Table: b.memory(n.In(0)), Index: b.memory(n.In(1)), Picked: dst}
	table := b.dims(n.In(0))
	if n.Op().Name() == "ScatterAdd" {
		w.Table, w.Picked, w.Add = dst, w.Table, true
		table = b.dims(n)
	}
	w.Lines, w.Length, w.Inner = graph.Size(table[:a.Axis]), table[a.Axis], graph.Size(table[a.Axis+1:])
	index := b.dims(n.In(1))
	w.Each = graph.Size(index[a.Batch:])
	w.Repeat = w.Lines / max(1, graph.Size(table[:a.Batch]))
	b.add(at, Step{Node: n, Tasks: w.Lines, Cost: dst.Len + w.Picked.Len, Outs: []Ref{dst}, Do: w})
}

// LaneOp is what is done to each line of elements along an axis.
type LaneOp uint8

// The functions of a line.
const (
	CumSum LaneOp = iota
	CumSumReverse
	TopK
)

// Lanes works on the lines along the middle axis of [Outer Length Inner]; the result
// has Out elements a line. A task is one index of the first axis. TopK sorts in
// Scratch, which has Length elements for every task.
type Lanes struct {
	Fn                        LaneOp
	Src, Dst                  Ref
	Scratch                   *Ref
	Outer, Length, Inner, Out int
}

func (*Lanes) Kind() string { return "lanes" }
func (w *Lanes) refs() []*Ref {
	refs := []*Ref{&w.Src, &w.Dst}
	if w.Scratch != nil {
		refs = append(refs, w.Scratch)
	}
	return refs
}
func (w *Lanes) describe() string {
	return fmt.Sprintf("%s of [%d %d %d]", [...]string{"cumsum", "reverse cumsum", "top positions"}[w.Fn], w.Outer, w.Length, w.Inner)
}

func (b *builder) emitLanes(n *graph.Node, at int, dst Ref) {
	a, dims := n.Attrs(), b.dims(n.In(0))
	w := &Lanes{
		Src: b.memory(n.In(0)), Dst: dst,
		Outer: graph.Size(dims[:a.Axis]), Length: dims[a.Axis], Inner: graph.Size(dims[a.Axis+1:]), Out: b.dims(n)[a.Axis],
	}
	cost := w.Src.Len
	switch {
	case n.Op().Name() == "TopK":
		w.Fn = TopK
		scratch := b.newBuffer(w.Outer * w.Length)
		w.Scratch = &scratch
		cost *= 20
	case a.Reverse:
		w.Fn = CumSumReverse
	}
	b.add(at, Step{Node: n, Tasks: w.Outer, Cost: cost, Outs: []Ref{dst}, Do: w})
}
