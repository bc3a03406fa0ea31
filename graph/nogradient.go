package graph

import (
	"fmt"
	"strings"
)

// refuseZero reports a loss that weights enter only times 0.
func (p *Proof) refuseZero() {
	zero := p.Loss
	for _, n := range p.order {
		if p.moved[n] && n.rng.IsZero() {
			zero = n
			break
		}
	}
	g := p.Loss.g
	g.Report(Diagnostic{
		Code: CodeNoGradient, Pos: zero.pos,
		Message: "this objective cannot be a loss: the weights enter it only through a factor of 0",
		Notes: []string{
			remark("factor", fmt.Sprintf("0 in %s %s, so the derivative to every weight is 0 times something", zero.Word(), zero.place())),
			remark("would", "train with every gradient exactly 0 and return the starting weights."),
		},
		Fixes: []string{"take the factor of 0 away, or the term with it and train on what remains"},
	})
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
		why = names(s.zeroed) + " enters the loss only through a factor of 0"
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
