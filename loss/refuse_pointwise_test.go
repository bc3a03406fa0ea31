package loss_test

import (
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// pointwiseRefusals are those of losses that give a value per element or row.
var pointwiseRefusals = []refusal{
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
}
