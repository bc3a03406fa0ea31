package metric

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A table is drawn rows of two classes, with whole weights and many ties.
type table struct {
	Score  []float64
	Label  []bool
	Weight []float64
}

func drawTable(t *rapid.T, least int) (rows table) {
	n := rapid.IntRange(least, 40).Draw(t, "rows")
	for range n {
		rows.Score = append(rows.Score, float64(rapid.IntRange(0, 12).Draw(t, "score"))/12)
		rows.Label = append(rows.Label, rapid.Bool().Draw(t, "label"))
		rows.Weight = append(rows.Weight, float64(rapid.IntRange(0, 3).Draw(t, "weight")))
	}
	return rows
}

// copies replaces weights by copies.
func (rows table) copies() (out table) {
	for i, w := range rows.Weight {
		for range int(w) {
			out.Score = append(out.Score, rows.Score[i])
			out.Label = append(out.Label, rows.Label[i])
		}
	}
	return out
}

// alike compares to 1e-12, NaN to NaN.
func alike(a, b float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-12*max(1, math.Abs(a))
}

func numbersOf(labels []bool) []float64 {
	y := make([]float64, len(labels))
	for i, l := range labels {
		if l {
			y[i] = 1
		}
	}
	return y
}

func TestWeightIsCopies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawTable(t, 0)
		c := w.copies()
		rw, rc := must(Rank(w.Score, w.Label, w.Weight)), must(Rank(c.Score, c.Label, nil))
		classOf := func(rows table) (classes, predicted []int) {
			for i, s := range rows.Score {
				classes = append(classes, int(numbersOf(rows.Label[i : i+1])[0]))
				predicted = append(predicted, int(s*2.9))
			}
			return classes, predicted
		}
		aw, pw := classOf(w)
		ac, pc := classOf(c)
		yw, yc := numbersOf(w.Label), numbersOf(c.Label)
		if diff := cmp.Diff(must(Confuse(pc, ac, nil, 3)), must(Confuse(pw, aw, w.Weight, 3))); diff != "" {
			t.Errorf("confusion: %s", diff)
		}
		if diff := cmp.Diff(rc.Points(), rw.Points()); diff != "" {
			t.Errorf("points: %s", diff)
		}
		for _, v := range []struct {
			name             string
			copies, weighted float64
		}{
			{"ROC AUC", rc.ROCAUC(), rw.ROCAUC()},
			{"average precision", rc.AveragePrecision(), rw.AveragePrecision()},
			{"F1", must(CountAt(c.Score, c.Label, nil, 0.5)).F1(Zero), must(CountAt(w.Score, w.Label, w.Weight, 0.5)).F1(Zero)},
			{"log loss", must(LogLoss(c.Score, c.Label, nil)), must(LogLoss(w.Score, w.Label, w.Weight))},
			{"Brier", must(Brier(c.Score, c.Label, nil)), must(Brier(w.Score, w.Label, w.Weight))},
			{"RMSE", must(RMSE(c.Score, yc, nil)), must(RMSE(w.Score, yw, w.Weight))},
			{"MAE", must(MAE(c.Score, yc, nil)), must(MAE(w.Score, yw, w.Weight))},
			{"R2", must(R2(c.Score, yc, nil)), must(R2(w.Score, yw, w.Weight))},
		} {
			if !alike(v.copies, v.weighted) {
				t.Errorf("%s: %v of copies, %v of weights", v.name, v.copies, v.weighted)
			}
		}
	})
}

func TestCountsAdd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawTable(t, 0)
		cut := rapid.IntRange(0, len(rows.Score)).Draw(t, "cut")
		at := func(from, to int) Counts {
			return must(CountAt(rows.Score[from:to], rows.Label[from:to], rows.Weight[from:to], 0.5))
		}
		if got, want := at(0, cut).Add(at(cut, len(rows.Score))), at(0, len(rows.Score)); got != want {
			t.Errorf("batches give %+v, all rows %+v", got, want)
		}
	})
}

