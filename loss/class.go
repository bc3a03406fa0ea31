package loss

import (
	"fmt"
	"math"

	"github.com/descent-ml/descent/graph"
)

// ByClass weighs a term by the class of its target, at any rank: w[k] for class k.
//
// Shapes: a one-hot target [... K] of a loss that gives [...] takes K weights, and
// so does a target of class numbers [...] with a prediction [... K]. A target of 0
// and 1 whose loss gives a value per element takes two, that of 0 first; a last axis of
// one may be missing from the loss.
// Domain: w ≥ 0 and finite. A soft target takes the mean of the weights, each
// class by its share.
func ByClass(w ...float64) Weighting {
	return func(in In, terms *graph.Node) Weights {
		return Weights{Values: classWeights(in, terms, w)}
	}
}

// Balanced is [ByClass] with the weights n / (K·nₖ), where nₖ is the number of
// training rows of class k, n their sum and K the number of classes that have any:
// every class pulls equally, and the mean weight of a training row is 1. A class
// without rows gets weight 1.
//
// Source: King & Zeng, "Logistic Regression in Rare Events Data", Political Analysis 9 (2001).
func Balanced(rows ...int) Weighting { return ByClass(BalancedWeights(rows...)...) }

// BalancedWeights returns the weights of [Balanced].
func BalancedWeights(rows ...int) []float64 {
	n, classes := 0, 0
	for _, k := range rows {
		n += k
		if k > 0 {
			classes++
		}
	}
	w := make([]float64, len(rows))
	for i, k := range rows {
		w[i] = 1
		if k != 0 {
			w[i] = float64(n) / (float64(classes) * float64(k))
		}
	}
	return w
}

// ByLabel weighs the columns of several labels: w[k] for the last axis' element k.
//
// Shapes: a loss that gives [... K] takes K weights.
// Domain: w ≥ 0 and finite.
func ByLabel(w ...float64) Weighting {
	return func(in In, terms *graph.Node) Weights {
		if refused := finite(terms.Graph(), "loss.ByLabel", w); refused != nil {
			return Weights{Values: refused}
		}
		s := terms.Shape()
		if len(s) == 0 || s[len(s)-1] != graph.Fixed(len(w)) {
			return Weights{Values: wrongNumber(in, terms, "loss.ByLabel", w, "one for each element of the last axis")}
		}
		return Weights{Values: terms.Graph().Array([]int{len(w)}, w).BroadcastTo(s)}
	}
}

// ByLabelClass weighs the columns of several labels by class: w[k][0] where label k is
// 0, w[k][1] where it is 1. A soft target takes the mean of both by its share.
//
// Shapes: a loss that gives [... K] takes K pairs.
// Domain: w ≥ 0 and finite.
func ByLabelClass(w ...[2]float64) Weighting {
	no, yes := make([]float64, len(w)), make([]float64, len(w))
	for k, pair := range w {
		no[k], yes[k] = pair[0], pair[1]
	}
	return func(in In, terms *graph.Node) Weights {
		ofNo, ofYes := ByLabel(no...)(in, terms).Values, ByLabel(yes...)(in, terms).Values
		y := in.Target
		switch {
		case ofNo.Poisoned():
			return Weights{Values: ofNo}
		case ofYes.Poisoned():
			return Weights{Values: ofYes}
		case !y.Shape().Equal(terms.Shape()):
			return Weights{Values: wrongNumber(in, terms, "loss.ByLabelClass", no, "one pair for each label of the target")}
		}
		return Weights{Values: y.OneMinus().Mul(ofNo).Add(y.Mul(ofYes))}
	}
}

func classWeights(in In, terms *graph.Node, w []float64) *graph.Node {
	y, g := in.Target, in.Target.Graph()
	if refused := finite(g, "loss.ByClass", w); refused != nil {
		return refused
	}
	classes := g.Array([]int{len(w)}, w)
	k := graph.Fixed(len(w))
	each, pred := terms.Shape(), in.Pred.Shape()
	switch {
	case len(each) == 0:
		return unreachable(in, terms, "loss.ByClass")
	case y.Shape().Equal(pred) && fits(pred, each):
		if len(w) != 2 {
			return wrongNumber(in, terms, "loss.ByClass", w, "two, for targets of 0 and of 1")
		}
		yes := y.ReshapeTo(each)
		return yes.OneMinus().Scale(w[0]).Add(yes.Scale(w[1]))
	case y.Shape().Equal(append(each[:len(each):len(each)], k)):
		return y.Mul(classes).Sum(-1)
	case fits(y.Shape(), each) && len(pred) == len(each)+1 && pred[len(each)] == k:
		return y.OneHot(len(w)).Mul(classes).Sum(-1)
	}
	return wrongNumber(in, terms, "loss.ByClass", w, "one for each class")
}

// finite refuses weights that are negative or no numbers.
func finite(g *graph.Graph, name string, w []float64) *graph.Node {
	for k, v := range w {
		if finiteWeight(v) {
			continue
		}
		return g.Poison(graph.Diagnostic{
			Code:    CodeArgument,
			Message: fmt.Sprintf("%s: weight %d is %v, but weights are finite and at least 0", g.Say(name, "class_weight"), k, v),
		})
	}
	return nil
}

func finiteWeight(w float64) bool { return w >= 0 && !math.IsInf(w, 1) }

// unreachable refuses weights for a loss that is one number before they could act.
func unreachable(in In, terms *graph.Node, name string) *graph.Node {
	g := terms.Graph()
	return g.Poison(graph.Diagnostic{
		Code:    graph.CodeWeightShape,
		Message: fmt.Sprintf("%s cannot act on a loss that is one number already", g.Say(name, "class_weight")),
		Notes: graph.Columns(
			[]string{"loss", terms.Shape().String(), terms.Origin()},
			[]string{"target", in.Target.Shape().String(), in.Target.Origin()},
		),
		Fixes: []string{g.Say("return a value per row or element, and use loss.Mean(f, loss.ByClass(...))", "return a value per row or element: leave out the mean over the batch")},
	})
}

// wrongNumber refuses weights of which there are too few or too many.
func wrongNumber(in In, terms *graph.Node, name string, w []float64, meant string) *graph.Node {
	g := terms.Graph()
	d := graph.Diagnostic{
		Code:    graph.CodeWeightShape,
		Message: fmt.Sprintf("%s: %d weights do not fit: %s", g.Say(name, "class_weight"), len(w), meant),
		Notes: graph.Columns(
			[]string{"prediction", in.Pred.Shape().String(), in.Pred.Origin()},
			[]string{"target", in.Target.Shape().String(), in.Target.Origin()},
			[]string{"loss", terms.Shape().String(), terms.Origin()},
		),
	}
	pred, each := in.Pred.Shape(), terms.Shape()
	switch {
	case name == "loss.ByClass" && len(each) > 0 && each[len(each)-1] == graph.Fixed(len(w)):
		d.Fixes = []string{g.Say("loss.ByLabel takes a weight for each column of several labels", "class_weight takes two weights here, [no, yes], the same for every column")}
	case len(pred) > 0 && !pred[len(pred)-1].Depends():
		d.Fixes = []string{fmt.Sprintf("give as many weights as there are: %v", pred[len(pred)-1])}
	}
	return g.Poison(d)
}
