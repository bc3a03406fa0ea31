package train

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx/faultfs"
	"github.com/descent-ml/descent/metric"
)

func tune(t *testing.T, disk *faultfs.FS, o TuneOptions) *Result {
	t.Helper()
	info, _, err := tuneIn(context.Background(), disk, "run", o)
	if err != nil {
		t.Fatal(err)
	}
	return info.Result
}

// Choosing again by a rule gives what training with that rule gives.
func TestTuneIsTraining(t *testing.T) {
	jobs := map[string]func() *Job{
		"binary":  func() *Job { return tableJob(table(600, yesNo)) },
		"labels":  func() *Job { return labelJob(500) },
		"classes": func() *Job { j := tableJob(table(600, threeClasses)); j.Threshold = metric.BestF{}; return j },
		"tune rows": func() *Job {
			j := tableJob(table(600, yesNo))
			j.Data.Split = data.Split{Tune: 0.2}
			return j
		},
	}
	for name, job := range jobs {
		for _, rule := range []metric.Rule{metric.BestF{Beta: 2}, metric.PrecisionAtRecall{Recall: 0.8}, metric.RecallAtPrecision{Precision: 0.9}, metric.Cheapest{FalseNegative: 5, FalsePositive: 1}, metric.Fixed{Value: 0.3}} {
			t.Run(name+" "+rule.String(), func(t *testing.T) {
				disk, before := trained(t, job())
				got := tune(t, disk, TuneOptions{Rule: rule})
				ruled := job()
				ruled.Threshold = rule
				other, want := trained(t, ruled)
				for part, pair := range map[string][2]any{
					"test": {want.Test, got.Test}, "valid": {want.Valid, got.Valid}, "tune": {want.Tune, got.Tune},
					"threshold": {want.Threshold, got.Threshold}, "thresholds": {want.Thresholds, got.Thresholds},
					"choice": {want.Choice, got.Choice}, "choices": {want.Choices, got.Choices}, "baseline": {want.Baseline, got.Baseline},
				} {
					if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
						t.Errorf("%s (-trained +tuned):\n%s", part, diff)
					}
				}
				for _, file := range []string{modelFile, weightsFile} {
					if diff := cmp.Diff(read(t, other, file), read(t, disk, file)); diff != "" {
						t.Errorf("%s differs:\n%.500s", file, diff)
					}
				}
				e := got.Earlier[0]
				if len(got.Earlier) != 1 || cmp.Diff(Earlier{before.Threshold, before.Choice, before.Thresholds, before.Choices, before.Test}, e) != "" {
					t.Errorf("on record: %+v", got.Earlier)
				}
				for _, m := range got.Train.Metrics {
					if strings.HasPrefix(m.Name, "f1") || m.Name == "accuracy" {
						t.Errorf("%s of training rows that were not counted", m.Name)
					}
				}
			})
		}
	}
}