func TestConfusionAdds(t *testing.T) {
	a := must(Confuse([]int{0, 1, 2}, []int{0, 1, 1}, nil, 3))
	b := must(Confuse([]int{2}, []int{1}, []float64{0.5}, 3))
	want := must(Confuse([]int{0, 1, 2, 2}, []int{0, 1, 1, 1}, []float64{1, 1, 1, 0.5}, 3))
	if diff := cmp.Diff(want, must(a.Add(b))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(a, must(Confusion{}.Add(a))); diff != "" {
		t.Error(diff)
	}
	if _, err := a.Add(Confusion{K: 2, N: make([]float64, 4)}); err == nil {
		t.Error("counts of 3 and of 2 classes were added")
	}
}

func TestAreasAreMonotone(t *testing.T) {
	maps := map[string]func(float64) float64{
		"exp": math.Exp, "logit-like": func(x float64) float64 { return math.Log((x + 0.1) / (1.1 - x)) },
		"scaled": func(x float64) float64 { return 1e-300 * x }, "shifted": func(x float64) float64 { return x - 7 },
	}
	rapid.Check(t, func(t *rapid.T) {
		rows := drawTable(t, 0)
		r := must(Rank(rows.Score, rows.Label, rows.Weight))
		for name, f := range maps {
			moved := slices.Clone(rows.Score)
			for i := range moved {
				moved[i] = f(moved[i])
			}
			m := must(Rank(moved, rows.Label, rows.Weight))
			if a, b := r.ROCAUC(), m.ROCAUC(); a != b && !math.IsNaN(a) {
				t.Errorf("%s: ROC AUC %v became %v", name, a, b)
			}
			if a, b := r.AveragePrecision(), m.AveragePrecision(); a != b && !math.IsNaN(a) {
				t.Errorf("%s: average precision %v became %v", name, a, b)
			}
		}
	})
}

// The definition: pairs of a positive and a negative row, ties counting half.
func TestROCAUCIsPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawTable(t, 0)
		won, all := 0.0, 0.0
		for i, si := range rows.Score {
			for j, sj := range rows.Score {
				if !rows.Label[i] || rows.Label[j] {
					continue
				}
				w := rows.Weight[i] * rows.Weight[j]
				all += w
				if si > sj {
					won += w
				} else if si == sj {
					won += w / 2
				}
			}
		}
		if got := must(Rank(rows.Score, rows.Label, rows.Weight)).ROCAUC(); !alike(got, won/all) {
			t.Errorf("ROC AUC %v, want %v", got, won/all)
		}
	})
}

func TestOrderOfRowsIsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawTable(t, 1)
		order := rapid.Permutation(make([]int, 0)).Draw(t, "none")
		for i := range rows.Score {
			order = append(order, i)
		}
		order = rapid.Permutation(order).Draw(t, "order")
		var moved table
		for _, i := range order {
			moved.Score = append(moved.Score, rows.Score[i])
			moved.Label = append(moved.Label, rows.Label[i])
			moved.Weight = append(moved.Weight, rows.Weight[i])
		}
		a, b := must(Rank(rows.Score, rows.Label, rows.Weight)), must(Rank(moved.Score, moved.Label, moved.Weight))
		for _, r := range []*Ranking{a, b} {
			for i := range r.rows {
				r.rows[i].at = 0 // where it came from is all that may differ
			}
		}
		if !slices.Equal(a.rows, b.rows) {
			t.Errorf("%v and %v", a.rows, b.rows)
		}
	})
}

