package loss_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/sebdah/goldie/v2"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// user is what a user's program has made before the loss.
type user struct {
	g *graph.Graph
	x *graph.Node
}

// at makes p the place of what follows.
func (u user) at(line int) { u.g.At(graph.Position{File: "main.go", Line: line}) }

// dense returns the scores of a layer of so many outputs.
func (u user) dense(out int) *graph.Node {
	u.at(10)
	defer u.g.Enter(graph.Scope{Name: "Dense[1]", Detail: fmt.Sprintf("16 -> %d", out), Layer: true})()
	y := u.x.MatMul(u.g.Param(graph.Param{Name: fmt.Sprintf("w%d", out), Shape: []int{16, out}}))
	u.at(20)
	return y
}

func (u user) column(shape graph.Shape) *graph.Node {
	return u.g.InputFrom("y", `data column "y"`, shape, graph.Unknown)
}

func (u user) classes(k int, shape graph.Shape) *graph.Node {
	return u.g.InputFrom("y", `data column "class"`, shape, graph.Range{Interval: graph.Within(0, float64(k-1)), Tag: graph.Index})
}

// labels are columns that the data knows to hold 0 and 1.
func (u user) labels(shape graph.Shape) *graph.Node {
	return u.g.InputFrom("y", `data columns "a" to "d"`, shape, graph.Range{Interval: graph.Within(0, 1), Tag: graph.Label})
}

// signs is a column that the data knows to hold -1 and 1.
func (u user) signs() *graph.Node {
	return u.g.InputFrom("y", `data column "sign"`, graph.Rows(1), graph.Range{Interval: graph.Within(-1, 1)})
}

func (u user) weights(shape graph.Shape) *graph.Node {
	return u.g.InputFrom("w", `data column "weight"`, shape, graph.Unknown)
}

// image returns scores of an image of 4x4 pixels with two channels, and a mask.
func (u user) image() (p, y *graph.Node) {
	shape := graph.Rows(4, 4, 2)
	return u.g.Input("p", shape, graph.Unknown), u.g.InputFrom("mask", "mask images", shape, graph.Unknown)
}

func (u user) probabilities() *graph.Node { p, _ := u.image(); return p.Sigmoid() }

func (u user) mask() *graph.Node { _, y := u.image(); return y }

