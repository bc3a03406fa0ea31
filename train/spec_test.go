package train

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx/faultfs"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/optim"
)

// A loss and an optimiser that are made once the data is known are told what it is.
func TestMadeForTheData(t *testing.T) {
	var spec LossSpec
	var steps Steps
	j := tableJob(table(100, threeClasses))
	j.Batch, j.Accumulate, j.Epochs = 16, 2, 3
	j.LossName = "mine"
	j.LossFor = func(s LossSpec) (loss.Loss, graph.Diagnostics) {
		spec = s
		note := graph.Diagnostics{{Code: "weight-mean", Severity: graph.Note, Message: "a note of the loss"}}
		return loss.Mean(loss.CrossEntropy, loss.Balanced(s.Counts...)), note
	}
	j.OptimizerFor = func(s Steps) optim.Optimizer {
		steps = s
		return optim.Adam{LR: 0.02, Schedule: optim.Cosine{Warmup: 1, Steps: s.Run}}
	}
	p := prepare(t, j)
	want := LossSpec{Task: data.MultiClass, Classes: []string{"high", "low", "middle"}, Rows: p.Parts.Train.Rows, Counts: p.Parts.Train.Counts}
	if diff := cmp.Diff(want, spec); diff != "" {
		t.Error(diff)
	}
	perEpoch := int64(ceilDiv(p.Parts.Train.Rows, 32))
	if steps != (Steps{perEpoch, 3 * perEpoch}) {
		t.Errorf("%+v for %d rows", steps, p.Parts.Train.Rows)
	}
	if p.Training.Loss != "mine" || len(p.Diagnostics) == 0 || p.Diagnostics[0].Message != "a note of the loss" {
		t.Errorf("%q, %v", p.Training.Loss, p.Diagnostics)
	}
	if _, err := trainIn(t, context.Background(), faultfs.New(), j); err != nil {
		t.Fatal(err)
	}
	j.LossFor = func(LossSpec) (loss.Loss, graph.Diagnostics) {
		return nil, graph.Diagnostics{{Code: graph.CodeWeightShape, Message: "no such class"}}
	}
	if _, err := j.Prepare(); err == nil || err.Error() != "no such class [weight-shape]" {
		t.Errorf("got %v", err)
	}
}
