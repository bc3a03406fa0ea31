package probe

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
)

// warning is a diagnostic where the loss stands.
func (t *trial) warning(code graph.Code, message string, notes, fixes []string) *graph.Diagnostic {
	return &graph.Diagnostic{Code: code, Severity: graph.Warning, Pos: t.Pos, Message: message, Notes: notes, Fixes: fixes}
}

// say is [graph.Graph.Say] of the program that the loss belongs to.
func (t *trial) say(inGo, python string) string { return t.pred.Graph().Say(inGo, python) }

// neverWarning tells that no prediction has a loss.
func (t *trial) neverWarning(o *outcome) *graph.Diagnostic {
	var each []string
	for _, v := range o.tried {
		each = append(each, fmt.Sprintf("%s %v", v.text, v.loss))
	}
	return t.warning(CodeNever, "the loss is finite for none of the predictions that were tried",
		graph.Columns([]string{"tried", strings.Join(each, ", ")}, []string{"would", "stop at the first step: no weight can follow what is no number."}),
		[]string{t.say("look for 0 times infinity and for the logarithm or the root of what may be 0: graph's XLogY, Clip and Where keep them finite",
			"look for 0 * inf, and for the logarithm or the root of what may be 0: where(mask, x, 0) in place of mask * x")})
}

// degenerateWarning tells that answers which look at no row cost no more than the
// perfect one.
func (t *trial) degenerateWarning(o *outcome, cheap []tried) *graph.Diagnostic {
	if b := o.bench; !slices.Contains(graph.Reachable(b.value), b.target) {
		return t.warning(CodeDegenerate, "the loss does not look at the target: what it is least for is not what the data says",
			[]string{t.table(o)}, []string{
				t.say("as a part of a loss that looks at it: loss.Add(loss.Mean(loss.BCE), f)", "as a part of a loss that looks at it: bce() + f"),
				"or compare with the target in it",
			})
	}
	if t.upsideDown(o) {
		fixes := []string{t.say("make one minus it small: score.OneMinus()", "make one minus it small: return 1 - score")}
		if t.kind == labels && t.pred.Rank() <= 2 && t.width == 1 {
			fixes = append(fixes, "or leave it as it is if the prediction is a distance, which is 0 where the target is 1")
		}
		return t.warning(CodeDegenerate, "the loss is largest for a perfect prediction: a score is made small where it should be made large",
			[]string{t.table(o)}, fixes)
	}
	best := cheap[0]
	for _, v := range cheap {
		if d := v.loss - best.loss; d < -alike*o.spread() || best.name == ClassRate && d <= alike*o.spread() {
			best = v // what is certain is easier to see than a rate
		}
	}
	what, why, fixes := t.explain(o, best, cheap)
	as := "as good as"
	if best.loss < o.of(Perfect)-alike*o.spread() {
		as, why = "better than", "the loss falls where the prediction is wrong."
	}
	return t.warning(CodeDegenerate, fmt.Sprintf("%s is %s predicting perfectly", what, as),
		append([]string{t.table(o)}, graph.Columns([]string{"why", why})...), fixes)
}

// upsideDown reports whether perfect is the worst of all.
func (t *trial) upsideDown(o *outcome) bool {
	limit := o.of(Perfect) - alike*o.spread()
	for _, v := range o.tried {
		if v.constant && finite(v.loss) && v.loss >= limit {
			return false
		}
	}
	return true
}

// explain says in words what the cheap answers do, why the loss lets them, and what
// to write in its place.
func (t *trial) explain(o *outcome, best tried, cheap []tried) (what, why string, fixes []string) {
	f1 := t.say("give recall a say: loss.SoftF1{Beta: 0.5}", "give recall a say: loss = soft_f1(beta = 0.5)")
	switch best.name {
	case AllNegative, NearlyAllNegative:
		why = "a yes that is missed costs nothing."
		if quotient := t.emptyQuotient(o, best); quotient != "" {
			why = "the denominator counts only what was said: with nothing said " + quotient
		}
		return "predicting nothing", why, []string{f1}
	case AllPositive, NearlyAllPositive:
		return "predicting yes for every row", "a false alarm costs nothing.",
			[]string{t.say("give precision a say: loss.SoftF1{Beta: 2}", "give precision a say: loss = soft_f1(beta = 2)")}
	case AllOfClass:
		why = "rows that are taken for another class cost nothing."
		if quotient := t.emptyQuotient(o, best); quotient != "" {
			why = "the denominator counts only what was said: with nothing said " + quotient
		}
		fixes = []string{t.say("count every class: loss.SoftF1{}", "count every class: loss = soft_f1()")}
		if k, ok := t.never(cheap); ok {
			return "never predicting " + t.class(k, fmt.Sprintf("class %d", k)), why, fixes
		}
		return "predicting " + strings.TrimPrefix(best.text, "all ") + " for every row", why, fixes
	case Mean, Zero:
		what = "predicting the mean for every row"
		if best.name == Zero {
			what = "predicting 0 for every row"
		}
		return what, "errors of both signs cancel, or do not count.",
			[]string{t.say("let every error count: loss.Mean(loss.SquaredError)", "let every error count: loss = mse()")}
	}
	return "predicting the class rate for every row", "the loss counts how much is predicted, not for which rows.",
		[]string{t.say("let every row count: loss.Mean(loss.BCE)", "let every row count: loss = bce()")}
}

