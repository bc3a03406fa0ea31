package graph

import "fmt"

// CodeDoubleSigmoid warns of a sigmoid or softmax of probabilities.
const CodeDoubleSigmoid Code = "double-sigmoid"

// warnSquash warns of a sigmoid or softmax whose argument is one already: its values
// stay near each other, whatever the scores are.
func warnSquash(order []*Node, moved map[*Node]bool) {
	for _, n := range order {
		if !moved[n] || !n.squashes() {
			continue
		}
		x := n.in[0].origin()
		if !x.squashes() {
			continue
		}
		would := "keep every value between 0.5 and 0.73, however sure the scores are."
		if _, several := n.op.(softmaxOp); several {
			would = "keep every class away from 0 and 1, however sure the scores are."
		}
		g := n.g
		g.Report(Diagnostic{
			Code: CodeDoubleSigmoid, Severity: Warning, Pos: n.pos,
			Message: fmt.Sprintf("%s of a probability: %s was squashed by %s before", n.Word(), n.in[0].Display(), spell(x.op.Name())),
			Notes:   Columns(n.in[0].fact(), []string{"would", would}),
			Fixes:   []string{g.Say("take one of the two away: a layer without Act gives raw scores", "take one of the two away: a layer without an activation gives raw scores")},
		})
	}
}

// squashes reports whether n makes probabilities of scores.
func (n *Node) squashes() bool {
	switch op := n.op.(type) {
	case sigmoidOp:
		return true
	case softmaxOp:
		return !n.shape[op.Axis].IsOne()
	}
	return false
}
