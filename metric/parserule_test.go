package metric

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestParseRule(t *testing.T) {
	for _, r := range []Rule{
		BestF{Beta: 1}, BestF{Beta: 0.5}, BestF{Beta: 2}, RecallAtPrecision{0.6}, PrecisionAtRecall{1}, Cheapest{10, 1}, Cheapest{0.25, 1e-9},
		Fixed{0.5}, Fixed{-3}, Fixed{0.30000000000000004}, Fixed{math.MaxFloat64},
	} {
		got, err := ParseRule(r.String())
		if err != nil || got != r {
			t.Errorf("%v: %v, %v", r, got, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		share, positive := rapid.Float64Range(1e-9, 1).Draw(t, "share"), rapid.Float64Range(1e-9, 1e9).Draw(t, "positive")
		for _, r := range []Rule{BestF{positive}, RecallAtPrecision{share}, PrecisionAtRecall{share}, Cheapest{share, positive}, Fixed{-positive}} {
			if got, err := ParseRule(r.String()); err != nil || got != r {
				t.Errorf("%v: %v, %v", r, got, err)
			}
		}
	})
	for _, text := range []string{
		"", "best_f", "best_f(beta=0)", "worst(1)", "fixed(0.50)", "best_f()", "best_f(beta=1", "best_f(beta=1) ", "best_f(beta=1)x", "best_f(beta=01)", "best_f(beta=-1)", "best_f(beta=NaN)",
		"fixed(+0.5)", "fixed(Inf)", "recall_at_precision(0)", "recall_at_precision(2)", "cheapest(false_negative=1)",
		"cheapest(false_negative=0, false_positive=1)", "Fixed(0.5)",
	} {
		if r, err := ParseRule(text); err == nil {
			t.Errorf("%q is taken for %v", text, r)
		}
	}
}
