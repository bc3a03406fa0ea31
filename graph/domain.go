package graph

import "fmt"

// domains refuses ops whose argument certainly leaves their domain: it is an
// affine score that takes any value of its interval, or lies outside altogether.
func (p *Proof) domains() {
	// A branch of a where whose condition follows the weights is left alone: the
	// condition may keep the bad values out.
	bare := p.enters(func(n *Node, i int) bool {
		_, where := n.op.(whereOp)
		return !where || selects(n, i) || !p.moved[n.in[0]]
	})
	refused := map[Position]bool{} // both logarithms of one cross entropy are one mistake
	for _, n := range p.order {
		op, ok := n.op.(domained)
		if !ok || !bare[n] || refused[n.pos] {
			continue
		}
		for i, x := range n.in {
			least := op.Least(i)
			if x.rng.Hi < least || x.rng.Lo < least && x.rng.Tag == Score {
				refuseDomain(n, x, least)
				refused[n.pos] = true
			}
		}
	}
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
