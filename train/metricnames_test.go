package train

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx/faultfs"
)

// An epoch shows the metrics that were chosen, in their order, and one that stops.
func TestChosenMetrics(t *testing.T) {
	for name, tc := range map[string]struct {
		job  *Job
		stop string
		want []string
	}{
		"binary":  {tableJob(table(200, yesNo)), "valid.f1", []string{"brier", "roc_auc", "ece", "recall", "f1"}},
		"classes": {tableJob(table(200, threeClasses)), "valid.loss", []string{"f1_micro", "accuracy", "brier"}},
		"labels":  {labelJob(200), "valid.roc_auc", []string{"ece", "roc_auc", "f1_macro"}},
		"number":  {tableJob(table(200, realNumber)), "valid.loss", []string{"mae"}},
	} {
		t.Run(name, func(t *testing.T) {
			var last *EpochEnd
			tc.job.Metrics = tc.want
			if tc.stop == "valid.f1" {
				tc.job.Metrics = tc.want[:4] // the one that stops is added
			}
			tc.job.EarlyStop = &EarlyStop{Metric: tc.stop}
			tc.job.Events = func(e Event) {
				if end, ok := e.(*EpochEnd); ok {
					last = end
				}
			}
			if _, err := trainIn(t, context.Background(), faultfs.New(), tc.job); err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, m := range last.Valid {
				names = append(names, m.Name)
				if math.IsNaN(m.Value) {
					t.Errorf("%s is not a number", m.Name)
				}
			}
			if want := append([]string{"loss"}, tc.want...); !slices.Equal(names, want) {
				t.Errorf("got %v, want %v", names, want)
			}
		})
	}
}

func TestMetricsRefused(t *testing.T) {
	j := tableJob(table(80, realNumber))
	j.Metrics, j.MetricsPos = []string{"mae", "roc_auc"}, graph.Position{File: "r.py", Line: 3}
	_, err := j.Prepare()
	want := "r.py:3: metrics: a regression target has no \"roc_auc\" [unknown-word]\n\tmetrics  rmse, mae, r2"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// A metric of the user's own has no need of a gradient, and sees the valid part at once.
func TestOwnMetric(t *testing.T) {
	j := tableJob(table(200, yesNo))
	j.Metrics = []string{"recall"}
	j.OwnMetrics = []OwnMetric{
		{"hits", func(p, y *graph.Node) *graph.Node {
			return p.GreaterEqual(p.Graph().Const(0.5)).Cast(graph.Float).Mul(y).Sum().Div(y.Sum())
		}},
		{"right", func(p, y *graph.Node) *graph.Node {
			return p.GreaterEqual(p.Graph().Const(0.5)).Cast(graph.Float).Equal(y)
		}},
	}
	seen := 0
	j.Events = func(e Event) {
		if end, ok := e.(*EpochEnd); ok {
			hits, _ := end.Valid.Get("hits")
			recall, _ := end.Valid.Get("recall")
			right, ok := end.Valid.Get("right")
			if math.Abs(hits-recall) > 1e-6 || !ok || right < 0 || right > 1 {
				t.Errorf("hits %v, recall %v, right %v", hits, recall, right)
			}
			seen++
		}
	}
	if _, err := trainIn(t, context.Background(), faultfs.New(), j); err != nil {
		t.Fatal(err)
	}
	if seen == 0 {
		t.Error("no epoch")
	}
}
