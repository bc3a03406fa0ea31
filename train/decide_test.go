package train

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/internal/fsx/faultfs"
	"github.com/descent-ml/descent/metric"
)

// trained trains a job in memory.
func trained(t *testing.T, j *Job) (*faultfs.FS, *Result) {
	t.Helper()
	disk := faultfs.New()
	r, err := trainIn(t, context.Background(), disk, j)
	if err != nil {
		t.Fatal(err)
	}
	return disk, r
}

// fileRow is a row of a file of predictions of two labels.
type fileRow struct {
	has   [2]bool
	score [2]float64
}

func labelRows(t *testing.T, disk *faultfs.FS, part string) []fileRow {
	t.Helper()
	high, rest := predictionsOf(t, disk, part) // the second target is the first of the rest
	var rows []fileRow
	for i, cells := range rest {
		rows = append(rows, fileRow{[2]bool{high[i] == "yes", cells[0] == 1}, [2]float64{cells[1], cells[2]}})
	}
	return rows
}

// The metrics of labels follow from the predictions in the run directory.
func TestLabelsResult(t *testing.T) {
	disk, r := trained(t, labelJob(500))
	rows := labelRows(t, disk, "test")
	if len(rows) != r.Test.Rows || r.Threshold != nil || len(r.Thresholds) != 2 || len(r.Choices) != 2 {
		t.Fatalf("%d rows of %d, thresholds %v", len(rows), r.Test.Rows, r.Thresholds)
	}
	logLoss := 0.0
	for _, row := range rows {
		for l, s := range row.score {
			if row.has[l] {
				logLoss -= math.Log(s)
			} else {
				logLoss -= math.Log(1 - s)
			}
		}
	}
	want(t, r.Test.Metrics, "log_loss", logLoss/float64(2*len(rows)))
	want(t, r.Test.Metrics, "loss", logLoss/float64(2*len(rows)))
	for at, thresholds := range map[*Metrics][]float64{&r.Test.Metrics: r.Thresholds, &r.Test.AtHalf: {0.5, 0.5}} {
		var tp, fp, fn [2]float64
		right := 0.0
		for _, row := range rows {
			all := 1.0
			for l, s := range row.score {
				switch said := s >= thresholds[l]; {
				case said && row.has[l]:
					tp[l]++
				case said:
					fp[l]++
					all = 0
				case row.has[l]:
					fn[l]++
					all = 0
				}
			}
			right += all
		}
		f1 := func(tp, fp, fn float64) float64 { return 2 * tp / (2*tp + fp + fn) }
		first, second := f1(tp[0], fp[0], fn[0]), f1(tp[1], fp[1], fn[1])
		n := [2]float64{tp[0] + fn[0], tp[1] + fn[1]}
		want(t, *at, "f1_macro", (first+second)/2)
		want(t, *at, "f1_micro", f1(tp[0]+tp[1], fp[0]+fp[1], fn[0]+fn[1]))
		want(t, *at, "f1_weighted", (n[0]*first+n[1]*second)/(n[0]+n[1]))
		want(t, *at, "accuracy", right/float64(len(rows)))
		if at == &r.Test.Metrics {
			for l, c := range r.Test.Classes {
				want(t, c.Metrics, "precision", tp[l]/(tp[l]+fp[l]))
				want(t, c.Metrics, "recall", tp[l]/n[l])
				want(t, c.Metrics, "f1", []float64{first, second}[l])
				if c.Name != []string{"high", "late"}[l] || c.Rows != int(n[l]) {
					t.Errorf("label %d: %s, %d rows", l, c.Name, c.Rows)
				}
			}
		}
	}
	for l, c := range r.Test.Classes {
		holds(t, c.Metrics, c.Intervals, "f1", "precision", "recall", "roc_auc", "average_precision")
		if i := r.Choices[l].Interval; i == nil || r.Choices[l].Part != "valid" {
			t.Errorf("choice %+v", r.Choices[l])
		}
	}
	holds(t, r.Test.Metrics, r.Test.Intervals, "log_loss", "roc_auc", "average_precision", "f1_macro", "f1_micro", "f1_weighted", "accuracy")
	if auc, _ := r.Test.Metrics.Get("roc_auc"); auc < 0.7 {
		t.Errorf("roc_auc %v: nothing was learned", auc)
	}
	if base, _ := r.Baseline.Get("log_loss"); base < 0.5 || base > 0.8 {
		t.Errorf("baseline %v", r.Baseline)
	}
}

