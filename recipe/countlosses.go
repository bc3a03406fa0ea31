package recipe

import (
	"fmt"
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/recipe/tracer"
)

// empties say what a class or a mask costs that is not in the batch.
var empties = map[string]loss.Empty{"penalise": loss.Penalise, "skip": loss.Skip, "zero": loss.Zero, "one": loss.One}

func emptyOf(c *tracer.Call, i int) loss.Empty {
	return empties[c.Choice(i, "skip", "penalise", "zero", "one")]
}

// averages say how scores of classes become one.
var averages = map[string]loss.Average{"macro": loss.Macro, "weighted": loss.Weighted, "micro": loss.Micro}

func softF1Word(c *tracer.Call) tracer.Value {
	f := loss.SoftF1{
		Average: averages[c.Choice(0, "macro", "weighted", "micro")],
		Beta:    within(c, 1, positive, math.MaxFloat64, "a finite number above 0"),
		Absent:  emptyOf(c, 4),
	}
	class := readClass(c, 2)
	if class != nil && c.Given(0) {
		c.RefuseArg(2, tracer.CodeValue, "soft_f1() scores one class by positive, or averages several by average")
	}
	return newLoss(c, readClassWeights(c, 3).ofClass(class), func(w resolvedWeights) loss.Loss {
		return applied(func(in loss.In) loss.Loss {
			f := f
			switch {
			case !hasClasses(in):
				f.By = w.weightings()
			case class != nil:
				f.Average, f.Class, f.By = loss.OneClass, w.class, w.weightings()
			default:
				f.Weights = w.classes
			}
			return f
		})
	})
}

func softPrecisionWord(c *tracer.Call) tracer.Value {
	return oneClass(c, "min_recall", func(class int, floor, penalty float64, absent loss.Empty, by []loss.Weighting) loss.Loss {
		return loss.SoftPrecision{Class: class, MinRecall: floor, Penalty: penalty, Absent: absent, By: by}
	})
}

func softRecallWord(c *tracer.Call) tracer.Value {
	return oneClass(c, "min_precision", func(class int, floor, penalty float64, absent loss.Empty, by []loss.Weighting) loss.Loss {
		return loss.SoftRecall{Class: class, MinPrecision: floor, Penalty: penalty, Absent: absent, By: by}
	})
}

// oneClass declares a score of one class, which has to be named where there are
// several.
func oneClass(c *tracer.Call, floorName string, of func(class int, floor, penalty float64, absent loss.Empty, by []loss.Weighting) loss.Loss) tracer.Value {
	class := readClass(c, 0)
	floor := within(c, 1, 0, 1, "a share from 0, for none, to 1")
	penalty := within(c, 2, positive, math.MaxFloat64, "a finite number above 0")
	weights, absent := readClassWeights(c, 3), emptyOf(c, 4)
	at := c.Position(c.At)
	return newLoss(c, weights.ofClass(class), func(w resolvedWeights) loss.Loss {
		return applied(func(in loss.In) loss.Loss {
			if hasClasses(in) && class == nil {
				return refusal{graph.Diagnostic{
					Code: tracer.CodeValue, Pos: at,
					Message: fmt.Sprintf("%s() is of one class, and the prediction %v has several", c.Fn.Name, in.Pred.Shape()),
					Fixes:   []string{fmt.Sprintf("name the class: %s(positive = \"name\", %s = 0.5)", c.Fn.Name, floorName)},
				}}
			}
			at := w.class
			if !hasClasses(in) {
				at = 0
			}
			return of(at, floor, penalty, absent, w.weightings())
		})
	})
}

// region reads the keywords that losses of masks have.
func region(c *tracer.Call) (per loss.Per, smooth float64, weights *classWeights, empty loss.Empty) {
	for i, p := range c.Fn.Params() {
		switch p.Name {
		case "per":
			per = map[string]loss.Per{"image": loss.Image, "batch": loss.Batch}[c.Choice(i, "image", "batch")]
		case "smooth":
			smooth = within(c, i, 0, math.MaxFloat64, "a finite number of at least 0")
		case "class_weight":
			weights = readClassWeights(c, i)
		case "empty":
			empty = emptyOf(c, i)
		}
	}
	return per, smooth, weights, empty
}

func diceWord(c *tracer.Call) tracer.Value {
	per, smooth, weights, empty := region(c)
	squared := c.Bool(2)
	return newLoss(c, weights, func(w resolvedWeights) loss.Loss {
		return applied(func(in loss.In) loss.Loss {
			return loss.Dice{Per: per, Classes: hasClasses(in), Smooth: smooth, Squared: squared, Empty: empty, By: w.weightings()}
		})
	})
}

func jaccardWord(c *tracer.Call) tracer.Value {
	per, smooth, weights, empty := region(c)
	return newLoss(c, weights, func(w resolvedWeights) loss.Loss {
		return applied(func(in loss.In) loss.Loss {
			return loss.Jaccard{Per: per, Classes: hasClasses(in), Smooth: smooth, Empty: empty, By: w.weightings()}
		})
	})
}

func tverskyWord(c *tracer.Call) tracer.Value { return tversky(c, 0, nil) }

func focalTverskyWord(c *tracer.Call) tracer.Value {
	gamma := within(c, 0, positive, maxGamma, "a number above 0, up to 100")
	return tversky(c, 1, func(t loss.Tversky) loss.Loss { return loss.FocalTversky{Tversky: t, Gamma: gamma} })
}

// tversky reads alpha and beta from argument i on.
func tversky(c *tracer.Call, i int, around func(loss.Tversky) loss.Loss) tracer.Value {
	t := loss.Tversky{Alpha: within(c, i, positive, math.MaxFloat64, "a finite number above 0")}
	if !c.IsNone(i + 1) {
		t.Beta = within(c, i+1, positive, math.MaxFloat64, "a finite number above 0")
	}
	var weights *classWeights
	t.Per, t.Smooth, weights, t.Empty = region(c)
	return newLoss(c, weights, func(w resolvedWeights) loss.Loss {
		return applied(func(in loss.In) loss.Loss {
			t := t
			t.Classes, t.By = hasClasses(in), w.weightings()
			if around != nil {
				return around(t)
			}
			return t
		})
	})
}

// applied chooses a loss by what it is given.
type applied func(in loss.In) loss.Loss

// Apply implements [loss.Loss].
func (a applied) Apply(in loss.In) *graph.Node {
	for _, n := range []*graph.Node{in.Pred, in.Target} {
		if n.Poisoned() {
			return n
		}
	}
	return a(in).Apply(in)
}

// refusal is a loss that is refused.
type refusal struct{ d graph.Diagnostic }

// Apply implements [loss.Loss].
func (r refusal) Apply(in loss.In) *graph.Node { return in.Pred.Graph().Poison(r.d) }

func hasClasses(in loss.In) bool { return severalClasses(in.Pred, in.Target) }
