package graph

import (
	"fmt"
	"math"
	"slices"
)

// warnWhere warns of ops in a branch of a Where whose slope is infinite at a value
// that their argument takes. In rows where the branch is not taken the derivative
// is 0 times that slope, which is NaN.
//
// There is a warning only with a witness: a closed end of the argument's interval
// or a score. An argument that is itself made by a Where is taken as guarded.
func (p *Proof) warnWhere() {
	inBranch := map[*Node]bool{}
	fed := p.fed()
	for _, n := range slices.Backward(p.order) {
		_, where := n.op.(whereOp)
		where = where && fed[n.in[0]]
		d, _ := n.op.Diff()
		for i, x := range n.in {
			if d.Passes() && p.moved[x] && !selects(n, i) && (where || inBranch[n]) {
				inBranch[x] = true
			}
		}
	}
	for _, n := range p.order {
		if !inBranch[n] {
			continue
		}
		if x, at := steepAt(n); x != nil && meets(x, at, n) {
			n.warnSteep(x, at)
		}
	}
}

// fed returns the nodes that depend on data or parameters. A where whose condition
// does not, as that which takes the diagonal of a matrix, guards no value.
func (p *Proof) fed() map[*Node]bool {
	out := map[*Node]bool{}
	for _, n := range p.order {
		_, isInput := n.InputName()
		_, isParam := n.Param()
		out[n] = isInput || isParam || slices.ContainsFunc(n.in, func(x *Node) bool { return out[x] })
	}
	return out
}

// steepAt returns the argument at one of whose values n has no finite slope, and
// the value.
func steepAt(n *Node) (x *Node, at float64) {
	switch op := n.op.(type) {
	case logOp, sqrtOp:
		return n.in[0], 0
	case log1pOp:
		return n.in[0], -1
	case divOp:
		return n.in[1], 0
	case powConstOp:
		if op.Exponent < 1 && op.Exponent != 0 {
			return n.in[0], 0
		}
	}
	return nil, 0
}

// meets reports whether x certainly takes the value at, or for a root one below,
// where its slope is NaN.
func meets(x *Node, at float64, n *Node) bool {
	if _, guarded := x.origin().op.(whereOp); guarded {
		return false
	}
	r := x.rng
	switch n.op.(type) {
	case sqrtOp, powConstOp:
		if r.Tag == Score && r.Lo < at {
			return true
		}
	}
	return r.Lo == at && !r.LoOpen || r.Hi == at && !r.HiOpen && !math.IsInf(r.Lo, -1)
}

func (n *Node) warnSteep(x *Node, at float64) {
	g, value := n.g, number(at)
	g.Report(Diagnostic{
		Code: CodeWhereNaN, Severity: Warning, Pos: n.pos,
		Message: fmt.Sprintf("%s in a branch of where has an infinite slope where %s is %s", n.Word(), x.Display(), value),
		Notes: Columns(x.fact(),
			[]string{"would", "give NaN as the gradient of rows that take the other branch, since 0 times infinity is NaN."}),
		Fixes: []string{g.Say(
			"guard the argument, not the result: put c.Where(x, g.Const(1)) in place of x",
			"guard the argument, not the result: put K.where(c, x, 1) in place of x")},
	})
}
