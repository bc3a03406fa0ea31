package probe

import (
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// kind is how a prediction answers a target.
type kind uint8

const (
	unknown kind = iota // not to be told from shapes and ranges: nothing is tried
	labels              // a yes or no in each element
	classes             // one class of several, on the last axis of both
	numbers             // the same with class numbers as target
	reals               // a number in each element
)

func kindOf(in loss.In) kind {
	p, y := in.Pred, in.Target
	if p.Poisoned() || y.Poisoned() || p.Rank() == 0 {
		return unknown
	}
	tag := y.Range().Tag
	if p.Shape().Equal(y.Shape()) {
		switch {
		case tag == graph.Index:
			return unknown
		case tag == graph.OneHot && width(p) > 1:
			return classes
		case tag == graph.Label || tag == graph.OneHot:
			return labels
		}
		return reals
	}
	if tag == graph.Index && width(p) > 1 && withoutLast(p.Shape()).Equal(trimmed(y.Shape(), p.Rank()-1)) {
		return numbers
	}
	return unknown
}

// width is the length of the last axis; 1 where there is none, or it is the batch.
func width(n *graph.Node) int {
	s := n.Shape()
	if len(s) < 2 || s[len(s)-1].Depends() {
		return 1
	}
	return s[len(s)-1].Const
}

func withoutLast(s graph.Shape) graph.Shape { return s[:len(s)-1] }

// trimmed drops a last axis of one from a shape of more than rank axes.
func trimmed(s graph.Shape, rank int) graph.Shape {
	if len(s) == rank+1 && s[rank].IsOne() {
		return s[:rank]
	}
	return s
}

// ofScores reports whether the prediction is made of raw scores.
func ofScores(p *graph.Node) bool { return p.Range().Tag == graph.Score }

// sumsToOne reports whether the prediction's last axis is a softmax, so that not all
// of it can become small.
func sumsToOne(p *graph.Node) bool {
	for p.Op().Name() == "Reshape" || p.Op().Name() == "Broadcast" {
		p = p.In(0)
	}
	return p.Op().Name() == "Softmax"
}
