package train

import (
	"context"

	"github.com/descent-ml/descent/probe"
)

// examples are what a trainer learns from and judges by: the rows of a table, or images.
type examples interface {
	count() int                                // samples of an epoch
	inputs() (training, judging inputs)        // what the graphs must know of them
	judges() bool                              // there is a part that judges epochs
	metricNames() (names []string, known bool) // of that part, beside loss and reports
	batches(s *Step, c Config) batches
	tried() (probe.Rows, error) // targets to try a loss on
	fingerprint() string
	examiner(t *trainer) (examiner, error)
}

// batches hands the samples of an epoch to a program, batch by batch.
type batches interface {
	// arrange begins an epoch.
	arrange(epoch int)
	// take returns the inputs for samples from, from+1, ... of the epoch, so many of
	// them. They are valid until the next call.
	take(ctx context.Context, from, samples int) (map[string][]float32, error)
	close()
}

// examiner measures the part that judges epochs, as a whole.
type examiner interface {
	// examine returns loss, reports and further metrics.
	examine(ctx context.Context) (Metrics, error)
	// peak is the memory that it needs beside the weights.
	peak() (int64, error)
	close()
}
