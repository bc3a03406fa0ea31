// Package graph builds, proves and differentiates computations.
//
// Three calls do most of the work:
//
//	g := graph.New(graph.Training)
//	x := g.Input("x", graph.Shape{graph.Batch, graph.Fixed(3)}, graph.Unknown)
//	loss := x.Square().Mean()
//
// A [Graph] holds [Node] values made by methods of other nodes. A node knows
// its shape, in which the number of rows stays the symbol N, its [Range], and
// the line of the user's program that made it. Mistakes do not panic: a node
// that cannot be made is poisoned, its diagnostic is kept in the graph, and
// everything computed from it stays silent, so one mistake gives one message
// and independent mistakes are all reported in one run ([Graph.Diagnostics]).
//
// The phases are: build (this package's methods), [Rewrite] into numerically
// stable forms, [Gradient], [Prove]. Running a graph is the business of package
// program; [Eval] is the float64 reference that everything else is tested
// against.
//
// Each operation lives in a file of its own: its doc comment, the method that
// applies it, and a small type that implements [Op].
package graph
