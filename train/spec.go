package train

import (
	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/optim"
)

// LossSpec is what a loss must know of the data it is made for: weights that balance
// classes, or that are given by their names.
type LossSpec struct {
	Task    data.Task
	Classes []string // names of the classes, or of the labels; nil for a regression
	Rows    int      // that train
	Counts  []int    // of them in each class, or with each label
	Images  bool     // rows are pixels
}

// smallTarget is the share of foreground below which masks are learned by overlap too:
// each pixel of theirs alone is outvoted by the background.
const smallTarget = 0.05

// Steps is what a schedule must know of a run.
type Steps struct {
	Epoch int64 // optimiser steps in an epoch
	Run   int64 // in all epochs, if training does not stop early
}

func (j *Job) lossSpec(parts *data.Parts) LossSpec {
	spec := j.spec(parts)
	return LossSpec{Task: spec.Task, Classes: spec.Classes, Rows: parts.Train.Rows, Counts: parts.Train.Counts}
}

// loss returns the loss and its name, chosen by the task if the job names none, and
// what there is to say of it.
func (j *Job) loss(spec LossSpec) (l loss.Loss, name string, found graph.Diagnostics) {
	switch {
	case j.LossFor != nil:
		l, found = j.LossFor(spec)
		return l, j.LossName, found
	case j.Loss != nil:
		return j.Loss, j.LossName, nil
	}
	switch spec.Task {
	case data.Binary, data.MultiLabel:
		if spec.Images && float64(spec.Counts[1]) < smallTarget*float64(spec.Rows) {
			return loss.Add(loss.Mean(loss.BCE), loss.Dice{Per: loss.Image, Smooth: 1, Empty: loss.Skip}), "bce + dice", nil
		}
		return loss.Mean(loss.BCE), "bce", nil
	case data.MultiClass:
		return loss.Mean(loss.CrossEntropy), "cross_entropy", nil
	}
	return loss.Mean(loss.SquaredError), "mse", nil
}

// steps counts those of a run of so many rows.
func (j *Job) steps(rows int) Steps {
	c := Config{Epochs: j.Epochs, Batch: j.Batch, Accumulate: j.Accumulate}.filled(rows)
	steps := int64(ceilDiv(rows, c.stepRows()))
	return Steps{Epoch: steps, Run: steps * int64(c.Epochs)}
}

func (j *Job) epochs() int { return Config{Epochs: j.Epochs}.filled(1).Epochs }

// optimizer returns the rule for the weights of a run of so many rows.
func (j *Job) optimizer(rows int) optim.Optimizer {
	switch {
	case j.OptimizerFor != nil:
		return j.OptimizerFor(j.steps(rows))
	case j.Optimizer != nil:
		return j.Optimizer
	}
	return optim.Adam{}
}
