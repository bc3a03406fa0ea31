package loss

import (
	"fmt"
	"math"

	"github.com/descent-ml/descent/graph"
)

// call is one use of a loss, for the checks that losses share and for their
// messages.
type call struct {
	name, word string    // the loss as Go and as recipes write it
	family     family    // what the prediction is of
	scores     bool      // it is of raw scores, not of probabilities
	twin       text      // the form of the same loss for scores, or for probabilities; or none
	squashed   string    // what a probability in place of a score would do; "" for a second sigmoid or softmax
	nouns      [2]string // what p and y are where they are no prediction and target
	p, y       *graph.Node
}

// family is what a prediction says.
type family uint8

const (
	real    family = iota // any number
	binary                // yes or no
	several               // one class of several, on the last axis
)

// activation spells the one that the model's last layer needs, or "".
func (c call) activation() (inGo, python string) {
	switch {
	case c.scores || c.family == real:
		return "", ""
	case c.family == several:
		return "Act: nn.Softmax", `activation = "softmax"`
	}
	return "Act: nn.Sigmoid", `activation = "sigmoid"`
}

// text is a phrase in both languages.
type text struct{ inGo, python string }

func (t text) in(g *graph.Graph) string { return g.Say(t.inGo, t.python) }

// title names a loss in the first line of a message.
func title(g *graph.Graph, name, word string) string { return g.Say(name, "loss "+word) }

// enter opens the scope of the loss' own nodes.
func (c call) enter() (leave func()) {
	g := c.p.Graph()
	return g.Enter(graph.Scope{Name: g.Say(c.name, c.word)})
}

// refused makes every check and returns nil if they pass, else a poisoned node.
// Independent mistakes are all reported.
func (c call) refused(checks ...func(call) *graph.Diagnostic) *graph.Node {
	for _, n := range []*graph.Node{c.p, c.y} {
		if n.Poisoned() {
			return n
		}
	}
	var out *graph.Node
	for _, check := range checks {
		if d := check(c); d != nil {
			out = c.p.Graph().Poison(*d)
		}
	}
	return out
}

