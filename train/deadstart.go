package train

import (
	"context"
	"fmt"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/program"
)

// CodeDeadStart notes a layer through which no derivative passes when training begins.
const CodeDeadStart graph.Code = "dead-start"

// saturated is the score beyond which a sigmoid's slope is below 1e-6.
const saturated = 14

// start is a layer that may pass no derivative, and a number that is 0 if it does not.
type start struct {
	alive *graph.Node
	diag  graph.Diagnostic
}

// deadStarts computes the first batch once, with the weights that training begins
// with, and returns a note for each layer that passes no derivative in any row: a relu
// whose every output is 0, a sigmoid whose every score is far out.
func (t *trainer) deadStarts() (graph.Diagnostics, error) {
	starts := t.starts()
	if len(starts) == 0 {
		return nil, nil
	}
	outputs := map[string]*graph.Node{}
	for i, s := range starts {
		outputs[fmt.Sprint(i)] = s.alive
	}
	p, err := program.Compile(t.state, program.Spec{Outputs: outputs, Workers: t.config.Workers, Seed: t.config.Seed})
	if err != nil {
		return nil, err
	}
	defer p.Close()
	t.batch.arrange(0)
	rows := min(t.config.Batch, t.rows)
	in, err := t.batch.take(context.Background(), 0, rows)
	if err != nil {
		return nil, err
	}
	if err := p.Run(context.Background(), program.Batch{Rows: rows, Step: 1, Inputs: in}); err != nil {
		return nil, err
	}
	var found graph.Diagnostics
	for i, s := range starts {
		if p.Output(fmt.Sprint(i))[0] == 0 {
			found = append(found, &s.diag)
		}
	}
	return found, nil
}

// starts lists the layers to look at, in the loss as it is computed: a sigmoid under a
// logarithm is none any more.
func (t *trainer) starts() []start {
	first := t.judging
	if training, judging := t.examples.inputs(); !training.x.Equal(judging.x) {
		first = trace(graph.Inference, t.config.Language, training, t.config.Objective)
	}
	g := first.step.g
	trained := map[*graph.Node]bool{}
	var list []start
	for _, n := range graph.Reachable(graph.Rewrite(first.loss)[0]) {
		_, param := n.Param()
		trained[n] = param
		for _, in := range n.Inputs() {
			trained[n] = trained[n] || trained[in]
		}
		if trained[n] {
			if s, ok := newStart(g, n); ok {
				list = append(list, s)
			}
		}
	}
	return list
}

func newStart(g *graph.Graph, n *graph.Node) (s start, ok bool) {
	if n.Scope() == nil || !n.Scope().Layer { // a part of elu or silu, or of the loss
		return s, false
	}
	defer g.At(n.Pos())()
	layer := n.Scope().Name
	switch n.Op().Name() {
	case "Relu":
		s.alive = n.Sum()
		s.diag = graph.Diagnostic{
			Message: layer + " starts dead: relu gives 0 for every row of the first batch",
			Notes: graph.Columns([]string{"layer", n.Shape().String(), n.Origin()},
				[]string{"would", "pass no derivative to the weights before it, which then stay as they are."}),
			Fixes: []string{g.Say("let a part through: Act: nn.LeakyRelu", `let a part through: activation = "leaky_relu"`),
				"or bring the columns to one scale, so that scores of both signs occur"},
		}
	case "Sigmoid":
		score := n.In(0)
		s.alive = score.Abs().Less(g.Const(saturated)).Cast(graph.Float).Sum()
		s.diag = graph.Diagnostic{
			Message: fmt.Sprintf("%s starts saturated: every score of the first batch is beyond ±%d, where sigmoid is flat", layer, saturated),
			Notes: graph.Columns([]string{"layer", n.Shape().String(), n.Origin()},
				[]string{"would", "multiply every derivative by less than 1e-6, so that the weights before it hardly move."}),
			Fixes: []string{"bring the columns to one scale, or start with smaller weights"},
		}
	default:
		return s, false
	}
	s.diag.Code, s.diag.Severity, s.diag.Pos = CodeDeadStart, graph.Note, n.Pos()
	return s, true
}
