package graph

import (
	"fmt"
	"strings"
)

// refuseZero reports a loss that weights enter only times 0, or through a value that
// is always the same.
func (p *Proof) refuseZero() {
	zero := p.Loss // or its derivative holds the factor
	for _, n := range p.order {
		if p.moved[n] && n.constant() {
			zero = n
			break
		}
	}
	d := Diagnostic{
		Code: CodeNoGradient, Pos: zero.pos,
		Message: "this objective cannot be a loss: the weights enter it only through a factor of 0",
		Notes: []string{
			remark("factor", fmt.Sprintf("0 in %s %s, so the derivative to every weight is 0 times something", zero.Word(), zero.place())),
			remark("would", "train with every gradient exactly 0 and return the starting weights."),
		},
		Fixes: []string{"take the factor of 0 away, or the term with it and train on what remains"},
	}
	if zero.fixed() {
		d.Message = fmt.Sprintf("this objective cannot be a loss: %s is always %s, whatever the weights are", zero.Word(), number(zero.rng.Lo))
		d.Notes[0] = remark("given", zero.argument())
		d.Fixes = zero.loosen()
	}
	p.Loss.g.Report(d)
}

// fixed reports whether n has one value only, and not because of a factor of 0.
func (n *Node) fixed() bool {
	_, product := n.op.(mulOp)
	return n.constant() && !product
}

// argument describes the first input of n.
func (n *Node) argument() string {
	x := n.in[0]
	return fmt.Sprintf("%s %v in %v  %s", x.Display(), x.shape, x.rng.Interval, x.Origin())
}

// loosen offers what to write in place of an operation that always gives one value.
func (n *Node) loosen() []string {
	g, name := n.g, n.in[0].variable()
	switch n.op.(type) {
	case softmaxOp, logSoftmaxOp:
		return []string{
			g.Say("for yes or no: Act: nn.Sigmoid", `for yes or no: layers.Dense(1, activation = "sigmoid")`),
			g.Say("for several classes: one output each, nn.Dense{Out: classes, Act: nn.Softmax}", `for several classes: one output each, layers.Dense(classes, activation = "softmax")`),
		}
	}
	return []string{fmt.Sprintf("leave %s out, or give it limits that %s reaches on both sides", n.Word(), name)}
}

// refuseUnused reports a loss that depends on no weight.
func (p *Proof) refuseUnused() {
	var inputs []string
	for _, n := range p.order {
		if _, ok := n.InputName(); ok {
			inputs = append(inputs, n.Display())
		}
	}
	made := "constants only"
	if inputs != nil {
		made = strings.Join(inputs, ", ")
	}
	g := p.Loss.g
	g.Report(Diagnostic{
		Code: CodeNoGradient, Pos: p.Loss.pos,
		Message: "this objective cannot be a loss: it does not depend on any weight of the model",
		Notes: []string{
			remark("made of", made),
			remark("would", "train with every gradient exactly 0 and return the starting weights."),
		},
		Fixes: []string{g.Say("use the prediction in it: y.Sub(p).Square().Mean()", "use the prediction in it: K.mean(K.square(y_true - y_pred))")},
	})
}

// refuseSome reports parameters that stay where they are while the rest trains;
// those behind a stop-gradient only with a note.
func (p *Proof) refuseSome(s still) {
	g := p.Loss.g
	if len(s.cut) > 0 {
		p.refuseCut(s.cut, false)
	}
	if len(s.stopped) > 0 {
		g.Report(Diagnostic{
			Code: CodeCutPath, Severity: Note, Pos: p.Loss.pos,
			Message: "stop_gradient keeps " + names(s.stopped) + " at the starting values, as the program says",
		})
	}
	lost := append(s.zeroed, s.unused...)
	if len(lost) == 0 {
		return
	}
	why := "nothing that the loss is made of uses them"
	if len(s.zeroed) > 0 {
		why = names(s.zeroed) + " enters the loss only through " + p.constantsBehind(s.zeroed)
	}
	g.Report(Diagnostic{
		Code: CodeNoGradient, Pos: lost[0].pos,
		Message: "no gradient reaches " + names(lost),
		Notes: []string{
			remark("why", why+"."),
			remark("would", "leave them at their starting values while the rest trains."),
		},
		Fixes: []string{g.Say("use the layer in Forward, or take it out of the model", "use the layer in the model, or take it out")},
	})
}

// constantsBehind names what stops the derivative to parameters that enter the loss
// only through values that are always the same.
func (p *Proof) constantsBehind(params []*Node) string {
	moved := dependents(p.order, params)
	for _, n := range p.order {
		if moved[n] && n.constant() && !n.fixed() {
			break
		}
		if moved[n] && n.constant() {
			return fmt.Sprintf("%s %s, which is always %s", n.Word(), n.place(), number(n.rng.Lo))
		}
	}
	return "a factor of 0"
}
