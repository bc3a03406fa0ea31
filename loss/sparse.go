package loss

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// SparseCrossEntropy returns −ln p_y, in nats, where y is the number of the row's
// class: [CrossEntropy] without the one-hot target.
//
// Shapes: p [... K] with K ≥ 2, y [...] or [... 1]; the result is [...].
// Domain: p ∈ [0, 1]; y ∈ {0, ..., K−1}. A y that is none of them costs 0 and has no
// gradient; [Ignore] takes it out of the count as well.
// Source: Good, "Rational Decisions", J. R. Stat. Soc. B 14 (1952).
func SparseCrossEntropy(p, y *graph.Node) *graph.Node {
	c := call{
		name: "loss.SparseCrossEntropy", word: "cross_entropy", family: several,
		twin: text{"loss.SparseCrossEntropyWithLogits", "loss = cross_entropy(from_logits = True)"},
		p:    p, y: y,
	}
	if refused := c.refused(sparseClasses, probability, classNumbers); refused != nil {
		return refused
	}
	defer c.enter()()
	return oneHot(y, p.Shape()).XLogY(p).Sum(-1).Neg()
}

// SparseCrossEntropyWithLogits returns ln Σₖ e^zₖ − z_y, in nats, where y is the number
// of the row's class: [CrossEntropyWithLogits] without the one-hot target.
//
// Shapes: z [... K] with K ≥ 2, y [...] or [... 1]; the result is [...].
// Domain: z real; y ∈ {0, ..., K−1}. A y that is none of them costs 0 and has no
// gradient; [Ignore] takes it out of the count as well.
// Source: Bridle, "Probabilistic Interpretation of Feedforward Classification
// Network Outputs", Neurocomputing (1990).
func SparseCrossEntropyWithLogits(z, y *graph.Node) *graph.Node {
	c := call{
		name: "loss.SparseCrossEntropyWithLogits", word: "cross_entropy", family: several, scores: true,
		twin: text{"loss.SparseCrossEntropy", "loss = cross_entropy()"},
		p:    z, y: y,
	}
	if refused := c.refused(sparseClasses, score, classNumbers); refused != nil {
		return refused
	}
	defer c.enter()()
	logs := z.LogSoftmax(-1)
	rows := oneHot(y, z.Shape())
	if k := z.Shape()[z.Rank()-1]; k.Depends() { // a pair that is left out has the score -inf
		return rows.Greater(z.Graph().Const(0)).Where(logs, z.Graph().Const(0)).Sum(-1).Neg()
	}
	return rows.Mul(logs).Sum(-1).Neg()
}

// oneHot returns class numbers as rows of the prediction's shape. There may be as many
// classes as rows, each a class of its own, as in contrastive losses.
func oneHot(y *graph.Node, pred graph.Shape) *graph.Node {
	last := len(pred) - 1
	y = y.ReshapeTo(pred[:last])
	if k := pred[last]; k.Depends() {
		g := y.Graph()
		positions := g.Positions(k)
		for range last {
			positions = positions.ExpandDims(0)
		}
		return y.ExpandDims(-1).Equal(positions).Where(g.Const(1), g.Const(0))
	}
	return y.OneHot(pred[last].Const)
}

// classNumbers refuses a target with classes for which the prediction has no element.
func classNumbers(c call) *graph.Diagnostic {
	r := c.y.Range()
	if r.Tag != graph.Index && r.Tag != graph.Seen || c.p.Rank() == 0 {
		return nil
	}
	k := c.p.Shape()[c.p.Rank()-1]
	if k.Depends() || r.Hi <= float64(k.Const-1) { // below 0 a row is of no class
		return nil
	}
	g := c.p.Graph()
	pred, target := c.names()
	return &graph.Diagnostic{
		Code: graph.CodeLossDomain,
		Message: fmt.Sprintf("%s: %s has %s classes, but %s holds class numbers in %v",
			title(g, c.name, c.word), pred, k, target, r.Interval),
		Notes: c.notes([]string{"would", "leave the other classes without a cost: they would never be learned."}),
		Fixes: []string{fmt.Sprintf("end the model with %.0f outputs: %s", r.Hi+1, c.dense(int(r.Hi)+1))},
	}
}
