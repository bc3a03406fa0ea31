package loss_test

import (
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// weightRefusals are those of weights.
var weightRefusals = []refusal{
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
		name: "two pairs of weights for three labels",
		refused: func(u user) *graph.Node {
			return loss.Mean(loss.BCEWithLogits, loss.ByLabelClass([2]float64{1, 5}, [2]float64{1, 7})).Apply(loss.In{Pred: u.dense(3), Target: u.column(graph.Rows(3))})
		},
		legal: func(u user) *graph.Node {
			return loss.Mean(loss.BCEWithLogits, loss.ByLabelClass([2]float64{1, 5}, [2]float64{1, 7}, [2]float64{1, 1})).Apply(loss.In{Pred: u.dense(3), Target: u.column(graph.Rows(3))})
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
		name: "class weights for a loss that is one number",
		refused: func(u user) *graph.Node {
			f := func(p, y *graph.Node) *graph.Node { return loss.BCEWithLogits(p, y).Mean() }
			return loss.Mean(f, loss.ByClass(1, 5)).Apply(loss.In{Pred: u.dense(1), Target: u.column(graph.Rows(1))})
		},
		legal: func(u user) *graph.Node {
			f := func(p, y *graph.Node) *graph.Node { return loss.BCEWithLogits(p, y).Mean(-1) }
			return loss.Mean(f, loss.ByClass(1, 5)).Apply(loss.In{Pred: u.dense(1), Target: u.column(graph.Rows(1))})
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
