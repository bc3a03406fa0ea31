package report

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/train"
)

// logBytes is the longest log that is read.
const logBytes = 256 << 20

// An epoch is a line of metrics.jsonl.
type epoch struct {
	Epoch        int           `json:"epoch"`
	Step         int64         `json:"step"`
	LearningRate *float64      `json:"learning_rate"` // nil where the optimiser does not tell
	Train        train.Metrics `json:"train"`
	Valid        train.Metrics `json:"valid"`
}

// A timing is a line of timing.jsonl.
type timing struct {
	Epoch      int     `json:"epoch"`
	Seconds    float64 `json:"seconds"`
	RowsPerSec float64 `json:"rows_per_second"`
	StepMS     float64 `json:"step_ms_median"`
}

func readEpochs(fsys fsx.FS, name string) ([]epoch, error)   { return readLines[epoch](fsys, name) }
func readTimings(fsys fsx.FS, name string) ([]timing, error) { return readLines[timing](fsys, name) }

// readLines reads a file of a JSON value a line. The last line of a run that was
// killed may be cut; it does not count.
func readLines[T any](fsys fsx.FS, name string) ([]T, error) {
	text, err := fsx.ReadFile(fsys, name, logBytes)
	if err != nil {
		return nil, err
	}
	var lines []T
	for number := 1; ; number++ {
		line, rest, whole := bytes.Cut(text, []byte("\n"))
		if !whole {
			return lines, nil
		}
		var v T
		if err := json.Unmarshal(line, &v); err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		lines, text = append(lines, v), rest
	}
}
