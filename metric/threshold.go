package metric

import (
	"errors"
	"fmt"
	"math"
)

// MinPositives is how many positive rows a threshold is chosen on at least.
// On fewer the choice stays [DefaultThreshold].
const MinPositives = 20

// DefaultThreshold is the one used when none is chosen.
const DefaultThreshold = 0.5

// A Rule says which threshold is best. Rows with score >= threshold are
// predicted positive. The candidates are the scores of the rows themselves;
// of two that are equally good the higher one is taken, which flags fewer rows.
//
// The rules are [BestF], [RecallAtPrecision], [PrecisionAtRecall], [Cheapest]
// and [Fixed].
type Rule interface {
	fmt.Stringer // as a recipe writes it: "best_f(beta=1)"
	check() error
	merit(Counts) merit
	score(Counts) float64
}

// A merit is what a rule compares: first whether its condition is reached, then two numbers.
type merit struct {
	reached       bool
	first, second float64
}

func (m merit) above(o merit) bool {
	switch {
	case m.reached != o.reached:
		return m.reached
	case m.first != o.first:
		return m.first > o.first
	}
	return m.second > o.second
}

// BestF maximises F-beta. Beta 0 stands for 1.
type BestF struct{ Beta float64 }

func (r BestF) beta() float64 {
	if r.Beta == 0 {
		return 1
	}
	return r.Beta
}

func (r BestF) String() string { return fmt.Sprintf("best_f(beta=%v)", r.beta()) }

func (r BestF) check() error {
	if !(r.Beta >= 0) || math.IsInf(r.Beta, 1) {
		return fmt.Errorf("metric: %v: beta must be above 0 and finite", r)
	}
	return nil
}

func (r BestF) score(c Counts) float64 { return c.FBeta(r.beta(), Zero) }
func (r BestF) merit(c Counts) merit   { return merit{true, r.score(c), 0} }

// RecallAtPrecision maximises recall among the thresholds of at least this
// precision, and precision among equal recalls. If none reaches it, the highest
// precision is taken and the [Choice] is not Reached.
type RecallAtPrecision struct{ Precision float64 }

func (r RecallAtPrecision) String() string {
	return fmt.Sprintf("recall_at_precision(%v)", r.Precision)
}
func (r RecallAtPrecision) check() error           { return checkShare(r, r.Precision) }
func (r RecallAtPrecision) score(c Counts) float64 { return c.Recall(Zero) }
func (r RecallAtPrecision) merit(c Counts) merit {
	precision, recall := c.Precision(Zero), c.Recall(Zero)
	if precision >= r.Precision {
		return merit{true, recall, precision}
	}
	return merit{false, precision, recall}
}

// PrecisionAtRecall maximises precision among the thresholds of at least this
// recall, and recall among equal precisions.
type PrecisionAtRecall struct{ Recall float64 }

func (r PrecisionAtRecall) String() string {
	return fmt.Sprintf("precision_at_recall(%v)", r.Recall)
}
func (r PrecisionAtRecall) check() error           { return checkShare(r, r.Recall) }
func (r PrecisionAtRecall) score(c Counts) float64 { return c.Precision(Zero) }
func (r PrecisionAtRecall) merit(c Counts) merit {
	precision, recall := c.Precision(Zero), c.Recall(Zero)
	if recall >= r.Recall {
		return merit{true, precision, recall}
	}
	return merit{false, recall, precision}
}

func checkShare(r Rule, x float64) error {
	if !(x > 0 && x <= 1) {
		return fmt.Errorf("metric: %v: must be above 0 and at most 1", r)
	}
	return nil
}

// Cheapest minimises the cost of errors: FalseNegative for each positive row
// that is missed and FalsePositive for each negative one that is flagged. To
// flag no row at all may be cheapest; the threshold then lies just above the
// highest score.
type Cheapest struct{ FalseNegative, FalsePositive float64 }