// holds reports intervals that are not there, or do not hold the value they are about.
func holds(t *testing.T, m Metrics, intervals map[string][2]float64, names ...string) {
	t.Helper()
	for _, name := range names {
		i, there := intervals[name]
		if v, ok := m.Get(name); !there || !ok || !(i[0] <= v && v <= i[1]) || i[0] == i[1] && v != 1 {
			t.Errorf("%s %v in %v", name, v, i)
		}
	}
	if len(intervals) != len(names) {
		t.Errorf("intervals of %d metrics, want %d: %v", len(intervals), len(names), intervals)
	}
}

// Each label's threshold is that of a binary target of its own.
func TestLabelThresholdsAreChosenOnValidRows(t *testing.T) {
	job := labelJob(800)
	disk, r := trained(t, job)
	for l := range 2 {
		var score []float64
		var label []bool
		for _, row := range labelRows(t, disk, "valid") {
			score, label = append(score, row.score[l]), append(label, row.has[l])
		}
		valid, err := metric.Rank(score, label, nil)
		if err != nil {
			t.Fatal(err)
		}
		c, err := metric.Bootstrap{Seed: job.Seed}.Choose(valid, metric.BestF{})
		if err != nil {
			t.Fatal(err)
		}
		if !near(r.Thresholds[l], c.Value, 1e-6) || r.Choices[l].Positives != c.Positives {
			t.Errorf("label %d: threshold %v, want %v", l, r.Thresholds[l], c.Value)
		}
	}
}

