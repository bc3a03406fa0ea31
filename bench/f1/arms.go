package main

import (
	"github.com/descent-ml/descent/bench/internal/splits"
	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/train"
)

// An arm is a way to train for F1.
type arm struct {
	name       string
	loss       func(train.LossSpec) loss.Loss
	batch      int
	accumulate int // 0: as many batches as there are rows
}

// plainBatch is the batch of losses that are means over rows.
const plainBatch = 64

// The arms that others are compared with.
const (
	crossEntropy = "cross entropy"
	smallest     = "soft F1, batch 16"
	allRows      = "soft F1, all rows accumulated"
)

var arms = []arm{
	{crossEntropy, func(s train.LossSpec) loss.Loss { return mean(s) }, plainBatch, 1},
	{"cross entropy, balanced", func(s train.LossSpec) loss.Loss { return mean(s, loss.Balanced(s.Counts...)) }, plainBatch, 1},
	{"focal, gamma 2", focal, plainBatch, 1},
	{smallest, softF1, 16, 1},
	{"soft F1, batch 64", softF1, 64, 1},
	{"soft F1, batch 256", softF1, 256, 1},
	{"soft F1, 16 x 64 accumulated", softF1, 64, 16},
	{allRows, softF1, 256, 0},
}

// learningRates are those among which the valid rows choose, for every arm.
var learningRates = []float64{1e-3, 3e-3, 1e-2}

func mean(s train.LossSpec, by ...loss.Weighting) loss.Loss {
	if s.Task == data.Binary {
		return loss.Mean(loss.BCE, by...)
	}
	return loss.Mean(loss.CrossEntropy, by...)
}

func focal(s train.LossSpec) loss.Loss {
	f := loss.Focal{Gamma: 2}
	if s.Task == data.Binary {
		return loss.Mean(f.Pointwise)
	}
	return loss.Mean(f.Classes)
}

func softF1(train.LossSpec) loss.Loss { return loss.SoftF1{} }

// task is a table with what counts on it.
type task struct {
	table splits.Table
	data  data.Options
	score string // the metric that it is about
}

var tasks = []task{
	{splits.Default, data.Options{Target: "default", Positive: "Yes"}, "f1"},
	{splits.HPC, data.Options{Target: "class"}, "f1_macro"},
	{splits.Telco, data.Options{Target: "churn", Positive: "Yes"}, "f1"},
}

// lossFor is the arm's loss as a job takes it.
func (a arm) lossFor(s train.LossSpec) (loss.Loss, graph.Diagnostics) { return a.loss(s), nil }