// Without a rule the run's own is repeated: nothing moves. Other choices stay on record.
func TestTuneByTheRunsRule(t *testing.T) {
	disk, before := trained(t, tableJob(table(600, yesNo)))
	model := read(t, disk, modelFile)
	got := tune(t, disk, TuneOptions{})
	if read(t, disk, modelFile) != model || cmp.Diff(before.Test, got.Test) != "" || got.Earlier != nil {
		t.Error("another model, or another result")
	}
	got = tune(t, disk, TuneOptions{Rule: metric.Fixed{Value: 0.1}})
	info, notes, err := tuneIn(context.Background(), disk, "run", TuneOptions{Rule: metric.Fixed{Value: 0.2}})
	if err != nil {
		t.Fatal(err)
	}
	if len(info.Result.Earlier) != 2 || *info.Result.Earlier[1].Threshold != *got.Threshold || *info.Result.Threshold != 0.2 {
		t.Errorf("on record: %+v", info.Result.Earlier)
	}
	want := []data.Note{{Code: "test-reused", Text: "the same test rows have judged 3 choices: the best of several looks better than it is on new rows"}}
	if diff := cmp.Diff(want, notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// A model that was copied without its run goes by its own threshold; thresholds of a
// run.json that do not fit it are refused.
func TestThresholdsOfAModelAlone(t *testing.T) {
	disk, _ := trained(t, tableJob(table(600, yesNo)))
	tune(t, disk, TuneOptions{Rule: metric.Fixed{Value: 0.3}})
	info := read(t, disk, infoFile)
	disk.Remove(infoFile)
	if m, err := loadFrom(t, disk); err != nil || m.Threshold != 0.3 {
		t.Errorf("%+v, %v", m, err)
	}
	write(t, disk, infoFile, strings.Replace(info, `"threshold": 0.3,`, `"thresholds": [0.3, 0.4],`, 1))
	if _, err := loadFrom(t, disk); ClassOf(err) != Refused || !strings.Contains(err.Error(), "run/run.json: 2 thresholds for a binary target with 1 outputs") {
		t.Errorf("%v", err)
	}
}

func TestTuneKeepsOneHalfOnFewPositives(t *testing.T) {
	disk, _ := trained(t, smallJob())
	got := tune(t, disk, TuneOptions{Rule: metric.PrecisionAtRecall{Recall: 0.9}})
	if *got.Threshold != 0.5 || !strings.Contains(got.Choice.Kept, "fewer than 20") {
		t.Errorf("threshold %v, %+v", *got.Threshold, got.Choice)
	}
}

func TestUnreached(t *testing.T) {
	at := func(x float64) *float64 { return &x }
	pos := graph.Position{File: "churn.py", Line: 7, Col: 17}
	word := func(p float64) string { return fmt.Sprintf("recall_at_precision(%.2f)", p) }
	c := Choice{Part: "valid", Rule: "recall_at_precision(0.6)", Precision: 0.5714, Recall: 0.041, Flagged: 14}
	r := &Result{Threshold: at(0.93), Choice: &c, Valid: &Judged{Metrics: Metrics{{"average_precision", 0.49}}}}
	want := `churn.py:7:17: warning: precision 0.60 was not reached on the valid rows [not-reachable]
	best precision  0.571 at threshold 0.93 (recall 0.04, 14 rows)
	The run is kept; its threshold is that one, marked "not reached".
	fix: recall_at_precision(0.55), or a model that ranks better (average_precision is 0.49)`
	if diff := cmp.Diff(want, r.Unreached(pos, word).Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, other := range map[string]Choice{
		"reached":      {Part: "valid", Rule: c.Rule, Reached: true},
		"kept":         {Part: "valid", Rule: c.Rule, Kept: "few rows"},
		"another rule": {Part: "valid", Rule: "best_f(beta=1)"},
	} {
		r.Choice = &other
		if found := r.Unreached(pos, word); found != nil {
			t.Errorf("%s: %v", name, found)
		}
	}
	labels := &Result{Thresholds: []float64{0.5, 0.93}, Choices: []*Choice{{Reached: true, Rule: c.Rule}, &c}, Train: &Judged{Classes: []ClassJudged{{Name: "high"}, {Name: "late"}}}}
	want = `warning: "late": precision 0.60 was not reached on the valid rows [not-reachable]
	best precision  0.571 at threshold 0.93 (recall 0.04, 14 rows)
	The run is kept; its threshold is that one, marked "not reached".
	fix: recall_at_precision(0.55), or a model that ranks better`
	if diff := cmp.Diff(want, labels.Unreached(graph.Position{}, word).Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// tableFile writes a table to a file of the test's folder.
func tableFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "new.csv")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// pick returns the header and some rows of a table, by their numbers.
func pick(text string, rows ...int64) string {
	lines := strings.SplitAfter(text, "\n")
	var b strings.Builder
	b.WriteString(lines[0])
	for _, r := range rows {
		b.WriteString(lines[r])
	}
	return b.String()
}

// fresh are rows that the table of the same size does not have.
func fresh(n int) string {
	return strings.ReplaceAll(strings.ReplaceAll(table(n, yesNo), ",yes", ",YES"), ",no", ",NO")
}

// A threshold chosen on rows that train or test is refused, a copy of them too.
// Rows that are new, and those that chose when to stop, are accepted.
func TestThresholdLeak(t *testing.T) {
	text := table(600, yesNo)
	disk, _ := trained(t, tableJob(text))
	p := prepare(t, tableJob(text)).Parts
	valid := pick(text, p.Valid.RowID...)
	if got := tune(t, disk, TuneOptions{Data: tableFile(t, valid)}); got.Choice.Part != "new.csv" || got.Choice.Rows != p.Valid.Rows {
		t.Errorf("choice %+v", got.Choice)
	}
	leaking := pick(text, append(append(p.Valid.RowID[:40:40], p.Train.RowID[:7]...), p.Test.RowID[1])...)
	path := tableFile(t, leaking)
	model, info := read(t, disk, modelFile), read(t, disk, infoFile)
	_, _, err := tuneIn(context.Background(), disk, "runs/small-1", TuneOptions{Data: path})
	want := `new.csv: 8 of 48 rows took part in runs/small-1: a threshold is chosen on rows that neither trained the model nor judge it [threshold-leak]
	trained it  7 rows: line 42 (a copy of row 1), 43 (a copy of row 2), 44 (a copy of row 3), 45 (a copy of row 5), 46 (a copy of row 6), 2 more
	judge it    1 row: line 49 (a copy of row 7)
	would       choose a threshold that looks better than it is on new rows.
	fix: leave them out: descent tune runs/small-1 --data new.csv --new-only
	fix: or choose on rows that are new`
	if err == nil || ClassOf(err) != Refused {
		t.Fatalf("class %v, %v", ClassOf(err), err)
	}
	if diff := cmp.Diff(want, strings.ReplaceAll(err.Error(), filepath.Dir(path)+"/", "")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if read(t, disk, modelFile) != model || read(t, disk, infoFile) != info {
		t.Error("a refused choice changed the run")
	}
	got, notes, err := tuneIn(context.Background(), disk, "run", TuneOptions{Data: path, NewOnly: true})
	if err != nil || got.Result.Choice.Rows != 40 || len(notes) == 0 || notes[0].Text != "8 rows that trained this run or judge it were left out" {
		t.Errorf("%+v, %v, %v", got.Result.Choice, notes, err)
	}
	// The training table itself is known by its rows' numbers.
	if _, _, err = tuneIn(context.Background(), disk, "run", TuneOptions{Data: tableFile(t, text)}); err == nil || !strings.Contains(err.Error(), "509 of 600 rows") {
		t.Errorf("%v", err)
	}
	own, _, err := tuneIn(context.Background(), disk, "run", TuneOptions{Data: tableFile(t, text), NewOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if without := tune(t, disk, TuneOptions{}); *without.Threshold != *own.Result.Threshold {
		t.Errorf("threshold %v of the valid rows, %v of the table without the others", *without.Threshold, *own.Result.Threshold)
	}
	if _, _, err = tuneIn(context.Background(), disk, "run", TuneOptions{Data: tableFile(t, pick(text, p.Train.RowID[:30]...)), NewOnly: true}); ClassOf(err) != Refused || !strings.Contains(err.Error(), "every row of it trained this run, or judges it") {
		t.Errorf("%v", err)
	}
}

func TestTuneRefusals(t *testing.T) {
	text := table(600, yesNo)
	change := func(name, old, new string) func(disk *faultfs.FS) {
		return func(disk *faultfs.FS) { write(t, disk, name, strings.Replace(read(t, disk, name), old, new, 1)) }
	}
	for name, tc := range map[string]struct {
		job    *Job
		change func(disk *faultfs.FS)
		o      TuneOptions
		class  Class
		want   string
	}{
		"a number":          {tableJob(table(200, realNumber)), nil, TuneOptions{}, Refused, "the target is a number: there is no threshold to choose"},
		"no rule":           {tableJob(table(300, threeClasses)), nil, TuneOptions{}, Refused, "trained without a rule for thresholds"},
		"a bad rule":        {tableJob(text), nil, TuneOptions{Rule: metric.RecallAtPrecision{Precision: 60}}, Refused, "must be above 0 and at most 1"},
		"not finished":      {tableJob(text), change(infoFile, `"state": "done"`, `"state": "interrupted"`), TuneOptions{}, Refused, "this run has no result yet: it is interrupted [run-unfinished]\n\tfix: descent resume run"},
		"other rows":        {tableJob(text), change(predictionsDir+"/valid.csv", "\n", "\n999,valid,no,0.5\n"), TuneOptions{}, Refused, "its rows are not those that run.json names"},
		"a score of NaN":    {tableJob(text), change(predictionsDir+"/valid.csv", "\n", "\n1,valid,no,NaN\n"), TuneOptions{}, Refused, "NaN"},
		"a class":           {tableJob(text), change(predictionsDir+"/test.csv", "\n", "\n1,test,maybe,0.5\n"), TuneOptions{}, Refused, `"maybe" is no class`},
		"another header":    {tableJob(text), change(predictionsDir+"/test.csv", "score", "p"), TuneOptions{}, Refused, "its header is not that of the run's target"},
		"no predictions":    {tableJob(text), func(disk *faultfs.FS) { disk.Remove(predictionsDir + "/test.csv") }, TuneOptions{}, Unreadable, "test.csv"},
		"no table":          {tableJob(text), nil, TuneOptions{Data: "nowhere.csv"}, Unreadable, "nowhere.csv"},
		"no rows.csv":       {tableJob(text), func(disk *faultfs.FS) { disk.Remove(rowsFile) }, TuneOptions{Data: tableFile(t, text)}, Unreadable, "rows.csv"},
		"another rows.csv":  {tableJob(text), change(rowsFile, ",train,", ",valid,"), TuneOptions{Data: tableFile(t, text)}, Refused, "it is not the file that run.json names"},
		"another schema":    {tableJob(text), nil, TuneOptions{Data: tableFile(t, strings.Replace(text, "colour", "color", 1))}, Refused, "schema-mismatch"},
		"without targets":   {tableJob(text), nil, TuneOptions{Data: tableFile(t, strings.Replace(text, "target", "tarjet", 1))}, Refused, "schema-mismatch"},
		"classes not known": {tableJob(text), nil, TuneOptions{Data: tableFile(t, fresh(50))}, Refused, `is no class of (no, yes)`},
	} {
		t.Run(name, func(t *testing.T) {
			disk, _ := trained(t, tc.job)
			if tc.change != nil {
				tc.change(disk)
			}
			before := disk.String()
			_, _, err := tuneIn(context.Background(), disk, "run", tc.o)
			if ClassOf(err) != tc.class || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("class %d, %v", ClassOf(err), err)
			}
			if disk.String() != before {
				t.Error("a refused choice changed the run")
			}
		})
	}
}

// Killed at any moment, or with any write failing, a run has a whole model before or
// after, and choosing once more ends as if nothing had happened.
func TestTuneIsKilled(t *testing.T) {
	job := func() *Job { return tableJob(table(200, yesNo)) }
	o := TuneOptions{Rule: metric.Fixed{Value: 0.3}}
	undisturbed, _ := trained(t, job())
	before := len(undisturbed.Ops())
	tune(t, undisturbed, o)
	ops := len(undisturbed.Ops()) - before
	if ops < 10 {
		t.Fatalf("%d operations", ops)
	}
	for k := 1; k <= ops; k++ {
		for _, cause := range []error{faultfs.ErrKilled, syscall.ENOSPC, syscall.EIO} {
			disk, _ := trained(t, job())
			disk.Inject(faultfs.Fault{At: k, Err: cause, Forever: cause == faultfs.ErrKilled, Short: true})
			_, _, err := tuneIn(context.Background(), disk, "run", o)
			disk.Inject(faultfs.Fault{})
			if cause == faultfs.ErrKilled {
				disk = disk.Crash(uint64(k), 50)
			}
			m, failed := loadFrom(t, disk)
			if failed != nil {
				t.Fatalf("operation %d, %v: %v", k, cause, failed)
			}
			if err == nil && m.Threshold != 0.3 {
				t.Fatalf("operation %d: done, with threshold %v", k, m.Threshold)
			}
			if info, failed := readInfo(disk, "run"); failed != nil || *info.Result.Threshold != m.Threshold {
				t.Fatalf("operation %d, %v: run.json says what the model does not; %v", k, cause, failed)
			}
			if err != nil {
				tune(t, disk, o)
			}
			for _, name := range append(promised, infoFile) {
				got, want := read(t, disk, name), read(t, undisturbed, name)
				if name == infoFile {
					got, want = untimed(got), untimed(want)
				}
				if got != want {
					t.Fatalf("operation %d, %v: %s differs", k, cause, name)
				}
			}
		}
	}
}

// untimed leaves out the lines of run.json that hold measured times.
func untimed(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if !strings.Contains(line, "started") && !strings.Contains(line, "step_ms_median") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}
