package graph

import (
	"fmt"
	"slices"
	"strings"
)

// gradients differentiates, and refuses a loss that leaves a parameter where it
// is without having been asked to.
func (p *Proof) gradients() {
	p.Grads = Gradient(p.Loss, p.Params)
	heard := p.enters(varies)
	for _, n := range p.order {
		if d, _ := n.op.Diff(); !d.Passes() && p.moved[n] && heard[n] {
			p.Cuts = append(p.Cuts, n)
		}
	}
	still := p.still(heard)
	switch {
	case still.count() == 0:
		p.noteCuts()
	case still.count() < len(p.Params):
		p.refuseSome(still)
	case len(still.cut) > 0:
		p.refuseCut(still.cut, true)
	case len(still.stopped) > 0:
		p.refuseCut(still.stopped, true)
	case len(still.zeroed) > 0:
		p.refuseZero()
	default:
		p.refuseUnused()
	}
}

// varies reports whether n can have more than one value, so that derivatives go on.
// An op that none passes has a reason of its own.
func varies(n *Node, _ int) bool {
	d, _ := n.op.Diff()
	return !n.constant() || !d.Passes()
}

// still are the parameters that no derivative reaches, by the reason.
type still struct {
	cut     []*Node // every path ends at an op that no derivative passes
	stopped []*Node // every path ends at a stop-gradient: the program asked for it
	zeroed  []*Node // every path leads through a factor of 0 or another constant, in the loss or in its derivative
	unused  []*Node // there is no path
}

func (s still) count() int { return len(s.cut) + len(s.stopped) + len(s.zeroed) + len(s.unused) }

func (p *Proof) still(heard map[*Node]bool) still {
	used := p.enters(func(*Node, int) bool { return true })
	unasked := p.enters(func(n *Node, i int) bool { return varies(n, i) && !n.isStopped() })
	behind := map[*Node]bool{} // nodes that a cut depends on
	for _, n := range slices.Backward(p.order) {
		d, _ := n.op.Diff()
		if behind[n] || heard[n] && !d.Passes() {
			for _, x := range n.in {
				behind[x] = true
			}
		}
	}
	var s still
	for i, w := range p.Params {
		switch {
		case p.Grads[i] != nil:
		case !used[w]:
			s.unused = append(s.unused, w)
		case !heard[w] || !behind[w]:
			s.zeroed = append(s.zeroed, w)
		case !unasked[w]:
			s.stopped = append(s.stopped, w)
		default:
			s.cut = append(s.cut, w)
		}
	}
	return s
}

// refuseCut reports parameters all of whose paths end, at the first op that ends
// one. They are all the parameters there are, or some of them.
func (p *Proof) refuseCut(params []*Node, all bool) {
	g := p.Loss.g
	moved := dependents(p.order, params)
	cuts := slices.DeleteFunc(slices.Clone(p.Cuts), func(n *Node) bool { return !moved[n] })
	first := cuts[0]
	_, reason := first.op.Diff()
	path := p.path(first, moved)
	from := path[0]
	for _, n := range path[:slices.Index(path, first)] {
		if n.label != "" {
			from = n
		}
	}
	message := fmt.Sprintf("this objective cannot be a loss: no gradient passes %s", first.Word())
	would := "train with every gradient exactly 0 and return the starting weights."
	if !all {
		message = fmt.Sprintf("no gradient reaches %s: none passes %s", names(params), first.Word())
		would = "leave them at their starting values while the rest trains."
	}
	g.Report(Diagnostic{
		Code: CodeNotDifferentiable, Pos: first.pos,
		Message: message,
		Notes: []string{
			remark("input", fmt.Sprintf("%s %v  %s", from.Display(), from.shape, from.Origin())),
			remark("path", "weights -> "+spellPath(path, cuts)+" -> loss"),
			remark("cuts", spellCuts(cuts)+": no smooth way around"),
			remark("why", fmt.Sprintf("%s %s.", first.Word(), reason)),
			remark("would", would),
		},
		Fixes: wayOut(first, from),
	})
}

// path returns the nodes on the way from the layer before a cut to the loss,
// without those that only move elements.
func (p *Proof) path(cut *Node, moved map[*Node]bool) []*Node {
	path := []*Node{cut}
	for n := cut; n.scope.layer() == nil; {
		i := slices.IndexFunc(n.in, func(x *Node) bool { return moved[x] })
		if i < 0 {
			break
		}
		n = n.in[i]
		path = append(path, n)
	}
	slices.Reverse(path)
	heard, next := p.enters(varies), map[*Node]*Node{}
	for _, n := range slices.Backward(p.order) {
		for i, x := range n.in {
			if heard[n] && varies(n, i) {
				next[x] = n // the first of those that use x
			}
		}
	}
	for n := next[cut]; n != nil; n = next[n] {
		path = append(path, n)
	}
	return slices.DeleteFunc(path, func(n *Node) bool { return n.isView() && n != path[0] })
}

// shown is how many steps and cuts a message spells out.
const shown = 12

