package train

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// traced is an objective built in a graph.
type traced struct {
	step  *Step
	loss  *graph.Node
	proof *graph.Proof // of the graph that trains
}

// trace builds the objective in a new graph of that mode.
func trace(m graph.Mode, lang graph.Language, in inputs, objective Objective) *traced {
	g := graph.New(m)
	g.Language = lang
	s := &Step{g: g, inputs: in}
	return &traced{step: s, loss: objective(s)}
}

// traceBoth builds and proves the graph that trains, and builds the one that
// judges. What is wrong is in the diagnostics of either.
func traceBoth(lang graph.Language, train, judge inputs, objective Objective) (training, judging *traced, found graph.Diagnostics) {
	training = trace(graph.Training, lang, train, objective)
	training.proof = graph.Prove(training.loss)
	found = training.step.g.Diagnostics()
	judging = trace(graph.Inference, lang, judge, objective)
	if !found.Refused() { // else it would say the same again
		for _, d := range judging.step.g.Diagnostics() {
			if d.Severity == graph.Error {
				found = append(found, d)
			}
		}
	}
	return training, judging, found
}

// results are the numbers of a batch: the loss and what the objective reports.
func (t *traced) results(loss *graph.Node) map[string]*graph.Node {
	all := map[string]*graph.Node{lossKey: loss}
	for _, r := range t.step.reports {
		all[reportKey(r.name)] = graph.Rewrite(r.node)[0]
	}
	return all
}

// The names of a program's outputs.
const lossKey = "loss"

func reportKey(name string) string { return "report/" + name }
func outputKey(name string) string { return "output/" + name }

// checkResults refuses reports that are not one number.
func (t *traced) checkResults() error {
	for _, r := range t.step.reports {
		if r.node.Poisoned() || r.node.Rank() == 0 {
			continue
		}
		return graph.Diagnostics{{
			Code: graph.CodeLossScalar, Pos: r.node.Pos(),
			Message: fmt.Sprintf("report %.40q must be one number; its shape is %v", r.name, r.node.Shape()),
			Fixes:   []string{t.step.g.Say("report its mean: n.Mean()", "report its mean: K.mean(n)")},
		}}
	}
	return nil
}