// names returns what messages call prediction and target: the user's words if
// there are any. The code names are those that fixes use.
func (c call) names() (pred, target string) {
	return named(c.p, orElse(c.nouns[0], "prediction")), named(c.y, orElse(c.nouns[1], "target"))
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func named(n *graph.Node, otherwise string) string {
	if l := n.Label(); l != "" {
		return l
	}
	return otherwise
}

// notes lists prediction and target with shape and origin, and what else there is
// to say, each a word and a sentence.
func (c call) notes(more ...[]string) []string {
	pred, target := c.names()
	values := graph.Columns(
		[]string{c.p.Shape().String(), c.p.Origin()},
		[]string{c.y.Shape().String(), c.y.Origin()},
	)
	return graph.Columns(append([][]string{{pred, values[0]}, {target, values[1]}}, more...)...)
}

// probability refuses a prediction that certainly leaves [0, 1]: a raw score, or a
// value that lies outside altogether. What is not known is accepted.
func probability(c call) *graph.Diagnostic {
	r := c.p.Range()
	outside := r.Hi < 0 || r.Lo > 1
	if graph.Within(0, 1).Contains(r.Interval) || r.Tag != graph.Score && !outside || c.noClasses() {
		return nil
	}
	g := c.p.Graph()
	pred, _ := c.names()
	values := ""
	if r.Interval != graph.Everything {
		values = " in " + r.Interval.String()
	}
	act, _ := c.activation()
	d := &graph.Diagnostic{
		Code:    graph.CodeLossDomain,
		Message: fmt.Sprintf("%s: %s must lie in [0, 1], but it may be any value%s", title(g, c.name, c.word), pred, values),
		Fixes:   []string{"end the model with " + g.Say(act, c.dense(c.width()))},
	}
	if c.twin == (text{}) {
		d.Notes = c.notes([]string{"would", "count rows that are negative, or more than one: a sum that means nothing."})
		return d
	}
	d.Notes = c.notes([]string{"would", "take logarithms of values that are no probabilities: NaN, or a gradient of exactly 0 where they are clipped."})
	d.Fixes = append(d.Fixes, "or take raw scores: "+c.twin.in(g))
	return d
}

// width returns the length of the prediction's last axis, 1 where it has none.
func (c call) width() int {
	s := c.p.Shape()
	if len(s) < 2 || s[len(s)-1].Depends() {
		return 1
	}
	return s[len(s)-1].Const
}

// score refuses a prediction that is a probability already.
func score(c call) *graph.Diagnostic {
	if c.p.Range().Tag != graph.Probability || c.noClasses() {
		return nil
	}
	g := c.p.Graph()
	pred, _ := c.names()
	would := "apply the sigmoid twice: every probability would lie between 0.5 and 0.73."
	switch {
	case c.squashed != "":
		would = c.squashed
	case c.family == several:
		would = "apply the softmax twice: no class could come near probability 0 or 1."
	}
	return &graph.Diagnostic{
		Code:    graph.CodeLossDomain,
		Message: fmt.Sprintf("%s: %s must be a raw score, but it is a probability in %v", title(g, c.name, c.word), pred, c.p.Range().Interval),
		Notes:   c.notes([]string{"would", would}),
		Fixes: []string{
			"take probabilities: " + c.twin.in(g),
			"or end the model without an activation: " + c.dense(c.width()),
		},
	}
}

// noClasses reports whether the prediction is not one of several classes at all,
// which its shape was refused for: its values then say nothing more.
func (c call) noClasses() bool { return c.family == several && classAxis(c) != nil }

// labels refuses a target that certainly leaves [0, 1], such as class numbers. Class
// numbers in place of one-hot rows are told by their shape already.
func labels(c call) *graph.Diagnostic {
	r := c.y.Range()
	if r.Tag == graph.Index && c.family == several && !c.y.Shape().Equal(c.p.Shape()) {
		return nil
	}
	outside := r.Hi < 0 || r.Lo > 1
	if graph.Within(0, 1).Contains(r.Interval) || r.Tag != graph.Index && r.Tag != graph.Seen && !outside {
		return nil
	}
	g := c.p.Graph()
	_, target := c.names()
	d := &graph.Diagnostic{
		Code:    graph.CodeLossDomain,
		Message: fmt.Sprintf("%s: %s must lie in [0, 1], but it lies in %v", title(g, c.name, c.word), target, r.Interval),
		Notes:   c.notes([]string{"would", "have no least value: the loss falls without end as the prediction grows."}),
	}
	if r.Tag == graph.Index {
		d.Message = fmt.Sprintf("%s: %s must lie in [0, 1], but it holds class numbers in %v", title(g, c.name, c.word), target, r.Interval)
		d.Fixes = []string{g.Say("loss.SparseCrossEntropy takes class numbers, with one output a class", "one output a class, with softmax: loss = cross_entropy()")}
	}
	if r.Interval == graph.Within(-1, 1) {
		d.Fixes = []string{g.Say("make 0 and 1 of it: y.Shift(1).Scale(0.5)", "make 0 and 1 of it: (y_true + 1) / 2")}
	}
	return d
}

// distribution refuses a target whose rows do not sum to 1, as those of one class out
// of several do.
func distribution(c call) *graph.Diagnostic {
	sums, known := c.y.RowSums()
	const near = 1e-3
	if !known || graph.Within(1-near, 1+near).Contains(sums) || !c.y.Shape().Equal(c.p.Shape()) {
		return nil
	}
	g := c.p.Graph()
	_, target := c.names()
	return &graph.Diagnostic{
		Code:    graph.CodeLossDomain,
		Message: fmt.Sprintf("%s: rows of %s must sum to 1, but their sums lie in %v", title(g, c.name, c.word), target, sums),
		Notes:   c.notes([]string{"would", "count a row as often as it has classes, and let them compete for one place."}),
		Fixes: []string{
			g.Say("for labels that may be there together: Act: nn.Sigmoid and loss.Mean(loss.BCE)", `for labels that may be there together: activation = "sigmoid" and loss = bce()`),
			g.Say("or divide each row by its sum: y.Div(y.SumKeep(-1))", "or divide each row by its sum: y_true / K.sum(y_true, axis = -1, keepdims = True)"),
		},
	}
}

// setting refuses a parameter outside its interval.
func setting(name string, value float64, in graph.Interval) func(call) *graph.Diagnostic {
	return func(c call) *graph.Diagnostic {
		if in.Has(value) {
			return nil
		}
		return &graph.Diagnostic{
			Code:    CodeArgument,
			Message: fmt.Sprintf("%s: %s is %v, but it must lie in %v", title(c.p.Graph(), c.name, c.word), name, value, in),
		}
	}
}

// Intervals of settings.
var (
	positive = graph.Interval{Lo: 0, Hi: math.Inf(1), LoOpen: true, HiOpen: true}
	atLeast0 = graph.Interval{Lo: 0, Hi: math.Inf(1), HiOpen: true}
)
