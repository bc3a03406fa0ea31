package loss_test

import (
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// seen is a column whose least and largest value were read.
func (u user) seen(lo, hi float64, width ...int) *graph.Node {
	return u.g.InputFrom("y", `data column "y"`, graph.Rows(width...), graph.Range{Interval: graph.Within(lo, hi), Tag: graph.Seen})
}

// seenRefusals are mistakes that only the data's values tell.
var seenRefusals = []refusal{
	{
		"amounts where yes or no is needed",
		func(u user) *graph.Node { return loss.BCEWithLogits(u.dense(1), u.seen(-3.5, 12, 1)) },
		func(u user) *graph.Node { return loss.BCEWithLogits(u.dense(1), u.seen(0.1, 0.9, 1)) },
	},
	{
		"signs where yes or no is needed",
		func(u user) *graph.Node { return loss.BCE(u.dense(1).Sigmoid(), u.seen(-1, 1, 1)) },
		func(u user) *graph.Node {
			return loss.BCE(u.dense(1).Sigmoid(), u.seen(-1, 1, 1).Shift(1).Scale(0.5))
		},
	},
	{
		"signs, hinge",
		func(u user) *graph.Node { return loss.Hinge(u.dense(1), u.seen(-1, 1, 1)) },
		func(u user) *graph.Node { return loss.Hinge(u.dense(1), u.seen(0, 1, 1)) },
	},
	{
		"a class number for which there is no output",
		func(u user) *graph.Node { return loss.SparseCrossEntropyWithLogits(u.dense(4), u.seen(0, 4)) },
		func(u user) *graph.Node { return loss.SparseCrossEntropyWithLogits(u.dense(4), u.seen(-100, 3)) },
	},
	{
		"rows with several classes",
		func(u user) *graph.Node {
			return loss.CrossEntropy(u.dense(4).Softmax(-1), u.seen(0, 1, 4).SumRows(graph.Within(0, 3)))
		},
		func(u user) *graph.Node {
			return loss.CrossEntropy(u.dense(4).Softmax(-1), u.seen(0, 1, 4).SumRows(graph.Within(0.9999, 1.0001)))
		},
	},
	{
		"rows with several classes, focal from scores",
		func(u user) *graph.Node {
			return loss.Focal{}.ClassesWithLogits(u.dense(4), u.labels(graph.Rows(4)).SumRows(graph.Within(1, 2)))
		},
		func(u user) *graph.Node {
			return loss.Focal{}.WithLogits(u.dense(4), u.labels(graph.Rows(4)).SumRows(graph.Within(1, 2)))
		},
	},
}