func TestUndefined(t *testing.T) {
	none := must(Rank(nil, nil, nil))
	for name, x := range map[string]float64{
		"ROC AUC of nothing":             none.ROCAUC(),
		"average precision of nothing":   none.AveragePrecision(),
		"ROC AUC of one class":           must(Rank([]float64{1, 2}, []bool{true, true}, nil)).ROCAUC(),
		"ROC AUC with weight on one":     must(Rank([]float64{1, 2}, []bool{true, false}, []float64{1, 0})).ROCAUC(),
		"average precision, no positive": must(Rank([]float64{1, 2}, []bool{false, false}, nil)).AveragePrecision(),
		"log loss of nothing":            must(LogLoss(nil, nil, nil)),
		"log loss, weights 0":            must(LogLoss([]float64{0.3}, []bool{true}, []float64{0})),
		"multi-class log loss":           must(MultiLogLoss(nil, 3, nil, nil)),
		"Brier of nothing":               must(Brier(nil, nil, nil)),
		"RMSE of nothing":                must(RMSE(nil, nil, nil)),
		"MAE of nothing":                 must(MAE(nil, nil, nil)),
		"R2 of nothing":                  must(R2(nil, nil, nil)),
		"R2 of a constant":               must(R2([]float64{1, 2}, []float64{0.1, 0.1}, nil)),
		"R2, weight on one row":          must(R2([]float64{1, 2}, []float64{1, 2}, []float64{1, 0})),
		"accuracy of nothing":            Counts{}.Accuracy(),
		"balanced accuracy of nothing":   Counts{}.BalancedAccuracy(),
		"confusion accuracy of nothing":  Confusion{}.Accuracy(),
		"macro F1 of nothing":            Confusion{}.F1(Macro, Undefined),
		"Wilson of nothing":              Wilson95(0, 0).Lo,
		"interval of nothing":            Interval95([]float64{math.NaN()}).Hi,
	} {
		if !math.IsNaN(x) {
			t.Errorf("%s = %v, want NaN", name, x)
		}
	}
}

// Not even an overflow in a row of weight 0 is seen.
func TestWeightZeroIsNoRow(t *testing.T) {
	if got := must(RMSE([]float64{1e300, 1}, []float64{-1e300, 3}, []float64{0, 1})); got != 2 {
		t.Errorf("RMSE %v, want 2", got)
	}
}

func TestCertainAndWrong(t *testing.T) {
	got := must(LogLoss([]float64{0, 1}, []bool{true, false}, nil))
	if want := 52 * math.Ln2; !alike(got, want) {
		t.Errorf("log loss %v, want 52·ln 2 = %v", got, want)
	}
	got = must(MultiLogLoss([]float64{1, 0}, 2, []int{1}, nil))
	if want := 52 * math.Ln2; !alike(got, want) {
		t.Errorf("multi-class log loss %v, want %v", got, want)
	}
}