// spellPath writes the words of a path, with places up to the last cut on it.
func spellPath(path, cuts []*Node) string {
	cut := map[*Node]bool{}
	for _, n := range cuts {
		cut[n] = true
	}
	last := 0
	for i, n := range path {
		if cut[n] {
			last = i
		}
	}
	var steps []string
	for i, n := range path {
		if n.isParam() {
			continue
		}
		step := n.Word()
		if i <= last && n.scope.layer() == nil {
			step += " (" + n.place() + ")"
		}
		if len(steps) == 0 || steps[len(steps)-1] != step {
			steps = append(steps, step)
		}
	}
	if len(steps) > shown {
		steps = slices.Concat(steps[:shown-2], []string{"..."}, steps[len(steps)-1:])
	}
	return strings.Join(steps, " -> ")
}

func spellCuts(cuts []*Node) string {
	var list []string
	for _, n := range cuts {
		if at := n.Word() + " " + n.place(); !slices.Contains(list, at) {
			if len(list) == shown {
				list = append(list, "...")
				break
			}
			list = append(list, at)
		}
	}
	return strings.Join(list, ", ")
}

// place is n's position without the file.
func (n *Node) place() string {
	if n.pos.Col == 0 {
		return fmt.Sprintf("line %d", n.pos.Line)
	}
	return fmt.Sprintf("%d:%d", n.pos.Line, n.pos.Col)
}

// names lists parameters.
func names(params []*Node) string {
	list := make([]string, len(params))
	for i, n := range params {
		list[i] = n.Display()
	}
	return strings.Join(list, ", ")
}

// noteCuts tells of an accepted loss which of its parts train nothing, unless they
// only select between smooth values or the program says stop-gradient.
func (p *Proof) noteCuts() {
	spoken := p.enters(func(n *Node, i int) bool { return varies(n, i) && !n.isStopped() && !selects(n, i) })
	weighed := p.unstopped()
	var cuts []*Node
	for _, n := range p.Cuts {
		if !n.isStopped() && spoken[n] && weighed[n] {
			cuts = append(cuts, n)
		}
	}
	if cuts == nil {
		return
	}
	g := p.Loss.g
	g.Report(Diagnostic{
		Code: CodeCutPath, Severity: Note, Pos: cuts[0].pos,
		Message: fmt.Sprintf("no gradient passes %s: what it decides is not trained", cuts[0].Word()),
		Notes:   []string{remark("cuts", spellCuts(cuts)+"; the rest of the loss reaches every parameter")},
		Fixes:   []string{g.Say("if it is meant as a constant, say so: x.StopGradient()", "if it is meant as a constant, say so: K.stop_gradient(x)")},
	})
}

// unstopped returns the nodes that a parameter moves on a way without a stop-gradient.
func (p *Proof) unstopped() map[*Node]bool {
	out := map[*Node]bool{}
	for _, n := range p.order {
		out[n] = p.moved[n] && !n.isStopped() && (len(n.in) == 0 || slices.ContainsFunc(n.in, func(x *Node) bool { return out[x] }))
	}
	return out
}

// wayOut offers what to write in place of an op that cuts, x being the value that
// it is given.
func wayOut(cut, x *Node) []string {
	g, name := cut.g, x.variable()
	afterwards := g.Say("or train on the probability itself and choose the cut afterwards: loss.Mean(loss.BCE)", "or train on the probability itself and choose the cut afterwards: loss = bce(), threshold = best_f()")
	switch cut.op.(type) {
	case argMaxOp:
		return []string{
			g.Say("train on a smooth stand-in: loss.SoftF1{}", "train on a smooth stand-in: loss = soft_f1()"),
			g.Say("then choose the cut: Threshold: metric.RecallAtPrecision{Precision: 0.6}", "then choose the cut: threshold = recall_at_precision(0.6)"),
			g.Say("keep this one as a metric, which needs no gradient: s.Report(name, n)", "keep this one as a metric, which needs no gradient: metrics = [f]"),
			g.Say("or put probabilities in place of the position: y.Mul("+name+"); a precision of them is scale-free, so add a loss.Mean(loss.BCE)",
				"or put probabilities in place of the position: y_true * "+name+"; a precision of them is scale-free, so add bce()"),
			g.Say("if the position is meant as a constant (a mask, a mined index), say so beside a term that trains: "+name+".ArgMax(1).StopGradient()",
				"if the position is meant as a constant (a mask, a mined index), say so beside a term that trains: K.stop_gradient(K.argmax("+name+"))"),
		}
	case compareOp, logicalOp:
		return []string{
			g.Say("put a smooth step in place of "+name+" > t: "+name+".Shift(-t).Scale(10).Sigmoid()", "put a smooth step in place of "+name+" > t: K.sigmoid(10 * ("+name+" - t))"),
			afterwards,
		}
	case stopGradientOp:
		return []string{g.Say("let one path through: take StopGradient away from what is to be trained", "let one path through: take stop_gradient away from what is to be trained")}
	}
	return []string{
		fmt.Sprintf("leave %s out of the loss: %s is what can be trained", cut.Word(), name),
		afterwards,
	}
}
