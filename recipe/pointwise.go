package recipe

import (
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/recipe/tracer"
)

// reductions make one number of a value per element.
var reductions = map[string]func(loss.Pointwise, ...loss.Weighting) loss.Loss{
	"mean": loss.Mean, "weighted_mean": loss.WeightedMean, "sum": loss.Sum, "sum_per_sample": loss.SumPerSample,
}

// form is a loss from probabilities, or numbers, and the same from raw scores.
type form struct {
	plain, scores loss.Pointwise
	smooth        func(share float64, f loss.Pointwise) loss.Pointwise // how labels are made less sure
}

// pointwise declares a loss with the keywords that such losses have.
func pointwise(c *tracer.Call, f form) tracer.Value {
	var weights *classWeights
	how, scores, share := "mean", false, 0.0
	for i, p := range c.Fn.Params() {
		switch p.Name {
		case "class_weight":
			weights = readClassWeights(c, i)
		case "reduction":
			how = c.Choice(i, "mean", "weighted_mean", "sum", "sum_per_sample")
		case "from_logits":
			scores = c.Bool(i)
		case "label_smoothing":
			share = within(c, i, 0, math.Nextafter(1, 0), "a share from 0 to below 1")
		}
	}
	terms := f.plain
	if scores {
		terms = f.scores
	}
	if share > 0 {
		terms = f.smooth(share, terms)
	}
	return newLoss(c, weights.scaling(how), func(w resolvedWeights) loss.Loss {
		return reductions[how](terms, w.weightings()...)
	})
}

func bceWord(c *tracer.Call) tracer.Value {
	return pointwise(c, form{loss.BCE, loss.BCEWithLogits, loss.SmoothLabels})
}

func crossEntropyWord(c *tracer.Call) tracer.Value {
	return pointwise(c, form{
		byTarget(loss.CrossEntropy, loss.SparseCrossEntropy), byTarget(loss.CrossEntropyWithLogits, loss.SparseCrossEntropyWithLogits),
		loss.SmoothClasses,
	})
}

// byTarget takes the second form where the target holds class numbers.
func byTarget(shares, numbers loss.Pointwise) loss.Pointwise {
	return func(p, y *graph.Node) *graph.Node {
		if holdsNumbers(p, y) {
			return numbers(p, y)
		}
		return shares(p, y)
	}
}

// holdsNumbers reports whether a target has a class number for each row of a
// prediction with classes on its last axis.
func holdsNumbers(p, y *graph.Node) bool {
	s, t := p.Shape(), y.Shape()
	if len(s) < 2 || s[len(s)-1].IsOne() || t.Equal(s) {
		return false
	}
	if len(t) == len(s) && t[len(t)-1].IsOne() {
		t = t[:len(t)-1]
	}
	return t.Equal(s[:len(s)-1]) && y.Range().Tag != graph.Label
}

// severalClasses reports whether a prediction is one of several classes that exclude
// each other, and no yes or no of its own for each column.
func severalClasses(p, y *graph.Node) bool {
	s := p.Shape()
	if len(s) < 2 || s[len(s)-1].IsOne() || s[len(s)-1].Depends() {
		return false
	}
	return y.Range().Tag == graph.OneHot || holdsNumbers(p, y) || y.Range().Tag != graph.Label && isSoftmax(p)
}

func isSoftmax(n *graph.Node) bool {
	for n.Op().Name() == "Reshape" {
		n = n.In(0)
	}
	return n.Op().Name() == "Softmax"
}

func focalWord(c *tracer.Call) tracer.Value {
	f := loss.Focal{Gamma: within(c, 0, 0, maxGamma, "a number from 0 to 100")}
	if !c.IsNone(1) {
		f.Alpha = within(c, 1, positive, 1, "a number above 0, up to 1")
	}
	either := func(yesNo, several loss.Pointwise) loss.Pointwise {
		return func(p, y *graph.Node) *graph.Node {
			if severalClasses(p, y) {
				return several(p, y)
			}
			return yesNo(p, y)
		}
	}
	return pointwise(c, form{
		either(f.Pointwise, f.Classes), either(f.WithLogits, f.ClassesWithLogits),
		func(share float64, terms loss.Pointwise) loss.Pointwise {
			return either(loss.SmoothLabels(share, terms), loss.SmoothClasses(share, terms))
		},
	})
}

// maxGamma is the largest that package loss takes.
const maxGamma = 100

func hingeWord(c *tracer.Call) tracer.Value { return pointwise(c, form{plain: loss.Hinge}) }

func klDivergenceWord(c *tracer.Call) tracer.Value {
	return pointwise(c, form{plain: loss.KLDivergence, scores: loss.KLDivergenceWithLogits})
}

func mseWord(c *tracer.Call) tracer.Value { return pointwise(c, form{plain: loss.SquaredError}) }

func maeWord(c *tracer.Call) tracer.Value { return pointwise(c, form{plain: loss.AbsoluteError}) }

func logCoshWord(c *tracer.Call) tracer.Value { return pointwise(c, form{plain: loss.LogCosh}) }

func huberWord(c *tracer.Call) tracer.Value {
	return pointwise(c, form{plain: loss.Huber(within(c, 0, positive, math.MaxFloat64, "a finite number above 0"))})
}

func pinballWord(c *tracer.Call) tracer.Value {
	return pointwise(c, form{plain: loss.Pinball(within(c, 0, positive, math.Nextafter(1, 0), "a quantile between 0 and 1"))})
}

// reduceWord is mean(f), weighted_mean(f) and sum_per_sample(f).
func (f *File) reduceWord(c *tracer.Call) tracer.Value {
	fn, ok := f.function(c.Arg(0), c.Span(0))
	if !ok {
		c.Want(0, "a function of y_true and y_pred")
	}
	weights := readClassWeights(c, 1).scaling(c.Fn.Name)
	return newLoss(c, weights, func(w resolvedWeights) loss.Loss { return reductions[c.Fn.Name](fn, w.weightings()...) })
}
