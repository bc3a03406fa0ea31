package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/train"
)

// TestResultIsTheRuns: the numbers of the result block are those of run.json.
func TestResultIsTheRuns(t *testing.T) {
	dir := workFolder(t, "20")
	p := exec.Command("descent", "train", "slow.py")
	p.Dir = dir
	stdout, err := p.Output()
	if err != nil {
		t.Fatal(err)
	}
	info, err := train.ReadRun(filepath.Join(dir, "runs/slow-1"))
	if err != nil {
		t.Fatal(err)
	}
	r := info.Result
	block := strings.Join(strings.Fields(string(stdout)), " ")
	for _, name := range []string{"f1", "precision", "recall"} {
		half, _ := r.Test.AtHalf.Get(name)
		tuned, _ := r.Test.Metrics.Get(name)
		i := r.Test.Intervals[name]
		wants(t, block, fmt.Sprintf("%s %.3f %.3f %.2f to %.2f", name, half, tuned, i[0], i[1]))
	}
	for _, name := range []string{"roc_auc", "average_precision"} {
		value, _ := r.Test.Metrics.Get(name)
		i := r.Test.Intervals[name]
		wants(t, block, fmt.Sprintf("%s %.3f (%.2f to %.2f)", name, value, i[0], i[1]))
	}
	loss, _ := r.Test.Metrics.Get("log_loss")
	rate, _ := r.Baseline.Get("log_loss")
	always, _ := r.Baseline.Get("accuracy")
	wants(t, block, fmt.Sprintf("log_loss %.3f (%.2f to %.2f) class rate: %.3f", loss, r.Test.Intervals["log_loss"][0], r.Test.Intervals["log_loss"][1], rate))
	wants(t, block, fmt.Sprintf("always Yes: %.3f", always))
	wants(t, block, fmt.Sprintf("threshold %.3f (%.2f to %.2f), chosen on %d valid rows (%d Yes)", *r.Threshold,
		r.Choice.Interval[0], r.Choice.Interval[1], r.Choice.Rows, r.Choice.Positives))
	wants(t, block, fmt.Sprintf("on %d test rows (%d Yes)", r.Test.Rows, r.Test.Positives))
}

func wants(t *testing.T, text, want string) {
	t.Helper()
	if !strings.Contains(text, want) {
		t.Errorf("no %q in\n%s", want, text)
	}
}

// TestFilesCannotMoveTheCursor: names and values of a table reach no output as
// control characters.
func TestFilesCannotMoveTheCursor(t *testing.T) {
	dir := workFolder(t, "2")
	table := read(t, dir, "customers.csv")
	table = bytes.ReplaceAll(bytes.Replace(table, []byte("region"), []byte("re\x1b[2Jgion"), 1), []byte("Yes"), []byte("Y\x1b]0;es\x07"))
	write(t, filepath.Join(dir, "customers.csv"), string(table))
	write(t, filepath.Join(dir, "evil.py"), `train(table("customers.csv", target = "churn"), mlp(hidden = [4]), epochs = 2)`)
	for _, args := range [][]string{{"train", "evil.py"}, {"check", "evil.py"}, {"plan", "evil.py"}, {"predict", "runs/evil-1", "spent.py"}} {
		p := exec.Command("descent", args...)
		p.Dir = dir
		out, _ := p.CombinedOutput()
		if bytes.ContainsAny(out, "\x1b\x07") {
			t.Errorf("%q: %q", args, out)
		}
	}
	if log := read(t, dir, "runs/evil-1/log.txt"); bytes.ContainsAny(log, "\x1b\x07") {
		t.Errorf("log.txt: %q", log)
	}
}

