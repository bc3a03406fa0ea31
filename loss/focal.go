package loss

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// Focal is the binary cross entropy with easy terms turned down:
//
//	α·y·(1−p)^γ·(−ln p) + (1−α)·(1−y)·p^γ·(−ln(1−p))
//
// of each element, in nats. Its weights are computed as e^(γ·ln(1−p)) and e^(γ·ln p),
// so that value and gradient are finite for every γ ≥ 0 and any score, where the
// power itself has an infinite derivative for γ < 1; a confidently wrong answer
// keeps its gradient.
//
// Shapes: p and y equal, any rank; the result has that shape.
// Domain: p ∈ [0, 1], or scores z with p = 1/(1+e⁻ᶻ); y ∈ [0, 1].
// Source: Lin, Goyal, Girshick, He & Dollár, "Focal Loss for Dense Object Detection",
// ICCV 2017. The paper divides the sum by the number of positives, [Mean] by that of
// all elements.
type Focal struct {
	Gamma float64 // γ ≥ 0, the strength; 0 is [BCE], the paper recommends 2
	Alpha float64 // α in (0, 1], the weight of positives; 0 weighs both classes with 1
}

// Pointwise takes probabilities. Where p is a sigmoid, everything is computed from
// its score; other probabilities of exactly 0 or 1 are taken as e⁻¹⁰⁰ under the
// logarithm.
func (f Focal) Pointwise(p, y *graph.Node) *graph.Node {
	c := call{
		name: "loss.Focal.Pointwise", word: "focal", family: binary,
		twin: text{"Focal.WithLogits", "loss = focal(from_logits = True)"},
		p:    p, y: y,
	}
	if refused := c.refused(f.parameters, sameShape, probability, labels); refused != nil {
		return refused
	}
	defer c.enter()()
	one := p.Graph().Const(1)
	return f.of(y, one.XLogY(p), one.XLogY(p.OneMinus()))
}

// WithLogits takes scores.
func (f Focal) WithLogits(z, y *graph.Node) *graph.Node {
	c := call{
		name: "loss.Focal.WithLogits", word: "focal", family: binary, scores: true,
		twin: text{"Focal.Pointwise", "loss = focal()"},
		p:    z, y: y,
	}
	if refused := c.refused(f.parameters, sameShape, score, labels); refused != nil {
		return refused
	}
	defer c.enter()()
	return f.of(y, z.Neg().Softplus().Neg(), z.Softplus().Neg())
}

// of computes the loss from the logarithms of p and of 1 − p.
func (f Focal) of(y, logP, logNotP *graph.Node) *graph.Node {
	yes, no := 1.0, 1.0
	if f.Alpha != 0 {
		yes, no = f.Alpha, 1-f.Alpha
	}
	positive := y.Scale(yes).Mul(logNotP.Scale(f.Gamma).Exp()).Mul(logP)
	negative := y.OneMinus().Scale(no).Mul(logP.Scale(f.Gamma).Exp()).Mul(logNotP)
	return positive.Add(negative).Neg()
}

func (f Focal) parameters(c call) *graph.Diagnostic {
	name := title(c.p.Graph(), "loss.Focal", "focal")
	switch {
	case !(f.Gamma >= 0 && f.Gamma <= maxGamma):
		return &graph.Diagnostic{Code: CodeArgument, Message: fmt.Sprintf("%s: gamma is %v, but it must lie in [0, %v]", name, f.Gamma, float64(maxGamma))}
	case !(f.Alpha >= 0 && f.Alpha <= 1):
		return &graph.Diagnostic{Code: CodeArgument, Message: fmt.Sprintf("%s: alpha is %v, but it must lie in [0, 1]", name, f.Alpha)}
	}
	return nil
}

// maxGamma is far above any use; beyond it every weight but that of the worst terms
// is 0 in float32.
const maxGamma = 100
