package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/descent-ml/descent"
	"github.com/descent-ml/descent/bench/internal/splits"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/optim"
	"github.com/descent-ml/descent/train"
)

// seeds is how many trainings there are of each arm on each split.
const seeds = 2

// epochs is how often a training sees each row at most; it stops when the loss of the
// valid rows has not improved for patience of them.
const (
	epochs   = 100
	patience = 10
)

// key names a training.
type key struct {
	Table string  `json:"table"`
	Arm   string  `json:"arm"`
	Split int     `json:"split"`
	Seed  uint64  `json:"seed"`
	LR    float64 `json:"learning_rate"`
}

// result is a line of results.jsonl: what a training reached.
type result struct {
	key
	Epochs int `json:"epochs"`

	Valid  float64 `json:"valid"`   // the score at the tuned thresholds, on the rows that chose them
	Tuned  float64 `json:"tuned"`   // the score at the tuned thresholds, on the test rows
	AtHalf float64 `json:"at_half"` // at 0.5, or of the likeliest class, on the test rows

	AveragePrecision float64 `json:"average_precision"`
	ROCAUC           float64 `json:"roc_auc"`
	LogLoss          float64 `json:"log_loss"`
}

// measure trains what results do not hold yet, and appends it to the file at path; of
// one table, unless its name is empty.
func measure(path, only string, done map[key]result) error {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	defer file.Close()
	dir, err := os.MkdirTemp("", "f1")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, t := range tasks {
		if only != "" && only != t.table.Name {
			continue
		}
		for split := range splits.Count {
			table, err := t.table.Write(dir, split)
			if err != nil {
				return err
			}
			for _, a := range arms {
				for seed := range uint64(seeds) {
					for _, lr := range learningRates {
						k := key{t.table.Name, a.name, split, seed, lr}
						if _, ok := done[k]; ok {
							continue
						}
						r, err := t.train(k, a, table, filepath.Join(dir, "run"))
						if err != nil {
							return fmt.Errorf("%+v: %w", k, err)
						}
						line, err := json.Marshal(r)
						if err != nil {
							return err
						}
						if _, err := file.Write(append(line, '\n')); err != nil {
							return err
						}
						done[k] = *r
					}
				}
			}
		}
	}
	return file.Sync()
}

// train trains once.
func (t task) train(k key, a arm, table, run string) (*result, error) {
	defer os.RemoveAll(run)
	job := &descent.Job{
		TablePath: table, Data: t.data, Model: descent.MLP(64, 32), LossFor: a.lossFor, LossName: a.name,
		Optimizer: optim.Adam{LR: k.LR}, Epochs: epochs, Batch: a.batch, Accumulate: a.accumulate, Seed: k.Seed,
		EarlyStop: &train.EarlyStop{Patience: patience}, Threshold: metric.BestF{}, RunDir: run,
	}
	job.Data.Split.Column = splits.Column
	if a.accumulate == 0 {
		job.Accumulate = 1 << 20 // bounded by the rows there are
	}
	got, err := descent.Train(context.Background(), job)
	if err != nil {
		return nil, err
	}
	r := &result{key: k, Epochs: got.Epochs}
	r.Valid, _ = got.Valid.Metrics.Get(t.score)
	r.Tuned, _ = got.Test.Metrics.Get(t.score)
	r.AtHalf, _ = got.Test.AtHalf.Get(t.score)
	r.AveragePrecision, _ = got.Test.Metrics.Get("average_precision")
	r.ROCAUC, _ = got.Test.Metrics.Get("roc_auc")
	r.LogLoss, _ = got.Test.Metrics.Get("log_loss")
	return r, nil
}

// read reads the results so far.
func read(path string) (map[key]result, error) {
	done := map[key]result{}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return done, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var r result
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		done[r.key] = r
	}
	return done, nil
}