func TestMistakes(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	yes := []bool{true}
	rank := func(s []float64, l []bool, w []float64) error { _, err := Rank(s, l, w); return err }
	for _, tc := range []struct {
		err  error
		want string
	}{
		{rank([]float64{1}, nil, nil), "1 predictions and 0 targets"},
		{rank([]float64{1}, yes, []float64{1, 2}), "2 weights for 1 rows"},
		{rank([]float64{1}, yes, []float64{}), "0 weights for 1 rows"},
		{rank([]float64{1}, yes, []float64{-1}), "weight 0 is -1"},
		{rank([]float64{1}, yes, []float64{nan}), "weight 0 is NaN"},
		{rank([]float64{1}, yes, []float64{inf}), "weight 0 is +Inf"},
		{rank([]float64{nan}, yes, nil), "score 0 is NaN"},
		{rank([]float64{-inf}, yes, nil), "score 0 is -Inf"},
		{fails(CountAt([]float64{nan}, yes, nil, 0.5)), "score 0 is NaN"},
		{fails(CountAt([]float64{1, 2}, yes, nil, 0.5)), "2 predictions and 1 targets"},
		{fails(LogLoss([]float64{1.5}, yes, nil)), "probability 0 is 1.5, outside [0, 1]"},
		{fails(LogLoss([]float64{nan}, yes, nil)), "probability 0 is NaN"},
		{fails(LogLoss([]float64{1}, nil, nil)), "1 predictions and 0 targets"},
		{fails(Brier([]float64{-0.1}, yes, nil)), "probability 0 is -0.1"},
		{fails(Brier([]float64{1}, nil, nil)), "1 predictions and 0 targets"},
		{fails(MultiLogLoss([]float64{1, 0, 0}, 2, []int{0}, nil)), "3 probabilities are no rows of 2"},
		{fails(MultiLogLoss(nil, 0, nil, nil)), "no rows of 0"},
		{fails(MultiLogLoss([]float64{1, 0}, 2, nil, nil)), "1 predictions and 0 targets"},
		{fails(MultiLogLoss([]float64{1, 0}, 2, []int{2}, nil)), "class 2 of row 0 is not in [0, 2)"},
		{fails(MultiLogLoss([]float64{0.5, 0.4}, 2, []int{0}, nil)), "row 0 sum to 0.9"},
		{fails(MultiLogLoss([]float64{2, -1}, 2, []int{0}, nil)), "probability 0 is 2"},
		{fails(Confuse([]int{0}, []int{3}, nil, 3)), "row 0 has class 3, predicted 0; classes are in [0, 3)"},
		{fails(Confuse([]int{-1}, []int{0}, nil, 3)), "predicted -1"},
		{fails(Confuse([]int{0}, []int{0}, nil, -1)), "classes are in [0, -1)"},
		{fails(RMSE([]float64{nan}, []float64{1}, nil)), "prediction 0 is NaN"},
		{fails(MAE([]float64{1}, []float64{inf}, nil)), "target 0 is +Inf"},
		{fails(R2([]float64{1}, nil, nil)), "1 predictions and 0 targets"},
	} {
		if tc.err == nil || !strings.HasPrefix(tc.err.Error(), "metric: ") || !strings.Contains(tc.err.Error(), tc.want) {
			t.Errorf("error %v, want %q", tc.err, tc.want)
		}
	}
}

func fails[T any](_ T, err error) error { return err }

func TestInterval95(t *testing.T) {
	values := make([]float64, 0, 1002)
	for i := 1000; i >= 0; i-- { // percentile q is 10·q
		values = append(values, float64(i))
	}
	values = append(values, math.NaN())
	if got := Interval95(values); !alike(got.Lo, 25) || !alike(got.Hi, 975) {
		t.Errorf("got %v, want 25 to 975", got)
	}
	if got := Interval95([]float64{0, 1}); !alike(got.Lo, 0.025) || !alike(got.Hi, 0.975) {
		t.Errorf("got %v, want 0.025 to 0.975", got)
	}
	if got := Interval95([]float64{3}); got != (Interval{3, 3}) {
		t.Errorf("got %v, want 3 to 3", got)
	}
}

func ExampleRanking_Choose() {
	score := slices.Repeat([]float64{0.9, 0.7, 0.6, 0.4, 0.2, 0.1}, 20)
	label := slices.Repeat([]bool{true, false, true, false, false, false}, 20)
	valid, err := Rank(score, label, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	cut, err := valid.Choose(BestF{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("flag rows above %.2f: F1 %.2f, chosen on %d rows, %d positive\n", cut.Value, cut.Score, cut.Rows, cut.Positives)
	// Output: flag rows above 0.60: F1 0.80, chosen on 120 rows, 40 positive
}

// Wilson's interval stays within the shares that there are.
func TestWilsonBounds(t *testing.T) {
	for n := 1.0; n <= 200; n++ {
		for _, hits := range []float64{0, n} {
			if i := Wilson95(hits, n); i.Lo < 0 || i.Hi > 1 || hits == 0 && i.Lo != 0 && i.Lo > 1e-15 {
				t.Errorf("%v of %v: %v", hits, n, i)
			}
		}
	}
}
