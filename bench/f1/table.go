package main

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/descent-ml/descent/bench/internal/splits"
)

// The marks between which the page has the tables.
const (
	begin = "<!-- written by go run ./bench/f1 -->\n"
	end   = "<!-- end -->\n"
)

// write puts the tables into the page.
func write(path string, done map[key]result) error {
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	head, rest, found := strings.Cut(string(page), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !found || !closed {
		return fmt.Errorf("%s has no %q ... %q", path, begin, end)
	}
	var out bytes.Buffer
	out.WriteString(head + begin)
	for _, t := range tasks {
		if err := t.print(&out, done); err != nil {
			return err
		}
	}
	out.WriteString(end + tail)
	return os.WriteFile(path, out.Bytes(), 0o666)
}

// print prints the table of a task.
func (t task) print(w io.Writer, done map[key]result) error {
	names := map[string]string{"f1": "F1", "f1_macro": "macro F1"}
	half := "at 0.5"
	if t.score == "f1_macro" {
		half = "likeliest class"
	}
	fmt.Fprintf(w, "\n**%s.csv**, %s of the test rows\n\n", t.table.Name, names[t.score])
	fmt.Fprintf(w, "| arm | tuned on valid rows | minus cross entropy | %s | average precision | ROC AUC | log loss | epochs (not stopped) | learning rates |\n", half)
	fmt.Fprintln(w, "| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
	all := map[string][][]result{}
	for _, a := range arms {
		runs, err := t.chosen(a, done)
		if err != nil {
			return err
		}
		all[a.name] = runs
		gap := "–"
		if a.name != crossEntropy {
			gap = difference(runs, all[crossEntropy])
		}
		of := func(f func(result) float64) float64 { return average(bySplit(runs, f)) }
		mean, width := interval(bySplit(runs, tuned))
		fmt.Fprintf(w, "| %s | %.3f (%.3f to %.3f) | %s | %.3f | %.3f | %.3f | %.3f | %.0f (%d) | %s |\n", a.name, mean, mean-width, mean+width, gap,
			of(func(r result) float64 { return r.AtHalf }), of(func(r result) float64 { return r.AveragePrecision }),
			of(func(r result) float64 { return r.ROCAUC }), of(func(r result) float64 { return r.LogLoss }),
			of(func(r result) float64 { return float64(r.Epochs) }), unstopped(runs), rates(runs))
	}
	fmt.Fprintf(w, "\nSoft F1 of all rows minus soft F1 of batches of 16: %s.\n", difference(all[allRows], all[smallest]))
	return nil
}

func tuned(r result) float64 { return r.Tuned }

// difference is the mean of a's scores minus b's on the same splits, with its interval.
func difference(a, b [][]result) string {
	d, less := bySplit(a, tuned), bySplit(b, tuned)
	for s := range d {
		d[s] -= less[s]
	}
	mean, width := interval(d)
	return fmt.Sprintf("%+.3f (%+.3f to %+.3f)", mean, mean-width, mean+width)
}

// chosen returns, split by split and seed by seed, the run of an arm whose learning
// rate is best on the valid rows; of equal ones the lowest.
func (t task) chosen(a arm, done map[key]result) ([][]result, error) {
	var all [][]result
	for split := range splits.Count {
		var runs []result
		for seed := range uint64(seeds) {
			var best *result
			for _, lr := range learningRates {
				r, ok := done[key{t.table.Name, a.name, split, seed, lr}]
				if !ok {
					return nil, fmt.Errorf("%s, %s: split %d, seed %d, learning rate %v is not measured; go run ./bench/f1 -measure", t.table.Name, a.name, split, seed, lr)
				}
				if best == nil || r.Valid > best.Valid {
					best = &r
				}
			}
			runs = append(runs, *best)
		}
		all = append(all, runs)
	}
	return all, nil
}

// bySplit is the mean over the seeds, for each split.
func bySplit(runs [][]result, f func(result) float64) []float64 {
	out := make([]float64, len(runs))
	for s, of := range runs {
		for _, r := range of {
			out[s] += f(r) / float64(len(of))
		}
	}
	return out
}

// unstopped counts the runs that ended with the last epoch they were given.
func unstopped(runs [][]result) int {
	n := 0
	for _, of := range runs {
		for _, r := range of {
			if r.Epochs == epochs {
				n++
			}
		}
	}
	return n
}

// rates says how often each learning rate was chosen.
func rates(runs [][]result) string {
	var out []string
	for _, lr := range learningRates {
		n := 0
		for _, of := range runs {
			for _, r := range of {
				if r.LR == lr {
					n++
				}
			}
		}
		out = append(out, fmt.Sprint(n))
	}
	return strings.Join(out, ", ")
}

func average(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v / float64(len(x))
	}
	return sum
}

// interval returns the mean over the splits and half the width of its 95 % interval.
// Splits share rows, so their spread alone would make it too narrow; it is widened by
// the share of test rows to training rows.
//
// Source: Nadeau & Bengio, “Inference for the Generalization Error”, Machine Learning 52 (2003).
func interval(x []float64) (mean, width float64) {
	const t4, testToTrain = 2.7764, 0.15 / 0.70 // the 97.5 percentile of Student's t with four degrees of freedom
	mean = average(x)
	variance := 0.0
	for _, v := range x {
		variance += (v - mean) * (v - mean) / float64(len(x)-1)
	}
	return mean, t4 * math.Sqrt(variance*(1/float64(len(x))+testToTrain))
}
