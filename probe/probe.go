package probe

import (
	"math"
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// Subject is a loss to try, as it is used.
type Subject struct {
	Loss    loss.Loss
	In      loss.In        // what it is given: shapes, ranges and names are taken from these nodes
	Pos     graph.Position // of warnings
	Classes []string       // their names, the negative one of two first; nil for "negative", "class 3"
}

// Report is what a loss gave.
type Report struct {
	Rows   int     `json:"rows"`
	Values []Value `json:"values"` // those that are finite
}

// Value is the loss of one prediction.
type Value struct {
	Name string  `json:"name"` // [ClassRate] and its like
	Text string  `json:"text"` // for people: "all No at rate 0.001"
	Loss float64 `json:"loss"`

	Unweighted *float64 `json:"without_weights,omitempty"` // the loss if every term counted once; nil where that is the same
}

// Get returns the first value of a name.
func (r *Report) Get(name string) (v Value, ok bool) {
	if r == nil {
		return Value{}, false
	}
	i := slices.IndexFunc(r.Values, func(v Value) bool { return v.Name == name })
	if i < 0 {
		return Value{}, false
	}
	return r.Values[i], true
}

// Try tries a loss without data, on rows that [Draw] makes up. Numbers may stand for
// anything: a loss of them is warned of only if it behaves neither on any numbers nor
// on those that ascend from 0 in each row.
func Try(s Subject) (*Report, graph.Diagnostics) {
	rows, ok := Draw(s.In)
	if !ok {
		return nil, nil
	}
	report, found := Run(s, rows)
	if len(found) == 0 || kindOf(s.In) != reals {
		return report, found
	}
	if rows, ok = rows.ascending(s.In); ok {
		if other, none := Run(s, rows); other != nil && len(none) == 0 {
			return other, nil
		}
	}
	return report, found
}

// Run tries a loss. It returns nil where prediction and target do not say what a
// prediction means, where the loss is refused, or where it needs more than its three
// inputs.
func Run(s Subject, rows Rows) (*Report, graph.Diagnostics) {
	t := newTrial(s, rows)
	if t == nil {
		return nil, nil
	}
	given := t.run(false)
	if given == nil {
		return nil, nil
	}
	if of := t.ofLogarithms(given); of != nil {
		given = of
	}
	report := &Report{Rows: rows.N}
	plain := given.unweighted()
	for i, v := range given.tried {
		if finite(v.loss) {
			report.Values = append(report.Values, Value{v.name, v.text, v.loss, plain[i]})
		}
	}
	return report, given.bench.t.judge(given)
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// trial is a subject with rows.
type trial struct {
	Subject
	kind    kind
	rows    Rows
	pred    *graph.Node // the prediction as the model makes it
	truth   []float64   // the perfect prediction, in the prediction's shape
	width   int         // classes
	names   []string
	scores  bool // the loss takes raw scores
	simplex bool // predictions of a row sum to 1
	logs    bool // the loss takes logarithms of what is to be predicted
}

func newTrial(s Subject, rows Rows) *trial {
	t := &trial{Subject: s, kind: kindOf(s.In), rows: rows, pred: s.In.Pred, names: s.Classes}
	if t.kind == unknown || rows.check(s.In) != nil {
		return nil
	}
	t.width = width(t.pred)
	t.scores = ofScores(t.pred) && t.kind != reals
	t.simplex = sumsToOne(t.pred) || t.scores && t.kind != labels
	if t.truth = t.perfect(); t.truth == nil {
		return nil
	}
	return t
}

// perfect returns the prediction that the target asks for, or nil where the target
// holds something else than its kind says.
func (t *trial) perfect() []float64 {
	y := t.rows.Target
	if t.kind == reals {
		return y
	}
	if t.kind != numbers {
		for _, v := range y {
			if !(v >= 0 && v <= 1) {
				return nil
			}
		}
		return y
	}
	out := make([]float64, len(y)*t.width)
	for i, v := range y {
		k := int(v)
		if float64(k) != v || k < 0 || k >= t.width {
			return nil
		}
		out[i*t.width+k] = 1
	}
	return out
}

// ofLogarithms returns what comes of predictions that are logarithms of the target,
// if an answer that looks at no row is as good as the target itself and only theirs
// are told apart: losses of amounts and rates often take them, so that every score
// gives a positive number.
func (t *trial) ofLogarithms(given *outcome) *outcome {
	if t.kind != reals || len(given.cheap()) == 0 || slices.ContainsFunc(t.truth, func(v float64) bool { return v < 0 }) {
		return nil
	}
	logs := *t
	logs.logs = true
	logs.truth = make([]float64, len(t.truth))
	for i, v := range t.truth {
		logs.truth[i] = math.Log(max(v, 1e-3))
	}
	o := logs.run(false)
	if o == nil || !finite(o.of(Perfect)) || len(o.cheap()) > 0 {
		return nil
	}
	return o
}

// outcome is what came of all predictions, in one order of the arguments.
type outcome struct {
	bench *bench
	tried []tried
}

type tried struct {
	answer
	loss float64
}

// run tries every answer; nil where the loss cannot be built or computed.
func (t *trial) run(swapped bool) *outcome {
	b := t.newBench(swapped)
	if b == nil {
		return nil
	}
	o := &outcome{bench: b}
	for _, a := range t.answers() {
		v, ok := b.lossOf(a.p)
		if !ok {
			return nil
		}
		o.tried = append(o.tried, tried{a, v + 0}) // +0 in place of -0
	}
	o.soften()
	return o
}

// soften puts the truth said a little less surely in place of the truth where only
// that costs less than every answer that looks at no row, as after label smoothing.
func (o *outcome) soften() {
	best, at := math.Inf(1), 0
	for i, v := range o.tried {
		switch {
		case v.name == Perfect:
			at = i
		case v.constant && finite(v.loss):
			best = min(best, v.loss)
		}
	}
	if o.tried[at].loss < best || o.bench.t.kind == reals {
		return
	}
	if soft := o.bench.nearly(); soft < best {
		o.tried[at].loss = soft
	}
}

// nearly returns what the truth costs when it is said a little less surely.
func (b *bench) nearly() float64 {
	least := math.Inf(1)
	for _, doubt := range []float64{0.001, 0.01, 0.05, 0.1, 0.2} {
		no, yes := doubt, 1-doubt
		if b.t.kind != labels {
			no = doubt / float64(b.t.width)
			yes = 1 - doubt + no
		}
		p := make([]float64, len(b.t.truth))
		for i, v := range b.t.truth {
			p[i] = no + v*(yes-no)
		}
		if v, ok := b.lossOf(p); ok && finite(v) {
			least = min(least, v)
		}
	}
	return least
}

// unweighted returns what each answer would cost if every term counted once, nil where
// that is the same.
func (o *outcome) unweighted() []*float64 {
	t := *o.bench.t
	t.Loss = loss.Unweighted(t.Loss)
	out := make([]*float64, len(o.tried))
	plain := t.run(false)
	if plain == nil {
		return out
	}
	for i, v := range plain.tried {
		with := o.tried[i].loss
		if finite(v.loss) && math.Abs(v.loss-with) > same*max(math.Abs(v.loss), math.Abs(with)) {
			out[i] = &v.loss
		}
	}
	return out
}

// same is the relative difference of two losses that is rounding.
const same = 1e-9

// of returns the loss of the first answer of a name; NaN without one.
func (o *outcome) of(name string) float64 {
	for _, v := range o.tried {
		if v.name == name {
			return v.loss
		}
	}
	return math.NaN()
}

// bench is a graph with the loss of nothing but its inputs.
type bench struct {
	t            *trial
	pred, target *graph.Node
	value        *graph.Node
	feed         graph.Feed
}

// newBench builds the loss anew, of inputs that look like the prediction and target
// of the subject.
func (t *trial) newBench(swapped bool) *bench {
	of := t.In.Pred.Graph()
	g := graph.New(graph.Training)
	g.Language = of.Language
	defer g.At(t.Pos)()
	like := func(name string, n *graph.Node) *graph.Node {
		return g.Input(name, n.Shape(), n.Range()).Named(n.Label())
	}
	b := &bench{t: t, pred: like("prediction", t.In.Pred), target: like("target", t.In.Target)}
	b.feed = graph.Feed{Rows: t.rows.N, Step: 1, Values: map[*graph.Node]graph.Array{
		b.target: graph.ArrayOf(t.rows.Target, b.target.Shape().At(t.rows.N)...),
	}}
	in := loss.In{Pred: b.pred, Target: b.target}
	if swapped {
		in.Pred, in.Target = b.target, b.pred
	}
	if w := t.In.Weight; w != nil {
		in.Weight = like("weight", w)
		b.feed.Values[in.Weight] = graph.ArrayOf(t.rows.Weight, w.Shape().At(t.rows.N)...)
	}
	b.value = t.Loss.Apply(in)
	if b.value.Poisoned() || b.value.Rank() != 0 || !slices.Contains(graph.Reachable(b.value), b.pred) {
		return nil
	}
	b.settle()
	return b
}

// settle computes what does not depend on the prediction, once for all.
func (b *bench) settle() {
	moves := map[*graph.Node]bool{b.pred: true}
	var still []*graph.Node
	for _, n := range graph.Reachable(b.value) {
		moves[n] = moves[n] || slices.ContainsFunc(n.Inputs(), func(x *graph.Node) bool { return moves[x] })
		if !moves[n] {
			still = append(still, n)
		}
	}
	values, err := graph.Eval(b.feed, still...)
	if err != nil {
		return // what cannot be computed is reported where the loss is
	}
	for i, n := range still {
		b.feed.Values[n] = values[i]
	}
}

// lossOf computes the loss of a prediction. One that is infinite or NaN there is
// computed a little inside of 0 and 1, where a sigmoid stays.
func (b *bench) lossOf(p []float64) (float64, bool) {
	v, ok := b.eval(p, b.value)
	if !ok {
		return 0, false
	}
	if !finite(v[0]) && b.t.kind != reals {
		inside := make([]float64, len(p))
		for i, x := range p {
			inside[i] = min(max(x, almost), 1-almost)
		}
		if v, ok = b.eval(inside, b.value); !ok {
			return 0, false
		}
	}
	return v[0], true
}

// almost is the distance from 0 and 1 of what cannot be computed there.
const almost = 1e-12

// eval returns the elements of a node for a prediction.
func (b *bench) eval(p []float64, n *graph.Node) ([]float64, bool) {
	if b.t.scores {
		p = b.t.score(p)
	}
	b.feed.Values[b.pred] = graph.ArrayOf(p, b.pred.Shape().At(b.t.rows.N)...)
	out, err := graph.Eval(b.feed, n)
	if err != nil { // random numbers, or a parameter of the loss' own
		return nil, false
	}
	return out[0].Data, true
}
