package graph

import (
	"math"
	"strings"
)

// ReduceMax returns the largest element along axes, of all when none is named.
// Equal largest elements share the derivative.
func (n *Node) ReduceMax(axes ...int) *Node { return n.extreme(axes, false, false) }

// ReduceMaxKeep is ReduceMax with the reduced axes kept as axes of one.
func (n *Node) ReduceMaxKeep(axes ...int) *Node { return n.extreme(axes, true, false) }

// ReduceMin returns the smallest element along axes, of all when none is named.
// Equal smallest elements share the derivative.
func (n *Node) ReduceMin(axes ...int) *Node { return n.extreme(axes, false, true) }

// ReduceMinKeep is ReduceMin with the reduced axes kept as axes of one.
func (n *Node) ReduceMinKeep(axes ...int) *Node { return n.extreme(axes, true, true) }

func (n *Node) extreme(axes []int, keep, least bool) *Node {
	what := "max"
	if least {
		what = "min"
	}
	return n.reduce(what, axes, keep, func(a []int) Op { return extremeOp{reducing: reducing{a}, Least: least} })
}

type extremeOp struct {
	reducing
	kinked
	Least bool `json:"least,omitempty"`
}

func (op extremeOp) Name() string {
	if op.Least {
		return "Min"
	}
	return "Max"
}
func (op extremeOp) Infer(in []*Node) (Type, *Refusal) {
	return op.nonEmpty(strings.ToLower(op.Name()), in)
}
func (extremeOp) Range(in []*Node) Range { return in[0].rng }
func (op extremeOp) Grad(n, dy *Node) []*Node {
	x := n.in[0]
	at := x.Equal(n).Cast(Float)
	return []*Node{at.Mul(dy.Div(at.SumKeep(op.Axes...)))}
}
func (op extremeOp) Ref(rows int, out Array, in []Array) {
	pick, start := math.Max, math.Inf(-1)
	if op.Least {
		pick, start = math.Min, math.Inf(1)
	}
	for i := range out.Data {
		out.Data[i] = start
	}
	fold(out, in[0], func(to, from int) { out.Data[to] = pick(out.Data[to], in[0].Data[from]) })
}
