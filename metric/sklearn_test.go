package metric

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"
)

// recorded is testdata/scikit-learn.json, written by testdata/generate.py. A
// value that is nil there is undefined and must be NaN here.
type recorded struct {
	Binary []struct {
		Name             string
		Score            []float64
		Label            []int
		Weight           []float64
		ROCAUC           *float64 `json:"roc_auc"`
		AveragePrecision *float64 `json:"average_precision"`
		LogLoss          *float64 `json:"log_loss"`
		Brier            *float64
		ROC              *struct{ FPR, TPR, Threshold []float64 }
		PR               *struct{ Precision, Recall, Threshold []float64 }
		At               []struct {
			Threshold        float64
			Accuracy         *float64
			BalancedAccuracy *float64 `json:"balanced_accuracy"`
			PolicyZero       ratios   `json:"zero"`
			PolicyOne        ratios   `json:"one"`
			PolicyUndefined  ratios   `json:"undefined"`
		}
	}
	Classes []struct {
		Name             string
		K                int
		Actual           []int
		Predicted        []int
		Weight           []float64
		Confusion        []float64
		Accuracy         *float64
		BalancedAccuracy *float64 `json:"balanced_accuracy"`
		Macro, Micro     map[string]ratios
		Weighted         map[string]ratios
	}
	Probabilities []struct {
		Name    string
		K       int
		P       []float64
		Actual  []int
		Weight  []float64
		LogLoss *float64 `json:"log_loss"`
	}
	Numbers []struct {
		Name         string
		Y, P, Weight []float64
		RMSE         *float64
		MAE          *float64
		R2           *float64
	}
}

type ratios map[string]*float64

func readRecorded(t *testing.T) recorded {
	t.Helper()
	text, err := os.ReadFile("testdata/scikit-learn.json")
	if err != nil {
		t.Fatal(err)
	}
	var r recorded
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Binary) < 20 || len(r.Classes) < 7 || len(r.Probabilities) < 5 || len(r.Numbers) < 7 {
		t.Fatalf("cases are missing: %d, %d, %d, %d", len(r.Binary), len(r.Classes), len(r.Probabilities), len(r.Numbers))
	}
	return r
}

// equal compares to 1e-12, relative to values above 1.
func equal(t *testing.T, what string, got float64, want *float64) {
	t.Helper()
	switch {
	case want == nil:
		if !math.IsNaN(got) {
			t.Errorf("%s = %v, want NaN", what, got)
		}
	case !(math.Abs(got-*want) <= 1e-12*max(1, math.Abs(*want))):
		t.Errorf("%s = %.17g, want %.17g", what, got, *want)
	}
}

func bools(ints []int) []bool {
	b := make([]bool, len(ints))
	for i, x := range ints {
		b[i] = x == 1
	}
	return b
}

func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}

