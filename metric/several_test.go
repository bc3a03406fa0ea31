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

// recordedSeveral is testdata/several.json, written by testdata/generate.py.
type recordedSeveral struct {
	Reports []struct {
		recordedRows
		Keep       recordedReports
		SkipUnseen recordedReports `json:"skip_unseen"`
		SkipAbsent recordedReports `json:"skip_absent"`
	}
	Agreements []struct {
		recordedRows
		Nominal, Linear, Quadratic, Matthews *float64
	}
	Labels []struct {
		recordedRows
		Score     []float64
		Confusion [][4]float64 // TN FP FN TP
		recordedAreas
		Macro, Micro, Weighted, Samples map[string]ratios
	}
	Rest []struct {
		recordedRows
		Score []float64
		recordedAreas
		Top []float64
	}
}

type recordedRows struct {
	Name      string
	K         int
	Actual    []int
	Predicted []int
	Weight    []float64
}

type recordedAreas struct {
	ROCAUC           map[string]*float64 `json:"roc_auc"`
	AveragePrecision map[string]*float64 `json:"average_precision"`
}

type recordedReports struct {
	Labels               []int
	Zero, One, Undefined struct {
		Class                  []recordedScores
		Micro, Macro, Weighted recordedScores
	}
}

type recordedScores struct{ Precision, Recall, F1, Support *float64 }

func (want recordedScores) compare(t *testing.T, where string, got Scores) {
	t.Helper()
	equal(t, where+": precision", got.Precision, want.Precision)
	equal(t, where+": recall", got.Recall, want.Recall)
	equal(t, where+": F1", got.F1, want.F1)
	equal(t, where+": support", got.Support, want.Support)
}

var averages = map[string]Average{"macro": Macro, "micro": Micro, "weighted": Weighted}

func readSeveral(t *testing.T) (r recordedSeveral) {
	t.Helper()
	readJSON(t, "several.json", &r)
	if len(r.Reports) < 5 || len(r.Agreements) < 8 || len(r.Labels) < 5 || len(r.Rest) < 4 {
		t.Fatalf("cases are missing: %d, %d, %d, %d", len(r.Reports), len(r.Agreements), len(r.Labels), len(r.Rest))
	}
	return r
}

func TestScikitLearnReport(t *testing.T) {
	for _, c := range readSeveral(t).Reports {
		t.Run(c.Name, func(t *testing.T) {
			classes := must(Confuse(c.Predicted, c.Actual, c.Weight, c.K)).Classes()
			for absent, reports := range map[Absent]recordedReports{Keep: c.Keep, SkipUnseen: c.SkipUnseen, SkipAbsent: c.SkipAbsent} {
				for z, want := range []struct {
					Class                  []recordedScores
					Micro, Macro, Weighted recordedScores
				}{reports.Zero, reports.One, reports.Undefined} {
					got := classes.Report(absent, ZeroDivision(z))
					where := fmt.Sprintf("absent %d, policy %d", absent, z)
					if len(got.Class) != len(want.Class) {
						t.Fatalf("%s: %d classes, want %d", where, len(got.Class), len(want.Class))
					}
					for i, row := range got.Class {
						if row.Class != reports.Labels[i] {
							t.Errorf("%s: row %d is class %d, want %d", where, i, row.Class, reports.Labels[i])
						}
						want.Class[i].compare(t, fmt.Sprintf("%s, class %d", where, row.Class), row.Scores)
					}
					want.Micro.compare(t, where+", micro", got.Micro)
					want.Macro.compare(t, where+", macro", got.Macro)
					want.Weighted.compare(t, where+", weighted", got.Weighted)
				}
			}
		})
	}
}

