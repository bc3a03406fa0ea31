package graph

import (
	"fmt"
	"slices"
	"strings"
)

// Proof is what was shown of a loss before its first step.
type Proof struct {
	Loss   *Node
	Params []*Node // trainable
	Grads  []*Node // the derivative to each; nil where the program asked for none
	Cuts   []*Node // places where a path from a parameter ends
}

// Prove checks that a loss can train the graph's parameters: that it is one
// number, that no logarithm or root gets values it has no answer for, and that a
// derivative reaches every parameter. What it finds is added to the graph's
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
			Message: fmt.Sprintf("a loss is one number, but %s is %v", loss.Word(), loss.shape),
			Fixes:   []string{g.Say("loss.Mean(f), loss.Sum(f) or loss.SumPerSample(f) say how the values become one", "mean(f), weighted_mean(f) or sum_per_sample(f) say how the values become one")},
		})
		return p
	}
	p.Loss = Rewrite(loss)[0]
	p.domains()
	p.gradients()
	return p
}

// domains refuses ops whose argument certainly leaves their domain: it is an
// affine score that takes any value of its interval, or lies outside altogether.
func (p *Proof) domains() {
	users := users(p.Loss)
	for _, n := range Reachable(p.Loss) {
		op, ok := n.op.(domained)
		if !ok || guarded(n, users) {
			continue
		}
		for i, x := range n.in {
			domain := op.Domain(i)
			outside := x.rng.Hi < domain.Lo || x.rng.Lo > domain.Hi
			if domain.Contains(x.rng.Interval) || !outside && x.rng.Tag != Score {
				continue
			}
			p.refuseDomain(n, x, domain)
		}
	}
}

func (p *Proof) refuseDomain(n, x *Node, domain Interval) {
	g := n.g
	g.Report(Diagnostic{
		Code: CodeLossDomain, Pos: n.pos,
		Message: fmt.Sprintf("%s needs values in %v, but %s may be any value in %v", n.Word(), domain, x.Display(), x.rng.Interval),
		Notes: append(Columns([]string{x.Display(), x.shape.String(), x.Origin()}),
			"would give NaN for every value outside, and with it a loss that is NaN."),
		Fixes: []string{
			g.Say("end the model with Act: nn.Sigmoid or nn.Softmax, so that it gives probabilities", "end the model with activation = \"sigmoid\" or \"softmax\", so that it gives probabilities"),
			g.Say("or use loss.BCEWithLogits, which takes raw scores", "or loss = bce(from_logits = True), which takes raw scores"),
		},
	})
}

// users maps each node below root to the nodes that read it.
func users(root *Node) map[*Node][]*Node {
	out := map[*Node][]*Node{}
	for _, n := range Reachable(root) {
		for _, x := range n.in {
			out[x] = append(out[x], n)
		}
	}
	return out
}

// guarded reports whether n reaches the loss only as a branch of a Where, whose
// condition may keep the bad values out.
func guarded(n *Node, users map[*Node][]*Node) bool {
	if len(users[n]) == 0 {
		return false
	}
	for _, u := range users[n] {
		if _, ok := u.op.(whereOp); ok && u.in[0] != n {
			continue
		}
		if !guarded(u, users) {
			return false
		}
	}
	return true
}

// gradients differentiates and refuses a loss that leaves a parameter unmoved.
func (p *Proof) gradients() {
	g := p.Loss.g
	if len(p.Params) == 0 {
		g.Report(Diagnostic{
			Code: CodeNoGradient, Pos: p.Loss.pos,
			Message: "there is nothing to train: the model has no parameters",
		})
		return
	}
	p.Grads = Gradient(p.Loss, p.Params)
	moved := dependents([]*Node{p.Loss}, p.Params)
	for _, n := range Reachable(p.Loss) {
		if d, _ := n.op.Diff(); !d.Passes() && slices.ContainsFunc(n.in, func(x *Node) bool { return moved[x] }) {
			p.Cuts = append(p.Cuts, n)
		}
	}
	var still []int
	for i, d := range p.Grads {
		if d == nil {
			still = append(still, i)
		}
	}
	switch {
	case len(still) == 0:
	case len(still) == len(p.Params) && len(p.Cuts) > 0:
		p.refuseCuts(moved)
	case len(still) == len(p.Params):
		p.refuseNoPath(moved)
	default:
		p.judgeSome(still)
	}
}

