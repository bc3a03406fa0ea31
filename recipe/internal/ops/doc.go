// Package ops has what the dialects of recipes share: operations that are made of
// those of package graph, and readers of arguments.
//
//	x.Sub(y).Abs()                  // an operation of the graph
//	ops.Norm(x, 2, []int{1}, false) // one that both frameworks have, made of some
//
// Each function opens a scope, so that messages say norm where the user wrote norm.
package ops
