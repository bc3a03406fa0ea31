package metric

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var rules = []Rule{
	BestF{}, BestF{Beta: 2}, BestF{Beta: 0.5},
	RecallAtPrecision{0.3}, RecallAtPrecision{0.75}, RecallAtPrecision{1},
	PrecisionAtRecall{0.3}, PrecisionAtRecall{0.8}, PrecisionAtRecall{1},
	Cheapest{1, 1}, Cheapest{10, 1}, Cheapest{1, 50},
}

// exhaustive tries every score, and one above all, from the highest down.
func exhaustive(rows table, rule Rule) float64 {
	candidates := []float64{math.Inf(-1)}
	for i, s := range rows.Score {
		if rows.Weight == nil || rows.Weight[i] > 0 {
			candidates = append(candidates, s)
		}
	}
	slices.Sort(candidates)
	candidates = slices.Compact(candidates)[1:]
	slices.Reverse(candidates)
	best := math.Nextafter(candidates[0], math.Inf(1))
	for _, threshold := range candidates {
		if better(rule, must(CountAt(rows.Score, rows.Label, rows.Weight, threshold)), must(CountAt(rows.Score, rows.Label, rows.Weight, best))) {
			best = threshold
		}
	}
	return best
}

// better says in words of its own what the rules are.
func better(rule Rule, a, b Counts) bool {
	precision := func(c Counts) float64 { return c.Precision(Zero) }
	recall := func(c Counts) float64 { return c.Recall(Zero) }
	conditional := func(floor, value func(Counts) float64, least float64) bool {
		if (floor(a) >= least) != (floor(b) >= least) {
			return floor(a) >= least
		}
		if floor(a) < least {
			value, floor = floor, value
		}
		return value(a) > value(b) || value(a) == value(b) && floor(a) > floor(b)
	}
	switch r := rule.(type) {
	case BestF:
		beta := r.Beta
		if beta == 0 {
			beta = 1
		}
		return a.FBeta(beta, Zero) > b.FBeta(beta, Zero)
	case RecallAtPrecision:
		return conditional(precision, recall, r.Precision)
	case PrecisionAtRecall:
		return conditional(recall, precision, r.Recall)
	case Cheapest:
		return r.FalseNegative*a.FN+r.FalsePositive*a.FP < r.FalseNegative*b.FN+r.FalsePositive*b.FP
	}
	panic("unknown rule")
}

func TestChooseIsBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawTable(t, 1)
		for i, w := range rows.Weight { // twenty copies, so that there are enough positive rows
			rows.Weight[i] = w + 1
		}
		few := rows
		rows = table{slices.Repeat(rows.Score, 20), slices.Repeat(rows.Label, 20), slices.Repeat(rows.Weight, 20)}
		r := must(Rank(rows.Score, rows.Label, rows.Weight))
		for _, rule := range rules {
			c := must(r.Choose(rule))
			if r.positives == 0 || r.positives == len(r.rows) {
				if !c.Kept || c.Value != DefaultThreshold || c.Reason == "" {
					t.Errorf("%v on one class: %+v", rule, c)
				}
				continue
			}
			if want := exhaustive(few, rule); c.Value != want || c.Kept {
				t.Errorf("%v: chose %v, want %v", rule, c.Value, want)
			}
			if want := must(CountAt(rows.Score, rows.Label, rows.Weight, c.Value)); c.Counts != want {
				t.Errorf("%v: counts %+v, want %+v", rule, c.Counts, want)
			}
		}
	})
}

func TestTieTakesHigherThreshold(t *testing.T) {
	// F1 is 2/3 at 0.9 (one of two found) and at 0.3 (both, with two false).
	score := slices.Repeat([]float64{0.9, 0.7, 0.5, 0.3}, 20)
	label := slices.Repeat([]bool{true, false, false, true}, 20)
	c := must(must(Rank(score, label, nil)).Choose(BestF{}))
	if c.Value != 0.9 || !alike(c.Score, 2.0/3) {
		t.Errorf("chose %v with F1 %v, want 0.9 with 2/3", c.Value, c.Score)
	}
}

