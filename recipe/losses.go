package recipe

import (
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/recipe/keras"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
	"github.com/descent-ml/descent/train"
)

// lossMaker makes a loss for the data that it is to learn from, and says what there is
// to say of it then. Of a file that is looked at without data the spec is empty.
type lossMaker func(train.LossSpec) (loss.Loss, graph.Diagnostics)

// lossWords are the losses that a recipe knows by name.
var lossWords = []word{
	{`bce(class_weight=None, reduction="mean", from_logits=False, label_smoothing=0)`, bceWord},
	{`cross_entropy(class_weight=None, reduction="mean", from_logits=False, label_smoothing=0)`, crossEntropyWord},
	{`focal(gamma=2, alpha=None, class_weight=None, reduction="mean", from_logits=False, label_smoothing=0)`, focalWord},
	{`hinge(class_weight=None, reduction="mean")`, hingeWord},
	{`kl_divergence(reduction="mean", from_logits=False)`, klDivergenceWord},
	{`mse(reduction="mean")`, mseWord},
	{`mae(reduction="mean")`, maeWord},
	{`huber(delta=1, reduction="mean")`, huberWord},
	{`log_cosh(reduction="mean")`, logCoshWord},
	{`pinball(q, reduction="mean")`, pinballWord},
	{`soft_f1(average="macro", beta=1, positive=None, class_weight=None, absent="skip")`, softF1Word},
	{`soft_precision(positive=None, min_recall=0, penalty=4, class_weight=None, absent="skip")`, softPrecisionWord},
	{`soft_recall(positive=None, min_precision=0, penalty=4, class_weight=None, absent="skip")`, softRecallWord},
	{`dice(per="image", smooth=1, squared=False, class_weight=None, empty="skip")`, diceWord},
	{`jaccard(per="image", smooth=1, class_weight=None, empty="skip")`, jaccardWord},
	{`tversky(alpha=0.5, beta=None, per="image", smooth=1, class_weight=None, empty="skip")`, tverskyWord},
	{`focal_tversky(gamma=0.75, alpha=0.5, beta=None, per="image", smooth=1, class_weight=None, empty="skip")`, focalTverskyWord},
}

// lossNames lists the words for messages.
func lossNames() []string {
	var names []string
	for _, w := range lossWords {
		names = append(names, tracer.NewBuiltin(w.signature, w.do).Name)
	}
	return names
}

// newLoss declares a loss that depends on the data by its class weights, if by
// anything.
func newLoss(c *tracer.Call, weights *classWeights, of func(resolvedWeights) loss.Loss) tracer.Value {
	if !c.OK() {
		return tracer.Poison
	}
	at := c.Position(c.At)
	return &lossValue{declaration{"loss", c}, func(spec train.LossSpec) (loss.Loss, graph.Diagnostics) {
		w, refused := weights.resolve(spec)
		if refused != nil {
			return nil, refused
		}
		return located{of(w), at}, w.found
	}}
}

// located is a loss whose nodes stand where a word of the recipe stands.
type located struct {
	loss.Loss
	pos graph.Position
}

func (l located) Apply(in loss.In) *graph.Node {
	defer in.Pred.Graph().At(l.pos)()
	return l.Loss.Apply(in)
}

// fixed is a maker of a loss that does not depend on the data.
func fixed(l loss.Loss) lossMaker {
	return func(train.LossSpec) (loss.Loss, graph.Diagnostics) { return l, nil }
}

// loss makes a loss of a value: a loss already, or something that can be called.
func (f *File) loss(v tracer.Value, at syntax.Span) (lossMaker, bool) {
	if l, ok := v.(*lossValue); ok {
		return l.make, true
	}
	if call, how, ok := keras.Loss(f.tracer, v); ok {
		if terms, ok := f.function(call, at); ok {
			return fixed(classLoss{terms, how}), true
		}
	}
	fn, ok := f.function(v, at)
	if !ok {
		return nil, false
	}
	return fixed(loss.Func(fn)), true
}

// combine adds and scales losses: bce() + 0.5 * f.
func (f *File) combine(t *tracer.Tracer, op syntax.Operator, a, b tracer.Value, at syntax.Span) (tracer.Value, bool) {
	la, isLossA := f.loss(a, at)
	lb, isLossB := f.loss(b, at)
	na, isNumberA := tracer.Number(a)
	nb, isNumberB := tracer.Number(b)
	of := func(m lossMaker) (tracer.Value, bool) { return &lossValue{declaration{"loss", nil}, m}, true }
	switch {
	case op == syntax.Add && isLossA && isLossB:
		return of(sum(la, lb, 1))
	case op == syntax.Sub && isLossA && isLossB:
		return of(sum(la, lb, -1))
	case op == syntax.Mult && isNumberA && isLossB:
		return of(scaled(na, lb))
	case op == syntax.Mult && isLossA && isNumberB:
		return of(scaled(nb, la))
	case op == syntax.Div && isLossA && isNumberB && nb != 0:
		return of(scaled(1/nb, la))
	}
	return nil, false
}

// sum makes a + sign·b.
func sum(a, b lossMaker, sign float64) lossMaker {
	return func(spec train.LossSpec) (loss.Loss, graph.Diagnostics) {
		la, foundA := a(spec)
		lb, foundB := b(spec)
		found := slices.Concat(foundA, foundB)
		if found.Refused() {
			return nil, found
		}
		if sign != 1 {
			lb = loss.Scale(sign, lb)
		}
		return loss.Add(la, lb), found
	}
}

func scaled(factor float64, m lossMaker) lossMaker {
	return func(spec train.LossSpec) (loss.Loss, graph.Diagnostics) {
		l, found := m(spec)
		if found.Refused() {
			return nil, found
		}
		return loss.Scale(factor, l), found
	}
}
