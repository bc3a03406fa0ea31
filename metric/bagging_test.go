package metric

import (
	"math"
	"math/rand/v2"
	"testing"
)

// scores draws rows whose positives score higher on average.
func scores(r *rand.Rand, rows int) (score []float64, label []bool) {
	for range rows {
		pos := r.Float64() < 0.05
		z := r.NormFloat64() - 2
		if pos {
			z += 2
		}
		score, label = append(score, 1/(1+math.Exp(-z))), append(label, pos)
	}
	return score, label
}

// TestBaggedThreshold holds what Choose promises: on other rows the mean of the
// draws' thresholds does better than the best threshold of the rows at hand.
func TestBaggedThreshold(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	otherScore, otherLabel := scores(r, 50_000)
	plain, bagged := 0.0, 0.0
	const trials = 60
	for i := range trials {
		score, label := scores(r, 1000)
		valid, err := Rank(score, label, nil)
		if err != nil {
			t.Fatal(err)
		}
		one, err := valid.Choose(BestF{})
		if err != nil {
			t.Fatal(err)
		}
		many, err := Bootstrap{Resamples: 200, Seed: uint64(i)}.Choose(valid, BestF{})
		if err != nil {
			t.Fatal(err)
		}
		if many.Score > one.Score {
			t.Errorf("trial %d: F1 %v on the rows at hand is above their best, %v", i, many.Score, one.Score)
		}
		for _, c := range []struct {
			sum   *float64
			value float64
		}{{&plain, one.Value}, {&bagged, many.Value}} {
			counts, err := CountAt(otherScore, otherLabel, nil, c.value)
			if err != nil {
				t.Fatal(err)
			}
			*c.sum += counts.F1(Zero) / trials
		}
	}
	t.Logf("F1 on other rows: best of the rows %.4f, mean of draws %.4f", plain, bagged)
	if bagged <= plain {
		t.Errorf("mean of draws %.4f is not above best of the rows %.4f", bagged, plain)
	}
}

// TestBaggedThresholdLeavesOthers holds that only BestF is averaged, and that the
// same seed chooses the same.
func TestBaggedThresholdLeavesOthers(t *testing.T) {
	score, label := scores(rand.New(rand.NewPCG(2, 2)), 1000)
	valid, err := Rank(score, label, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range []Rule{RecallAtPrecision{0.3}, PrecisionAtRecall{0.5}, Cheapest{5, 1}, Fixed{0.3}} {
		plain, _ := valid.Choose(rule)
		if c, err := (Bootstrap{Resamples: 50}).Choose(valid, rule); err != nil || c != plain {
			t.Errorf("%v: %+v, %v; on the rows %+v", rule, c, err, plain)
		}
	}
	a, _ := Bootstrap{Resamples: 50, Seed: 7}.Choose(valid, BestF{2})
	b, _ := Bootstrap{Resamples: 50, Seed: 7}.Choose(valid, BestF{2})
	if a != b {
		t.Errorf("the same seed chose %v and %v", a.Value, b.Value)
	}
	few, _ := Rank(score[:100], make([]bool, 100), nil)
	if c, err := (Bootstrap{}).Choose(few, BestF{}); err != nil || !c.Kept || c.Value != DefaultThreshold {
		t.Errorf("without positives: %+v, %v", c, err)
	}
}
