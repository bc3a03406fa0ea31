package train

import "time"

// An Event is something that a listener may want to show: [*RunStarted],
// [*StepEnd], [*EpochEnd], [*CheckpointSaved], [*Note] or [*Done].
type Event interface{ event() }

// RunStarted tells in which run directory training begins, and where a resumed
// run goes on. It comes before any step, and after notes on the checkpoints that
// were looked at; training without a run has none.
type RunStarted struct {
	Path          string // as the user named it
	Epoch, Epochs int    // completed so far, and at most
	Step          int64  // optimiser steps so far; 0 at the beginning
}

// StepEnd tells where an epoch stands, a few times a second at most.
type StepEnd struct {
	Epoch, Epochs int     // from 1
	Step, Steps   int     // of this epoch, from 1
	Loss          float64 // of the rows of this epoch so far
	Elapsed       time.Duration
}

// EpochEnd tells the metrics of an epoch.
type EpochEnd struct {
	Epoch, Epochs int   // from 1
	Step          int64 // optimiser steps since the start
	Train, Valid  Metrics
	LearningRate  *float64      // of the last step; nil of a rule that does not tell: see [optim.Rated]
	Best          bool          // of the metric that stops
	Elapsed       time.Duration // of this epoch
}

// CheckpointSaved tells that the run would go on from here.
type CheckpointSaved struct {
	Step int64
	Path string // of the folder, in the run directory
}

// Note is a remark that does not stop training.
type Note struct{ Code, Text string }

// Done tells how training ended.
type Done struct {
	Epoch, Best int  // epochs trained, and the one whose weights are kept
	Stopped     bool // before the last epoch, by [EarlyStop]
	Elapsed     time.Duration
}

func (*RunStarted) event()      {}
func (*StepEnd) event()         {}
func (*EpochEnd) event()        {}
func (*CheckpointSaved) event() {}
func (*Note) event()            {}
func (*Done) event()            {}
