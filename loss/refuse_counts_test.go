package loss_test

import (
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// countRefusals are those of losses of counts.
var countRefusals = []refusal{
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
}
