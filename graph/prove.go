package graph

import (
	"fmt"
	"slices"
)

// Proof is what was shown of a loss before its first step.
type Proof struct {
	Loss   *Node   // in numerically stable form
	Params []*Node // trainable
	Grads  []*Node // the derivative to each; nil where the program asked for none
	Cuts   []*Node // the ops that no derivative passes, between parameters and loss

	order []*Node        // all nodes of the loss, inputs first
	moved map[*Node]bool // those that depend on a parameter
}

// Prove checks that a loss can train the graph's parameters: that it is one
// number, that no logarithm, root or power gets values it has no answer for, and
// that a derivative reaches every parameter. What it finds is added to the graph's
// diagnostics; the proof is complete when none of them is an error.
func Prove(loss *Node) *Proof {
	g := loss.g
	p := &Proof{Loss: loss, Params: g.Trainable()}
	if loss.poisoned {
		return p
	}
	if loss.Rank() != 0 {
		g.Report(Diagnostic{
			Code: CodeLossScalar, Pos: loss.pos,
			Message: fmt.Sprintf("a loss is one number, but %s is %v", loss.Display(), loss.shape),
			Fixes: []string{g.Say(
				"say how the values become one: loss.Mean(f), loss.Sum(f) or loss.SumPerSample(f)",
				"say how the values become one: mean(f), weighted_mean(f) or sum_per_sample(f)")},
		})
		return p
	}
	if len(p.Params) == 0 {
		g.Report(Diagnostic{
			Code: CodeNoGradient, Pos: loss.pos,
			Message: "there is nothing to train: the model has no parameters",
			Notes:   []string{remark("would", "compute the same loss at every step.")},
			Fixes:   []string{g.Say("give the model a layer: &nn.Dense{In: 3, Out: 1}", "give the model a layer: mlp(hidden = [64])")},
		})
		return p
	}
	p.Loss = Rewrite(loss)[0]
	p.order = Reachable(p.Loss)
	p.moved = dependents(p.order, p.Params)
	p.domains()
	p.gradients()
	p.warnWhere()
	written := Reachable(loss)
	warnSquash(written, dependents(written, p.Params))
	warnSampling(written)
	return p
}

// remark is a note that begins with a word that says what it is about.
func remark(about, text string) string { return fmt.Sprintf("%-8s%s", about, text) }

// dependents returns the nodes among order, which lists inputs before what uses
// them, that any of sources reaches; sources themselves included.
func dependents(order, sources []*Node) map[*Node]bool {
	out := map[*Node]bool{}
	for _, s := range sources {
		out[s] = true
	}
	for _, n := range order {
		for _, x := range n.in {
			if out[x] {
				out[n] = true
			}
		}
	}
	return out
}

// enters returns the nodes whose value enters the loss on a way of which every
// step, from input i of a node to the node, passes.
func (p *Proof) enters(passes func(n *Node, i int) bool) map[*Node]bool {
	out := map[*Node]bool{p.Loss: true}
	for _, n := range slices.Backward(p.order) {
		for i, x := range n.in {
			if out[n] && passes(n, i) {
				out[x] = true
			}
		}
	}
	return out
}

// selects reports whether input i of n only selects between others.
func selects(n *Node, i int) bool {
	switch n.op.(type) {
	case whereOp:
		return i == 0
	case gatherOp:
		return i == 1
	}
	return false
}

// isStopped reports whether the program asks that n be taken as a constant.
func (n *Node) isStopped() bool {
	_, ok := n.op.(stopGradientOp)
	return ok
}
