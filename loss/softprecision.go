package loss

import "github.com/descent-ml/descent/graph"

// SoftPrecision is 1 − P + λ·max(0, 1 − R/r), with precision P = Σ w·p·y / Σ w·p and
// recall R = Σ w·p·y / Σ w·y of one class, of probabilities in place of decisions, and
// the least recall r that is asked for.
//
// Without r its optimum is to be sure of a single row and to predict next to nothing
// else: P does not change when every p is divided by 1000.
// Shapes, domain and weights: as for [SoftF1].
// Source: Eban, Schain, Mackey, Gordon, Saurous & Elidan, "Scalable Learning of
// Non-Decomposable Objectives", AISTATS 2017, of precision at fixed recall.
type SoftPrecision struct {
	Class     int         // its number on the last axis
	MinRecall float64     // r in (0, 1]; 0 asks for none
	Penalty   float64     // λ > 0; 0 for 4, at which no precision pays for less than ¾ of r
	Absent    Empty       // what the class costs in a batch that does not have it
	By        []Weighting // inside the sums, beside the data's weights
}

// Apply implements [Loss].
func (s SoftPrecision) Apply(in In) *graph.Node {
	of := oneClass{s.Class, s.MinRecall, s.Penalty, s.Absent, s.By}
	return of.apply(call{name: "loss.SoftPrecision", word: "soft_precision"}, "min_recall", in, Counts.precision, Counts.recall)
}

// SoftRecall is 1 − R + λ·max(0, 1 − P/r), with recall R and precision P as for
// [SoftPrecision], and the least precision r that is asked for. Without r its optimum
// is to predict the class for every row.
//
// Shapes, domain and weights: as for [SoftF1].
// Source: Eban et al., as for [SoftPrecision].
type SoftRecall struct {
	Class        int         // its number on the last axis
	MinPrecision float64     // r in (0, 1]; 0 asks for none
	Penalty      float64     // λ > 0; 0 for 4
	Absent       Empty       // what the class costs in a batch that does not have it
	By           []Weighting // inside the sums, beside the data's weights
}

// Apply implements [Loss].
func (s SoftRecall) Apply(in In) *graph.Node {
	of := oneClass{s.Class, s.MinPrecision, s.Penalty, s.Absent, s.By}
	return of.apply(call{name: "loss.SoftRecall", word: "soft_recall"}, "min_precision", in, Counts.recall, Counts.precision)
}

// oneClass is a score of one class with a floor under another.
type oneClass struct {
	class          int
	floor, penalty float64
	absent         Empty
	by             []Weighting
}

func (o oneClass) apply(c call, floor string, in In, score, other func(Counts) *graph.Node) *graph.Node {
	penalty := o.penalty
	if penalty == 0 {
		penalty = 4
	}
	there := func(c call) *graph.Diagnostic { return c.hasClass(o.class) }
	t, refused := counting{classes: true, by: o.by}.of(c, in,
		setting(floor, o.floor, graph.Within(0, 1)), setting("penalty", penalty, positive), there)
	if refused != nil {
		return refused
	}
	g := in.Pred.Graph()
	defer g.Enter(graph.Scope{Name: g.Say(c.name, c.word)})()
	counts := t.Counts.class(o.class)
	cost := score(counts).OneMinus()
	if o.floor > 0 {
		cost = cost.Add(other(counts).Scale(1 / o.floor).OneMinus().Relu().Scale(penalty))
	}
	costs, kept := o.absent.apply(counts, cost, false)
	return average(costs, kept)
}

func (c Counts) precision() *graph.Node { return divide(c.TP, c.Predicted) }
func (c Counts) recall() *graph.Node    { return divide(c.TP, c.True) }