func TestScikitLearnAgreement(t *testing.T) {
	for _, c := range readSeveral(t).Agreements {
		t.Run(c.Name, func(t *testing.T) {
			m := must(Confuse(c.Predicted, c.Actual, c.Weight, c.K))
			equal(t, "kappa", m.Kappa(Nominal, Undefined), c.Nominal)
			equal(t, "linear kappa", m.Kappa(Linear, Undefined), c.Linear)
			equal(t, "quadratic kappa", m.Kappa(Quadratic, Undefined), c.Quadratic)
			equal(t, "Matthews", m.Matthews(Zero), c.Matthews)
			if c.K == 2 {
				equal(t, "Matthews of two classes", m.Class(1).Matthews(Zero), c.Matthews)
			}
		})
	}
}

func TestScikitLearnLabels(t *testing.T) {
	for _, c := range readSeveral(t).Labels {
		t.Run(c.Name, func(t *testing.T) {
			actual := bools(c.Actual)
			predicted := must(Thresholds(slices.Repeat([]float64{0.5}, c.K)).Flag(c.Score))
			labels := must(CountLabels(predicted, actual, c.K, c.Weight))
			for j, want := range c.Confusion {
				for i, got := range []float64{labels[j].TN, labels[j].FP, labels[j].FN, labels[j].TP} {
					equal(t, fmt.Sprintf("label %d, count %d", j, i), got, &want[i])
				}
			}
			for name, policies := range map[string]map[string]ratios{"macro": c.Macro, "micro": c.Micro, "weighted": c.Weighted} {
				for policy, z := range map[string]ZeroDivision{"zero": Zero, "one": One, "undefined": Undefined} {
					a := averages[name]
					compareRatios(t, name+", "+policy, policies[policy], map[string]float64{
						"precision": labels.Precision(a, z), "recall": labels.Recall(a, z), "f1": labels.F1(a, z), "f2": labels.FBeta(2, a, z)})
				}
			}
			for policy, z := range map[string]ZeroDivision{"zero": Zero, "one": One, "undefined": Undefined} {
				mean := func(of func(Counts) float64) float64 {
					return must(SampleMean(predicted, actual, c.K, c.Weight, of))
				}
				compareRatios(t, "samples, "+policy, c.Samples[policy], map[string]float64{
					"precision": mean(func(c Counts) float64 { return c.Precision(z) }),
					"recall":    mean(func(c Counts) float64 { return c.Recall(z) }),
					"f1":        mean(func(c Counts) float64 { return c.F1(z) }),
					"f2":        mean(func(c Counts) float64 { return c.FBeta(2, z) })})
			}
			c.recordedAreas.compare(t, must(RankLabels(c.Score, actual, c.K, c.Weight)))
		})
	}
}

func TestScikitLearnOneVsRest(t *testing.T) {
	for _, c := range readSeveral(t).Rest {
		t.Run(c.Name, func(t *testing.T) {
			c.recordedAreas.compare(t, must(OneVsRest(c.Score, c.K, c.Actual, c.Weight)))
			for i, want := range c.Top {
				equal(t, fmt.Sprintf("top %d", i+1), must(TopK(c.Score, c.K, c.Actual, c.Weight, i+1)), &want)
			}
		})
	}
}

// compare leaves out a mean that scikit-learn calls undefined since the area of one
// class is: TestAreasOfAbsentClass holds what we make of it.
func (want recordedAreas) compare(t *testing.T, r Rankings) {
	t.Helper()
	for name, a := range averages {
		if want.ROCAUC[name] != nil {
			equal(t, name+" ROC AUC", r.ROCAUC(a, Undefined), want.ROCAUC[name])
		}
		equal(t, name+" average precision", r.AveragePrecision(a, Zero), want.AveragePrecision[name])
	}
}

func TestAreasOfAbsentClass(t *testing.T) {
	// Class 0 is ranked perfectly, class 1 wrongly, class 2 has no row.
	r := must(OneVsRest([]float64{0.9, 0.8, 0.1, 0.1, 0.2, 0.9}, 3, []int{0, 1}, nil))
	for _, tc := range []struct {
		z    ZeroDivision
		want float64
	}{{Zero, 1.0 / 3}, {One, 2.0 / 3}, {Undefined, 0.5}} {
		near(t, "macro ROC AUC", r.ROCAUC(Macro, tc.z), tc.want, 1e-12)
	}
	near(t, "weighted ROC AUC", r.ROCAUC(Weighted, Undefined), 0.5, 1e-12)
	near(t, "macro average precision", r.AveragePrecision(Macro, Undefined), 0.75, 1e-12)
	if x := must(OneVsRest(nil, 2, nil, nil)).ROCAUC(Macro, Undefined); !math.IsNaN(x) {
		t.Errorf("of no rows %v", x)
	}
}

