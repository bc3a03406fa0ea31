package train

import (
	"fmt"
	"strings"
	"time"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/optim"
)

// Config says how [Fit] trains. Only Objective and Optimizer have no default.
type Config struct {
	Objective Objective
	Optimizer optim.Optimizer

	Epochs int // passes over the rows at most; 0 for 100
	Batch  int // rows a step; 0 for 64. More than there are means all of them, in one batch
	// Accumulate is how many batches make one step, with the gradient of all their
	// rows together whatever the loss, and the memory of one; 0 for 1.
	Accumulate int
	Balance    Balance    // of the classes among the rows of an epoch
	Seed       uint64     // of the start, the order of rows and dropout
	Validate   *data.Set  // rows that judge each epoch; nil for none
	EarlyStop  *EarlyStop // when to stop before the last epoch; nil never

	Judge   func(set *data.Set, prediction []float32) (Metrics, error) // further metrics of the whole valid part; nil for the loss alone
	Target  string                                                     // name of the target's column, for messages
	Workers int                                                        // threads; 0 for GOMAXPROCS. The result is the same for any number

	// Run keeps checkpoints and the log of metrics; nil keeps nothing. A run
	// that holds a checkpoint goes on where it stopped.
	Run             *Run
	CheckpointEvery time.Duration // between checkpoints; 0 for one at the end of each epoch

	// Events gets what happens, in order, from one goroutine that training never
	// waits for before its end.
	Events   func(Event)
	Language graph.Language // in which fixes are written

	rising  int      // epochs during which the weight of an autoencoder's divergence rises
	classes []string // names of the target's classes, for messages
}

// EarlyStop ends training when a metric of the valid rows has not improved for
// some epochs. The weights of the best epoch are kept.
type EarlyStop struct {
	Metric   string `json:"metric"`          // "valid.loss" if empty, which must fall; any other metric must rise, except log_loss, brier, rmse and mae
	Patience int    `json:"patience"`        // epochs without improvement; 0 for 10
	After    int    `json:"after,omitempty"` // epochs at the beginning that are not looked at, such as those of a warm-up
}

const (
	defaultEpochs   = 100
	defaultBatch    = 64
	defaultPatience = 10
)

// filled returns c with its defaults, for that many rows.
func (c Config) filled(rows int) Config {
	if c.Epochs == 0 {
		c.Epochs = defaultEpochs
	}
	if c.Batch == 0 {
		c.Batch = defaultBatch
	}
	c.Batch = min(c.Batch, rows)
	c.Accumulate = min(max(c.Accumulate, 1), ceilDiv(rows, c.Batch))
	if c.EarlyStop != nil {
		stop := *c.EarlyStop
		if stop.Metric == "" {
			stop.Metric = "valid.loss"
		}
		if stop.Patience == 0 {
			stop.Patience = defaultPatience
		}
		c.EarlyStop = &stop
	}
	return c
}

// stepRows is how many rows a step takes but for the last of an epoch.
func (c Config) stepRows() int { return c.Batch * c.Accumulate }

// check refuses what cannot be meant.
func (c Config) check(set *data.Set) error {
	switch {
	case c.Objective == nil:
		return refuse(Refused, CodeConfig, "", "Config.Objective is nil: there is nothing to minimise", nil, "Objective: train.Supervised(model, loss.Mean(loss.BCE))")
	case c.Optimizer == nil:
		return refuse(Refused, CodeConfig, "", "Config.Optimizer is nil: nothing would move the weights", nil, "Optimizer: optim.Adam{LR: 1e-3}")
	case set == nil || set.Rows == 0:
		return refuse(Refused, CodeConfig, "", "there are no rows to train on", nil)
	case c.Balance != Unbalanced && set.Class == nil:
		return refuse(Refused, CodeConfig, "", "balance is by class, and the rows have none", nil, "leave Balance out")
	case c.Epochs < 0 || c.Batch < 0 || c.Accumulate < 0 || c.CheckpointEvery < 0:
		return refuse(Refused, CodeConfig, "", "epochs, batch size and time between checkpoints cannot be negative",
			graph.Columns([]string{"given", fmt.Sprintf("epochs %d, batch size %d, checkpoints every %v", c.Epochs, c.Batch, c.CheckpointEvery)}))
	}
	if v := c.Validate; v != nil && (v.Width != set.Width || v.TargetWidth != set.TargetWidth || (v.Weight == nil) != (set.Weight == nil)) {
		return refuse(Refused, CodeConfig, "", "the rows that train and those that judge have other columns",
			graph.Columns([]string{"train", columnsOf(set)}, []string{"valid", columnsOf(v)}))
	}
	if stop := c.EarlyStop; stop != nil && c.Validate == nil && !strings.HasPrefix(stop.Metric, "train.") {
		return refuse(Refused, CodeConfig, "", "early_stop looks at valid rows, and there are none", nil, "give some rows to the valid part", `early_stop("train.loss")`)
	}
	return nil
}

func columnsOf(s *data.Set) string {
	weights := ""
	if s.Weight != nil {
		weights = ", weights"
	}
	return fmt.Sprintf("%d in, %d out%s", s.Width, s.TargetWidth, weights)
}
