// Package program runs graphs: it is the map from a graph to a plan and a machine
// that executes it.
//
//	state := program.NewState(seed, g.Params()...)
//	p, err := program.Compile(state, program.Spec{Outputs: ..., Updates: ...})
//	err = p.Run(ctx, program.Batch{Rows: 64, Step: 1, Inputs: inputs})
//
// A [State] keeps parameters by name in one flat arena; the programs for training
// and for prediction share it. A plan is made once for every number of rows that
// occurs and kept. A run allocates nothing in the steady state, and its results
// do not depend on the number of workers.
package program