// refusals has what a user may get wrong, beside the nearest thing that is right.
var refusals = []struct {
	name    string
	refused func(u user) *graph.Node
	legal   func(u user) *graph.Node
}{
	{
		name:    "target without the last axis",
		refused: func(u user) *graph.Node { return loss.BCE(u.dense(1).Sigmoid(), u.column(graph.Rows())) },
		legal:   func(u user) *graph.Node { return loss.BCE(u.dense(1).Sigmoid(), u.column(graph.Rows()).Reshape(-1, 1)) },
	},
	{
		name: "prediction without the last axis, with names of the user's",
		refused: func(u user) *graph.Node {
			return loss.SquaredError(u.dense(1).Reshape(-1).Named("y_pred"), u.column(graph.Rows(1)).Named("y_true"))
		},
		legal: func(u user) *graph.Node {
			return loss.SquaredError(u.dense(1).Named("y_pred"), u.column(graph.Rows(1)).Named("y_true"))
		},
	},
	{
		name:    "two outputs against one target",
		refused: func(u user) *graph.Node { return loss.BCE(u.dense(2).Sigmoid(), u.column(graph.Rows(1))) },
		legal: func(u user) *graph.Node {
			return loss.SparseCrossEntropy(u.dense(2).Softmax(-1), u.column(graph.Rows(1)))
		},
	},
	{
		name:    "two outputs against one target, squared error",
		refused: func(u user) *graph.Node { return loss.SquaredError(u.dense(2), u.column(graph.Rows(1))) },
		legal:   func(u user) *graph.Node { return loss.SquaredError(u.dense(2), u.column(graph.Rows(2))) },
	},
	{
		name:    "one output against four targets",
		refused: func(u user) *graph.Node { return loss.BCEWithLogits(u.dense(1), u.column(graph.Rows(4))) },
		legal:   func(u user) *graph.Node { return loss.BCEWithLogits(u.dense(4), u.column(graph.Rows(4))) },
	},
	{
		name: "images of other sizes",
		refused: func(u user) *graph.Node {
			p, _ := u.image()
			return loss.BCEWithLogits(p, u.g.Input("half", graph.Rows(2, 2, 2), graph.Unknown))
		},
		legal: func(u user) *graph.Node { return loss.BCEWithLogits(u.image()) },
	},
	{
		name:    "cross entropy against class numbers",
		refused: func(u user) *graph.Node { return loss.CrossEntropy(u.dense(4).Softmax(-1), u.column(graph.Rows())) },
		legal: func(u user) *graph.Node {
			return loss.SparseCrossEntropy(u.dense(4).Softmax(-1), u.column(graph.Rows()))
		},
	},
	{
		name: "sparse cross entropy against one-hot rows",
		refused: func(u user) *graph.Node {
			return loss.SparseCrossEntropyWithLogits(u.dense(4), u.column(graph.Rows(4)))
		},
		legal: func(u user) *graph.Node { return loss.CrossEntropyWithLogits(u.dense(4), u.column(graph.Rows(4))) },
	},
	{
		name:    "cross entropy over one class",
		refused: func(u user) *graph.Node { return loss.CrossEntropy(u.dense(1), u.column(graph.Rows(1))) },
		legal:   func(u user) *graph.Node { return loss.BCEWithLogits(u.dense(1), u.column(graph.Rows(1))) },
	},
	{
		name: "more classes than outputs",
		refused: func(u user) *graph.Node {
			return loss.SparseCrossEntropy(u.dense(3).Softmax(-1), u.classes(4, graph.Rows()))
		},
		legal: func(u user) *graph.Node {
			return loss.SparseCrossEntropy(u.dense(4).Softmax(-1), u.classes(4, graph.Rows()))
		},
	},
	{
		name:    "raw scores as probabilities",
		refused: func(u user) *graph.Node { return loss.BCE(u.dense(1), u.column(graph.Rows(1))) },
		legal:   func(u user) *graph.Node { return loss.BCE(u.dense(1).Clip(0, 1), u.column(graph.Rows(1))) },
	},
	{
		name: "scores from relu as probabilities",
		refused: func(u user) *graph.Node {
			return loss.Focal{Gamma: 2}.Pointwise(u.dense(1).Relu(), u.column(graph.Rows(1)))
		},
		legal: func(u user) *graph.Node {
			return loss.Focal{Gamma: 2}.WithLogits(u.dense(1).Relu(), u.column(graph.Rows(1)))
		},
	},
	{
		name:    "raw scores as probabilities of classes",
		refused: func(u user) *graph.Node { return loss.CrossEntropy(u.dense(4), u.column(graph.Rows(4))) },
		legal:   func(u user) *graph.Node { return loss.CrossEntropyWithLogits(u.dense(4), u.column(graph.Rows(4))) },
	},
	{
		name: "values above 1 as probabilities",
		refused: func(u user) *graph.Node {
			return loss.BCE(u.dense(1).Sigmoid().Shift(2), u.column(graph.Rows(1)))
		},
		legal: func(u user) *graph.Node { // a mixture lies in [0, 2] for all the proof can tell
			w, p := u.dense(2).Sigmoid(), u.dense(1).Sigmoid()
			return loss.BCE(w.Slice(1, graph.Fixed(0), graph.Fixed(1)).Mul(p).Add(p.OneMinus()), u.column(graph.Rows(1)))
		},
	},
	{
		name:    "probabilities as scores: two sigmoids",
		refused: func(u user) *graph.Node { return loss.BCEWithLogits(u.dense(1).Sigmoid(), u.column(graph.Rows(1))) },
		legal:   func(u user) *graph.Node { return loss.BCEWithLogits(u.dense(1).Tanh(), u.column(graph.Rows(1))) },
	},
	{
		name: "probabilities as scores: two softmaxes",
		refused: func(u user) *graph.Node {
			return loss.SparseCrossEntropyWithLogits(u.dense(4).Softmax(-1), u.column(graph.Rows()))
		},
		legal: func(u user) *graph.Node {
			return loss.SparseCrossEntropyWithLogits(u.dense(4).LogSoftmax(-1), u.column(graph.Rows()))
		},
	},
	{
		name:    "class numbers as labels",
		refused: func(u user) *graph.Node { return loss.BCE(u.dense(1).Sigmoid(), u.classes(4, graph.Rows(1))) },
		legal:   func(u user) *graph.Node { return loss.BCE(u.dense(1).Sigmoid(), u.classes(2, graph.Rows(1))) },
	},
	{
		name: "a negative gamma",
		refused: func(u user) *graph.Node {
			return loss.Focal{Gamma: -1}.Pointwise(u.dense(1).Sigmoid(), u.column(graph.Rows(1)))
		},
		legal: func(u user) *graph.Node { return loss.Focal{}.Pointwise(u.dense(1).Sigmoid(), u.column(graph.Rows(1))) },
	},
	{
		name:    "a width of 0 for Huber's loss",
		refused: func(u user) *graph.Node { return loss.Huber(0)(u.dense(1), u.column(graph.Rows(1))) },
		legal:   func(u user) *graph.Node { return loss.Huber(1e-3)(u.dense(1), u.column(graph.Rows(1))) },
	},
	{
		name:    "the quantile of everything",
		refused: func(u user) *graph.Node { return loss.Pinball(1)(u.dense(1), u.column(graph.Rows(1))) },
		legal:   func(u user) *graph.Node { return loss.Pinball(0.999)(u.dense(1), u.column(graph.Rows(1))) },
	},
	{
		name:    "absolute error of a target without the last axis",
		refused: func(u user) *graph.Node { return loss.AbsoluteError(u.dense(1), u.column(graph.Rows())) },
		legal:   func(u user) *graph.Node { return loss.AbsoluteError(u.dense(1).Reshape(-1), u.column(graph.Rows())) },
	},
	{
		name:    "log-cosh of two outputs",
		refused: func(u user) *graph.Node { return loss.LogCosh(u.dense(2), u.column(graph.Rows(1))) },
		legal:   func(u user) *graph.Node { return loss.LogCosh(u.dense(1), u.column(graph.Rows(1))) },
	},
	{
		name:    "hinge of a probability",
		refused: func(u user) *graph.Node { return loss.Hinge(u.dense(1).Sigmoid(), u.column(graph.Rows(1))) },
		legal:   func(u user) *graph.Node { return loss.Hinge(u.dense(1), u.column(graph.Rows(1))) },
	},
	{
		name:    "hinge with targets of -1 and 1",
		refused: func(u user) *graph.Node { return loss.Hinge(u.dense(1), u.signs()) },
		legal:   func(u user) *graph.Node { return loss.Hinge(u.dense(1), u.signs().Shift(1).Scale(0.5)) },
	},
	{
		name:    "divergence of raw scores",
		refused: func(u user) *graph.Node { return loss.KLDivergence(u.dense(4), u.column(graph.Rows(4))) },
		legal:   func(u user) *graph.Node { return loss.KLDivergenceWithLogits(u.dense(4), u.column(graph.Rows(4))) },
	},
	{
		name: "divergence of a softmax as scores",
		refused: func(u user) *graph.Node {
			return loss.KLDivergenceWithLogits(u.dense(4).Softmax(-1), u.column(graph.Rows(4)))
		},
		legal: func(u user) *graph.Node { return loss.KLDivergence(u.dense(4).Softmax(-1), u.column(graph.Rows(4))) },
	},
	{
		name: "alpha for several classes",
		refused: func(u user) *graph.Node {
			return loss.Focal{Gamma: 2, Alpha: 0.25}.Classes(u.dense(4).Softmax(-1), u.column(graph.Rows()))
		},
		legal: func(u user) *graph.Node {
			return loss.Mean(loss.Focal{Gamma: 2}.Classes, loss.ByClass(1, 2, 8, 8)).Apply(loss.In{Pred: u.dense(4).Softmax(-1), Target: u.column(graph.Rows())})
		},
	},
	{
		name:    "focal loss of several classes with a column too few",
		refused: func(u user) *graph.Node { return loss.Focal{}.ClassesWithLogits(u.dense(4), u.column(graph.Rows(3))) },
		legal:   func(u user) *graph.Node { return loss.Focal{}.ClassesWithLogits(u.dense(4), u.column(graph.Rows(4))) },
	},
	{
		name: "nothing left of a target",
		refused: func(u user) *graph.Node {
			return loss.SmoothClasses(1, loss.CrossEntropyWithLogits)(u.dense(4), u.column(graph.Rows()))
		},
		legal: func(u user) *graph.Node {
			return loss.SmoothClasses(0.99, loss.CrossEntropyWithLogits)(u.dense(4), u.column(graph.Rows()))
		},
	},
	{
		name: "labels smoothed as classes",
		refused: func(u user) *graph.Node {
			return loss.SmoothClasses(0.1, loss.BCEWithLogits)(u.dense(4), u.column(graph.Rows(4)))
		},
		legal: func(u user) *graph.Node {
			return loss.SmoothLabels(0.1, loss.BCEWithLogits)(u.dense(4), u.column(graph.Rows(4)))
		},
	},
	{
		name: "classes smoothed as labels",
		refused: func(u user) *graph.Node {
			return loss.SmoothLabels(0.1, loss.CrossEntropyWithLogits)(u.dense(4), u.column(graph.Rows(4)))
		},
		legal: func(u user) *graph.Node {
			return loss.SmoothClasses(0.1, loss.CrossEntropyWithLogits)(u.dense(4), u.column(graph.Rows(4)))
		},
	},
	{
		name: "several labels of yes or no smoothed as classes",
		refused: func(u user) *graph.Node {
			return loss.SmoothClasses(0.1, loss.CrossEntropyWithLogits)(u.dense(4), u.labels(graph.Rows(4)))
		},
		legal: func(u user) *graph.Node { // a part of one-hot rows, for all the proof can tell
			return loss.SmoothClasses(0.1, loss.CrossEntropyWithLogits)(u.dense(4), u.labels(graph.Rows(8)).Slice(1, graph.Fixed(4), graph.Fixed(8)))
		},
	},
	{
		name:    "a mean and a log-variance of other lengths",
		refused: func(u user) *graph.Node { return loss.GaussianKL(u.dense(3), u.dense(2)) },
		legal:   func(u user) *graph.Node { return loss.GaussianKL(u.dense(3), u.dense(3)) },
	},
	{
		name: "a prior for one axis of two",
		refused: func(u user) *graph.Node {
			return loss.GaussianKLBetween(u.dense(2), u.dense(2), u.dense(1), u.dense(2))
		},
		legal: func(u user) *graph.Node {
			return loss.GaussianKLBetween(u.dense(2), u.dense(2), u.dense(2), u.dense(2))
		},
	},
	{
		name:    "a density without width",
		refused: func(u user) *graph.Node { return loss.GaussianNLL(0)(u.dense(1), u.column(graph.Rows(1))) },
		legal:   func(u user) *graph.Node { return loss.GaussianNLL(1e-4)(u.dense(1), u.column(graph.Rows(1))) },
	},
	{
		name: "one variance for two means",
		refused: func(u user) *graph.Node {
			return loss.LearnedGaussianNLL(u.dense(2), u.dense(1), u.column(graph.Rows(2)))
		},
		legal: func(u user) *graph.Node {
			return loss.LearnedGaussianNLL(u.dense(2), u.dense(1).BroadcastTo(graph.Rows(2)), u.column(graph.Rows(2)))
		},
	},
	{
		name: "overlap of raw scores",
		refused: func(u user) *graph.Node {
			return loss.Dice{}.Apply(loss.In{Pred: u.dense(2), Target: u.column(graph.Rows(2))})
		},
		legal: func(u user) *graph.Node {
			return loss.Dice{}.Apply(loss.In{Pred: u.dense(2).Sigmoid(), Target: u.column(graph.Rows(2))})
		},
	},
	{
		name: "F1 of raw scores of classes",
		refused: func(u user) *graph.Node {
			return loss.SoftF1{}.Apply(loss.In{Pred: u.dense(4), Target: u.column(graph.Rows())})
		},
		legal: func(u user) *graph.Node {
			return loss.SoftF1{}.Apply(loss.In{Pred: u.dense(4).Softmax(-1), Target: u.column(graph.Rows())})
		},
	},
	{
		name: "F1 of a target without the last axis",
		refused: func(u user) *graph.Node {
			return loss.SoftF1{}.Apply(loss.In{Pred: u.dense(1).Sigmoid(), Target: u.column(graph.Rows())})
		},
		legal: func(u user) *graph.Node {
			return loss.SoftF1{}.Apply(loss.In{Pred: u.dense(1).Sigmoid().Reshape(-1), Target: u.column(graph.Rows())})
		},
	},
	{
		name: "F1 with a column too few",
		refused: func(u user) *graph.Node {
			return loss.SoftF1{}.Apply(loss.In{Pred: u.dense(4).Softmax(-1), Target: u.column(graph.Rows(3))})
		},
		legal: func(u user) *graph.Node {
			return loss.SoftF1{}.Apply(loss.In{Pred: u.dense(4).Softmax(-1), Target: u.column(graph.Rows(4))})
		},
	},
	{
		name: "F1 of class numbers beyond the outputs",
		refused: func(u user) *graph.Node {
			return loss.SoftF1{}.Apply(loss.In{Pred: u.dense(3).Softmax(-1), Target: u.classes(4, graph.Rows())})
		},
		legal: func(u user) *graph.Node {
			return loss.SoftF1{}.Apply(loss.In{Pred: u.dense(4).Softmax(-1), Target: u.classes(4, graph.Rows(1))})
		},
	},
	{
		name: "F1 with three weights for four classes",
		refused: func(u user) *graph.Node {
			return loss.SoftF1{Weights: []float64{1, 2, 2}}.Apply(loss.In{Pred: u.dense(4).Softmax(-1), Target: u.column(graph.Rows())})
		},
		legal: func(u user) *graph.Node {
			return loss.SoftF1{Weights: []float64{1, 2, 2, 0}}.Apply(loss.In{Pred: u.dense(4).Softmax(-1), Target: u.column(graph.Rows())})
		},
	},
	{
		name: "F1 with a negative weight",
		refused: func(u user) *graph.Node {
			return loss.SoftF1{Weights: []float64{1, -2}}.Apply(loss.In{Pred: u.dense(2).Softmax(-1), Target: u.column(graph.Rows())})
		},
		legal: func(u user) *graph.Node {
			return loss.SoftF1{Weights: []float64{0, 1}}.Apply(loss.In{Pred: u.dense(2).Softmax(-1), Target: u.column(graph.Rows())})
		},
	},
	{
		name: "F1 of no class at all",
		refused: func(u user) *graph.Node {
			return loss.SoftF1{Weights: []float64{0, 0}}.Apply(loss.In{Pred: u.dense(2).Softmax(-1), Target: u.column(graph.Rows())})
		},
		legal: func(u user) *graph.Node {
			return loss.SoftF1{Weights: []float64{0, 1e-9}}.Apply(loss.In{Pred: u.dense(2).Softmax(-1), Target: u.column(graph.Rows())})
		},
	},
	{
		name: "F1 of a class that is not there",
		refused: func(u user) *graph.Node {
			return loss.SoftF1{Average: loss.OneClass, Class: 4}.Apply(loss.In{Pred: u.dense(4).Softmax(-1), Target: u.column(graph.Rows())})
		},
		legal: func(u user) *graph.Node {
			return loss.SoftF1{Average: loss.OneClass, Class: 3}.Apply(loss.In{Pred: u.dense(4).Softmax(-1), Target: u.column(graph.Rows())})
		},
	},
	{
		name: "F1 of one class with weights of several",
		refused: func(u user) *graph.Node {
			return loss.SoftF1{Average: loss.OneClass, Weights: []float64{1, 2}}.Apply(loss.In{Pred: u.dense(2).Softmax(-1), Target: u.column(graph.Rows())})
		},
		legal: func(u user) *graph.Node {
			return loss.SoftF1{Average: loss.OneClass}.Apply(loss.In{Pred: u.dense(2).Softmax(-1), Target: u.column(graph.Rows())})
		},
	},
	{
		name: "F1 with a negative beta",
		refused: func(u user) *graph.Node {
			return loss.SoftF1{Beta: -1}.Apply(loss.In{Pred: u.dense(1).Sigmoid(), Target: u.column(graph.Rows(1))})
		},
		legal: func(u user) *graph.Node {
			return loss.SoftF1{Beta: 0.01}.Apply(loss.In{Pred: u.dense(1).Sigmoid(), Target: u.column(graph.Rows(1))})
		},
	},
	{
		name: "precision at a recall above 1",
		refused: func(u user) *graph.Node {
			return loss.SoftPrecision{MinRecall: 1.5}.Apply(loss.In{Pred: u.dense(1).Sigmoid(), Target: u.column(graph.Rows(1))})
		},
		legal: func(u user) *graph.Node {
			return loss.SoftPrecision{MinRecall: 1}.Apply(loss.In{Pred: u.dense(1).Sigmoid(), Target: u.column(graph.Rows(1))})
		},
	},
	{
		name: "precision of class 1 of one column",
		refused: func(u user) *graph.Node {
			return loss.SoftPrecision{Class: 1}.Apply(loss.In{Pred: u.dense(1).Sigmoid(), Target: u.column(graph.Rows(1))})
		},
		legal: func(u user) *graph.Node {
			return loss.SoftPrecision{Class: 1}.Apply(loss.In{Pred: u.dense(2).Softmax(-1), Target: u.column(graph.Rows())})
		},
	},
	{
		name: "recall with a negative penalty",
		refused: func(u user) *graph.Node {
			return loss.SoftRecall{MinPrecision: 0.5, Penalty: -1}.Apply(loss.In{Pred: u.dense(1).Sigmoid(), Target: u.column(graph.Rows(1))})
		},
		legal: func(u user) *graph.Node {
			return loss.SoftRecall{MinPrecision: 0.5, Penalty: 0.1}.Apply(loss.In{Pred: u.dense(1).Sigmoid(), Target: u.column(graph.Rows(1))})
		},
	},
	{
		name: "overlap of images of one pixel",
		refused: func(u user) *graph.Node {
			return loss.Dice{Per: loss.Image}.Apply(loss.In{Pred: u.dense(1).Sigmoid(), Target: u.column(graph.Rows(1))})
		},
		legal: func(u user) *graph.Node {
			return loss.Dice{Per: loss.Image}.Apply(loss.In{Pred: u.dense(2).Sigmoid(), Target: u.column(graph.Rows(2))})
		},
	},
	{
		name: "overlap of classes of images of one pixel",
		refused: func(u user) *graph.Node {
			return loss.Jaccard{Per: loss.Image, Classes: true}.Apply(loss.In{Pred: u.dense(4).Softmax(-1), Target: u.column(graph.Rows())})
		},
		legal: func(u user) *graph.Node {
			return loss.Jaccard{Classes: true}.Apply(loss.In{Pred: u.dense(4).Softmax(-1), Target: u.column(graph.Rows())})
		},
	},
	{
		name: "a negative smooth",
		refused: func(u user) *graph.Node {
			return loss.Jaccard{Smooth: -1}.Apply(loss.In{Pred: u.dense(1).Sigmoid(), Target: u.column(graph.Rows(1))})
		},
		legal: func(u user) *graph.Node {
			return loss.Jaccard{Smooth: 1e-7}.Apply(loss.In{Pred: u.dense(1).Sigmoid(), Target: u.column(graph.Rows(1))})
		},
	},
	{
		name: "a negative price of false alarms",
		refused: func(u user) *graph.Node {
			return loss.Tversky{Alpha: -0.5}.Apply(loss.In{Pred: u.dense(1).Sigmoid(), Target: u.column(graph.Rows(1))})
		},
		legal: func(u user) *graph.Node {
			return loss.Tversky{Alpha: 0.9}.Apply(loss.In{Pred: u.dense(1).Sigmoid(), Target: u.column(graph.Rows(1))})
		},
	},
	{
		name: "a negative power",
		refused: func(u user) *graph.Node {
			return loss.FocalTversky{Gamma: -1}.Apply(loss.In{Pred: u.dense(1).Sigmoid(), Target: u.column(graph.Rows(1))})
		},
		legal: func(u user) *graph.Node {
			return loss.FocalTversky{Gamma: 1. / 3}.Apply(loss.In{Pred: u.dense(1).Sigmoid(), Target: u.column(graph.Rows(1))})
		},
	},
	{
		name: "counts with weights of the columns of an image",
		refused: func(u user) *graph.Node {
			return loss.Dice{}.Apply(loss.In{Pred: u.probabilities(), Target: u.mask(), Weight: u.weights(graph.Dims(4, 2))})
		},
		legal: func(u user) *graph.Node {
			return loss.Dice{}.Apply(loss.In{Pred: u.probabilities(), Target: u.mask(), Weight: u.weights(graph.Rows(4, 4, 1))})
		},
	},
	{
		name: "counts with two weights for four classes",
		refused: func(u user) *graph.Node {
			return loss.SoftF1{By: []loss.Weighting{loss.ByClass(1, 5)}}.Apply(loss.In{Pred: u.dense(4).Softmax(-1), Target: u.column(graph.Rows())})
		},
		legal: func(u user) *graph.Node {
			return loss.SoftF1{By: []loss.Weighting{loss.ByClass(1, 5, 1, 1)}}.Apply(loss.In{Pred: u.dense(4).Softmax(-1), Target: u.column(graph.Rows())})
		},
	},
	{
		name: "counts of the user's own of raw scores",
		refused: func(u user) *graph.Node {
			return loss.OfCounts(loss.Counts.FP).Apply(loss.In{Pred: u.dense(1).Reshape(-1), Target: u.column(graph.Rows())})
		},
		legal: func(u user) *graph.Node {
			return loss.OfCounts(loss.Counts.FP).Apply(loss.In{Pred: u.dense(1).Sigmoid().Reshape(-1), Target: u.column(graph.Rows())})
		},
	},
	{
		name: "weights of the columns of an image",
		refused: func(u user) *graph.Node {
			p, y := u.image()
			return loss.Mean(loss.BCEWithLogits).Apply(loss.In{Pred: p, Target: y, Weight: u.weights(graph.Dims(4, 2))})
		},
		legal: func(u user) *graph.Node {
			p, y := u.image()
			return loss.Mean(loss.BCEWithLogits).Apply(loss.In{Pred: p, Target: y, Weight: u.weights(graph.Rows(4, 4, 1))})
		},
	},
	{
		name: "one weight for all",
		refused: func(u user) *graph.Node {
			return loss.Mean(loss.BCEWithLogits).Apply(loss.In{Pred: u.dense(1), Target: u.column(graph.Rows(1)), Weight: u.weights(graph.Dims(1))})
		},
		legal: func(u user) *graph.Node {
			return loss.Scale(3, loss.Mean(loss.BCEWithLogits)).Apply(loss.In{Pred: u.dense(1), Target: u.column(graph.Rows(1)), Weight: u.weights(graph.Rows(1, 1))})
		},
	},
	{
		name: "a weight a row where one for each pixel is meant",
		refused: func(u user) *graph.Node {
			p, y := u.image()
			return loss.Mean(loss.BCEWithLogits, loss.ByElement).Apply(loss.In{Pred: p, Target: y, Weight: u.weights(graph.Rows())})
		},
		legal: func(u user) *graph.Node {
			p, y := u.image()
			return loss.Mean(loss.BCEWithLogits, loss.BySample).Apply(loss.In{Pred: p, Target: y, Weight: u.weights(graph.Rows())})
		},
	},
	{
		name: "a weight for each pixel where one a row is meant",
		refused: func(u user) *graph.Node {
			p, y := u.image()
			return loss.Mean(loss.BCEWithLogits, loss.BySample).Apply(loss.In{Pred: p, Target: y, Weight: u.weights(graph.Rows(4, 4, 1))})
		},
		legal: func(u user) *graph.Node {
			p, y := u.image()
			return loss.Mean(loss.BCEWithLogits, loss.ByElement).Apply(loss.In{Pred: p, Target: y, Weight: u.weights(graph.Rows(4, 4, 1))})
		},
	},
	{
		name: "weights of one number",
		refused: func(u user) *graph.Node {
			f := func(p, y *graph.Node) *graph.Node { return loss.SquaredError(p, y).Mean() }
			return loss.Mean(f).Apply(loss.In{Pred: u.dense(1), Target: u.column(graph.Rows(1)), Weight: u.weights(graph.Rows())})
		},
		legal: func(u user) *graph.Node {
			f := func(p, y *graph.Node) *graph.Node { return loss.SquaredError(p, y).Mean(1) }
			return loss.Mean(f).Apply(loss.In{Pred: u.dense(1), Target: u.column(graph.Rows(1)), Weight: u.weights(graph.Rows())})
		},
	},
	{
		name: "a mask that the data does not have",
		refused: func(u user) *graph.Node {
			return loss.Mean(loss.SquaredError, loss.Mask).Apply(loss.In{Pred: u.dense(1), Target: u.column(graph.Rows(1))})
		},
		legal: func(u user) *graph.Node {
			return loss.Mean(loss.SquaredError, loss.Mask).Apply(loss.In{Pred: u.dense(1), Target: u.column(graph.Rows(1)), Weight: u.weights(graph.Rows())})
		},
	},
	{
		name: "three class weights for several labels of yes or no",
		refused: func(u user) *graph.Node {
			return loss.Mean(loss.BCEWithLogits, loss.ByClass(1, 5, 7)).Apply(loss.In{Pred: u.dense(3), Target: u.column(graph.Rows(3))})
		},
		legal: func(u user) *graph.Node {
			return loss.Mean(loss.BCEWithLogits, loss.ByLabel(1, 5, 7)).Apply(loss.In{Pred: u.dense(3), Target: u.column(graph.Rows(3))})
		},
	},
	{
		name: "two class weights for three classes",
		refused: func(u user) *graph.Node {
			return loss.Mean(loss.CrossEntropyWithLogits, loss.ByClass(1, 5)).Apply(loss.In{Pred: u.dense(3), Target: u.column(graph.Rows(3))})
		},
		legal: func(u user) *graph.Node {
			return loss.Mean(loss.CrossEntropyWithLogits, loss.ByClass(1, 5, 0)).Apply(loss.In{Pred: u.dense(3), Target: u.column(graph.Rows(3))})
		},
	},
	{
		name: "a negative class weight",
		refused: func(u user) *graph.Node {
			return loss.Mean(loss.BCEWithLogits, loss.ByClass(1, -2)).Apply(loss.In{Pred: u.dense(1), Target: u.column(graph.Rows(1))})
		},
		legal: func(u user) *graph.Node {
			return loss.Mean(loss.BCEWithLogits, loss.ByClass(1, 0)).Apply(loss.In{Pred: u.dense(1), Target: u.column(graph.Rows(1))})
		},
	},
}

