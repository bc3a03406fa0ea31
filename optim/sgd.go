package optim

import "github.com/descent-ml/descent/graph"

// SGD is stochastic gradient descent with momentum:
//
//	v ← μ·v + g
//	θ ← θ − η·v             Nesterov: θ ← θ − η·(g + μ·v)
//
// with v = 0 at the start. As in PyTorch, the learning rate η multiplies v as a whole
// and is not a part of it. Without momentum it is θ ← θ − η·g.
//
// Sources: Polyak, "Some methods of speeding up the convergence of iteration
// methods", USSR Comp. Math. 4 (1964); Sutskever, Martens, Dahl & Hinton, "On the importance of
// initialization and momentum in deep learning", ICML 2013.
type SGD struct {
	LR       float64 // η; 0 for 0.01
	Momentum float64 // μ in [0, 1)
	Nesterov bool

	Schedule Schedule // of η; nil to keep it
}

func (o SGD) rate() rate { return rate{or(o.LR, 0.01), o.Schedule} }

// Updates implements [Optimizer].
func (o SGD) Updates(g *graph.Graph, params, grads []*graph.Node) []graph.Update {
	defer g.Enter(graph.Scope{Name: "sgd"})()
	lr := o.rate()
	if refused(g, g.Say("optim.SGD", "sgd"), append(lr.settings(g), below(g.Say("Momentum", "momentum"), o.Momentum, 1))...) {
		return nil
	}
	var out []graph.Update
	for i, p := range params {
		d := grads[i]
		if d == nil {
			continue
		}
		if o.Momentum != 0 {
			v := moment(g, "sgd.v", p)
			next := v.Scale(o.Momentum).Add(d)
			out = append(out, graph.Update{Param: v, Value: next})
			if o.Nesterov {
				next = d.Add(next.Scale(o.Momentum))
			}
			d = next
		}
		out = append(out, graph.Update{Param: p, Value: p.Sub(lr.times(d, "sgd.rate", 1))})
	}
	return out
}
