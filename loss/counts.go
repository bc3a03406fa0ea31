package loss

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// Counts are the sums over rows that F1, Dice and their kin are made of: of each class
// [K], of each image [N], or of all there is [].
//
// Weights act inside of them, so a row or pixel of weight k is worth exactly k copies
// of it. They add over parts of a batch, which is why a loss of counts can have the
// gradient of the whole batch.
type Counts struct {
	TP        *graph.Node // Σ w·p·y
	Predicted *graph.Node // Σ w·p
	True      *graph.Node // Σ w·y
	All       *graph.Node // Σ w, or how many there are
}

// FP returns Σ w·p·(1 − y).
func (c Counts) FP() *graph.Node { return c.Predicted.Sub(c.TP) }

// FN returns Σ w·(1 − p)·y.
func (c Counts) FN() *graph.Node { return c.True.Sub(c.TP) }

// OfCounts makes a loss of the counts of each class: finish makes one number of them.
//
// Shapes: p and y as for [SoftF1]; the counts are [K], or [] for p [N].
// Domain: p and y ∈ [0, 1].
func OfCounts(finish func(Counts) *graph.Node, by ...Weighting) Loss {
	return ofCounts{finish, by}
}

type ofCounts struct {
	finish func(Counts) *graph.Node
	by     []Weighting
}

func (l ofCounts) Apply(in In) *graph.Node {
	t, refused := counting{classes: true, by: l.by}.of(call{name: "loss.OfCounts", word: "of_counts"}, in)
	if refused != nil {
		return refused
	}
	return l.finish(t.Counts)
}

// counting says what is added up to one count.
type counting struct {
	classes bool // the last axis holds classes with counts of their own
	rows    bool // each row has counts of its own
	squared bool // masses are Σ w·p² and Σ w·y²
	by      []Weighting
}

// tally is counts, and the weights [N] of rows that have counts of their own, or nil.
type tally struct {
	Counts
	rows *graph.Node
}

// of adds up, or refuses, what a loss is computed from.
func (k counting) of(c call, in In, checks ...func(call) *graph.Diagnostic) (t tally, refused *graph.Node) {
	c.p, c.y, c.family = in.Pred, in.Target, binary
	shape := sameShape
	if k.classes && !single(in.Pred.Shape()) {
		c.family, shape = several, anyClasses
	}
	checks = append(checks, shape, probability, labelsOfClasses)
	if k.rows {
		checks = append(checks, partsOfRows)
	}
	if refused = c.refused(checks...); refused != nil {
		return t, refused
	}
	defer c.enter()()
	inside, rows, refused := k.weights(c, in)
	if refused != nil {
		return t, refused
	}
	return k.add(c.p, c.shares(), inside, rows), nil
}

// single reports whether a prediction of that shape is of one class: [N] or [... 1].
func single(s graph.Shape) bool { return len(s) < 2 || s[len(s)-1].IsOne() }

// weights returns the product of all weights within what is added up, or nil, and
// that of the rows' own.
//
// Several classes exclude each other, so a weighting sees one term for all classes of
// a row or pixel, and its weight acts on each of them; columns that the data knows for
// a yes or no each have terms of their own.
func (k counting) weights(c call, in In) (inside, rows, refused *graph.Node) {
	terms := c.p
	if c.family == several && !c.severalLabels() {
		terms = c.p.Index(-1, 0)
	}
	data := in.Weight == nil || in.plain
	var list []*graph.Node
	for _, weighting := range k.by {
		w := weighting(in, terms)
		data = data || w.Data
		if in.plain && !w.Mask {
			continue
		}
		list = append(list, w.Values)
	}
	if !data {
		list = append(list, in.Weight)
	}
	for _, w := range list {
		of, to := &inside, c.p
		if !w.Poisoned() && k.rows && perSample(w.Shape()) && w.Shape()[0] == c.p.Shape()[0] {
			of, to = &rows, c.p.ReshapeTo(graph.Shape{c.p.Shape()[0], graph.Infer}).Index(1, 0)
			w = w.ReshapeTo(to.Shape())
		}
		w = align(w, to)
		if w.Poisoned() {
			return nil, nil, w
		}
		if *of != nil {
			w = (*of).Mul(w)
		}
		*of = w
	}
	return inside, rows, nil
}

// add computes the sums.
func (k counting) add(p, y, inside, rows *graph.Node) tally {
	axes := k.axes(p.Rank())
	sum := func(v *graph.Node) *graph.Node {
		if inside != nil {
			v = v.Mul(inside)
		}
		return v.Sum(axes...)
	}
	mass := func(v *graph.Node) *graph.Node {
		if k.squared {
			v = v.Square()
		}
		return sum(v)
	}
	t := tally{Counts{TP: sum(p.Mul(y)), Predicted: mass(p), True: mass(y)}, rows}
	if inside != nil {
		t.All = inside.Sum(axes...)
		return t
	}
	var summed graph.Shape
	for _, a := range axes {
		summed = append(summed, p.Shape()[a])
	}
	size, _ := summed.Size()
	t.All = p.Graph().Count(size)
	return t
}

// axes are those that are added up.
func (k counting) axes(rank int) []int {
	first, last := 0, rank
	if k.rows {
		first++
	}
	if k.classes && rank > 1 {
		last--
	}
	var axes []int
	for a := first; a < last; a++ {
		axes = append(axes, a)
	}
	return axes
}

// partsOfRows refuses counts of each row where a row has one element.
func partsOfRows(c call) *graph.Diagnostic {
	s := c.p.Shape()
	n, ok := perRow(s)
	if ok && n > 1 && (c.family == binary || len(s) > 2) {
		return nil
	}
	g := c.p.Graph()
	pred, _ := c.names()
	return &graph.Diagnostic{
		Code:    graph.CodeLossShape,
		Message: fmt.Sprintf("%s: %s %v has no pixels to count in each image", title(g, c.name, c.word), pred, s),
		Notes:   c.notes([]string{"would", "compare single numbers, and know nothing of the other rows."}),
		Fixes:   []string{g.Say("count over the batch: Per: loss.Batch", `count over the batch: per = "batch"`)},
	}
}
