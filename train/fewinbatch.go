package train

import (
	"fmt"
	"math"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
)

// CodeFewInBatch notes a loss of counts whose batches hold hardly a row of some class.
const CodeFewInBatch graph.Code = "few-in-batch"

// fewest is how many rows of each class a step should expect where the loss is made
// of counts.
const fewest = 5

// fewInBatch notes that steps are too small for a loss that is no mean over rows,
// such as soft F1: of a step that holds no row of a class it says nothing about it.
func (p *Prepared) fewInBatch() graph.Diagnostics {
	t := p.trainer
	name, share := p.rarest()
	step := t.config.stepRows()
	expected := share * float64(step)
	if share == 0 || expected >= fewest || !ofCounts(t.training.proof) {
		return nil
	}
	times := int(math.Ceil(fewest / (share * float64(t.config.Batch))))
	g := t.training.step.g
	return graph.Diagnostics{{
		Code: CodeFewInBatch, Severity: graph.Note, Pos: t.training.loss.Pos(),
		Message: fmt.Sprintf("a step of %d rows expects %.2g of %.40q, too few for a loss that is made of counts", step, expected, name),
		Notes:   graph.Columns([]string{"none", fmt.Sprintf("%.2g %% of the steps have no such row at all", 100*math.Pow(1-share, float64(step)))}),
		Fixes: []string{
			g.Say(fmt.Sprintf("Accumulate: %d", times), fmt.Sprintf("accumulate = %d", times)) + ": the gradient of all their rows together, with the memory of one batch",
			"or " + g.Say(fmt.Sprintf("Batch: %d", times*t.config.Batch), fmt.Sprintf("batch_size = %d", times*t.config.Batch)),
		},
	}}
}

// rarest returns the class, or label, that the fewest rows of an epoch have: of two
// classes the positive one.
func (p *Prepared) rarest() (name string, share float64) {
	set, target := p.Parts.Train, p.Parts.Schema.Target
	names, counts := target.Classes, set.Counts
	switch target.Task {
	case data.Regression:
		return "", 0
	case data.MultiLabel:
		names = target.Names()
	case data.Binary:
		names, counts = names[1:], counts[1:]
	}
	share = math.Inf(1)
	for k, n := range counts {
		of := float64(n) / float64(set.Rows)
		if p.Job.Balance != Unbalanced {
			of = 1 / float64(len(set.Counts))
		}
		if of < share {
			name, share = names[k], of
		}
	}
	return name, share
}

// ofCounts reports whether a loss is another function of sums over the batch than a
// sum divided by what does not depend on the prediction: then the derivative by one
// sum of predictions depends on another, or on itself.
func ofCounts(proof *graph.Proof) bool {
	sums, refused := graph.SumsOverBatch(proof.Loss)
	if refused != nil {
		return false
	}
	predicted := map[*graph.Node]bool{}
	var values []*graph.Node
	for i, sum := range sums.Sums {
		for _, n := range graph.Reachable(sum) {
			if _, ok := n.Param(); ok {
				predicted[sums.Values[i]] = true
				values = append(values, sums.Values[i])
				break
			}
		}
	}
	for _, slope := range graph.Gradient(sums.Results[0], values) {
		if slope == nil {
			continue
		}
		for _, n := range graph.Reachable(slope) {
			if predicted[n] {
				return true
			}
		}
	}
	return false
}