// rowsOf are drawn rows of k classes with whole weights and tied probabilities.
type rowsOf struct {
	k         int
	p         []float64
	class     []int
	predicted []int
	flags     []bool // k a row, as predicted labels
	label     []bool // k a row
	weight    []float64
}

func drawClasses(t *rapid.T) (r rowsOf) {
	r.k = rapid.IntRange(2, 4).Draw(t, "k")
	for range rapid.IntRange(1, 25).Draw(t, "rows") {
		row, sum := make([]float64, r.k), 0.0
		for j := range row {
			row[j] = float64(rapid.IntRange(0, 4).Draw(t, "p"))
			sum += row[j]
			r.flags = append(r.flags, row[j] > 1)
			r.label = append(r.label, rapid.Bool().Draw(t, "label"))
		}
		if sum == 0 {
			row, sum = slices.Repeat([]float64{1}, r.k), float64(r.k)
		}
		for _, x := range row {
			r.p = append(r.p, x/sum)
		}
		r.class = append(r.class, rapid.IntRange(0, r.k-1).Draw(t, "class"))
		r.predicted = append(r.predicted, likeliest(r.p[len(r.p)-r.k:]))
		r.weight = append(r.weight, float64(rapid.IntRange(0, 3).Draw(t, "weight")))
	}
	return r
}

// take returns rows by number, each of weight 1.
func (r rowsOf) take(rows []int) rowsOf {
	out := rowsOf{k: r.k}
	for _, i := range rows {
		out.p = append(out.p, r.p[i*r.k:(i+1)*r.k]...)
		out.flags = append(out.flags, r.flags[i*r.k:(i+1)*r.k]...)
		out.label = append(out.label, r.label[i*r.k:(i+1)*r.k]...)
		out.class = append(out.class, r.class[i])
		out.predicted = append(out.predicted, r.predicted[i])
		out.weight = append(out.weight, 1)
	}
	return out
}

func (r rowsOf) copies() rowsOf {
	var rows []int
	for i, w := range r.weight {
		rows = append(rows, slices.Repeat([]int{i}, int(w))...)
	}
	return r.take(rows)
}

// metrics are all numbers made of rows of several classes or labels.
func (r rowsOf) metrics() map[string]float64 {
	m := must(Confuse(r.predicted, r.class, r.weight, r.k))
	rest := must(OneVsRest(r.p, r.k, r.class, r.weight))
	label := must(RankLabels(r.p, r.label, r.k, r.weight))
	confidence, right, err := Top(r.p, r.k, r.class)
	out := map[string]float64{
		"kappa": m.Kappa(Quadratic, Zero), "Matthews": m.Matthews(Zero), "macro F1": m.F1(Macro, Zero), "accuracy": m.Accuracy(),
		"skipping": m.Classes().Without(SkipAbsent).F1(Macro, Zero), "mean IoU": m.Classes().IoU(Macro, Undefined),
		"top 2": must(TopK(r.p, r.k, r.class, r.weight, 2)), "Brier": must(MultiBrier(r.p, r.k, r.class, r.weight)),
		"log loss": must(MultiLogLoss(r.p, r.k, r.class, r.weight)),
		"ECE":      must(Reliable(must(confidence, err), right, r.weight, EqualMass, 4)).ECE(),
		"labels":   must(CountLabels(r.flags, r.label, r.k, r.weight)).F1(Macro, Zero),
		"samples":  must(SampleMean(r.flags, r.label, r.k, r.weight, func(c Counts) float64 { return c.F1(Undefined) })),
	}
	for name, a := range averages {
		out["rest ROC AUC "+name] = rest.ROCAUC(a, Undefined)
		out["rest average precision "+name] = rest.AveragePrecision(a, Undefined)
		out["label ROC AUC "+name] = label.ROCAUC(a, Undefined)
	}
	return out
}

