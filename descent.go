// Package descent trains neural networks whose losses are proved before the first
// step.
//
// Three calls do most of the work:
//
//	result, err := descent.Train(ctx, &descent.Job{TablePath: "default.csv", Data: data.Options{Target: "default"}, Model: descent.MLP(64, 32)})
//	differences, err := descent.Check(job)
//	model, err := descent.Load("runs/credit-1")
//
// The package is a thin front of package train, for supervised jobs on tables.
// Objectives of one's own are written with train.Fit, layers with package nn,
// losses with package loss.
package descent

import (
	"context"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/train"
)

// A Job is one supervised run on a table.
type Job = train.Job

// A Result is what came of a run.
type Result = train.Result

// A Model is a trained network with all that a prediction needs.
type Model = train.Model

// Train reads the table, proves the loss, trains in a new run directory, chooses
// the threshold on valid rows and judges on test rows.
func Train(ctx context.Context, job *Job) (*Result, error) { return job.Train(ctx) }

// Check proves the job's loss and compares its derivatives with central
// differences. It trains nothing and writes nothing.
func Check(job *Job) (*train.Differences, error) {
	p, err := job.Prepare()
	if err != nil {
		return nil, err
	}
	defer p.Close()
	return p.Check()
}

// Load reads the model of a run directory. It executes nothing and opens no path
// named inside it.
func Load(run string) (*Model, error) { return train.Load(run, 0) }

// MLP makes the model of a job: dense layers of the given widths with ReLU, and a
// head that fits the target. Two classes get one sigmoid, K classes a softmax, K
// labels a sigmoid each, a number a linear output.
func MLP(hidden ...int) func(train.ModelSpec) (nn.Layer, error) {
	return func(spec train.ModelSpec) (nn.Layer, error) {
		head := nn.RealHead(spec.Outputs)
		switch spec.Task {
		case data.Binary:
			head = nn.BinaryHead()
		case data.MultiClass:
			head = nn.ClassHead(spec.Outputs)
		case data.MultiLabel:
			head = nn.LabelHead(spec.Outputs)
		}
		return nn.MLP(nn.MLPConfig{In: spec.Width, Hidden: hidden, Head: head}), nil
	}
}
