// Quality trains the credit recipe's model on five fixed splits of default.csv and
// prints what it reaches on their test rows, beside the peers' numbers for the
// same rows.
//
//	go run ./bench/quality
//
// default.txt has a line a row of the table and a character a split: t, v or e for
// a row that trains, validates or tests.
package main

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/descent-ml/descent"
	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/train"
)

const splits = 5

var shown = []string{"roc_auc", "average_precision", "log_loss", "f1"}

// peers are means over the same five splits (PyTorch 2.14.1, scikit-learn 1.9.1).
var peers = []struct {
	name   string
	values [4]float64
}{
	{"PyTorch MLP 64-32", [4]float64{0.955, 0.556, 0.076, 0.540}},
	{"logistic regression", [4]float64{0.956, 0.556, 0.075, 0.548}},
}

func main() {
	dir, err := os.MkdirTemp("", "quality")
	if err == nil {
		defer os.RemoveAll(dir)
		err = run(dir)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func run(dir string) error {
	var results [][]float64
	fmt.Printf("%-22s %10s %10s %10s %10s %10s\n", "default.csv", "roc_auc", "avg_prec", "log_loss", "f1", "threshold")
	for s := range splits {
		table, err := withSplit(dir, s)
		if err != nil {
			return err
		}
		r, err := descent.Train(context.Background(), &descent.Job{
			TablePath: table,
			Data:      data.Options{Target: "default", Positive: "Yes", Split: data.Split{Column: "split"}},
			Model:     descent.MLP(64, 32),
			EarlyStop: &train.EarlyStop{},
			Runs:      filepath.Join(dir, "runs"),
		})
		if err != nil {
			return err
		}
		var row []float64
		for _, name := range shown {
			v, _ := r.Test.Metrics.Get(name)
			row = append(row, v)
		}
		results = append(results, append(row, *r.Threshold))
		print(fmt.Sprintf("split %d", s), results[s])
	}
	mean, spread := moments(results)
	print("mean", mean)
	print("standard deviation", spread)
	for _, p := range peers {
		print(p.name, p.values[:])
	}
	return nil
}

func print(name string, values []float64) {
	fmt.Printf("%-22s", name)
	for _, v := range values {
		fmt.Printf(" %10.4f", v)
	}
	fmt.Println()
}

// withSplit writes the table with a column that names each row's part.
func withSplit(dir string, split int) (string, error) {
	table, err := os.ReadFile("examples/credit/default.csv")
	if err != nil {
		return "", err
	}
	letters, err := os.ReadFile("bench/quality/default.txt")
	if err != nil {
		return "", err
	}
	parts := map[byte]string{'t': "train", 'v': "valid", 'e': "test"}
	lines := strings.Split(strings.TrimSpace(string(table)), "\n")
	rows := strings.Fields(string(letters))
	if len(rows) != len(lines)-1 {
		return "", fmt.Errorf("%d rows have a split, the table has %d", len(rows), len(lines)-1)
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s,split\n", lines[0])
	for i, line := range lines[1:] {
		fmt.Fprintf(&out, "%s,%s\n", strings.TrimSuffix(line, "\r"), parts[rows[i][split]])
	}
	path := filepath.Join(dir, fmt.Sprintf("split-%d.csv", split))
	return path, os.WriteFile(path, out.Bytes(), 0o666)
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
