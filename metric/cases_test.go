package metric

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"
)

// readCase returns inputs and expectations of one case of testdata/cases.json,
// whose numbers were computed with other libraries.
func readCase(t *testing.T, id string, inputs, args, expected any) (tolerance float64) {
	t.Helper()
	text, err := os.ReadFile("testdata/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		ID                     string
		Inputs, Args, Expected json.RawMessage
		Tolerance              float64
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		if c.ID != id {
			continue
		}
		for into, from := range map[any]json.RawMessage{inputs: c.Inputs, args: c.Args, expected: c.Expected} {
			if err := json.Unmarshal(from, into); err != nil {
				t.Fatal(err)
			}
		}
		return c.Tolerance
	}
	t.Fatalf("no case %s", id)
	return 0
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.12g, want %.12g", what, got, want)
	}
}

func TestCasePRFHard(t *testing.T) {
	var in struct {
		True []int `json:"y_true"`
		Pred []int `json:"y_pred"`
	}
	var args struct {
		Classes int `json:"num_classes"`
	}
	var want struct {
		Precision, Recall, F1 []float64
		Macro                 float64 `json:"macro_f1"`
		Micro                 float64 `json:"micro_f1"`
		Weighted              float64 `json:"weighted_f1"`
	}
	tol := readCase(t, "metric-prf-hard", &in, &args, &want)
	m := must(Confuse(in.Pred, in.True, nil, args.Classes))
	for k := range args.Classes {
		c := m.Class(k)
		near(t, "precision", c.Precision(Zero), want.Precision[k], tol)
		near(t, "recall", c.Recall(Zero), want.Recall[k], tol)
		near(t, "F1", c.F1(Zero), want.F1[k], tol)
	}
	near(t, "macro F1", m.F1(Macro, Zero), want.Macro, tol)
	near(t, "micro F1", m.F1(Micro, Zero), want.Micro, tol)
	near(t, "weighted F1", m.F1(Weighted, Zero), want.Weighted, tol)
}

func TestCaseEpochIsNotMeanOfBatches(t *testing.T) {
	var in struct {
		Batches []struct {
			True []int `json:"y_true"`
			Pred []int `json:"y_pred"`
		}
	}
	var want struct {
		Epoch float64
		Wrong float64 `json:"mean_of_batches_wrong"`
	}
	tol := readCase(t, "metric-epoch-not-mean-of-batches", &in, &struct{}{}, &want)
	var epoch Counts
	mean := 0.0
	for _, b := range in.Batches {
		c := hard(b.Pred, b.True)
		epoch = epoch.Add(c)
		mean += c.F1(Zero) / float64(len(in.Batches))
	}
	near(t, "epoch F1", epoch.F1(Zero), want.Epoch, tol)
	near(t, "mean of batch F1", mean, want.Wrong, tol)
}

// hard counts predictions that are 0 or 1 already.
func hard(predicted, actual []int) Counts {
	score := make([]float64, len(predicted))
	for i, p := range predicted {
		score[i] = float64(p)
	}
	return must(CountAt(score, bools(actual), nil, 0.5))
}

func TestCaseZeroDivision(t *testing.T) {
	var in map[string]struct {
		True []int `json:"y_true"`
		Pred []int `json:"y_pred"`
	}
	var want map[string][]any
	tol := readCase(t, "metric-zero-division", &in, &struct{}{}, &want)
	for name, rows := range in {
		for z, w := range want[name] {
			got := hard(rows.Pred, rows.True).F1(ZeroDivision(z))
			if w == "NaN" {
				if !math.IsNaN(got) {
					t.Errorf("%s, policy %d: F1 = %v, want NaN", name, z, got)
				}
				continue
			}
			near(t, name, got, w.(float64), tol)
		}
	}
}

func TestCasePrecisionSeedBroadcast(t *testing.T) {
	var in struct {
		True   [][]int `json:"y_true"`
		ArgMax []int
	}
	var want struct {
		Right float64 `json:"right_precision"`
	}
	tol := readCase(t, "precision-seed-broadcast", &in, &struct{}{}, &want)
	var actual []int
	for _, row := range in.True {
		actual = append(actual, row[0])
	}
	m := must(Confuse(in.ArgMax, actual, nil, 3))
	near(t, "precision of class 0", m.Class(0).Precision(Zero), want.Right, tol)
}

// Counts need not be whole: those of probabilities give the soft metrics.
func soft(p, y []float64) (c Counts) {
	for i := range p {
		c.TP += y[i] * p[i]
		c.FP += (1 - y[i]) * p[i]
		c.FN += y[i] * (1 - p[i])
		c.TN += (1 - y[i]) * (1 - p[i])
	}
	return c
}

