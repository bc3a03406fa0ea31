package train

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/checkpoint"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/program"
)

// checkpoints is the folder of checkpoints in a run directory.
const checkpoints = "checkpoints"

// The files of one checkpoint.
const (
	stateFile = "state.safetensors" // every parameter and every moment, in the layout of memory
	bestFile  = "best.safetensors"  // the weights of the best epoch, if there was one
)

// stateVersion is the format of what a checkpoint of training holds.
const stateVersion = 1

// progress is where training stands. Together with the numbers of the state and
// the data it decides all that follows.
type progress struct {
	Step     int64     `json:"step"`              // optimiser steps taken
	Epoch    int       `json:"epoch"`             // epochs completed
	Row      int       `json:"row"`               // rows of the next epoch already trained on
	Sums     []float64 `json:"sums"`              // over those rows: the loss, then each report
	Best     *best     `json:"best"`              // the best epoch so far
	Unmarked unmarked  `json:"unmarked,omitzero"` // steps whose masks were all empty or all full
	Idle     int       `json:"idle,omitempty"`    // epochs in a row at whose end no dimension of a code was used
}

// best is the epoch whose weights are kept. Early stopping counts from it.
type best struct {
	Epoch int     `json:"epoch"`
	Step  int64   `json:"step"`
	Value float64 `json:"value"` // of the metric that stops
}

// saved is what a checkpoint's manifest holds beside the files.
type saved struct {
	Version  int      `json:"version"`
	Progress progress `json:"progress"`
	Seed     uint64   `json:"seed"`
	Batch    int      `json:"batch"`
	Parts    int      `json:"parts"` // batches a step
	Balance  Balance  `json:"balance"`
	Data     string   `json:"data"`    // SHA-256 of the rows that train and judge
	Metrics  fsx.Mark `json:"metrics"` // the end of metrics.jsonl
	Timing   fsx.Mark `json:"timing"`  // the end of timing.jsonl
	Descent  string   `json:"descent"`
	Kernels  string   `json:"kernels"`
}

// parseSaved reads what [json.Marshal] makes of a saved, and nothing else: no
// field may be missing, unknown or spelled otherwise. The manifest's reader has
// refused duplicates.
func parseSaved(text []byte) (*saved, error) {
	var version struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(text, &version); err != nil {
		return nil, err
	}
	if version.Version != stateVersion {
		return nil, fmt.Errorf("training state of version %d; this program reads version %d", version.Version, stateVersion)
	}
	s := new(saved)
	var compact bytes.Buffer
	if err := json.Unmarshal(text, s); err != nil {
		return nil, err
	}
	again, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	if err := json.Compact(&compact, text); err != nil {
		return nil, err
	}
	if !bytes.Equal(again, compact.Bytes()) {
		return nil, errors.New("fields are missing, unknown or out of order")
	}
	return s, nil
}

// save writes a checkpoint of this moment, unless there is one of this step.
func (t *trainer) save() error {
	run := t.config.Run
	if run == nil || t.lastSaved == t.at.Step {
		return nil
	}
	for _, log := range []*fsx.Log{run.metrics, run.timing} {
		if err := log.Sync(); err != nil {
			return err
		}
	}
	fields, err := json.Marshal(saved{
		Version: stateVersion, Progress: t.at, Seed: t.config.Seed, Batch: t.config.Batch, Parts: t.config.Accumulate, Balance: t.config.Balance, Data: t.fingerprint,
		Metrics: run.metrics.Mark(), Timing: run.timing.Mark(), Descent: Version, Kernels: program.Kernels(),
	})
	if err != nil {
		return err
	}
	files := []checkpoint.File{{Name: stateFile, Write: writeTensors(stateTensors(t.state), nil)}}
	if t.at.Best != nil {
		files = append(files, checkpoint.File{Name: bestFile, Write: writeTensors(t.bestWeights.tensors(t.state), nil)})
	}
	if err := checkpoint.Save(run.fs, checkpoints, t.at.Step, files, fields); err != nil {
		return err
	}
	keep := []string{checkpoint.Name(t.at.Step)}
	if t.lastSaved >= 0 {
		keep = append(keep, checkpoint.Name(t.lastSaved))
	}
	if t.at.Best != nil {
		keep = append(keep, checkpoint.Name(t.at.Best.Step))
	}
	t.lastSaved = t.at.Step
	t.events.send(&CheckpointSaved{Step: t.at.Step, Path: checkpoints + "/" + keep[0]})
	return checkpoint.Prune(run.fs, checkpoints, keep...)
}

