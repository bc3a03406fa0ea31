package probe

import (
	"fmt"
	"math"
	"slices"

	"github.com/descent-ml/descent/graph"
)

// alike is the share of the spread between answers below which two of them cost the
// same.
const alike = 1e-6

// free is the share that the loss may move when predictions are divided by 1000, and
// still not see it: an epsilon in a denominator.
const free = 1e-3

// judge compares what the answers cost.
func (t *trial) judge(given *outcome) graph.Diagnostics {
	if !slices.ContainsFunc(given.tried, func(v tried) bool { return finite(v.loss) }) {
		return graph.Diagnostics{t.neverWarning(given)}
	}
	if !finite(given.of(Perfect)) {
		return nil
	}
	cheap := given.cheap()
	var found graph.Diagnostics
	if swapped := t.swapped(given, cheap); swapped != nil {
		found = append(found, t.orderWarning(given, swapped))
	} else if of := t.ofProbabilities(cheap); of != nil {
		found = append(found, t.scoresWarning(given, of))
	} else if len(cheap) > 0 {
		found = append(found, t.degenerateWarning(given, cheap))
	}
	if free := t.scaleFree(given); free != nil {
		found = append(found, t.scaleWarning(free))
	}
	return found
}

// cheap returns the answers that say the same of every row and cost no more than the
// perfect one.
func (o *outcome) cheap() []tried {
	limit := o.of(Perfect) + alike*o.spread()
	var out []tried
	for _, v := range o.tried {
		if v.constant && v.loss <= limit {
			out = append(out, v)
		}
	}
	return out
}

// spread is how far answers are apart that a model can give: those that are
// certain and wrong may cost anything.
func (o *outcome) spread() float64 {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range o.tried {
		if !finite(v.loss) || v.name == AllNegative || v.name == AllPositive {
			continue
		}
		lo, hi = min(lo, v.loss), max(hi, v.loss)
	}
	return max(hi-lo, 0)
}

// hedges reports whether the class rate costs less than every answer that is certain,
// as in a loss whose best prediction is a probability.
func (o *outcome) hedges() bool {
	rate := o.of(ClassRate)
	if !finite(rate) {
		return false
	}
	limit := rate + alike*o.spread()
	for _, v := range o.tried {
		if v.constant && v.name != ClassRate && v.loss <= limit {
			return false
		}
	}
	return true
}

// swapped returns what comes of the loss with prediction and target swapped if only
// then it behaves as a loss does: perfect is best, and a probability is better than
// certainty.
func (t *trial) swapped(given *outcome, cheap []tried) *outcome {
	if t.scores || t.kind != labels && t.kind != classes || len(cheap) == 0 && given.hedges() || t.steps(given) {
		return nil
	}
	o := t.run(true)
	if o == nil || !finite(o.of(Perfect)) || len(o.cheap()) > 0 || !o.hedges() {
		return nil
	}
	if rate := given.of(ClassRate); rate <= o.of(ClassRate)+alike*o.spread() {
		return nil // as written a probability costs no more: the loss weighs mistakes unevenly
	}
	return o
}

// ofProbabilities returns what comes of probabilities in place of raw scores, if of
// the scores an answer that looks at no row is as good as the target, and of
// probabilities none is.
func (t *trial) ofProbabilities(cheap []tried) *outcome {
	if !t.scores || len(cheap) == 0 {
		return nil
	}
	of := *t
	of.scores = false
	o := of.run(false)
	if o == nil || !finite(o.of(Perfect)) || len(o.cheap()) > 0 {
		return nil
	}
	return o
}

// steps reports whether small changes of a prediction change nothing, as where a loss
// rounds it: then a probability is no better than the certainty it is rounded to.
func (t *trial) steps(given *outcome) bool {
	p := t.blurred()
	before, ok1 := given.bench.lossOf(p)
	for i := range p {
		p[i] += 1e-3 * (fraction(i) - 0.3)
	}
	after, ok2 := given.bench.lossOf(p)
	return ok1 && ok2 && math.Abs(after-before) <= alike*given.spread()
}

// unscaled is a loss that predictions may be divided in.
type unscaled struct {
	class          int // the only one whose predictions are, where those of a row sum to 1
	perfect, small float64
}

// scaleFree returns what the perfect prediction costs if neither that one nor a
// blurred one costs anything else when it is divided by 1000; else nil.
func (t *trial) scaleFree(given *outcome) *unscaled {
	limit := free * given.spread()
	if limit == 0 {
		return nil
	}
	blurred := t.blurred()
	for class := range t.shrinks() {
		u := unscaled{class: class}
		same := true
		for _, p := range [][]float64{blurred, t.truth} {
			whole, ok1 := given.bench.lossOf(p)
			less, ok2 := given.bench.lossOf(t.smaller(p, class))
			u.perfect, u.small = whole, less
			same = same && ok1 && ok2 && math.Abs(whole-less) <= limit
		}
		if same {
			return &u
		}
	}
	return nil
}

// shrinks is the number of ways to make a prediction smaller.
func (t *trial) shrinks() int {
	if t.simplex {
		return min(t.width, mostClasses)
	}
	return 1
}

// number writes a loss as people compare them.
func number(x float64) string {
	switch a := math.Abs(x); {
	case !finite(x):
		return "no number"
	case a < 1e-9: // the rounding of float64
		return "0.000"
	case a < 0.0005:
		return fmt.Sprintf("%.1e", x)
	case a < 10:
		return fmt.Sprintf("%.3f", x)
	case a < 1e5:
		return fmt.Sprintf("%.4g", x)
	}
	return fmt.Sprintf("%.2e", x)
}

// String is the value as a line shows it: "class rate 0.146".
func (v Value) String() string {
	text := v.Text
	if v.Name != ClassRate && v.Name != Perfect && v.Name != Mean {
		text += ":"
	}
	as := number(v.Loss)
	text += " " + as
	if v.Unweighted == nil {
		return text
	}
	if plain := number(*v.Unweighted); plain != as {
		text += " (" + plain + " without weights)"
	}
	return text
}
