package loss

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// SoftF1 is 1 − F, where F is the F-score of probabilities in place of decisions,
//
//	F = (1+β²)·TP / (β²·Σ w·y + Σ w·p)    TP = Σ w·p·y
//
// for each class, with sums over all axes but the last, and their average. With β = 1
// it is 2·TP/(2·TP + FP + FN). There is no ε in it: a perfect prediction costs 0.
//
// It is a statistic of the batch: batches must hold each class several times, or be
// added up over micro-batches.
// Shapes: p [... K] with classes that exclude each other, or [... 1] and [N], of one
// class; y of p's shape, one-hot or shares, or with K ≥ 2 class numbers [...] or [... 1].
// Weights align as everywhere, and act inside the sums; [ByClass] in By takes K weights,
// or for columns that the data knows for labels of their own two, of no and of yes.
// Domain: p ∈ [0, 1] and y ∈ [0, 1]. What is known to be a raw score is refused.
// Sources: van Rijsbergen, "Information Retrieval" (1979), of F; Maiza, "The Unknown
// Benefits of using a Soft-F1 Loss in Classification Systems" (2019), of sums of p.
type SoftF1 struct {
	Average Average     // of the classes; Macro if left out
	Class   int         // the one that OneClass means
	Beta    float64     // how many times recall counts as much as precision; 0 for 1
	Weights []float64   // of the classes, which multiply what Average gives them; nil for 1 each
	Absent  Empty       // what a class costs that the batch does not have; Penalise if left out
	By      []Weighting // inside the sums, beside the data's weights
}

// Average says how scores of several classes become one.
type Average uint8

const (
	// Macro is the mean over the classes.
	Macro Average = iota
	// Weighted is the mean by Σ w·y of each class, so by its rows. Absent classes
	// count nothing unless all are absent.
	Weighted
	// Micro is the score of all classes' sums together.
	Micro
	// OneClass is the score of one class alone.
	OneClass
)

// Apply implements [Loss].
func (f SoftF1) Apply(in In) *graph.Node {
	c := call{name: "loss.SoftF1", word: "soft_f1"}
	beta := f.Beta
	if beta == 0 {
		beta = 1
	}
	t, refused := counting{classes: true, by: f.By}.of(c, in, setting("beta", beta, positive), f.fits)
	if refused != nil {
		return refused
	}
	g := in.Pred.Graph()
	defer g.Enter(graph.Scope{Name: g.Say(c.name, c.word)})()
	var weights *graph.Node
	if f.Weights != nil && !in.plain {
		weights = g.Array([]int{len(f.Weights)}, f.Weights).ReshapeTo(t.True.Shape())
	}
	counts := t.Counts
	switch f.Average {
	case Micro:
		counts, weights = counts.pooled(weights), nil
	case OneClass:
		counts = counts.class(f.Class)
	case Weighted:
		some := counts.True.Sum().Greater(g.Const(0))
		byRows := some.Where(counts.True, g.Const(1))
		if weights != nil {
			byRows = byRows.Mul(weights)
		}
		weights = byRows
	}
	score := divide(counts.TP.Scale(1+beta*beta), counts.True.Scale(beta*beta).Add(counts.Predicted))
	costs, kept := f.Absent.apply(counts, score.OneMinus(), false)
	return average(costs, weights, kept)
}

// fits refuses a class or weights that the prediction does not have.
func (f SoftF1) fits(c call) *graph.Diagnostic {
	name := title(c.p.Graph(), c.name, c.word)
	if f.Average == OneClass {
		if f.Weights != nil {
			return &graph.Diagnostic{Code: CodeArgument, Message: name + ": weights of classes, but one class alone is scored"}
		}
		return c.hasClass(f.Class)
	}
	if f.Weights == nil {
		return nil
	}
	sum := 0.0
	for k, w := range f.Weights {
		if !finiteWeight(w) {
			return &graph.Diagnostic{Code: CodeArgument, Message: fmt.Sprintf("%s: weight %d is %v, but weights are finite and at least 0", name, k, w)}
		}
		sum += w
	}
	switch k := c.width(); {
	case len(f.Weights) != k:
		return &graph.Diagnostic{
			Code:    graph.CodeWeightShape,
			Message: fmt.Sprintf("%s: %d weights do not fit: one for each class", name, len(f.Weights)),
			Notes:   c.notes(),
			Fixes:   []string{fmt.Sprintf("give as many weights as there are: %d", k)},
		}
	case sum == 0:
		return &graph.Diagnostic{Code: CodeArgument, Message: name + ": all weights are 0, so no class counts"}
	}
	return nil
}

// hasClass refuses the number of a class that the prediction does not have.
func (c call) hasClass(class int) *graph.Diagnostic {
	k := c.width()
	if class >= 0 && class < k {
		return nil
	}
	pred, _ := c.names()
	has := fmt.Sprintf("classes 0 to %d", k-1)
	if k == 1 {
		has = "one class, 0"
	}
	return &graph.Diagnostic{
		Code:    CodeArgument,
		Message: fmt.Sprintf("%s: class %d is not there: %s %v has %s", title(c.p.Graph(), c.name, c.word), class, pred, c.p.Shape(), has),
	}
}

// pooled adds up the counts of all classes, each times its weight, or 1 for nil.
func (c Counts) pooled(weights *graph.Node) Counts {
	sum := func(n *graph.Node) *graph.Node {
		if weights != nil {
			n = n.Mul(weights)
		}
		return n.Sum()
	}
	all := c.All.BroadcastTo(c.True.Shape())
	return Counts{TP: sum(c.TP), Predicted: sum(c.Predicted), True: sum(c.True), All: sum(all)}
}

// class returns the counts of one class.
func (c Counts) class(k int) Counts {
	if c.True.Rank() == 0 {
		return c
	}
	one := func(n *graph.Node) *graph.Node {
		if n.Rank() == 0 {
			return n // how many there are
		}
		return n.Index(0, k)
	}
	return Counts{TP: one(c.TP), Predicted: one(c.Predicted), True: one(c.True), All: one(c.All)}
}