// refuseCuts reports a loss all of whose paths end, at the first of its cuts.
func (p *Proof) refuseCuts(moved map[*Node]bool) {
	g := p.Loss.g
	first := p.Cuts[0]
	_, reason := first.op.Diff()
	from := first.in[0]
	for _, x := range first.in {
		if moved[x] {
			from = x
			break
		}
	}
	var cuts []string
	for _, c := range p.Cuts {
		cuts = append(cuts, c.at())
	}
	subject := first.Display()
	if subject == first.label {
		subject = first.Word()
	}
	notes := Columns(
		[]string{"input", fmt.Sprintf("%s %v  %s", from.Display(), from.shape, from.Origin())},
		[]string{"path", "weights -> " + p.path(first)},
		[]string{"cuts", strings.Join(dedupe(cuts), ", ") + ": no smooth way around"},
		[]string{"why", reason + "."},
		[]string{"would", "train with every gradient exactly 0 and return the starting weights."},
	)
	g.Report(Diagnostic{
		Code: CodeNotDifferentiable, Pos: first.pos,
		Message: fmt.Sprintf("this objective cannot be a loss: no gradient passes %s", first.Word()),
		Notes:   notes,
		Fixes:   first.wayOut(),
	})
}

func dedupe(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// at names a node with its place, without the file.
func (n *Node) at() string {
	switch {
	case n.pos.Line == 0:
		return n.Word()
	case n.pos.Col == 0:
		return fmt.Sprintf("%s (line %d)", n.Word(), n.pos.Line)
	}
	return fmt.Sprintf("%s %d:%d", n.Word(), n.pos.Line, n.pos.Col)
}

// path spells the way from a node to the loss, without steps that only move
// elements.
func (p *Proof) path(from *Node) string {
	next := users(p.Loss)
	steps := []string{from.at()}
	for n := from; len(next[n]) > 0; {
		n = next[n][0]
		if _, moves := n.op.(interface{ view() }); moves {
			continue
		}
		if word := n.at(); word != steps[len(steps)-1] {
			steps = append(steps, word)
		}
	}
	const shown = 10
	if len(steps) > shown {
		steps = append(append(steps[:shown-2:shown-2], "..."), steps[len(steps)-1])
	}
	return strings.Join(steps, " -> ") + " -> loss"
}

// wayOut offers what to write in place of an op that cuts.
func (n *Node) wayOut() []string {
	g := n.g
	switch n.op.(type) {
	case argMaxOp:
		return []string{
			g.Say("train on the probabilities in place of the position: y.Mul(p)", "train on the probabilities in place of the position: y_true * y_pred"),
			g.Say("or on a smooth stand-in: loss.Mean(loss.CrossEntropy)", "or on a smooth stand-in: loss = cross_entropy()"),
			g.Say("if the position is meant as a constant (a mask, a mined index), say so: x.StopGradient()", "if the position is meant as a constant (a mask, a mined index), say so: K.stop_gradient(x)"),
		}
	case compareOp, logicalOp:
		return []string{
			g.Say("put a smooth step in place of x > t: x.Sub(t).Scale(10).Sigmoid()", "put a smooth step in place of x > t: K.sigmoid(10 * (x - t))"),
			g.Say("or train on the probability itself and choose the cut afterwards: metric.BestF", "or train on the probability itself and choose the cut afterwards: loss = bce(), threshold = best_f()"),
		}
	case roundOp, floorOp, signOp:
		return []string{
			fmt.Sprintf("leave %s out of the loss: its argument is what can be trained", n.Word()),
			g.Say("or train on the probability itself and choose the cut afterwards: metric.BestF", "or train on the probability itself and choose the cut afterwards: loss = bce(), threshold = best_f()"),
		}
	case castOp:
		return []string{g.Say("keep the value as it is: leave out Cast", "keep the value as it is: K.cast(x, \"float32\")")}
	case stopGradientOp:
		return []string{g.Say("let one path through: take StopGradient away from what is to be trained", "let one path through: take stop_gradient away from what is to be trained")}
	}
	return nil
}

// refuseNoPath reports a loss that no weight reaches, or only times 0.
func (p *Proof) refuseNoPath(moved map[*Node]bool) {
	g := p.Loss.g
	d := Diagnostic{Code: CodeNoGradient, Pos: p.Loss.pos}
	if zero := p.zeroFactor(moved); zero != nil {
		d.Pos = zero.pos
		d.Message = "this objective cannot be a loss: the weights enter it only through a factor of 0"
		d.Notes = []string{
			fmt.Sprintf("factor  0 in %s, so the derivative to every weight is 0 times something", zero.at()),
			"would   train with every gradient exactly 0 and return the starting weights.",
		}
		d.Fixes = []string{"take the factor of 0 away, or the term with it and train on what remains"}
	} else {
		d.Message = "this objective cannot be a loss: it does not depend on any weight of the model"
		d.Notes = append(p.ingredients(),
			"would   train with every gradient exactly 0 and return the starting weights.")
		d.Fixes = []string{g.Say("use the prediction in the loss: loss.Mean(loss.SquaredError)", "use the prediction in the loss: K.mean(K.square(y_true - y_pred))")}
	}
	g.Report(d)
}

// zeroFactor finds the product or quotient in which the weights are lost.
func (p *Proof) zeroFactor(moved map[*Node]bool) *Node {
	for _, n := range Reachable(p.Loss) {
		if moved[n] && n.rng.IsZero() {
			return n
		}
	}
	return nil
}

// ingredients lists what a loss is made from.
func (p *Proof) ingredients() []string {
	var names []string
	for _, n := range Reachable(p.Loss) {
		if _, ok := n.op.(inputOp); ok {
			names = append(names, n.Display())
		}
	}
	if len(names) == 0 {
		return []string{"made of  constants only"}
	}
	return []string{"made of  " + strings.Join(names, ", ")}
}

// judgeSome refuses parameters that stay still, unless the program asked for it.
func (p *Proof) judgeSome(still []int) {
	g := p.Loss.g
	var asked, lost []string
	for _, i := range still {
		name, _ := p.Params[i].Param()
		if p.askedToStop(p.Params[i]) {
			asked = append(asked, name.Name)
		} else {
			lost = append(lost, name.Name)
		}
	}
	if len(asked) > 0 {
		g.Report(Diagnostic{
			Code: CodeCutPath, Severity: Note, Pos: p.Loss.pos,
			Message: "stop-gradient keeps these parameters as they are: " + strings.Join(asked, ", "),
		})
	}
	if len(lost) > 0 {
		g.Report(Diagnostic{
			Code: CodeNoGradient, Pos: p.Loss.pos,
			Message: "no derivative reaches " + strings.Join(lost, ", "),
			Notes:   []string{"would   leave them at their starting values while the rest trains."},
			Fixes:   []string{g.Say("use the layer in Forward, or take it out of the model", "use the layer in the model, or take it out")},
		})
	}
}

// askedToStop reports whether every path from a parameter ends at a stop-gradient.
func (p *Proof) askedToStop(param *Node) bool {
	behind := dependents([]*Node{p.Loss}, []*Node{param})
	if !behind[p.Loss] {
		return false
	}
	for _, c := range p.Cuts {
		if d, _ := c.op.Diff(); d == Cut && behind[c] {
			return true
		}
	}
	return false
}
