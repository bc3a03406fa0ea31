package train

import (
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx/faultfs"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/nn"
)

// predictionsOf reads predictions/PART.csv: targets and scores.
func predictionsOf(t *testing.T, disk *faultfs.FS, part string) (targets []string, scores [][]float64) {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(read(t, disk, predictionsDir+"/"+part+".csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records[1:] {
		if r[1] != part {
			t.Fatalf("part %q in the file of %s", r[1], part)
		}
		targets = append(targets, r[2])
		var s []float64
		for _, cell := range r[3:] {
			v, err := strconv.ParseFloat(cell, 64)
			if err != nil {
				t.Fatal(err)
			}
			s = append(s, v)
		}
		scores = append(scores, s)
	}
	return targets, scores
}

func want(t *testing.T, m Metrics, name string, value float64) {
	t.Helper()
	if got, ok := m.Get(name); !ok || !near(got, value, 1e-6) {
		t.Errorf("%s = %v, want %v", name, got, value)
	}
}

// The metrics of the result follow from the predictions in the run directory.
func TestBinaryResult(t *testing.T) {
	disk := faultfs.New()
	r, err := trainIn(t, context.Background(), disk, tableJob(table(400, yesNo)))
	if err != nil {
		t.Fatal(err)
	}
	targets, scores := predictionsOf(t, disk, "test")
	if len(targets) != r.Test.Rows {
		t.Fatalf("%d rows, want %d", len(targets), r.Test.Rows)
	}
	logLoss, wins, pairs, positives := 0.0, 0.0, 0.0, 0
	count := func(threshold float64) (tp, fp, fn, tn float64) {
		for i, s := range scores {
			switch said, is := s[0] >= threshold, targets[i] == "yes"; {
			case said && is:
				tp++
			case said:
				fp++
			case is:
				fn++
			default:
				tn++
			}
		}
		return
	}
	for i, s := range scores {
		p := s[0]
		if targets[i] != "yes" {
			logLoss -= math.Log(1-p) / float64(len(scores))
			continue
		}
		positives++
		logLoss -= math.Log(p) / float64(len(scores))
		for k, o := range scores {
			if targets[k] == "no" {
				pairs++
				if p > o[0] {
					wins++
				} else if p == o[0] {
					wins += 0.5
				}
			}
		}
	}
	want(t, r.Test.Metrics, "log_loss", logLoss)
	want(t, r.Test.Metrics, "loss", logLoss)
	want(t, r.Test.Metrics, "roc_auc", wins/pairs)
	for threshold, m := range map[float64]Metrics{*r.Threshold: r.Test.Metrics, 0.5: r.Test.AtHalf} {
		tp, fp, fn, tn := count(threshold)
		want(t, m, "precision", tp/(tp+fp))
		want(t, m, "recall", tp/(tp+fn))
		want(t, m, "f1", 2*tp/(2*tp+fp+fn))
		want(t, m, "accuracy", (tp+tn)/(tp+fp+fn+tn))
	}
	if r.Test.Positives != positives {
		t.Errorf("%d positives, want %d", r.Test.Positives, positives)
	}
	for _, name := range []string{"roc_auc", "average_precision"} {
		i := r.Test.Intervals[name]
		if v, _ := r.Test.Metrics.Get(name); i[0] > v || v > i[1] {
			t.Errorf("%s %v lies outside its interval %v", name, v, i)
		}
	}
	if len(r.Test.Intervals) < 6 || r.Choice.Interval == nil {
		t.Errorf("intervals %v, of the threshold %v", r.Test.Intervals, r.Choice.Interval)
	}
}

// The threshold is chosen on the valid rows, not on any others.
func TestThresholdIsChosenOnValidRows(t *testing.T) {
	disk := faultfs.New()
	job := tableJob(table(800, yesNo))
	r, err := trainIn(t, context.Background(), disk, job)
	if err != nil {
		t.Fatal(err)
	}
	targets, scores := predictionsOf(t, disk, "valid")
	var score []float64
	var label []bool
	for i := range scores {
		score, label = append(score, scores[i][0]), append(label, targets[i] == "yes")
	}
	valid, err := metric.Rank(score, label, nil)
	if err != nil {
		t.Fatal(err)
	}
	want, err := metric.Bootstrap{Seed: job.Seed}.Choose(valid, metric.BestF{})
	if err != nil {
		t.Fatal(err)
	}
	if !near(*r.Threshold, want.Value, 1e-6) || !near(r.Choice.Score, want.Score, 1e-6) {
		t.Errorf("threshold %v with F1 %v, want %v with %v", *r.Threshold, r.Choice.Score, want.Value, want.Score)
	}
}

func TestFewPositivesKeepOneHalf(t *testing.T) {
	r, err := trainIn(t, context.Background(), faultfs.New(), smallJob())
	if err != nil {
		t.Fatal(err)
	}
	if *r.Threshold != 0.5 || r.Choice.Kept == "" || r.Choice.Positives >= metric.MinPositives {
		t.Errorf("threshold %v, %+v", *r.Threshold, r.Choice)
	}
}

func TestClassesResult(t *testing.T) {
	disk := faultfs.New()
	r, err := trainIn(t, context.Background(), disk, tableJob(table(300, threeClasses)))
	if err != nil {
		t.Fatal(err)
	}
	targets, scores := predictionsOf(t, disk, "test")
	classes := []string{"high", "low", "middle"}
	logLoss, right := 0.0, 0.0
	for i, s := range scores {
		said := 0
		for k, v := range s {
			if v > s[said] {
				said = k
			}
			if classes[k] == targets[i] {
				logLoss -= math.Log(v) / float64(len(scores))
			}
		}
		if classes[said] == targets[i] {
			right++
		}
	}
	want(t, r.Test.Metrics, "log_loss", logLoss)
	want(t, r.Test.Metrics, "accuracy", right/float64(len(scores)))
	if r.Threshold != nil {
		t.Errorf("threshold %v of three classes", *r.Threshold)
	}
}

func TestNumberResult(t *testing.T) {
	disk := faultfs.New()
	r, err := trainIn(t, context.Background(), disk, tableJob(table(300, realNumber)))
	if err != nil {
		t.Fatal(err)
	}
	targets, scores := predictionsOf(t, disk, "test")
	square := 0.0
	for i, s := range scores {
		y, err := strconv.ParseFloat(targets[i], 64)
		if err != nil {
			t.Fatal(err)
		}
		square += (s[0] - y) * (s[0] - y) / float64(len(scores))
	}
	want(t, r.Test.Metrics, "rmse", math.Sqrt(square))
	want(t, r.Test.Metrics, "loss", square)
	if b, _ := r.Baseline.Get("rmse"); b <= 0 {
		t.Errorf("baseline %v", r.Baseline)
	}
}

// The first prediction of every model is what the training rows are on average.
func TestStartsAtTheRate(t *testing.T) {
	for name, text := range map[string]string{"binary": table(200, yesNo), "classes": table(200, threeClasses), "number": table(200, realNumber), "labels": labelTable(200)} {
		t.Run(name, func(t *testing.T) {
			job := func() *Job {
				if name == "labels" {
					return labelJob(200)
				}
				return tableJob(text)
			}
			p := prepare(t, job())
			if !p.PriorBias {
				t.Fatal("no bias was set")
			}
			for _, name := range []string{"Dense[1].Weight"} { // the head says nothing yet
				v, _ := p.trainer.state.Get(name)
				v.Set(make([]float32, v.Len()))
			}
			predictor, err := newPredictor(p.trainer.state, p.outputs(), 1)
			if err != nil {
				t.Fatal(err)
			}
			defer predictor.close()
			got, err := predictor.run(context.Background(), Prediction, p.Parts.Valid)
			if err != nil {
				t.Fatal(err)
			}
			for k, mean := range targetMean(p.Parts.Train) {
				if !near(float64(got[k]), mean, 1e-5) {
					t.Errorf("output %d starts at %v, want %v", k, got[k], mean)
				}
			}
			j := job()
			j.NoPriorBias = true
			p = prepare(t, j)
			if v, _ := p.trainer.state.Get("Dense[1].Bias"); v.Numbers()[0] != 0 || p.PriorBias {
				t.Errorf("a bias that was not asked for: %v", v.Numbers())
			}
		})
	}
}

// A model that puts out scores is judged by its probabilities.
func TestScoresBecomeProbabilities(t *testing.T) {
	j := tableJob(table(400, yesNo))
	j.Model = func(s ModelSpec) (nn.Layer, error) {
		return nn.MLP(nn.MLPConfig{In: s.Width, Hidden: []int{6}, Head: nn.RealHead(1)}), nil
	}
	j.Loss, j.LossName = loss.Mean(loss.BCEWithLogits), "bce"
	disk := faultfs.New()
	r, err := trainIn(t, context.Background(), disk, j)
	if err != nil {
		t.Fatal(err)
	}
	value, _ := r.Test.Metrics.Get("loss")
	want(t, r.Test.Metrics, "log_loss", value)
	_, scores := predictionsOf(t, disk, "test")
	for _, s := range scores {
		if s[0] < 0 || s[0] > 1 {
			t.Fatalf("score %v is no probability", s[0])
		}
	}
}

func TestJobRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		change func(j *Job)
		want   string
	}{
		"no target":   {func(j *Job) { j.Data.Target = "" }, string(CodeConfig)},
		"no column":   {func(j *Job) { j.Data.Target = "tarjet" }, "no-column"},
		"scores":      {func(j *Job) { j.Model = linear(1) }, string(graph.CodeLossDomain)},
		"width":       {func(j *Job) { j.Model = linear(2) }, string(graph.CodeLossShape)},
		"own loss":    {func(j *Job) { j.Model, j.Loss = linear(3), loss.Func(flatten) }, string(CodePrediction)},
		"early stop":  {func(j *Job) { j.EarlyStop = &EarlyStop{Metric: "valid.f2"} }, string(graph.CodeUnknownWord)},
		"early part":  {func(j *Job) { j.EarlyStop = &EarlyStop{Metric: "test.loss"} }, string(graph.CodeUnknownWord)},
		"model error": {func(j *Job) { j.Model = func(ModelSpec) (nn.Layer, error) { return nil, fmt.Errorf("no model today") } }, "no model today"},
	} {
		j := smallJob()
		c.change(j)
		p, err := j.Prepare()
		if err == nil {
			p.Close()
		}
		if ClassOf(err) != Refused || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func linear(out int) func(ModelSpec) (nn.Layer, error) {
	return func(s ModelSpec) (nn.Layer, error) { return &nn.Dense{In: s.Width, Out: out}, nil }
}

func flatten(p, y *graph.Node) *graph.Node { return p.Mean(1).Sub(y.Reshape(-1)).Square().Mean() }

// The proved gradient agrees with what the loss does.
func TestCheck(t *testing.T) {
	for name, text := range map[string]string{"binary": table(200, yesNo), "classes": table(200, threeClasses), "number": table(200, realNumber)} {
		d, err := prepare(t, tableJob(text)).Check()
		if err != nil || d.Error > 1e-6 || d.Directions != 3 || d.Rows < 8 {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
}

// A gradient that is wrong is an error, and said to be no fault of the loss.
func TestCheckNoticesAWrongGradient(t *testing.T) {
	p := prepare(t, smallJob())
	grads := p.trainer.training.proof.Grads
	grads[0] = grads[0].Scale(1.001)
	if d, err := p.Check(); err == nil || !strings.Contains(err.Error(), "a fault of Descent and not of the loss") {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestFewRowsHoldEveryClass(t *testing.T) {
	set := rows(100, 2, true, func(x []float32) float32 {
		if x[0] > 0.9 {
			return 1
		}
		return 0
	})
	few := fewRows(set, 10)
	count := 0
	for i, y := range few.Y {
		if few.Class[i] != int32(y) {
			t.Errorf("row %d: class %d, target %v", i, few.Class[i], y)
		}
		count += int(y)
	}
	if few.Rows != len(few.Y) || len(few.X) != 2*few.Rows || count == 0 || count == few.Rows {
		t.Errorf("%d rows, %d positive", few.Rows, count)
	}
	if all := fewRows(&data.Set{Rows: 3, Width: 1, TargetWidth: 1, X: set.X[:3], Y: set.Y[:3]}, 10); all.Rows != 3 {
		t.Errorf("%d of 3 rows", all.Rows)
	}
}
