package optim

import (
	"math"

	"github.com/descent-ml/descent/graph"
)

// Adam divides each gradient by the root of its own recent mean square:
//
//	m ← β₁·m + (1−β₁)·g         m̂ = m / (1−β₁ᵗ)
//	v ← β₂·v + (1−β₂)·g²        v̂ = v / (1−β₂ᵗ)
//	θ ← θ − η·m̂ / (√v̂ + ε)
//
// with m = v = 0 at the start and t counting steps from 1. As in PyTorch, ε is added
// outside the root and after the correction of v; Keras adds it before that.
//
// Source: Kingma & Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, Algorithm 1.
type Adam struct {
	LR    float64 // η; 0 for 0.001
	Beta1 float64 // β₁ in [0, 1); 0 for 0.9
	Beta2 float64 // β₂ in [0, 1); 0 for 0.999
	Eps   float64 // ε; 0 for 1e-8

	Schedule Schedule // of η; nil to keep it
}

// Updates implements [Optimizer].
func (o Adam) Updates(g *graph.Graph, params, grads []*graph.Node) []graph.Update {
	return o.updates(g, g.Say("optim.Adam", "adam"), "adam", 0, params, grads)
}

// AdamW is [Adam] with weight decay apart from the gradient:
//
//	θ ← θ − η·m̂ / (√v̂ + ε) − η·λ·θ
//
// so that the decay is not divided by √v̂. It acts on every parameter, biases too, as
// in PyTorch.
//
// Source: Loshchilov & Hutter, "Decoupled Weight Decay Regularization", ICLR 2019,
// Algorithm 2, with λ multiplied by η as in PyTorch and Keras.
type AdamW struct {
	LR          float64 // η; 0 for 0.001
	Beta1       float64 // β₁ in [0, 1); 0 for 0.9
	Beta2       float64 // β₂ in [0, 1); 0 for 0.999
	Eps         float64 // ε; 0 for 1e-8
	WeightDecay float64 // λ; 0 for 0.01

	Schedule Schedule // of η, also where it multiplies λ; nil to keep it
}

// Updates implements [Optimizer].
func (o AdamW) Updates(g *graph.Graph, params, grads []*graph.Node) []graph.Update {
	return o.adam().updates(g, g.Say("optim.AdamW", "adamw"), "adamw", or(o.WeightDecay, 0.01), params, grads)
}

func (o AdamW) adam() Adam {
	return Adam{LR: o.LR, Beta1: o.Beta1, Beta2: o.Beta2, Eps: o.Eps, Schedule: o.Schedule}
}

func (o Adam) rate() rate { return rate{or(o.LR, 0.001), o.Schedule} }

// updates makes the rule's nodes. The corrections of m and v are numbers of the step,
// not of a parameter: rate = η/(1−β₁ᵗ) and root = 1/√(1−β₂ᵗ), so √v̂ = root·√v.
func (o Adam) updates(g *graph.Graph, title, name string, decay float64, params, grads []*graph.Node) []graph.Update {
	defer g.Enter(graph.Scope{Name: name})()
	lr := o.rate()
	b1, b2, eps := or(o.Beta1, 0.9), or(o.Beta2, 0.999), or(o.Eps, 1e-8)
	if refused(g, title, append(lr.settings(g),
		below(g.Say("Beta1", "beta_1"), b1, 1),
		below(g.Say("Beta2", "beta_2"), b2, 1),
		below(g.Say("Eps", "epsilon"), eps, math.Inf(1)),
		below(g.Say("WeightDecay", "weight_decay"), decay, math.Inf(1)))...) {
		return nil
	}
	corrected := g.Scheduled(name+".rate", func(step int64) float64 {
		return lr.at(step) / (1 - math.Pow(b1, float64(step)))
	})
	root := g.Scheduled(name+".root", func(step int64) float64 {
		return 1 / math.Sqrt(1-math.Pow(b2, float64(step)))
	})
	var out []graph.Update
	for i, p := range params {
		d := grads[i]
		if d == nil {
			continue
		}
		m, v := moment(g, name+".m", p), moment(g, name+".v", p)
		nextM := m.Scale(b1).Add(d.Scale(1 - b1))
		nextV := v.Scale(b2).Add(d.Square().Scale(1 - b2))
		change := nextM.Mul(corrected).Div(nextV.Sqrt().Mul(root).Shift(eps))
		if decay != 0 {
			change = change.Add(lr.times(p, name+".decay", decay))
		}
		out = append(out,
			graph.Update{Param: m, Value: nextM},
			graph.Update{Param: v, Value: nextV},
			graph.Update{Param: p, Value: p.Sub(change)})
	}
	return out
}
