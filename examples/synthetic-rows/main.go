// Synthetic-rows draws tables from variational autoencoders, trains classifiers on the rows drawn, and judges them on rows
// that exist, beside classifiers trained on rows that exist.
//
//	go run ./examples/synthetic-rows
package main

import (
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"slices"

	"github.com/descent-ml/descent"
	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/recipe"
	"github.com/descent-ml/descent/train"
)

func main() {
	folder := flag.String("folder", filepath.Join("examples", "synthetic-rows"), "where recipes and tables are")
	epochs := flag.Int("epochs", 0, "of the autoencoders; 0 for as many as the recipes say")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	for _, name := range []string{"telco", "default"} {
		c, err := compare(ctx, filepath.Join(*folder, name+".py"), *epochs)
		if err != nil {
			log.Fatalf("%s: %v", name, err)
		}
		fmt.Printf("%-8s roc_auc on %d test rows: %.3f trained on rows drawn, %.3f on rows that exist; positives %.2f %% drawn, %.2f %% there\n",
			name, c.rows, c.drawn, c.real, 100*c.rateDrawn, 100*c.rate)
	}
}

// comparison is what came of one table.
type comparison struct {
	rows            int     // that judge
	drawn, real     float64 // ROC AUC of the classifiers trained on either
	rateDrawn, rate float64 // of positives among the rows that train them
}

func compare(ctx context.Context, path string, epochs int) (*comparison, error) {
	file, found := recipe.Load(path, recipe.Options{})
	if found.Refused() {
		return nil, found
	}
	job := file.Job
	if epochs > 0 {
		job.Epochs = epochs
	}
	prepared, err := job.Prepare()
	if err != nil {
		return nil, err
	}
	defer prepared.Close()
	result, err := prepared.Train(ctx)
	if err != nil {
		return nil, err
	}
	drawn, err := draw(ctx, result.Run, prepared.Parts.Train.Rows)
	if err != nil {
		return nil, err
	}
	table := filepath.Join(filepath.Dir(path), job.TablePath)
	real, err := linesOf(table, prepared.Parts.Train)
	if err != nil {
		return nil, err
	}
	test, err := linesOf(table, prepared.Parts.Test)
	if err != nil {
		return nil, err
	}
	c := &comparison{rows: len(test)}
	if c.drawn, c.rateDrawn, err = classify(ctx, result.Run+"-drawn", prepared.Parts.Schema, drawn, test); err != nil {
		return nil, err
	}
	c.real, c.rate, err = classify(ctx, result.Run+"-real", prepared.Parts.Schema, real, test)
	return c, err
}

// draw returns n rows of the model of a run.
func draw(ctx context.Context, run string, n int) ([][]string, error) {
	m, err := train.LoadVAE(run, 0)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	y := m.Classes(-1, n, 0)
	x, err := m.Draw(ctx, m.Codes(n, 0), y, 0)
	if err != nil {
		return nil, err
	}
	var rows [][]string
	width, given := m.Schema.Width(), m.Schema.Target.Width()
	for i := range n {
		rows = append(rows, m.Schema.RowCells(x[i*width:(i+1)*width], y[i*given:(i+1)*given]))
	}
	return rows, nil
}

// linesOf returns the rows of a part as they stand in the file.
func linesOf(path string, part *data.Set) ([][]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for _, id := range part.RowID {
		rows = append(rows, lines[id]) // line 0 is the header
	}
	return rows, nil
}

// classify trains a linear classifier, a head without hidden layers, on one set of rows, judges it on another, and returns
// its ROC AUC and the rate of positives among the rows that trained it. Both sets are in the table RUN.csv.
func classify(ctx context.Context, run string, s *data.Schema, trained, judged [][]string) (auc, rate float64, err error) {
	const split = "split"
	lines := [][]string{append(s.RowNames(), split)}
	for i, row := range trained {
		part := "train"
		if i%5 == 0 {
			part = "valid" // chooses when to stop
		}
		lines = append(lines, append(slices.Clone(row), part))
	}
	for _, row := range judged {
		lines = append(lines, append(slices.Clone(row), "test"))
	}
	if err := write(run+".csv", lines); err != nil {
		return 0, 0, err
	}
	var levels []string
	for _, f := range s.Features() {
		if f.Kind != data.Numeric {
			levels = append(levels, f.Name)
		}
	}
	result, err := descent.Train(ctx, &descent.Job{
		RunDir:    run,
		TablePath: run + ".csv",
		Data:      data.Options{Target: s.Target.Name, Positive: s.Target.Classes[1], Categorical: levels, Split: data.Split{Column: split}},
		Model:     descent.MLP(),
		EarlyStop: &train.EarlyStop{},
	})
	if err != nil {
		return 0, 0, err
	}
	auc, _ = result.Test.Metrics.Get("roc_auc")
	positives, rows := result.Train.Positives+result.Valid.Positives, result.Train.Rows+result.Valid.Rows
	return auc, float64(positives) / float64(rows), nil
}

func write(path string, lines [][]string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := csv.NewWriter(f).WriteAll(lines); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
