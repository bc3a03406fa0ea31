package loss

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// Hinge returns max(0, 1 − (2y − 1)·z) of each element, from scores z: 0 where a score
// is on its side of the margin.
//
// Shapes: z and y equal, any rank; the result has that shape.
// Domain: z real; y ∈ [0, 1], 1 for yes and 0 for no. Known values of −1 are refused:
// Keras takes them too, here they would be no labels. What is known to be a
// probability is refused.
// Source: Cortes & Vapnik, "Support-Vector Networks", Machine Learning 20 (1995).
func Hinge(z, y *graph.Node) *graph.Node {
	c := call{
		name: "loss.Hinge", word: "hinge", family: binary, scores: true,
		twin:     text{"loss.BCE", "loss = bce()"},
		squashed: "keep every score inside the margin: no answer could be sure enough to cost 0.",
		p:        z, y: y,
	}
	if refused := c.refused(sameShape, score, unsigned); refused != nil {
		return refused
	}
	defer c.enter()()
	return y.Scale(2).Shift(-1).Mul(z).OneMinus().Relu()
}

// unsigned is [labels] with a text of its own for targets of −1 and 1.
func unsigned(c call) *graph.Diagnostic {
	r := c.y.Range()
	if r.Lo != -1 || r.Hi != 1 {
		return labels(c)
	}
	g := c.p.Graph()
	_, target := c.names()
	return &graph.Diagnostic{
		Code:    graph.CodeLossDomain,
		Message: fmt.Sprintf("%s: %s must be 0 for no and 1 for yes, but it lies in %v", title(g, c.name, c.word), target, r.Interval),
		Notes:   c.notes([]string{"would", "take -1 for a label three times as far from yes as 0 is."}),
		Fixes:   []string{g.Say("make 0 and 1 of it: y.Shift(1).Scale(0.5)", "make 0 and 1 of it: (y_true + 1) / 2")},
	}
}
