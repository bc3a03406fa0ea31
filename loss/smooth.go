package loss

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// SmoothClasses gives f a target that is less sure, (1−share)·yₖ + share/K·Σⱼ yⱼ for
// each of K classes: a part of every row is spread over all classes.
//
//	loss.Mean(loss.SmoothClasses(0.1, loss.CrossEntropyWithLogits), loss.ByClass(1, 2, 8))
//
// Rows keep their sum, so a row of class number −100 stays a row of zeros. Weightings
// see the target as it was: a row has the weight of its own class, where PyTorch
// spreads class weights too.
//
// Shapes: p [... K] with K ≥ 2; y of p's shape, one-hot or shares, or class numbers
// [...] or [... 1]. f gets y of p's shape and gives [...]; a loss per element, such as
// BCE, takes [SmoothLabels].
// Domain: 0 ≤ share < 1.
// Source: Szegedy, Vanhoucke, Ioffe, Shlens & Wojna, "Rethinking the Inception
// Architecture for Computer Vision", CVPR 2016.
func SmoothClasses(share float64, f Pointwise) Pointwise {
	return func(p, y *graph.Node) *graph.Node {
		c := call{name: "loss.SmoothClasses", word: "label_smoothing", family: several, p: p, y: y}
		if refused := c.refused(setting("share", share, shareRange), anyClasses, labelsOfClasses, exclusive); refused != nil {
			return refused
		}
		return c.smoothed(f, func() *graph.Node {
			hard := c.shares()
			spread := hard.SumKeep(-1).Scale(share / float64(c.width()))
			return hard.Scale(1 - share).Add(spread)
		}, "row of classes", text{"loss.SmoothLabels(0.1, loss.BCE)", "bce(label_smoothing = 0.1)"})
	}
}

// SmoothLabels gives f a target that is less sure, (1−share)·y + share/2: a part of
// every yes and no is spread over both.
//
// Shapes: p and y equal, any rank; f gives that shape. A loss of classes, such as
// CrossEntropy, takes [SmoothClasses].
// Domain: y ∈ [0, 1], 0 ≤ share < 1.
// Source: Szegedy et al., as for [SmoothClasses].
func SmoothLabels(share float64, f Pointwise) Pointwise {
	return func(p, y *graph.Node) *graph.Node {
		c := call{name: "loss.SmoothLabels", word: "label_smoothing", family: binary, p: p, y: y}
		if refused := c.refused(setting("share", share, shareRange), sameShape, labels); refused != nil {
			return refused
		}
		return c.smoothed(f, func() *graph.Node {
			return y.Scale(1 - share).Shift(share / 2)
		}, "element", text{"loss.SmoothClasses(0.1, loss.CrossEntropy)", "cross_entropy(label_smoothing = 0.1)"})
	}
}

var shareRange = graph.Interval{Lo: 0, Hi: 1, HiOpen: true}

// smoothed applies f to a softer target, and refuses an f that does not give a value
// for each of what is smoothed.
func (c call) smoothed(f Pointwise, target func() *graph.Node, of string, other text) *graph.Node {
	leave := c.enter()
	soft := target().Named(c.y.Label())
	leave()
	v := f(c.p, soft)
	if v.Poisoned() || v.Shape().Equal(c.p.Shape()) == (c.family == binary) {
		return v
	}
	g := c.p.Graph()
	return g.Poison(graph.Diagnostic{
		Code:    graph.CodeLossShape,
		Message: fmt.Sprintf("%s: the loss of a prediction %v gives %v, but what is smoothed takes a value for each %s", title(g, c.name, c.word), c.p.Shape(), v.Shape(), of),
		Fixes:   []string{other.in(g)},
	})
}

// exclusive refuses the data's columns of yes and no as classes: their rows need not
// sum to 1.
func exclusive(c call) *graph.Diagnostic {
	if !c.severalLabels() {
		return nil
	}
	g := c.p.Graph()
	_, target := c.names()
	return &graph.Diagnostic{
		Code:    graph.CodeLossDomain,
		Message: fmt.Sprintf("%s: %s has a yes or no in each column, so its rows need not sum to 1", title(g, c.name, c.word), target),
		Notes:   c.notes([]string{"would", "spread two classes' worth over a row that has two."}),
		Fixes:   []string{g.Say("smooth each column by itself: loss.SmoothLabels(0.1, loss.BCE)", "smooth each column by itself: bce(label_smoothing = 0.1)")},
	}
}

// severalLabels reports whether the data says that each column of the target is a yes
// or no of its own.
func (c call) severalLabels() bool {
	_, given := c.y.InputName()
	return given && c.y.Range().Tag == graph.Label && c.y.Shape().Equal(c.p.Shape())
}