// TestThresholdTexts: what is said of a threshold that was not chosen, or whose
// rule was not reached.
func TestThresholdTexts(t *testing.T) {
	half := 0.5
	for _, test := range []struct {
		choice train.Choice
		want   string
	}{
		{train.Choice{Rule: "best_f(beta=1)", Kept: "there are no valid rows"}, "threshold 0.500, not chosen: there are no valid rows"},
		{train.Choice{Rule: "fixed(0.5)", Rows: 60, Reached: true}, "threshold 0.500, fixed"},
	} {
		if got := thresholdText(subject{}, &train.Result{Threshold: &half, Choice: &test.choice}); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

// TestLongEpoch: an epoch gets a line of its own every half minute.
func TestLongEpoch(t *testing.T) {
	var out bytes.Buffer
	l := &lines{w: &out, last: time.Now()}
	step := &train.StepEnd{Epoch: 3, Epochs: 9, Step: 71, Steps: 110, Loss: 0.0768}
	l.event(step)
	if out.Len() > 0 {
		t.Errorf("a line after no time: %s", &out)
	}
	l.last = time.Now().Add(-patience)
	l.event(step)
	l.event(step)
	if got := out.String(); !strings.HasSuffix(got, " epoch=3 step=71/110 loss=0.0768\n") || strings.Count(got, "\n") != 1 {
		t.Errorf("after half a minute: %q", got)
	}
}

// TestStreams: a closed pipe loses what is written to it; any other failure of
// stdout is told, and ends with 4.
func TestStreams(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	var stderr bytes.Buffer
	if code := run(t.Context(), []string{"version"}, nil, full, &stderr); code != 4 || !strings.Contains(stderr.String(), "stdout: ") {
		t.Errorf("full disk: exit code %d, %s", code, &stderr)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	defer w.Close()
	stderr.Reset()
	if code := run(t.Context(), []string{"explain"}, nil, w, &stderr); code != 0 || stderr.Len() > 0 {
		t.Errorf("closed pipe: exit code %d, %s", code, &stderr)
	}
}

// TestRulesFit: whatever the rule, the table of a result fits the screen.
func TestRulesFit(t *testing.T) {
	threshold := 0.5123
	cut := func(v float64) train.Metrics {
		return train.Metrics{{Name: "f1", Value: v}, {Name: "precision", Value: v}, {Name: "recall", Value: v}, {Name: "accuracy", Value: v}}
	}
	for _, rule := range []metric.Rule{
		metric.BestF{Beta: 0.5}, metric.RecallAtPrecision{Precision: 0.975}, metric.PrecisionAtRecall{Recall: 0.975}, metric.Cheapest{FalseNegative: 2000, FalsePositive: 0.25}, metric.Fixed{Value: threshold},
	} {
		j := &train.Judged{Rows: 1000, Metrics: cut(0.4), AtHalf: cut(0.3), Intervals: map[string][2]float64{"f1": {0.3, 0.5}}}
		r := &train.Result{Threshold: &threshold, Choice: &train.Choice{Rule: rule.String()}, Test: j, Baseline: train.Metrics{{Name: "accuracy", Value: 0.9}}}
		about := subject{target: &data.Target{Task: data.Binary, Classes: []string{"no", "yes"}}, counts: []int{9, 1}}
		for _, line := range resultTable(about, r, j) {
			if n := len(margin) + utf8.RuneCountInString(line); n > maxWidth {
				t.Errorf("%v: %d columns: %s", rule, n, line)
			}
		}
	}
}

// Tables stay within 80 columns whatever the classes are called; short names stay whole.
func TestLongNamesAreCut(t *testing.T) {
	names := []string{"Short", "A_name_that_goes_on_" + strings.Repeat("and_on_", 8), "one with blanks in it " + strings.Repeat("and more ", 8), "Ünïcödé " + strings.Repeat("ü", 60)}
	between := map[string][2]float64{"accuracy": {0.067, 0.412}, "f1": {0.067, 0.412}}
	j := &train.Judged{Rows: 10, Metrics: train.Metrics{{Name: "accuracy", Value: 0.5}, {Name: "balanced_accuracy", Value: 0.5}}, Intervals: between}
	j.AtHalf = j.Metrics
	r := &train.Result{Test: j, Baseline: train.Metrics{{Name: "accuracy", Value: 0.25}}}
	for _, name := range names {
		m := train.Metrics{{Name: "f1", Value: 0.5}, {Name: "precision", Value: 0.5}, {Name: "recall", Value: 0.5}}
		j.Classes = append(j.Classes, train.ClassJudged{Name: name, Rows: 12345, Metrics: m, Intervals: between})
		r.Thresholds = append(r.Thresholds, 0.5)
		r.Choices = append(r.Choices, &train.Choice{Rule: "best_f(beta=1)"})
	}
	about := subject{target: &data.Target{Task: data.MultiClass, Classes: names}, counts: []int{1, 2, 1, 1}}
	lines := append(resultTable(about, r, j), classTable(r, j, data.MultiClass)...)
	two := subject{target: &data.Target{Task: data.Binary, Classes: names[:2]}, counts: []int{1, 2}}
	at := 0.5
	binary := &train.Result{Threshold: &at, Choice: &train.Choice{Rule: "recall_at_precision(0.6)"}, Baseline: r.Baseline}
	for _, line := range append(lines, resultTable(two, binary, j)...) {
		if n := blockIndent + utf8.RuneCountInString(line); n > maxWidth {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	text := strings.Join(lines, "\n")
	wants(t, text, "Short ")
	wants(t, text, `"one wit..."`)
	wants(t, text, "always A_n")
	if strings.Contains(text, names[1]) {
		t.Errorf("a name of %d letters stands in\n%s", len(names[1]), text)
	}
}