func (r Cheapest) String() string {
	return fmt.Sprintf("cheapest(false_negative=%v, false_positive=%v)", r.FalseNegative, r.FalsePositive)
}

func (r Cheapest) check() error {
	for _, cost := range []float64{r.FalseNegative, r.FalsePositive} {
		if !(cost > 0) || math.IsInf(cost, 1) {
			return fmt.Errorf("metric: %v: costs must be above 0 and finite", r)
		}
	}
	return nil
}

// score is the mean cost of a row.
func (r Cheapest) score(c Counts) float64 { return r.cost(c) / (c.TP + c.FP + c.FN + c.TN) }
func (r Cheapest) cost(c Counts) float64 {
	return float64(r.FalseNegative*c.FN) + float64(r.FalsePositive*c.FP)
}
func (r Cheapest) merit(c Counts) merit { return merit{true, -r.cost(c), 0} }

// Fixed is a threshold that does not depend on the rows.
type Fixed struct{ Value float64 }

func (r Fixed) String() string { return fmt.Sprintf("fixed(%v)", r.Value) }
func (r Fixed) check() error {
	if math.IsNaN(r.Value) || math.IsInf(r.Value, 0) {
		return fmt.Errorf("metric: %v: must be finite", r)
	}
	return nil
}
func (r Fixed) score(c Counts) float64 { return c.F1(Zero) }
func (r Fixed) merit(c Counts) merit   { return merit{reached: true} }

// A Choice is a threshold and how it came about.
type Choice struct {
	Value     float64 // predict positive where score >= Value
	Score     float64 // what the rule is after, on these rows: F-beta, recall, precision or mean cost; F1 for Fixed
	Counts    Counts  // on these rows
	Positives int     // of the rows
	Rows      int     // with a weight above 0
	Reached   bool    // the rule's condition holds; only RecallAtPrecision can miss it
	Kept      bool    // the rows were too few: Value is DefaultThreshold
	Reason    string  // why it was kept
}

// Choose returns the best threshold on these rows, which should be others than
// the model was trained on and others than the result is reported on.
//
// With fewer than [MinPositives] positive rows, or no negative one, the
// threshold stays [DefaultThreshold] and the Choice says so; Fixed is never kept.
func (r *Ranking) Choose(rule Rule) (Choice, error) {
	if err := rule.check(); err != nil {
		return Choice{}, err
	}
	if r.count == 0 {
		return Choice{}, errors.New("metric: no rows to choose a threshold on")
	}
	c := Choice{Positives: r.positives, Rows: r.count}
	fixed, isFixed := rule.(Fixed)
	switch {
	case isFixed:
		c.Value = fixed.Value
	case r.positives < MinPositives:
		c.Value, c.Kept = DefaultThreshold, true
		c.Reason = fmt.Sprintf("%d of %d rows are positive, fewer than %d: the threshold stays %v", r.positives, r.count, MinPositives, DefaultThreshold)
	case r.positives == r.count:
		c.Value, c.Kept = DefaultThreshold, true
		c.Reason = fmt.Sprintf("all %d rows are positive: the threshold stays %v", r.count, DefaultThreshold)
	default:
		c.Value = r.all.best(rule)
	}
	c.Counts = r.all.at(c.Value)
	c.Score, c.Reached = rule.score(c.Counts), rule.merit(c.Counts).reached
	return c, nil
}

// best returns the threshold of most merit. The first candidate flags no row.
func (s *sample) best(rule Rule) float64 {
	value, most := s.above, rule.merit(Counts{FN: s.p, TN: s.n})
	s.sweep(func(threshold float64, c Counts) {
		if m := rule.merit(c); m.above(most) {
			value, most = threshold, m
		}
	})
	return value
}

// at returns the counts at a threshold.
func (s *sample) at(threshold float64) Counts {
	c := Counts{FN: s.p, TN: s.n}
	s.sweep(func(t float64, there Counts) {
		if t >= threshold {
			c = there
		}
	})
	return c
}