func TestFewPositivesKeepHalf(t *testing.T) {
	for _, tc := range []struct {
		positives, negatives int
		rule                 Rule
		kept                 bool
		reason               string
	}{
		{19, 81, BestF{}, true, "19 of 100 rows are positive, fewer than 20: the threshold stays 0.5"},
		{20, 80, BestF{}, false, ""},
		{19, 81, RecallAtPrecision{0.5}, true, "19 of 100"},
		{19, 81, Fixed{0.3}, false, ""},
		{0, 100, Cheapest{1, 1}, true, "0 of 100"},
		{100, 0, BestF{}, true, "all 100 rows are positive: the threshold stays 0.5"},
	} {
		score := append(slices.Repeat([]float64{0.4}, tc.positives), slices.Repeat([]float64{0.2}, tc.negatives)...)
		label := append(slices.Repeat([]bool{true}, tc.positives), slices.Repeat([]bool{false}, tc.negatives)...)
		c := must(must(Rank(score, label, nil)).Choose(tc.rule))
		want := 0.4
		if fixed, ok := tc.rule.(Fixed); ok {
			want = fixed.Value
		}
		if tc.kept {
			want = 0.5
		}
		if c.Kept != tc.kept || c.Value != want || !strings.HasPrefix(c.Reason, tc.reason) || (c.Reason == "") != (tc.reason == "") {
			t.Errorf("%d positive and %d negative rows, %v: %+v", tc.positives, tc.negatives, tc.rule, c)
		}
		if c.Positives != tc.positives || c.Rows != 100 {
			t.Errorf("counted %d of %d rows", c.Positives, c.Rows)
		}
	}
}

func TestPrecisionNotReached(t *testing.T) {
	score := slices.Repeat([]float64{0.9, 0.8, 0.7, 0.1}, 20)
	label := slices.Repeat([]bool{false, true, true, false}, 20)
	c := must(must(Rank(score, label, nil)).Choose(RecallAtPrecision{0.8}))
	if c.Reached || c.Value != 0.7 || !alike(c.Counts.Precision(Zero), 2.0/3) {
		t.Errorf("%+v, want the highest precision, 2/3 at 0.7, not reached", c)
	}
}

func TestCheapestFlagsNobody(t *testing.T) {
	score := slices.Repeat([]float64{1, 0.5}, 20)
	label := slices.Repeat([]bool{false, true}, 20)
	c := must(must(Rank(score, label, nil)).Choose(Cheapest{FalseNegative: 1, FalsePositive: 5}))
	if c.Value <= 1 || c.Counts.TP+c.Counts.FP != 0 || !alike(c.Score, 0.5) {
		t.Errorf("%+v, want a threshold just above 1 and a mean cost of 0.5", c)
	}
}

func TestRuleMistakes(t *testing.T) {
	r := must(Rank([]float64{1}, []bool{true}, nil))
	nan, inf := math.NaN(), math.Inf(1)
	for _, rule := range []Rule{
		BestF{-1}, BestF{nan}, BestF{inf}, RecallAtPrecision{}, RecallAtPrecision{1.1}, PrecisionAtRecall{nan},
		Cheapest{}, Cheapest{1, 0}, Cheapest{-1, 1}, Cheapest{inf, 1}, Fixed{nan}, Fixed{inf},
	} {
		if _, err := r.Choose(rule); err == nil || !strings.Contains(err.Error(), rule.String()) {
			t.Errorf("%v: error %v", rule, err)
		}
	}
	if _, err := must(Rank(nil, nil, nil)).Choose(BestF{}); err == nil {
		t.Error("a threshold was chosen on no rows")
	}
}

func TestRuleNames(t *testing.T) {
	for want, rule := range map[string]Rule{
		"best_f(beta=1)":           BestF{},
		"best_f(beta=0.5)":         BestF{0.5},
		"recall_at_precision(0.6)": RecallAtPrecision{0.6},
		"precision_at_recall(0.8)": PrecisionAtRecall{0.8},
		"fixed(0.5)":               Fixed{0.5},
		"cheapest(false_negative=10, false_positive=1)": Cheapest{10, 1},
	} {
		if got := rule.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