// restore goes back to the newest whole checkpoint of the run, if there is one,
// and opens the logs at its place.
func (t *trainer) restore() error {
	run := t.config.Run
	if run == nil {
		return nil
	}
	if err := checkpoint.Clean(run.fs, checkpoints); err != nil {
		return err
	}
	found, skipped, err := checkpoint.Newest(run.fs, checkpoints)
	if none := (*checkpoint.NoneError)(nil); errors.As(err, &none) {
		return &Error{Refused, fmt.Errorf("%s: %w", run.path, err)}
	}
	if err != nil {
		return err
	}
	for _, s := range skipped {
		t.events.send(&Note{"checkpoint-skipped", fmt.Sprintf("%s is not whole and was passed over: %v", s.Path, s.Reason)})
	}
	if found == nil {
		return run.openLogs(fsx.Mark{}, fsx.Mark{})
	}
	s, err := t.restoreFrom(found)
	if err != nil {
		return &Error{Refused, fmt.Errorf("%s/%s: %w", run.path, found.Path, err)}
	}
	return run.openLogs(s.Metrics, s.Timing)
}

func (t *trainer) restoreFrom(c *checkpoint.Checkpoint) (*saved, error) {
	s, err := parseSaved(c.Fields)
	if err != nil {
		return nil, err
	}
	if err := t.check(s, c.Step); err != nil {
		return nil, err
	}
	fsys := t.config.Run.fs
	if err := readState(fsys, c.Path+"/"+stateFile, t.state); err != nil {
		return nil, err
	}
	if s.Progress.Best != nil {
		if err := readTensors(fsys, c.Path+"/"+bestFile, t.bestWeights.tensors(t.state)); err != nil {
			return nil, err
		}
	}
	t.at, t.lastSaved = s.Progress, c.Step
	t.arrange()
	return s, nil
}

// check refuses a checkpoint of another training, and notes one whose bits
// cannot be had again.
func (t *trainer) check(s *saved, step int64) error {
	var changed [][]string
	differ := func(what string, then, now any) {
		if then != now {
			changed = append(changed, []string{what, fmt.Sprintf("was %v", then), fmt.Sprintf("is %v", now)})
		}
	}
	differ("seed", s.Seed, t.config.Seed)
	differ("batch size", s.Batch, t.config.Batch)
	differ("batches a step", s.Parts, t.config.Accumulate)
	differ("balance", s.Balance, t.config.Balance)
	differ("rows' SHA-256", s.Data, t.fingerprint)
	differ("numbers reported", len(s.Progress.Sums), len(t.at.Sums))
	if changed != nil {
		return graph.Diagnostics{{
			Code: CodeRunChanged, Message: "the run was started with something else",
			Notes: append(graph.Columns(changed...), "would continue as a run that never was."),
			Fixes: []string{"resume with the recipe and data of the run", "or train anew"},
		}}
	}
	if p := s.Progress; p.Step != step || p.Epoch < 0 || p.Row < 0 || p.Row > t.rows || p.Row%t.config.stepRows() != 0 && p.Row != t.rows ||
		p.Step != t.stepsAt(p.Epoch, p.Row) || p.Best != nil && (p.Best.Epoch < 1 || p.Best.Epoch > p.Epoch || p.Best.Step != t.stepsAt(p.Best.Epoch, 0)) {
		return fmt.Errorf("its place in the run is impossible: step %d, epoch %d, row %d", p.Step, p.Epoch, p.Row)
	}
	if s.Descent != Version || s.Kernels != program.Kernels() {
		t.events.send(&Note{"other-bits", fmt.Sprintf("the run was started by Descent %s with kernels %s; this is %s with %s: the result will differ in its last bits",
			s.Descent, s.Kernels, Version, program.Kernels())})
	}
	return nil
}

// stepsAt returns the optimiser steps up to a row of the epoch after epochs.
func (t *trainer) stepsAt(epochs, row int) int64 {
	return int64(epochs)*int64(t.stepsPerEpoch()) + int64(ceilDiv(row, t.config.stepRows()))
}
