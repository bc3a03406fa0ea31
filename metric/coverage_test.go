package metric

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestIntervalsCover draws valid and test rows of a known population many times, and
// counts how often the intervals of [Bootstrap.Run] hold what is true of it: F1 at the
// threshold that [Bootstrap.Choose] took, and the threshold that is best.
//
// The draws of Run choose plainly, while the threshold in use is a mean of draws. It
// varies less than one draw does, so the intervals are those of a less steady choice:
// never too narrow for it. Drawing anew within each draw would cost ten times as much
// and gives intervals of F1 that are 3 to 4 % narrower.
func TestIntervalsCover(t *testing.T) {
	for _, p := range []population{{rate: 0.033, apart: 2.33, rows: 1500}, {rate: 0.265, apart: 1.4, rows: 1000}} {
		const trials = 120
		best := p.best()
		r := rand.New(rand.NewPCG(3, 3))
		f1Held, thresholdHeld := 0, 0
		for i := range trials {
			valid, test := p.draw(r), p.draw(r)
			b := Bootstrap{Resamples: 200, Seed: uint64(i)}
			choice := must(b.Choose(valid, BestF{}))
			draws := must(b.Run(valid, test, BestF{}))
			f1 := Interval95(draws.Of(func(c Counts) float64 { return c.F1(Zero) }))
			if f1.holds(p.f1(choice.Value)) {
				f1Held++
			}
			threshold := Interval95(draws.Threshold)
			if threshold.holds(best) {
				thresholdHeld++
			}
			if !threshold.holds(choice.Value) {
				t.Errorf("threshold %v is not in its interval %v", choice.Value, threshold)
			}
		}
		t.Logf("%+v: F1 held %d of %d times, the best threshold %d times", p, f1Held, trials, thresholdHeld)
		if share := float64(f1Held) / trials; share < 0.92 {
			t.Errorf("%+v: intervals of 95 %% hold F1 in %.3f of the trials", p, share)
		}
		if share := float64(thresholdHeld) / trials; share < 0.88 { // of a maximum that is flat the bootstrap holds less than it says
			t.Errorf("%+v: intervals of 95 %% hold the best threshold in %.3f of the trials", p, share)
		}
	}
}

func (i Interval) holds(x float64) bool { return i.Lo <= x && x <= i.Hi }

// population has normal evidence for the two classes, so far apart, and scores that are
// its true probabilities.
type population struct {
	rate, apart float64
	rows        int
}

func (p population) draw(r *rand.Rand) *Ranking {
	var score []float64
	var label []bool
	for range p.rows {
		positive := r.Float64() < p.rate
		z := r.NormFloat64()
		if positive {
			z += p.apart
		}
		odds := p.rate / (1 - p.rate) * math.Exp(p.apart*z-p.apart*p.apart/2)
		score, label = append(score, odds/(1+odds)), append(label, positive)
	}
	return must(Rank(score, label, nil))
}

// f1 is that of the whole population.
func (p population) f1(threshold float64) float64 {
	odds := threshold / (1 - threshold) * (1 - p.rate) / p.rate
	z := (math.Log(odds) + p.apart*p.apart/2) / p.apart
	above := func(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }
	tp, fp := p.rate*above(z-p.apart), (1-p.rate)*above(z)
	return 2 * tp / (tp + fp + p.rate)
}

func (p population) best() float64 {
	best := 0.0
	for t := 0.001; t < 1; t += 0.001 {
		if best == 0 || p.f1(t) > p.f1(best) {
			best = t
		}
	}
	return best
}
