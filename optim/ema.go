package optim

import (
	"math"

	"github.com/descent-ml/descent/graph"
)

// EMA keeps an average of the weights over the steps beside them, in which a step's
// weights count d times less with each step after it:
//
//	a ← a + (1 − d)/(1 − dᵗ)·(θ − a)
//
// after θ was updated at step t, counted from 1. It begins as the weights after the
// first step, and is at every step the exact mean of all weights so far. The average
// of a parameter is the frozen parameter of the name that [AverageOf] gives.
//
// Source: Polyak & Juditsky, "Acceleration of Stochastic Approximation by Averaging",
// SIAM J. Control Optim. 30 (1992), of averages; Kingma & Ba, "Adam", ICLR 2015, of the
// correction.
type EMA struct {
	Decay float64 // d in [0, 1); 0 for 0.999
	Of    Optimizer
}

// AverageOf returns the name of the average that [EMA] keeps of a parameter.
func AverageOf(param string) string { return "ema/" + param }

// Updates implements [Optimizer].
func (e EMA) Updates(g *graph.Graph, params, grads []*graph.Node) []graph.Update {
	title, decay := g.Say("optim.EMA", "ema"), or(e.Decay, 0.999)
	bad := refused(g, title, below("Decay", decay, 1))
	if refusedNil(g, title, e.Of) || bad {
		return nil
	}
	updates := e.Of.Updates(g, params, grads)
	defer g.Enter(graph.Scope{Name: "ema"})()
	share := g.Scheduled("ema.share", func(step int64) float64 {
		return (1 - decay) / (1 - math.Pow(decay, float64(step)))
	})
	set := map[*graph.Node]bool{}
	for _, u := range updates {
		set[u.Param] = true
	}
	for _, u := range updates {
		p, _ := u.Param.Param()
		if p.Frozen {
			continue // what a rule remembers
		}
		average := g.Param(graph.Param{Name: AverageOf(p.Name), Shape: p.Shape, Init: zeros{}, Frozen: true})
		if set[average] {
			g.Report(graph.Diagnostic{Code: CodeArgument, Message: title + ": the rule that it is of keeps an average already"})
			return nil
		}
		updates = append(updates, graph.Update{Param: average, Value: average.Add(u.Value.Sub(average).Mul(share))})
	}
	return updates
}
