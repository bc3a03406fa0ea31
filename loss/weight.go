package loss

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// Weighting says how much each term of a pointwise loss counts. Several of them
// multiply.
type Weighting func(in In, terms *graph.Node) Weights

// Weights are what a [Weighting] gives.
//
// Values align with the terms from the batch axis, never from the right: [N],
// [N H W] and [N H W 1] all fit terms of [N H W C], and nothing else does but
// [N H W C] itself.
type Weights struct {
	Values *graph.Node
	Mask   bool // a term of weight 0 is no term: it leaves the count of Mean as well
	Data   bool // Values were made of In.Weight, which then does not act by itself
}

// BySample takes the data's weights, one a row: [N].
//
// The data's weights act on every loss. BySample and [ByElement] say which there
// are, and refuse data without them or with others.
func BySample(in In, terms *graph.Node) Weights {
	w := in.Weight
	switch {
	case w == nil:
		w = noWeights(terms, "loss.BySample")
	case !w.Poisoned() && !perSample(w.Shape()):
		w = misfit(w, terms, "loss.BySample takes a weight a row.", oneARow(terms))
	}
	return Weights{Values: w, Data: true}
}

// ByElement takes the data's weights, which differ within a row: [N H W], [N H W 1] or
// [N H W C] for a loss of [N H W C].
func ByElement(in In, terms *graph.Node) Weights {
	w := in.Weight
	switch {
	case w == nil:
		w = noWeights(terms, "loss.ByElement")
	case !w.Poisoned() && perSample(w.Shape()) && !perSample(terms.Shape()):
		w = misfit(w, terms, "loss.ByElement takes weights that differ within a row.", oneATerm(terms), "or take these by loss.BySample")
	}
	return Weights{Values: w, Data: true}
}

// perSample reports whether values of that shape are one a row.
func perSample(s graph.Shape) bool { return len(s) > 0 && fits(s, s[:1]) }

// Mask takes the data's weights as a mask: a term whose weight is 0 is no term,
// every other one counts once.
func Mask(in In, terms *graph.Node) Weights {
	if in.Weight == nil {
		return Weights{Values: noWeights(terms, "loss.Mask"), Mask: true, Data: true}
	}
	none := in.Weight.Graph().Const(0)
	return Weights{Values: in.Weight.NotEqual(none).Cast(graph.Float), Mask: true, Data: true}
}

// Ignore leaves out terms whose target is v, such as -100 for "not labelled": they
// count neither in the sum nor in its divisor.
//
// Shapes: a target of the terms' shape, but for trailing axes of one.
func Ignore(v float64) Weighting {
	return func(in In, terms *graph.Node) Weights {
		marker := in.Target.Graph().Const(v)
		return Weights{Values: in.Target.NotEqual(marker).Cast(graph.Float), Mask: true}
	}
}

// noWeights refuses a weighting by the data's weights where there are none.
func noWeights(terms *graph.Node, name string) *graph.Node {
	g := terms.Graph()
	return g.Poison(graph.Diagnostic{
		Code:    graph.CodeWeightShape,
		Message: name + ": the data has no weights",
		Fixes:   []string{g.Say("name a weight column when the data is read, or leave "+name+" out", "weight = \"column\" in table(...)")},
	})
}

// weigh applies the weightings to terms v, and the data's weights where none of
// them did.
func weigh(v *graph.Node, in In, by []Weighting) (t terms, refused *graph.Node) {
	t.values = v
	data := in.Weight == nil || in.plain
	for _, weighting := range by {
		w := weighting(in, v)
		data = data || w.Data
		if in.plain && !w.Mask {
			continue
		}
		if refused = t.multiply(w); refused != nil {
			return t, refused
		}
	}
	if !data {
		refused = t.multiply(Weights{Values: in.Weight})
	}
	return t, refused
}

// multiply adds one more factor to the terms' weight.
func (t *terms) multiply(w Weights) (refused *graph.Node) {
	values := align(w.Values, t.values)
	if values.Poisoned() {
		return values
	}
	factor := &t.weight
	if w.Mask {
		factor = &t.kept
	}
	if *factor != nil {
		values = (*factor).Mul(values)
	}
	*factor = values
	return nil
}

// align brings weights to the shape of the terms, axis by axis from the first.
func align(w, terms *graph.Node) *graph.Node {
	if w.Poisoned() {
		return w
	}
	to := terms.Shape()
	if !fits(w.Shape(), to) {
		return misfit(w, terms, "Weights align from the batch axis: theirs must be the first axes of the loss, never the last ones as in NumPy.",
			oneARow(terms), "or "+oneATerm(terms))
	}
	shape := make(graph.Shape, len(to))
	for i := range shape {
		shape[i] = graph.Fixed(1)
		if i < w.Rank() {
			shape[i] = w.Shape()[i]
		}
	}
	return w.ReshapeTo(shape).BroadcastTo(to)
}

// fits reports whether weights of shape w align with terms of shape to: leading
// axes are equal, what remains of w has length one.
func fits(w, to graph.Shape) bool {
	same := 0
	for same < min(len(w), len(to)) && w[same] == to[same] {
		same++
	}
	for _, d := range w[same:] {
		if !d.IsOne() {
			return false
		}
	}
	return same > 0
}

// misfit refuses weights that break a rule.
func misfit(w, terms *graph.Node, rule string, fixes ...string) *graph.Node {
	s := terms.Shape()
	d := graph.Diagnostic{
		Code:    graph.CodeWeightShape,
		Message: fmt.Sprintf("weights %v do not fit a loss of shape %v", w.Shape(), s),
		Notes: append(graph.Columns(
			[]string{"weights", w.Shape().String(), w.Origin()},
			[]string{"loss", s.String(), terms.Origin()},
		), rule),
		Fixes: fixes,
	}
	if len(s) == 0 {
		d.Message = fmt.Sprintf("weights %v cannot reach a loss that is one number", w.Shape())
		d.Fixes = []string{"return a value per row"}
	}
	return terms.Graph().Poison(d)
}

func oneARow(terms *graph.Node) string {
	return "give one weight a row, " + terms.Shape()[:min(1, terms.Rank())].String()
}

func oneATerm(terms *graph.Node) string {
	return "give one for each value of the loss, " + terms.Shape().String()
}