func TestCasePrecisionSoftScaleFree(t *testing.T) {
	var in struct{ P, Y []float64 }
	var want struct {
		Value  float64
		Scaled float64 `json:"value_scaled"`
	}
	tol := readCase(t, "precision-soft-scale-free", &in, &struct{}{}, &want)
	near(t, "soft precision", soft(in.P, in.Y).Precision(Zero), want.Value, tol)
	small := slices.Clone(in.P)
	for i := range small {
		small[i] /= 1000
	}
	near(t, "soft precision of p/1000", soft(small, in.Y).Precision(Zero), want.Scaled, tol)
}

type softBatch struct {
	True [][]float64 `json:"y_true"`
	Pred [][]float64 `json:"y_pred"`
}

// classes returns the soft counts of each class.
func (b softBatch) classes() []Counts {
	counts := make([]Counts, len(b.True[0]))
	for i := range b.True {
		for k := range counts {
			counts[k] = counts[k].Add(soft(b.Pred[i][k:k+1], b.True[i][k:k+1]))
		}
	}
	return counts
}

func TestCaseSoftF1Weighted(t *testing.T) {
	var in softBatch
	var want struct {
		Weighted float64   `json:"exact_2tp_over_sum"`
		PerClass []float64 `json:"per_class_f1_exact"`
		Macro    float64
		Micro    float64
	}
	tol := readCase(t, "softf1-weighted-6x4", &in, &struct{}{}, &want)
	var all Counts
	macro, weighted, rows := 0.0, 0.0, 0.0
	for k, c := range in.classes() {
		near(t, "soft F1", c.F1(Zero), want.PerClass[k], tol)
		all = all.Add(c)
		macro += c.F1(Zero) / float64(len(want.PerClass))
		weighted += (c.TP + c.FN) * c.F1(Zero)
		rows += c.TP + c.FN
	}
	near(t, "macro loss", 1-macro, want.Macro, tol)
	near(t, "micro loss", 1-all.F1(Zero), want.Micro, tol)
	near(t, "weighted loss", 1-weighted/rows, want.Weighted, tol)
}

func TestCaseSoftF1Perfect(t *testing.T) {
	var in softBatch
	var want struct{ Ours float64 }
	readCase(t, "softf1-perfect", &in, &struct{}{}, &want)
	for k, c := range in.classes()[:3] {
		if got := 1 - c.F1(Zero); got != want.Ours {
			t.Errorf("class %d: a perfect prediction costs %v", k, got)
		}
	}
}

func TestCaseSoftF1TwoPass(t *testing.T) {
	var in softBatch
	var want struct{ TP, PP, GP []float64 }
	tol := readCase(t, "softf1-two-pass", &in, &struct{}{}, &want)
	for k, c := range in.classes() {
		near(t, "TP", c.TP, want.TP[k], tol)
		near(t, "predicted mass", c.TP+c.FP, want.PP[k], tol)
		near(t, "true mass", c.TP+c.FN, want.GP[k], tol)
	}
}

func TestCaseRecallAtPrecision(t *testing.T) {
	var in struct {
		Score []float64
		Label []int
	}
	var args struct {
		MinPrecision float64 `json:"min_precision"`
	}
	var want struct {
		Threshold, Precision, Recall, TP, Predicted float64
		Wilson                                      [2]float64 `json:"precision_wilson95"`
		BestF1                                      float64    `json:"best_f1"`
		BestF1Threshold                             float64    `json:"best_f1_threshold"`
	}
	tol := readCase(t, "threshold-recall-at-precision", &in, &args, &want)

	// The 6 positive rows of the case are too few to choose on; four copies are not.
	r := must(Rank(in.Score, bools(in.Label), nil))
	few := must(r.Choose(RecallAtPrecision{args.MinPrecision}))
	if few.Value != DefaultThreshold || !few.Kept {
		t.Errorf("chosen on 6 positive rows: %+v", few)
	}
	const copies = 4
	score, label := slices.Repeat(in.Score, copies), slices.Repeat(bools(in.Label), copies)
	r = must(Rank(score, label, nil))

	c := must(r.Choose(RecallAtPrecision{args.MinPrecision}))
	near(t, "threshold", c.Value, want.Threshold, 0)
	near(t, "precision", c.Counts.Precision(Zero), want.Precision, tol)
	near(t, "recall", c.Score, want.Recall, tol)
	near(t, "TP", c.Counts.TP/copies, want.TP, tol)
	near(t, "predicted", (c.Counts.TP+c.Counts.FP)/copies, want.Predicted, tol)
	if !c.Reached {
		t.Error("the precision was reached but is said not to be")
	}
	wilson := Wilson95(want.TP, want.Predicted)
	near(t, "Wilson, low", wilson.Lo, want.Wilson[0], tol)
	near(t, "Wilson, high", wilson.Hi, want.Wilson[1], tol)

	f := must(r.Choose(BestF{}))
	near(t, "best F1", f.Score, want.BestF1, tol)
	near(t, "its threshold", f.Value, want.BestF1Threshold, 0)
}