func TestSeveralWeightIsCopies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawClasses(t)
		of := r.copies().metrics()
		for name, w := range r.metrics() {
			if !alike(w, of[name]) {
				t.Errorf("%s: %v of weights, %v of copies", name, w, of[name])
			}
		}
	})
}

func TestSeveralOrderOfRowsIsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawClasses(t).copies()
		var order []int
		for i := range r.class {
			order = append(order, i)
		}
		moved := r
		if len(order) > 0 {
			moved = r.take(rapid.Permutation(order).Draw(t, "order"))
		}
		of := moved.metrics()
		for name, x := range r.metrics() {
			if !alike(x, of[name]) {
				t.Errorf("%s: %v, and %v in another order", name, x, of[name])
			}
		}
	})
}

func TestClassesAdd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawClasses(t)
		cut := rapid.IntRange(0, len(r.class)).Draw(t, "cut")
		labels := func(from, to int) Classes {
			return must(CountLabels(r.flags[from*r.k:to*r.k], r.label[from*r.k:to*r.k], r.k, r.weight[from:to]))
		}
		n := len(r.class)
		if diff := cmp.Diff(labels(0, n), must(labels(0, cut).Add(labels(cut, n)))); diff != "" {
			t.Errorf("labels: %s", diff)
		}
		m := func(from, to int) Confusion {
			return must(Confuse(r.predicted[from:to], r.class[from:to], r.weight[from:to], r.k))
		}
		if diff := cmp.Diff(m(0, n).Classes(), must(m(0, cut).Classes().Add(m(cut, n).Classes()))); diff != "" {
			t.Errorf("classes: %s", diff)
		}
	})
	one := Classes{{TP: 1}}
	if got := must(Classes(nil).Add(one)); !slices.Equal(got, one) {
		t.Errorf("nil and %v add to %v", one, got)
	}
	if got := must(one.Add(nil)); !slices.Equal(got, one) {
		t.Errorf("%v and nil add to %v", one, got)
	}
	if _, err := one.Add(Classes{{}, {}}); err == nil {
		t.Error("counts of 1 and of 2 classes were added")
	}
}

// The names of the classes are nothing, but for distances of ordered ones.
func TestClassNamesAreNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawClasses(t)
		var order []int
		for j := range r.k {
			order = append(order, j)
		}
		name := rapid.Permutation(order).Draw(t, "names")
		rename := func(class []int) (out []int) {
			for _, c := range class {
				out = append(out, name[c])
			}
			return out
		}
		a := must(Confuse(r.predicted, r.class, r.weight, r.k))
		b := must(Confuse(rename(r.predicted), rename(r.class), r.weight, r.k))
		for j := range r.k {
			if a.Class(j) != b.Class(name[j]) {
				t.Errorf("class %d has %+v, as %d %+v", j, a.Class(j), name[j], b.Class(name[j]))
			}
		}
		for what, pair := range map[string][2]float64{
			"macro F1": {a.F1(Macro, Zero), b.F1(Macro, Zero)}, "weighted F1": {a.F1(Weighted, Zero), b.F1(Weighted, Zero)},
			"kappa": {a.Kappa(Nominal, Zero), b.Kappa(Nominal, Zero)}, "Matthews": {a.Matthews(Zero), b.Matthews(Zero)},
		} {
			if !alike(pair[0], pair[1]) {
				t.Errorf("%s: %v and %v", what, pair[0], pair[1])
			}
		}
	})
}