// TestRefusals compares the whole text of every refusal, in both languages, with
// testdata/refusals.golden, and checks that its legal neighbour is accepted.
func TestRefusals(t *testing.T) {
	var text strings.Builder
	start := func(l graph.Language) user {
		g := graph.New(graph.Training)
		g.Language = l
		u := user{g: g}
		u.at(20)
		u.x = g.Input("x", graph.Rows(16), graph.Unknown)
		return u
	}
	for _, c := range refusals {
		fmt.Fprintf(&text, "# %s\n", c.name)
		for _, l := range []graph.Language{graph.Go, graph.Python} {
			u := start(l)
			if out := c.refused(u); !out.Poisoned() {
				t.Errorf("%s: accepted", c.name)
			}
			fmt.Fprintln(&text, u.g.Diagnostics())
		}
		u := start(graph.Go)
		out := c.legal(u)
		if len(u.g.Params()) > 0 {
			graph.Prove(out.Mean()) // accepted here, and by the proof of the whole
		}
		if out.Poisoned() || len(u.g.Diagnostics()) > 0 {
			t.Errorf("%s: its neighbour is refused: %v", c.name, u.g.Diagnostics())
		}
		fmt.Fprintln(&text)
	}
	goldie.New(t).Assert(t, "refusals", []byte(text.String()))
}