// never returns the only class that the cheap answers leave out, where there are
// three or more.
func (t *trial) never(cheap []tried) (class int, ok bool) {
	if t.width < 3 || t.width > mostClasses {
		return 0, false
	}
	said := make([]bool, t.width)
	left := t.width
	for _, v := range cheap {
		if v.name == AllOfClass && !said[v.class] {
			said[v.class] = true
			left--
		}
	}
	for k, s := range said {
		if !s {
			class = k
		}
	}
	return class, left == 1
}

// emptyQuotient looks for a quotient whose denominator follows the prediction alone
// and is as small as its numerator for the answer: an epsilon over an epsilon.
func (t *trial) emptyQuotient(o *outcome, a tried) string {
	b := o.bench
	for _, n := range graph.Reachable(b.value) {
		if n.Op().Name() != "Div" || n.Rank() != 0 {
			continue
		}
		from := graph.Reachable(n.In(1))
		if !contains(from, b.pred) || contains(from, b.target) {
			continue
		}
		above, ok1 := b.eval(a.p, n.In(0))
		below, ok2 := b.eval(a.p, n.In(1))
		if ok1 && ok2 && math.Abs(below[0]) == math.Abs(above[0]) && below[0] != 0 && math.Abs(below[0]) < free {
			return fmt.Sprintf("it is %.3g / %.3g = %v.", above[0], below[0], above[0]/below[0])
		}
	}
	return ""
}

func contains(nodes []*graph.Node, n *graph.Node) bool {
	for _, m := range nodes {
		if m == n {
			return true
		}
	}
	return false
}

// table is one line with what the answers cost that look at no row, and the perfect
// one.
func (t *trial) table(o *outcome) string {
	var cells []string
	for _, v := range o.tried {
		switch v.name {
		case NearlyAllNegative, NearlyAllPositive, PerfectScaled:
			continue
		}
		cells = append(cells, v.text+"  "+number(v.loss))
	}
	return strings.Join(cells, "     ")
}

// scaleWarning tells that the size of predictions does not count.
func (t *trial) scaleWarning(u *unscaled) *graph.Diagnostic {
	what := "predictions"
	if t.simplex {
		what += " of " + t.class(u.class, fmt.Sprintf("class %d", u.class))
	}
	table := fmt.Sprintf("perfect  %s     perfect / 1000  %s", number(u.perfect), number(u.small))
	if t.kind == reals {
		return t.warning(CodeScaleFree, "dividing predictions by 1000 changes nothing: the loss does not see their size",
			append([]string{table}, graph.Columns([]string{"would", "train how predictions vary and not how large they are: enough for a ranking or an embedding, useless as numbers."})...),
			[]string{t.say("for numbers, add a loss that sees the size: loss.Add(l, loss.Mean(loss.SquaredError))", "for numbers, add a loss that sees the size: loss = f + mse()")})
	}
	return t.warning(CodeScaleFree, "dividing "+what+" by 1000 changes nothing: the loss sees their order, not their size",
		append([]string{table}, graph.Columns([]string{"would", "leave the scores without a level: no threshold means anything, and they may all shrink to 0."})...),
		[]string{t.say("add a loss that sees the size: loss.Add(l, loss.Mean(loss.BCE))", "add a loss that sees the size: loss = f + bce()")})
}

// scoresWarning tells that raw scores are taken for probabilities.
func (t *trial) scoresWarning(given, of *outcome) *graph.Diagnostic {
	activation, width := "sigmoid", t.width
	if t.kind != labels {
		activation = "softmax"
	}
	return t.warning(CodeDegenerate, "raw scores are taken for probabilities: only of these is the loss least where the prediction is perfect",
		graph.Columns(given.row("scores"), of.row("probabilities")),
		[]string{t.say(
			fmt.Sprintf("end the model with Act: nn.%s%s", strings.ToUpper(activation[:1]), activation[1:]),
			fmt.Sprintf("end the model with layers.Dense(%d, activation = %q)", width, activation))})
}

// orderWarning tells that prediction and target look swapped.
func (t *trial) orderWarning(given, swapped *outcome) *graph.Diagnostic {
	pred, target := given.bench.pred.Label(), given.bench.target.Label()
	if pred == "" || target == "" {
		pred, target = "prediction", "target"
	}
	function := "K.binary_crossentropy"
	if t.kind == classes {
		function = "K.categorical_crossentropy"
	}
	return t.warning(CodeOrder, fmt.Sprintf("%s and %s look swapped: only the other way round is a probability better than certainty", pred, target),
		graph.Columns(given.row("as written"), swapped.row("swapped")),
		[]string{t.say("loss.BCE(p, y): the prediction comes first in Go", function+"("+target+", "+pred+"): the target comes first, as in Keras")})
}

// row is a line of a table with what the answers cost, after a word for it.
func (o *outcome) row(word string) []string {
	cells := []string{word}
	for _, v := range o.tried {
		switch v.name {
		case NearlyAllNegative, NearlyAllPositive, PerfectScaled:
			continue
		}
		cells = append(cells, v.text+" "+number(v.loss))
	}
	return cells
}
