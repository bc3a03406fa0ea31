package graph

import "fmt"

// Proof is what was shown of a loss before its first step.
type Proof struct {
	Loss   *Node   // in numerically stable form
	Params []*Node // trainable
	Grads  []*Node // the derivative to each; nil where the program asked for none
	Cuts   []*Node // the ops that no derivative passes, between parameters and loss
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
	order := Reachable(p.Loss)
	moved := dependents(order, p.Params)
	p.domains(order, moved)
	p.gradients(order, moved)
	warnWhere(order, moved)
	return p
}

// remark is a note that begins with a word that says what it is about.
func remark(about, text string) string { return fmt.Sprintf("%-8s%s", about, text) }

// dependents returns the nodes among order, which lists inputs before what uses
// them, that any of sources reaches; sources themselves included.
func dependents(order, sources []*Node) map[*Node]bool {
	return reached(order, sources, func(*Node) bool { return true })
}

// reached is dependents through nodes that let it pass.
func reached(order, sources []*Node, passes func(*Node) bool) map[*Node]bool {
	out := map[*Node]bool{}
	for _, s := range sources {
		out[s] = true
	}
	for _, n := range order {
		for _, x := range n.in {
			if out[x] && passes(n) {
				out[n] = true
			}
		}
	}
	return out
}
