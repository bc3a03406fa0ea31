package loss

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// Classes is the focal loss of one class out of several,
//
//	−Σₖ yₖ·(1−pₖ)^γ·ln pₖ
//
// over the classes of the last axis, in nats, from probabilities. The power is
// computed as e^(γ·ln(1−pₖ)) with 1−pₖ = −expm1(ln pₖ), so that value and gradient are
// finite for every γ ≥ 0 and any score. Weigh classes with [ByClass]; Alpha, which
// weighs yes against no, is refused.
//
// Shapes: p [... K] with K ≥ 2; y of p's shape, one-hot or shares, or class numbers
// [...] or [... 1]; the result is [...].
// Domain: p ∈ [0, 1]. Where p is a softmax, everything is computed from its scores;
// other probabilities of exactly 0 are taken as e⁻¹⁰⁰ under the logarithm.
func (f Focal) Classes(p, y *graph.Node) *graph.Node {
	c := call{
		name: "loss.Focal.Classes", word: "focal", family: several,
		twin: text{"Focal.ClassesWithLogits", "loss = focal(from_logits = True)"},
		p:    p, y: y,
	}
	if refused := c.refused(f.parameters, f.noAlpha, anyClasses, probability, labelsOfClasses, distribution); refused != nil {
		return refused
	}
	defer c.enter()()
	return f.ofClasses(c.shares(), p.Graph().Const(1).XLogY(p))
}

// ClassesWithLogits is [Focal.Classes] from scores z with p = softmax(z).
//
// Shapes: as for Classes. Domain: z real.
func (f Focal) ClassesWithLogits(z, y *graph.Node) *graph.Node {
	c := call{
		name: "loss.Focal.ClassesWithLogits", word: "focal", family: several, scores: true,
		twin: text{"Focal.Classes", "loss = focal()"},
		p:    z, y: y,
	}
	if refused := c.refused(f.parameters, f.noAlpha, anyClasses, score, labelsOfClasses, distribution); refused != nil {
		return refused
	}
	defer c.enter()()
	return f.ofClasses(c.shares(), z.LogSoftmax(-1))
}

// ofClasses computes the loss from the shares of the classes and the logarithm of
// their probabilities.
func (f Focal) ofClasses(y, logP *graph.Node) *graph.Node {
	logNotP := y.Graph().Const(1).XLogY(logP.Expm1().Neg())
	return y.Mul(logNotP.Scale(f.Gamma).Exp()).Mul(logP).Sum(-1).Neg()
}

func (f Focal) noAlpha(c call) *graph.Diagnostic {
	if f.Alpha == 0 {
		return nil
	}
	g := c.p.Graph()
	return &graph.Diagnostic{
		Code:    CodeArgument,
		Message: fmt.Sprintf("%s: alpha is %v, but it weighs yes against no, and there are several classes", title(g, c.name, c.word), f.Alpha),
		Fixes:   []string{g.Say("weigh the classes: loss.Mean(f.Classes, loss.ByClass(1, 2, 8))", "weigh the classes: focal(gamma = 2, class_weight = [1, 2, 8])")},
	}
}
