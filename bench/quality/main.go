// Quality trains a net of 64 and 32 units on five fixed splits of tables, each with
// five training seeds, and prints what it reaches on their test rows, beside the peers'
// numbers for the same rows. It ends with 1 if a mean is below what is wanted of it.
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
	"github.com/descent-ml/descent/train"
)

const seeds = 5

// task is a table with what is measured on it.
type task struct {
	table     splits.Table
	data      data.Options
	threshold metric.Rule
	shown     []string
	wanted    map[string]float64 // least means
	peers     []peer             // PyTorch 2.14.1, scikit-learn 1.9.1
}

type peer struct {
	name   string
	values []float64
}

var tasks = []task{
	{
		table: splits.Default, data: data.Options{Target: "default", Positive: "Yes"},
		shown: []string{"roc_auc", "average_precision", "log_loss", "f1"},
		peers: []peer{{"PyTorch MLP 64-32", []float64{0.955, 0.556, 0.076, 0.540}}, {"logistic regression", []float64{0.956, 0.556, 0.075, 0.548}}},
	},
	{
		table: splits.HPC, data: data.Options{Target: "class"},
		shown:  []string{"f1_macro", "f1_weighted", "accuracy", "log_loss"},
		wanted: map[string]float64{"f1_macro": 0.715, "f1_weighted": 0.780},
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
	var results [][]float64
	name := t.table.Name
	if t.threshold != nil {
		name += ", " + t.threshold.String()
	}
	fmt.Printf("%-40s", name)
	for _, s := range t.shown {
		fmt.Printf(" %17s", s)
	}
	fmt.Println()
	for s := range splits.Count {
		path, err := t.table.Write(dir, s)
		if err != nil {
			return err
		}
		row := make([]float64, len(t.shown))
		for seed := range uint64(seeds) {
			m, err := t.train(path, dir, seed)
			if err != nil {
				return err
			}
			for i, name := range t.shown {
				v, _ := m.Get(name)
				row[i] += v / seeds
			}
		}
		results = append(results, row)
		print(fmt.Sprintf("split %d", s), row)
	}
	mean, spread := moments(results)
	print("mean", mean)
	print("standard deviation", spread)
	for _, p := range t.peers {
		print(p.name, p.values)
	}
	return t.check(mean)
}

// train returns the metrics of the test rows.
func (t task) train(table, dir string, seed uint64) (train.Metrics, error) {
	job := &descent.Job{
		TablePath: table, Data: t.data, Model: descent.MLP(64, 32), EarlyStop: &train.EarlyStop{},
		Threshold: t.threshold, Seed: seed, Runs: filepath.Join(dir, "runs"),
	}
	job.Data.Split.Column = splits.Column
	r, err := descent.Train(context.Background(), job)
	if err != nil {
		return nil, err
	}
	return r.Test.Metrics, nil
}

// check compares means with what is wanted.
func (t task) check(mean []float64) error {
	var errs []error
	for i, name := range t.shown {
		if wanted, ok := t.wanted[name]; ok && !(mean[i] >= wanted) {
			errs = append(errs, fmt.Errorf("%s: %s is %.4f, %.3f is wanted", t.table.Name, name, mean[i], wanted))
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
