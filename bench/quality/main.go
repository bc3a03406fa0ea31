// Quality trains a net of 64 and 32 units on five fixed splits of tables, each with
// five training seeds, and prints what it reaches on their test rows, beside the peers'
// numbers for the same rows: every split with training seed 0, its mean, and the mean
// over all seeds. It ends with 1 if a mean over all seeds misses what is wanted of it.
//
//	go run ./bench/quality
//	go run ./bench/quality hpc
//
// default.txt and its like have a line a row of the table and a character a split: t,
// v or e for a row that trains, validates or tests.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/descent-ml/descent"
	"github.com/descent-ml/descent/bench/internal/splits"
	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/train"
)

// seeds are the training seeds, from 0.
const seeds = 5

// task is a table with what is measured on it.
type task struct {
	table     splits.Table
	data      data.Options
	dropout   float64
	threshold metric.Rule
	shown     []string
	wanted    map[string]bound
	peers     []peer // PyTorch 2.14.1, scikit-learn 1.9.1
}

type peer struct {
	name   string
	values []float64
}

// bound is the worst mean over the splits that will do: the least one, or for a loss
// the greatest.
type bound struct {
	value float64
	loss  bool
}

func (b bound) holds(mean float64) bool {
	if b.loss {
		return mean <= b.value
	}
	return mean >= b.value
}

var tasks = []task{
	{
		table: splits.Default, data: data.Options{Target: "default", Positive: "Yes"},
		shown:  []string{"roc_auc", "average_precision", "log_loss", "f1"},
		wanted: map[string]bound{"roc_auc": {value: 0.953}, "log_loss": {0.079, true}, "f1": {value: 0.53}},
		peers:  []peer{{"PyTorch MLP 64-32", []float64{0.955, 0.556, 0.076, 0.540}}, {"logistic regression", []float64{0.956, 0.556, 0.075, 0.548}}},
	},
	{
		table: splits.HPC, data: data.Options{Target: "class"}, dropout: 0.1,
		shown:  []string{"f1_macro", "f1_weighted", "accuracy", "log_loss"},
		wanted: map[string]bound{"f1_macro": {value: 0.715}, "f1_weighted": {value: 0.780}},
		peers:  []peer{{"PyTorch MLP 64-32", []float64{0.724, 0.787, 0.791, 0.542}}, {"logistic regression", []float64{0.580, 0.702, 0.719, 0.679}}},
	},
	{
		table: splits.Telco, data: data.Options{Target: "churn", Positive: "Yes"},
		shown: []string{"roc_auc", "average_precision", "log_loss", "f1"},
		peers: []peer{{"PyTorch MLP 64-32", []float64{0.847, 0.655, 0.415, 0.638}}, {"logistic regression", []float64{0.848, 0.657, 0.414, 0.639}}},
	},
	{
		table: splits.Telco, data: data.Options{Target: "churn", Positive: "Yes"}, threshold: metric.RecallAtPrecision{Precision: 0.6},
		shown: []string{"precision", "recall", "f1"},
	},
}

func main() {
	dir, err := os.MkdirTemp("", "quality")
	if err == nil {
		defer os.RemoveAll(dir)
		for _, t := range tasks {
			if len(os.Args) < 2 || slices.Contains(os.Args[1:], t.table.Name) {
				err = errors.Join(err, t.run(dir))
			}
		}
	}
	if err != nil {
		log.Fatal(err)
	}
}

func (t task) run(dir string) error {
	name := t.table.Name
	if t.threshold != nil {
		name += ", " + t.threshold.String()
	}
	fmt.Printf("%-40s", name)
	for _, s := range t.shown {
		fmt.Printf(" %17s", s)
	}
	fmt.Println()
	var first, all [][]float64 // of seed 0, and of every seed
	for s := range splits.Count {
		path, err := t.table.Write(dir, s)
		if err != nil {
			return err
		}
		for seed := range uint64(seeds) {
			row, err := t.train(path, dir, seed)
			if err != nil {
				return err
			}
			all = append(all, row)
			if seed == 0 {
				first = append(first, row)
				print(fmt.Sprintf("split %d", s), row)
			}
		}
	}
	mean, deviation := moments(first)
	print("mean", mean)
	print("standard deviation", deviation)
	everySeed, _ := moments(all)
	print(fmt.Sprintf("mean over seeds 0 to %d", seeds-1), everySeed)
	for _, p := range t.peers {
		print(p.name, p.values)
	}
	return t.check(everySeed)
}

// train returns the metrics of the test rows that are shown.
func (t task) train(table, dir string, seed uint64) ([]float64, error) {
	job := &descent.Job{
		TablePath: table, Data: t.data, Model: t.model, EarlyStop: &train.EarlyStop{},
		Threshold: t.threshold, Seed: seed, Runs: filepath.Join(dir, "runs"),
	}
	job.Data.Split.Column = splits.Column
	r, err := descent.Train(context.Background(), job)
	if err != nil {
		return nil, err
	}
	row := make([]float64, len(t.shown))
	for i, name := range t.shown {
		row[i], _ = r.Test.Metrics.Get(name)
	}
	return row, nil
}

// model is the net of every task.
func (t task) model(s train.ModelSpec) (nn.Layer, error) {
	head := nn.BinaryHead()
	if s.Task == data.MultiClass {
		head = nn.ClassHead(s.Outputs)
	}
	return nn.MLP(nn.MLPConfig{In: s.Width, Hidden: []int{64, 32}, Dropout: t.dropout, Head: head}), nil
}

// check compares means with what is wanted.
func (t task) check(mean []float64) error {
	var errs []error
	for i, name := range t.shown {
		if wanted, ok := t.wanted[name]; ok && !wanted.holds(mean[i]) {
			errs = append(errs, fmt.Errorf("%s: %s is %.4f, %.3f is wanted", t.table.Name, name, mean[i], wanted.value))
		}
	}
	return errors.Join(errs...)
}

func print(name string, values []float64) {
	fmt.Printf("%-40s", name)
	for _, v := range values {
		fmt.Printf(" %17.4f", v)
	}
	fmt.Println()
}

func moments(rows [][]float64) (mean, deviation []float64) {
	mean, deviation = make([]float64, len(rows[0])), make([]float64, len(rows[0]))
	for j := range mean {
		for _, r := range rows {
			mean[j] += r[j] / float64(len(rows))
		}
		for _, r := range rows {
			deviation[j] += (r[j] - mean[j]) * (r[j] - mean[j]) / float64(len(rows)-1)
		}
		deviation[j] = math.Sqrt(deviation[j])
	}
	return mean, deviation
}