// TestIndependentMistakes checks that a wrong shape and a wrong domain are both
// reported, and nothing that follows from them.
func TestIndependentMistakes(t *testing.T) {
	u := user{g: graph.New(graph.Training)}
	u.x = u.g.Input("x", graph.Rows(16), graph.Unknown)
	l := loss.Add(loss.Mean(loss.BCE), loss.Scale(2, loss.WeightedMean(loss.BCE, loss.BySample)))
	graph.Prove(l.Apply(loss.In{Pred: u.dense(1), Target: u.column(graph.Rows())}))
	var codes []graph.Code
	for _, d := range u.g.Diagnostics() {
		codes = append(codes, d.Code)
	}
	if got := fmt.Sprint(codes); got != "[loss-shape loss-domain]" {
		t.Errorf("got %s: %v", got, u.g.Diagnostics())
	}
}

// TestNoCascade checks that a model, target or weight that could not be made is
// reported once, where that happened, and never again by what uses it.
func TestNoCascade(t *testing.T) {
	for name, apply := range map[string]func(u user, broken *graph.Node) *graph.Node{
		"prediction": func(u user, broken *graph.Node) *graph.Node {
			return loss.Mean(loss.BCE, loss.ByClass(1, 2)).Apply(loss.In{Pred: broken, Target: u.column(graph.Rows(3))})
		},
		"target": func(u user, broken *graph.Node) *graph.Node {
			return loss.Sum(loss.SparseCrossEntropy, loss.Ignore(-1)).Apply(loss.In{Pred: u.dense(2), Target: broken})
		},
		"weights": func(u user, broken *graph.Node) *graph.Node {
			return loss.WeightedMean(loss.BCEWithLogits, loss.BySample).Apply(loss.In{Pred: u.dense(1), Target: u.column(graph.Rows(1)), Weight: broken})
		},
		"function": func(u user, broken *graph.Node) *graph.Node {
			return loss.Func(func(p, y *graph.Node) *graph.Node { return p }).Apply(loss.In{Pred: broken, Target: u.column(graph.Rows())})
		},
	} {
		u := user{g: graph.New(graph.Training)}
		u.x = u.g.Input("x", graph.Rows(16), graph.Unknown)
		out := apply(u, u.x.Reshape(-1, 7))
		if ds := u.g.Diagnostics(); !out.Poisoned() || len(ds) != 1 || ds[0].Code != graph.CodeShape {
			t.Errorf("%s: poisoned %v, got %v", name, out.Poisoned(), ds)
		}
	}
}

