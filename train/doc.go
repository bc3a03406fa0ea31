// Package train fits a model to rows, keeps what it does in a run directory, and
// predicts from one.
//
//	fitted, err := train.Fit(ctx, set, train.Config{
//		Objective: train.Supervised(model, loss.Mean(loss.BCE)), Optimizer: optim.Adam{LR: 1e-3}, Seed: 1,
//	})
//	result, err := job.Train(ctx)              // a table from file to judged model, as a recipe declares it
//	model, err := train.Load("runs/credit-1", 0)
//	info, notes, err := train.Tune(ctx, "runs/credit-1", train.TuneOptions{Rule: metric.PrecisionAtRecall{Recall: 0.8}})
//
// An [Objective] is a function of the [Step] that gives its loss. [Fit] proves it,
// then visits the rows of each epoch in an order that is a function of seed and
// epoch, and judges the loss of the whole valid part. A [Job] adds the table, the
// threshold, and the judging of test rows.
//
// A [Run] is a directory with one writer. Training killed at any moment goes on
// with [Resume] to the same bits, from whole checkpoints; all files but the logs
// are written whole or not at all. Equal runs write equal model.safetensors and
// metrics.jsonl, on any number of workers.
package train
