package graph

import (
	"fmt"
	"slices"
)

// CodeBatchSum refuses parts of a batch in place of the whole.
const CodeBatchSum Code = "batch-sum"

// BatchSums is results taken apart at their sums over the batch: each result is a
// function of sums, counts and parameters that does not see a row, and each sum
// adds over parts of the batch. So the derivative of the whole batch follows from
// parts of it in two passes: add up the sums, differentiate the results by them,
// and hand those derivatives back through every part.
type BatchSums struct {
	Sums    []*Node // of one part of the batch
	Values  []*Node // inputs that stand for the sums of the whole batch
	Counts  []Count // inputs that stand for numbers of rows
	Results []*Node // the given results, as functions of Values and Counts
}

// Count is an input whose value is the length Size at the number of rows of the
// whole batch.
type Count struct {
	Input *Node
	Size  Dim
}

// SumsOverBatch takes scalars apart at their sums over the batch. It refuses, as
// the reason why parts of a batch cannot stand for the whole: a sum inside
// another (such as a batch mean that each row is compared with), and any other
// result that mixes rows (a largest row, a softmax over the batch, one row picked
// out).
func SumsOverBatch(results ...*Node) (*BatchSums, *Diagnostic) {
	c := &cutter{now: map[*Node]*Node{}, part: map[*Node]*Node{}, behind: map[*Node]*Node{}, counts: map[Dim]*Node{}}
	order := Reachable(results...)
	for _, n := range order {
		if d := c.look(n); d != nil {
			return nil, d
		}
	}
	for _, n := range order {
		c.rebuild(n)
	}
	for _, r := range results {
		c.out.Results = append(c.out.Results, c.now[r])
	}
	return &c.out, nil
}

// cutter rebuilds the nodes below results twice: now, with values in place of
// sums, and part, with counts of the whole batch in place of the part's.
type cutter struct {
	out       BatchSums
	now, part map[*Node]*Node
	behind    map[*Node]*Node // batch-free node -> a sum over the batch that it is made from
	counts    map[Dim]*Node
}

func perRow(n *Node) bool { return n.shape.Depends() }

// isCut reports whether n adds over the batch.
func isCut(n *Node) bool {
	if perRow(n) || !slices.ContainsFunc(n.in, perRow) {
		return false
	}
	switch n.op.(type) {
	case sumOp, matMulOp: // a product over the batch axis is a sum over it
		return true
	}
	return false
}

// look refuses nodes for which a part of the batch cannot stand for the whole.
func (c *cutter) look(n *Node) *Diagnostic {
	for _, x := range n.in {
		if s := c.behind[x]; s != nil && !perRow(x) {
			c.behind[n] = s
		}
	}
	if s := c.behind[n]; s != nil && (perRow(n) || slices.ContainsFunc(n.in, perRow)) {
		return c.refuse(n, fmt.Sprintf("%s (%s), itself a sum over the batch, is used for every row", s.Word(), s.place()))
	}
	if !slices.ContainsFunc(n.in, perRow) {
		return nil
	}
	switch {
	case isCut(n):
		c.behind[n] = n
	case !perRow(n):
		return c.refuse(n, fmt.Sprintf("%s is no sum over the batch: it picks or compares rows", n.Word()))
	case mixesRows(n):
		return c.refuse(n, fmt.Sprintf("%s looks at several rows for each of its results", n.Word()))
	}
	return nil
}

// mixesRows reports whether an element of n depends on rows other than its own,
// although n has a row for each.
func mixesRows(n *Node) bool {
	a := n.Attrs()
	switch n.op.(type) {
	case softmaxOp, logSoftmaxOp:
		return n.in[0].shape[a.Axis].Depends()
	case sliceOp, padOp, gatherOp, cumSumOp, topKOp:
		return n.in[0].shape[a.Axis].Depends()
	case scatterAddOp:
		return n.shape[a.Axis].Depends()
	}
	batchAxes := 0
	for _, d := range n.shape {
		if d.Depends() {
			batchAxes++
		}
	}
	return batchAxes > 1
}

// RowsApart reports whether each row of n, which has rows of them, is made of one row of
// the values from and of nothing that looks at several: so rows may be left out of n after
// as well as before.
func RowsApart(n *Node, rows Dim, from ...*Node) bool {
	of := map[*Node]bool{}
	for _, x := range from {
		of[x] = len(x.shape) > 0 && x.shape[0] == rows
	}
	for _, x := range Reachable(n) {
		if of[x] || !slices.ContainsFunc(x.in, func(i *Node) bool { return of[i] }) {
			continue
		}
		if len(x.shape) == 0 || x.shape[0] != rows || mixesRows(x) {
			return false
		}
		of[x] = true
	}
	return of[n]
}

func (c *cutter) refuse(n *Node, why string) *Diagnostic {
	return &Diagnostic{
		Code: CodeBatchSum, Pos: n.pos,
		Message: "parts of a batch cannot stand for the whole in this loss: " + why,
		Notes:   []string{remark("would", "give another value and another gradient than the whole batch has.")},
		Fixes:   []string{n.g.Say("train on whole batches: Accumulate: 1", "train on whole batches: accumulate = 1")},
	}
}

// rebuild makes n's forms after a cut.
func (c *cutter) rebuild(n *Node) {
	switch {
	case isCut(n):
		sum := c.copy(n, c.part)
		value := n.g.Input(n.g.Unique("batch sum"), n.shape, n.rng)
		c.out.Sums, c.out.Values = append(c.out.Sums, sum), append(c.out.Values, value)
		c.now[n] = value
		c.part[n] = value
	case perRow(n):
		c.part[n] = c.copy(n, c.part)
	default:
		if op, ok := n.op.(countOp); ok {
			c.now[n] = c.count(n.g, op.Size)
		} else {
			c.now[n] = c.copy(n, c.now)
		}
		c.part[n] = c.now[n]
	}
}

func (c *cutter) count(g *Graph, size Dim) *Node {
	if n, ok := c.counts[size]; ok {
		return n
	}
	n := g.Input(g.Unique("batch count"), nil, only(Interval{Lo: 0, Hi: Everything.Hi}))
	c.counts[size] = n
	c.out.Counts = append(c.out.Counts, Count{n, size})
	return n
}

// copy makes n again from other inputs, or returns it where they are the same.
func (c *cutter) copy(n *Node, of map[*Node]*Node) *Node {
	in := make([]*Node, len(n.in))
	same := true
	for i, x := range n.in {
		in[i] = of[x]
		same = same && in[i] == x
	}
	if same {
		return n
	}
	defer n.g.like(n)()
	out := apply(n.op, in...)
	out.label = n.label
	return out
}