// TestPositions checks that a refusal is at the user's line, however deep in the
// library it is found.
func TestPositions(t *testing.T) {
	g := graph.New(graph.Training)
	p, y := g.Input("p", graph.Rows(1), graph.Unknown), g.Input("y", graph.Rows(), graph.Unknown)
	l := loss.Mean(func(p, y *graph.Node) *graph.Node {
		return loss.SquaredError(p, y).Scale(0.5)
	})
	_, file, line, _ := runtime.Caller(0)
	loss.Add(l, loss.Mean(loss.BCE)).Apply(loss.In{Pred: p, Target: y})
	want := []graph.Position{
		{File: filepath.Base(file), Line: line - 2}, // the user's own function
		{File: filepath.Base(file), Line: line + 1},
	}
	for i, d := range g.Diagnostics() {
		if d.Pos != want[i] {
			t.Errorf("refusal %d is at %v, want %v", i, d.Pos, want[i])
		}
	}
	if len(g.Diagnostics()) != len(want) {
		t.Errorf("got %d refusals: %v", len(g.Diagnostics()), g.Diagnostics())
	}
}

// TestFunc checks the notes on functions that are no numbers, or take no weights.
func TestFunc(t *testing.T) {
	for _, c := range []struct {
		name   string
		f      func(p, y *graph.Node) *graph.Node
		weight []array
		want   float64
		note   string
	}{
		{"one number", func(p, y *graph.Node) *graph.Node { return p.Sub(y).Square().Sum() }, nil, 5, ""},
		{
			"a value per element",
			func(p, y *graph.Node) *graph.Node { return p.Sub(y).Square() },
			[]array{rows(1, 3)}, (1 + 3*4) / 2.,
			"note: the loss gives [N], not one number: its mean is used [loss-averaged]\n\tfix: loss.Mean(f) says it, and takes weights",
		},
		{
			"one number, with weights",
			func(p, y *graph.Node) *graph.Node { return p.Sub(y).Square().Sum() },
			[]array{rows(1, 3)}, 5,
			"note: the loss is one number before weights could act: the weights [N] of the data do not reach it [weight-scalar]\n\tfix: return a value per row and use loss.Mean(f)",
		},
	} {
		s := newScene(2, scores, rows(1, 2), rows(0, 0), c.weight...)
		got, _ := s.apply(t, loss.Func(c.f))
		wantNear(t, c.name, got, c.want, 1e-12)
		var notes []string
		for _, d := range s.in.Pred.Graph().Diagnostics() {
			d.Pos = graph.Position{}
			notes = append(notes, d.Error())
		}
		if text := strings.Join(notes, "\n"); text != c.note {
			t.Errorf("%s: got %q, want %q", c.name, text, c.note)
		}
	}
}
