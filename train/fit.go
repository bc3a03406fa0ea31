package train

import (
	"context"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/program"
)

// Fit trains an objective on the rows of set.
//
// The loss is proved first: what cannot train is refused as [graph.Diagnostics],
// and nothing is written. Each epoch visits the rows in an order that depends on
// seed and epoch alone; the last batch has the rows that are left. After an epoch
// the loss of all rows of c.Validate is computed in one evaluation, so a loss
// that is no mean, such as F1, means what it says.
//
// Training ends after the last epoch, early by c.EarlyStop, after the step in
// which ctx is cancelled, or at a value that is not finite. In the last two cases
// the error comes with what was trained so far. See [ClassOf].
func Fit(ctx context.Context, set *data.Set, c Config) (*Fitted, error) {
	if err := c.check(set); err != nil {
		return nil, err
	}
	t, err := newTrainer(newTableRows(set, c), c)
	if err != nil {
		return nil, err
	}
	defer t.close()
	if c.Run == nil {
		return t.fit(ctx)
	}
	if err := t.checkSpaceFor(c.Run); err != nil {
		return nil, err
	}
	c.Run.info.Training = TrainingInfo{Epochs: t.config.Epochs, Batch: t.config.Batch, Parts: t.config.Accumulate, Seed: c.Seed, EarlyStop: t.config.EarlyStop, Balance: c.Balance, EpochRows: t.rows, CheckpointSeconds: c.CheckpointEvery.Seconds()}
	if err := c.Run.setState(StateRunning, nil); err != nil {
		return nil, err
	}
	fitted, err := t.fit(ctx)
	return fitted, c.Run.end(fitted, err)
}

// Fitted is a trained objective.
type Fitted struct {
	State      *program.State // the weights of the best epoch, or of the last
	Epochs     int            // trained
	Steps      int64          // of the optimiser
	Best       int            // epoch whose weights these are; 0 if none was chosen
	Stopped    bool           // before the last epoch, by [EarlyStop]
	History    []EpochEnd     // of this process: a resumed run begins after its checkpoint
	Parameters int            // numbers trained
	StepMS     float64        // median time of a step, of the last 1,024
	PeakBytes  int64          // planned memory of the programs that train and judge, with the weights

	judging *traced
	config  Config
}

// Output computes an output of the objective, such as [Prediction], for every
// row of set, in order.
func (f *Fitted) Output(ctx context.Context, name string, set *data.Set) ([]float32, error) {
	node := f.judging.step.output(name)
	if node == nil {
		return nil, refuse(Refused, graph.CodeUnknownWord, "", "the objective has no output "+name, nil)
	}
	p, err := newPredictor(f.State, map[string]*graph.Node{name: node}, f.config.Workers)
	if err != nil {
		return nil, err
	}
	defer p.close()
	return p.run(ctx, name, set)
}
