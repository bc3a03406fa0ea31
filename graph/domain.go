package graph

import "fmt"

// domains refuses ops whose argument certainly leaves their domain: it is an
// affine score that takes any value of its interval, or lies outside altogether.
func (p *Proof) domains(order []*Node, moved map[*Node]bool) {
	bare := unguarded(order, p.Loss, moved)
	for _, n := range order {
		op, ok := n.op.(domained)
		if !ok || !bare[n] {
			continue
		}
		for i, x := range n.in {
			least := op.Least(i)
			if x.rng.Hi < least || x.rng.Lo < least && x.rng.Tag == Score {
				refuseDomain(n, x, least)
			}
		}
	}
}

// unguarded returns the nodes that reach the loss by a way that is not a branch of
// a Where. Such a branch counts where the condition follows the weights: it may
// keep the bad values out.
func unguarded(order []*Node, loss *Node, moved map[*Node]bool) map[*Node]bool {
	bare := map[*Node]bool{loss: true}
	for k := len(order) - 1; k >= 0; k-- {
		n := order[k]
		if !bare[n] {
			continue
		}
		_, selects := n.op.(whereOp)
		for i, x := range n.in {
			if !selects || i == 0 || !moved[n.in[0]] {
				bare[x] = true
			}
		}
	}
	return bare
}

func refuseDomain(n, x *Node, least float64) {
	g := n.g
	values := "may be any value"
	if x.rng.Interval != Everything {
		values = fmt.Sprintf("takes any value in %v", x.rng.Interval)
	}
	d := Diagnostic{
		Code: CodeLossDomain, Pos: n.pos,
		Message: fmt.Sprintf("%s needs values of %s or more, but %s %s", n.Word(), number(least), x.Display(), values),
		Notes: Columns(x.fact(),
			[]string{"would", fmt.Sprintf("give NaN for every value below %s, and with it a loss that is NaN.", number(least))}),
	}
	switch n.op.(type) {
	case logOp, log1pOp, xlogyOp:
		d.Fixes = []string{
			g.Say("end the model with Act: nn.Sigmoid or nn.Softmax, so that it gives probabilities", `end the model with activation = "sigmoid" or "softmax", so that it gives probabilities`),
			g.Say("or use loss.BCEWithLogits, which takes raw scores", "or use loss = bce(from_logits = True), which takes raw scores"),
		}
	default:
		d.Fixes = []string{
			g.Say("make it positive before: x.Softplus() or x.Abs()", "make it positive before: K.softplus(x) or K.abs(x)"),
		}
	}
	g.Report(d)
}