func TestScikitLearnBinary(t *testing.T) {
	for _, c := range readRecorded(t).Binary {
		t.Run(c.Name, func(t *testing.T) {
			label := bools(c.Label)
			r := must(Rank(c.Score, label, c.Weight))
			equal(t, "ROC AUC", r.ROCAUC(), c.ROCAUC)
			equal(t, "average precision", r.AveragePrecision(), c.AveragePrecision)
			if c.LogLoss != nil {
				equal(t, "log loss", must(LogLoss(c.Score, label, c.Weight)), c.LogLoss)
				equal(t, "Brier", must(Brier(c.Score, label, c.Weight)), c.Brier)
			}
			for _, at := range c.At {
				counts := must(CountAt(c.Score, label, c.Weight, at.Threshold))
				equal(t, "accuracy", counts.Accuracy(), at.Accuracy)
				equal(t, "balanced accuracy", counts.BalancedAccuracy(), at.BalancedAccuracy)
				for z, want := range []ratios{at.PolicyZero, at.PolicyOne, at.PolicyUndefined} {
					compareRatios(t, fmt.Sprintf("at %v, policy %d", at.Threshold, z), want, map[string]float64{
						"precision": counts.Precision(ZeroDivision(z)),
						"recall":    counts.Recall(ZeroDivision(z)),
						"f1":        counts.F1(ZeroDivision(z)),
						"f2":        counts.FBeta(2, ZeroDivision(z)),
						"f0.5":      counts.FBeta(0.5, ZeroDivision(z)),
						"iou":       counts.IoU(ZeroDivision(z)),
					})
				}
			}
			points := r.Points()
			if c.ROC != nil {
				compareCurve(t, "FPR", points, c.ROC.FPR, func(p Point) float64 { return 1 - p.Counts.Specificity(Zero) })
				compareCurve(t, "TPR", points, c.ROC.TPR, func(p Point) float64 { return p.Counts.Recall(Zero) })
				compareCurve(t, "ROC threshold", points, c.ROC.Threshold, func(p Point) float64 { return p.Threshold })
				compareCurve(t, "precision", points, c.PR.Precision, func(p Point) float64 { return p.Counts.Precision(Zero) })
				compareCurve(t, "recall", points, c.PR.Recall, func(p Point) float64 { return p.Counts.Recall(Zero) })
				compareCurve(t, "PR threshold", points, c.PR.Threshold, func(p Point) float64 { return p.Threshold })
			}
		})
	}
}

func compareRatios(t *testing.T, where string, want ratios, got map[string]float64) {
	t.Helper()
	if len(want) < 4 {
		t.Fatalf("%s: only %d values are recorded", where, len(want))
	}
	for name, w := range want {
		equal(t, where+": "+name, got[name], w)
	}
}

func compareCurve(t *testing.T, what string, points []Point, want []float64, of func(Point) float64) {
	t.Helper()
	if len(points) != len(want) {
		t.Fatalf("%s: %d points, want %d", what, len(points), len(want))
	}
	for i, p := range points {
		equal(t, fmt.Sprintf("%s of point %d", what, i), of(p), &want[i])
	}
}

func TestScikitLearnClasses(t *testing.T) {
	for _, c := range readRecorded(t).Classes {
		t.Run(c.Name, func(t *testing.T) {
			m := must(Confuse(c.Predicted, c.Actual, c.Weight, c.K))
			for i, want := range c.Confusion {
				equal(t, fmt.Sprintf("cell %d", i), m.N[i], &want)
			}
			equal(t, "accuracy", m.Accuracy(), c.Accuracy)
			equal(t, "balanced accuracy", m.BalancedAccuracy(), c.BalancedAccuracy)
			for average, policies := range map[Average]map[string]ratios{Macro: c.Macro, Micro: c.Micro, Weighted: c.Weighted} {
				for policy, z := range map[string]ZeroDivision{"zero": Zero, "one": One, "undefined": Undefined} {
					compareRatios(t, fmt.Sprintf("average %d, %s", average, policy), policies[policy], map[string]float64{
						"precision": m.Precision(average, z),
						"recall":    m.Recall(average, z),
						"f1":        m.F1(average, z),
						"f2":        m.FBeta(2, average, z),
					})
				}
			}
		})
	}
}

func TestScikitLearnProbabilities(t *testing.T) {
	for _, c := range readRecorded(t).Probabilities {
		t.Run(c.Name, func(t *testing.T) {
			equal(t, "log loss", must(MultiLogLoss(c.P, c.K, c.Actual, c.Weight)), c.LogLoss)
		})
	}
}

func TestScikitLearnNumbers(t *testing.T) {
	for _, c := range readRecorded(t).Numbers {
		t.Run(c.Name, func(t *testing.T) {
			equal(t, "RMSE", must(RMSE(c.P, c.Y, c.Weight)), c.RMSE)
			equal(t, "MAE", must(MAE(c.P, c.Y, c.Weight)), c.MAE)
			equal(t, "R2", must(R2(c.P, c.Y, c.Weight)), c.R2)
		})
	}
}