func TestAgreementUndefined(t *testing.T) {
	one := must(Confuse([]int{1, 1}, []int{1, 1}, []float64{0.1, 0.2}, 3))
	constant := must(Confuse([]int{0, 0, 0}, []int{0, 1, 2}, []float64{0.1, 0.7, 0.3}, 3))
	for name, x := range map[string]float64{
		"kappa of one class": one.Kappa(Linear, Undefined), "Matthews of one class": one.Matthews(Undefined),
		"Matthews of a constant": constant.Matthews(Undefined), "Matthews of one class's counts": Counts{TP: 3}.Matthews(Undefined),
		"kappa of nothing": Confusion{}.Kappa(Nominal, Undefined), "Matthews of nothing": Confusion{}.Matthews(Undefined),
	} {
		if !math.IsNaN(x) {
			t.Errorf("%s = %v", name, x)
		}
	}
	near(t, "kappa of one class, policy One", one.Kappa(Nominal, One), 1, 0)
	near(t, "kappa of a constant", constant.Kappa(Nominal, Undefined), 0, 1e-15)
}

func TestTopKTies(t *testing.T) {
	same := []float64{1, 1, 1, 1, 1, 1}
	for top, want := range map[int]float64{1: 0.5, 2: 1, 9: 1} {
		near(t, fmt.Sprintf("top %d of equal scores", top), must(TopK(same, 3, []int{0, 1}, nil, top)), want, 0)
	}
	if x := must(TopK(nil, 3, nil, nil, 1)); !math.IsNaN(x) {
		t.Errorf("of no rows %v", x)
	}
}

func TestSeveralMistakes(t *testing.T) {
	nan := math.NaN()
	half := Thresholds{0.5, 0.5}
	for _, tc := range []struct {
		err  error
		want string
	}{
		{fails(CountLabels([]bool{true}, []bool{true, false}, 2, nil)), "1 predictions and 2 targets"},
		{fails(CountLabels([]bool{true}, []bool{true}, 2, nil)), "1 labels are no rows of 2"},
		{fails(CountLabels([]bool{true, true}, []bool{true, true}, 2, []float64{1, 1})), "2 weights for 1 rows"},
		{fails(SampleMean(nil, nil, 0, nil, nil)), "no rows of 0"},
		{fails(OneVsRest([]float64{1, 2}, 2, []int{2}, nil)), "class 2 of row 0"},
		{fails(OneVsRest([]float64{1, nan}, 2, []int{1}, nil)), "score 1 is NaN"},
		{fails(RankLabels([]float64{1}, []bool{true, true}, 2, nil)), "1 predictions and 2 targets"},
		{fails(TopK([]float64{1, 2}, 2, []int{0}, nil, 0)), "top 0 classes"},
		{fails(TopK([]float64{1, nan}, 2, []int{0}, nil, 1)), "score 1 is NaN"},
		{fails(TopK([]float64{1, 2}, 2, []int{0}, []float64{-1}, 1)), "weight 0 is -1"},
		{fails(half.Flag([]float64{1})), "1 scores are no rows of 2"},
		{fails(half.Flag([]float64{1, nan})), "is NaN"},
		{fails(Thresholds{}.Flag(nil)), "no rows of 0"},
		{fails(half.Decide([]float64{1, 2})), "probability 1 is 2"},
		{fails(Thresholds{0.5, -1}.Decide([]float64{1, 0})), "threshold 1 is -1"},
		{fails(Thresholds{0.5, nan}.Decide([]float64{1, 0})), "threshold 1 is NaN"},
		{fails(must(OneVsRest(nil, 2, nil, nil)).Choose(BestF{})), "no rows"},
		{fails(Bootstrap{Resamples: -1}.Confuse([]int{0}, []int{0}, nil, 1)), "negative number of resamples"},
		{fails(Bootstrap{}.Confuse(nil, nil, nil, 1)), "no rows to draw from"},
		{fails(Bootstrap{}.Confuse([]int{5}, []int{0}, nil, 1)), "predicted 5"},
	} {
		if tc.err == nil || !strings.HasPrefix(tc.err.Error(), "metric: ") || !strings.Contains(tc.err.Error(), tc.want) {
			t.Errorf("error %v, want %q", tc.err, tc.want)
		}
	}
}
