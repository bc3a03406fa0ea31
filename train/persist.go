package train

import (
	"context"
	"fmt"
	"time"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/program"
)

// A full disk may be freed: what ends a run is tried again for ten minutes.
const (
	fullDiskTries = 300
	fullDiskPause = 2 * time.Second
)

// persist writes what ends a run.
func (r *Run) persist(ctx context.Context, write func() error) error {
	for try := 1; ; try++ {
		err := write()
		if err == nil || ClassOf(err) == SelfStopped {
			return err
		}
		if !isFull(err) || try == fullDiskTries {
			return &Error{Machine, err}
		}
		select {
		case <-ctx.Done():
			return &Error{Machine, err}
		case <-time.After(r.pause):
		}
	}
}

// saveAtLast writes the checkpoint that ends training.
func (t *trainer) saveAtLast(ctx context.Context) error {
	if t.config.Run == nil {
		return nil
	}
	err := t.config.Run.persist(ctx, t.save)
	if err != nil && isFull(err) {
		return &Error{Machine, fmt.Errorf("trained to the end, and the last checkpoint could not be written: %w%s", err, t.room(err))}
	}
	return err
}

// end closes a run that [Fit] was given: there is no table to judge by, so the
// weights are all that it leaves.
func (r *Run) end(f *Fitted, err error) error {
	if err != nil {
		return r.fail(err)
	}
	return r.persist(context.Background(), func() error {
		if err := r.writeWeights(f.State, modelParams(f.outputs()...)); err != nil {
			return err
		}
		return r.setState(StateDone, nil)
	})
}

// writeWeights writes model.safetensors without a model: what the parameters are for is
// known to the program that trained them.
func (r *Run) writeWeights(s *program.State, params []paramJSON) error {
	return fsx.WriteFileAtomic(r.fs, weightsFile, writeTensors(fileTensors(s, params), map[string]string{"format": "pt", "descent.version": Version}))
}

func (f *Fitted) outputs() []*graph.Node {
	outputs := []*graph.Node{f.judging.loss}
	for _, o := range f.judging.step.outputs {
		outputs = append(outputs, o.node)
	}
	return outputs
}