// A model of labels says of a table what the run says of its rows.
func TestLabelsAreLoaded(t *testing.T) {
	disk, r := trained(t, labelJob(300))
	m, err := loadFrom(t, disk)
	if err != nil {
		t.Fatal(err)
	}
	got, err := predict(t, m, labelTable(300), data.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal([]float64(m.Thresholds), r.Thresholds) || got.Width != 2 || got.Class != nil || len(got.Labels) != 600 {
		t.Fatalf("thresholds %v of %v, %d labels", m.Thresholds, r.Thresholds, len(got.Labels))
	}
	for i, s := range got.Scores {
		if got.Labels[i] != (float64(s) >= r.Thresholds[i%2]) {
			t.Fatalf("row %d: label %v of %v", i/2, got.Labels[i], s)
		}
	}
	rows := labelRows(t, disk, "test")
	for i, id := range prepare(t, labelJob(300)).Parts.Test.RowID {
		for l, s := range rows[i].score {
			if g := got.Scores[2*(int(id)-1)+l]; g != float32(s) {
				t.Fatalf("row %d, label %d: %v, want %v", id, l, g, s)
			}
		}
	}
	for name, change := range map[string]func(m map[string]any){
		"no thresholds":    func(m map[string]any) { delete(m, "thresholds") },
		"too few":          func(m map[string]any) { m["thresholds"] = []any{0.5} },
		"of the other use": func(m map[string]any) { m["threshold"], m["thresholds"] = 0.5, nil },
	} {
		write(t, disk, modelFile, changed(t, read(t, disk, modelFile), change))
		if _, err := loadFrom(t, disk); ClassOf(err) != Refused {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// changed returns a JSON object with something else in it.
func changed(t *testing.T, text string, change func(map[string]any)) string {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	change(m)
	out, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// Without a rule the likeliest class is said; with one the classes have thresholds,
// and what the likeliest class would get stands beside.
func TestClassThresholds(t *testing.T) {
	plain := tableJob(table(600, threeClasses))
	_, without := trained(t, plain)
	if without.Thresholds != nil || without.Test.AtHalf != nil || without.Choices != nil {
		t.Errorf("thresholds %v without a rule", without.Thresholds)
	}
	ruled := tableJob(table(600, threeClasses))
	ruled.Threshold = metric.BestF{}
	disk, with := trained(t, ruled)
	var decided Metrics
	for _, m := range with.Test.AtHalf {
		v, _ := without.Test.Metrics.Get(m.Name)
		decided = append(decided, Metric{m.Name, v})
	}
	if diff := cmp.Diff(decided, with.Test.AtHalf); diff != "" {
		t.Errorf("the likeliest class (-without a rule +beside one):\n%s", diff)
	}
	m, err := loadFrom(t, disk)
	if err != nil {
		t.Fatal(err)
	}
	got, err := predict(t, m, table(600, threeClasses), data.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	targets, scores := predictionsOf(t, disk, "test")
	ids := prepare(t, ruled).Parts.Test.RowID
	right, moved := 0, 0
	for i, s := range scores {
		best := 0
		for k := range s {
			if s[k]/with.Thresholds[k] > s[best]/with.Thresholds[best] {
				best = k
			}
		}
		if got.Class[ids[i]-1] != best {
			t.Fatalf("row %d: class %d by the model, %d by ratios", ids[i], got.Class[ids[i]-1], best)
		}
		if likeliest(float32s(s), len(s))[0] != best {
			moved++
		}
		if m.Schema.Target.Classes[best] == targets[i] {
			right++
		}
	}
	want(t, with.Test.Metrics, "accuracy", float64(right)/float64(len(scores)))
	if moved == 0 {
		t.Error("no row was decided in another way: the test tests nothing")
	}
	holds(t, with.Test.Metrics, with.Test.Intervals, "log_loss", "roc_auc", "average_precision", "accuracy", "balanced_accuracy", "f1_macro", "f1_weighted")
}

// Of a threshold that no draw moves the intervals are those of the test rows alone.
func TestFixedIntervals(t *testing.T) {
	j := labelJob(500)
	j.Threshold = metric.Fixed{Value: 0.4}
	_, r := trained(t, j)
	holds(t, r.Test.Metrics, r.Test.Intervals, "log_loss", "roc_auc", "average_precision", "f1_macro", "f1_micro", "f1_weighted", "accuracy")
	if i := r.Choices[0].Interval; i[0] != 0.4 || i[1] != 0.4 {
		t.Errorf("threshold %v", i)
	}
}

// The interval of decisions by thresholds draws the thresholds as well: from draws of
// the rows that chose, class by class.
func TestClassIntervalsDrawThresholds(t *testing.T) {
	j := tableJob(table(1500, threeClasses))
	j.Threshold = metric.BestF{}
	disk, r := trained(t, j)
	part := func(name string) (p []float64, class []int) {
		targets, scores := predictionsOf(t, disk, name)
		for i, s := range scores {
			p, class = append(p, s...), append(class, slices.Index([]string{"high", "low", "middle"}, targets[i]))
		}
		return p, class
	}
	validP, validClass := part("valid")
	testP, testClass := part("test")
	valid, err := metric.OneVsRest(validP, 3, validClass, nil)
	if err != nil {
		t.Fatal(err)
	}
	test, err := metric.OneVsRest(testP, 3, testClass, nil)
	if err != nil {
		t.Fatal(err)
	}
	b := metric.Bootstrap{Seed: j.Seed}
	var drawn [3][]float64
	for k := range drawn {
		draws, err := b.Run(valid[k], test[k], j.Threshold)
		if err != nil {
			t.Fatal(err)
		}
		drawn[k] = draws.Threshold
	}
	var f1 []float64
	err = b.Draw(len(testClass), nil, func(weight []float64) error {
		n := len(f1)
		said, err := metric.Thresholds{drawn[0][n], drawn[1][n], drawn[2][n]}.Decide(testP)
		if err != nil {
			return err
		}
		m, err := metric.Confuse(said, testClass, weight, 3)
		f1 = append(f1, m.F1(metric.Macro, metric.Zero))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if want, got := metric.Interval95(f1), r.Test.Intervals["f1_macro"]; !near(got[0], want.Lo, 1e-6) || !near(got[1], want.Hi, 1e-6) {
		t.Errorf("interval %v, want %v", got, want)
	}
}

func float32s(x []float64) []float32 {
	out := make([]float32, len(x))
	for i, v := range x {
		out[i] = float32(v)
	}
	return out
}

func TestClassReport(t *testing.T) {
	_, r := trained(t, tableJob(table(400, threeClasses)))
	rows, right := 0, 0
	for i, line := range r.Test.Confusion {
		of := 0
		for j, n := range line {
			of += n
			if i == j {
				right += n
			}
		}
		c := r.Test.Classes[i]
		if c.Rows != of {
			t.Errorf("class %s: %d rows, %d in the matrix", c.Name, c.Rows, of)
		}
		want(t, c.Metrics, "recall", float64(line[i])/float64(of))
		holds(t, c.Metrics, c.Intervals, "f1", "precision", "recall")
		rows += of
	}
	if rows != r.Test.Rows {
		t.Errorf("%d rows in the matrix, want %d", rows, r.Test.Rows)
	}
	want(t, r.Test.Metrics, "accuracy", float64(right)/float64(rows))
	holds(t, r.Test.Metrics, r.Test.Intervals, "log_loss", "roc_auc", "average_precision", "accuracy", "balanced_accuracy", "f1_macro", "f1_weighted")
}

func TestNumberIntervals(t *testing.T) {
	_, r := trained(t, tableJob(table(400, realNumber)))
	holds(t, r.Test.Metrics, r.Test.Intervals, "rmse", "mae", "r2")
	if r.Valid.Intervals != nil {
		t.Error("intervals of rows that chose when to stop")
	}
}

// Rows of their own choose the threshold: others do not change it.
func TestTunePart(t *testing.T) {
	job := tableJob(table(900, yesNo))
	job.Data.Split = data.Split{Tune: 0.2}
	disk, r := trained(t, job)
	targets, scores := predictionsOf(t, disk, "tune")
	var score []float64
	var label []bool
	for i := range scores {
		score, label = append(score, scores[i][0]), append(label, targets[i] == "yes")
	}
	tune, err := metric.Rank(score, label, nil)
	if err != nil {
		t.Fatal(err)
	}
	c, err := metric.Bootstrap{Seed: job.Seed}.Choose(tune, metric.BestF{})
	if err != nil {
		t.Fatal(err)
	}
	if !near(*r.Threshold, c.Value, 1e-6) || r.Choice.Part != "tune" || r.Choice.Rows != 180 || r.Tune.Rows != 180 {
		t.Errorf("threshold %v, want %v; %+v", *r.Threshold, c.Value, r.Choice)
	}
	if len(scores) != 180 || !near(r.Choice.Score, c.Score, 1e-6) || r.Choice.Flagged != int(c.Counts.TP+c.Counts.FP) {
		t.Errorf("%d rows, choice %+v", len(scores), r.Choice)
	}
}

// What a run says of its result can be read again.
func TestResultIsReadAgain(t *testing.T) {
	for name, j := range map[string]*Job{"binary": smallJob(), "labels": labelJob(200), "classes": tableJob(table(200, threeClasses)), "number": tableJob(table(200, realNumber))} {
		disk, r := trained(t, j)
		info, err := readInfo(disk, "run")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		r.Run = info.Result.Run // the path, and the name
		if diff := cmp.Diff(r, info.Result); diff != "" {
			t.Errorf("%s (-result +read):\n%s", name, diff)
		}
	}
}
