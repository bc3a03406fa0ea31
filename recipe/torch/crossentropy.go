package torch

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// crossEntropy takes scores with the classes on axis 1, and class numbers or shares of
// classes. The mean of class numbers is divided by the sum of their weights.
func crossEntropy(c *lossCall) (*graph.Node, *graph.Node) {
	share := c.number("label_smoothing")
	scores, y, shares := c.classesLast()
	if scores.Poisoned() {
		return scores, nil
	}
	weights, ok := c.classWeights(scores)
	if !ok {
		return nil, nil
	}
	f := loss.Pointwise(loss.SparseCrossEntropyWithLogits)
	if shares {
		f = loss.CrossEntropyWithLogits
	}
	checked := f(scores, y)
	if checked.Poisoned() {
		return checked, nil
	}
	if share == 0 && weights == nil {
		if shares {
			return checked, nil
		}
		return c.kept(checked, y)
	}
	if !c.OK() {
		return nil, nil
	}
	if !(share >= 0 && share <= 1) {
		c.RefuseArg(c.index("label_smoothing"), tracer.CodeValue, "label_smoothing lies in [0, 1], but it is %v", share)
		return nil, nil
	}
	hard := y
	if !shares {
		hard = oneHot(y, scores)
	}
	soft := hard
	if share > 0 {
		k := float64(scores.Shape()[scores.Rank()-1].Const)
		soft = hard.Scale(1 - share).Add(hard.SumKeep(-1).Scale(share / k))
	}
	if weights != nil {
		soft = soft.Mul(weights)
	}
	terms := soft.Mul(scores.LogSoftmax(-1)).Sum(-1).Neg()
	if shares {
		return terms, nil
	}
	kept, weight := c.kept(terms, y)
	if weights != nil {
		own := hard.Mul(weights).Sum(-1)
		if weight != nil {
			own = own.Mul(weight)
		}
		weight = own
	}
	return kept, weight
}

// nll takes logarithms of probabilities with the classes on axis 1, and class numbers.
func nll(c *lossCall) (*graph.Node, *graph.Node) {
	logs, y, shares := c.classesLast()
	if logs.Poisoned() {
		return logs, nil
	}
	weights, ok := c.classWeights(logs)
	if !ok {
		return nil, nil
	}
	if r := logs.Range(); r.Tag == graph.Probability || r.Tag == graph.Score {
		what, fix := "a raw score", "take the logarithm of the softmax first: F.log_softmax(scores, dim = 1)"
		if r.Tag == graph.Probability {
			what, fix = "a probability", "take its logarithm first: torch.log(p)"
		}
		return c.Graph().Poison(graph.Diagnostic{
			Code:    graph.CodeLossDomain,
			Message: fmt.Sprintf("loss nll_loss: %s must be the logarithm of a probability, but it is %s in %v", named(c.p, "input"), what, r.Interval),
			Notes: graph.Columns(
				[]string{named(c.p, "input"), c.p.Shape().String(), c.p.Origin()}),
			Fixes: []string{fix, "or give the scores to F.cross_entropy, which takes the logarithm itself"},
		}), nil
	}
	checked := loss.SparseCrossEntropyWithLogits(logs, y)
	if shares || checked.Poisoned() {
		return checked, nil // which says that the target is no class number
	}
	hard := oneHot(y, logs)
	if weights != nil {
		hard = hard.Mul(weights)
	}
	kept, weight := c.kept(hard.Mul(logs).Sum(-1).Neg(), y)
	if weights != nil {
		own := hard.Sum(-1)
		if weight != nil {
			own = own.Mul(weight)
		}
		weight = own
	}
	return kept, weight
}

// classesLast moves the axis of the classes, 1 in PyTorch, to the end, where package
// loss has it. shares says that the target has that axis too.
func (c *lossCall) classesLast() (scores, y *graph.Node, shares bool) {
	scores, y = c.p, c.y
	if scores.Poisoned() || y.Poisoned() {
		return scores, y, false
	}
	shares = scores.Rank() == y.Rank() && scores.Rank() > 0 && scores.Shape().Equal(y.Shape())
	if scores.Rank() == 0 || scores.Rank() == 1 && scores.Shape()[0].Depends() {
		return scores, y, shares // refused by the loss
	}
	if scores.Rank() == 1 { // the scores of one row
		scores = scores.ExpandDims(0).Named(c.p.Label())
		y = y.ExpandDims(0).Named(c.y.Label())
	}
	if scores.Rank() > 2 {
		scores = ops.MoveAxis(scores, 1, -1).Named(c.p.Label())
		if shares {
			y = ops.MoveAxis(y, 1, -1).Named(c.y.Label())
		}
	}
	return scores, y, shares
}

func oneHot(y, scores *graph.Node) *graph.Node {
	last := scores.Rank() - 1
	return y.ReshapeTo(scores.Shape()[:last]).OneHot(scores.Shape()[last].Const)
}

// classWeights returns the argument weight, one number for each class.
func (c *lossCall) classWeights(scores *graph.Node) (w *graph.Node, ok bool) {
	i := c.index("weight")
	if w = c.tensor("weight"); w == nil || scores.Poisoned() {
		return nil, c.Fine(i)
	}
	if scores.Rank() == 0 {
		return nil, c.Fine(i) // refused by the loss
	}
	last := scores.Shape()[scores.Rank()-1]
	if w.Rank() != 1 || w.Shape()[0] != last {
		c.RefuseArg(i, graph.CodeWeightShape, "weight is %v, but it takes a number for each of the %v classes", w.Shape(), last)
		return nil, false
	}
	return w, true
}

// kept takes the terms whose target is ignore_index out, and returns 1 for the others
// and 0 for those; nil where no target can be it.
func (c *lossCall) kept(terms, y *graph.Node) (out, kept *graph.Node) {
	ignored := c.number("ignore_index")
	if !y.Range().Has(ignored) {
		return terms, nil
	}
	keep := y.ReshapeTo(terms.Shape()).NotEqual(c.Graph().Const(ignored))
	return keep.Where(terms, c.Graph().Const(0)), keep.Cast(graph.Float)
}
