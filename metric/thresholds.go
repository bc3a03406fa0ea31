package metric

import (
	"fmt"
	"math"
)

// Thresholds hold one for each class, or each label.
type Thresholds []float64

// LabelThresholds are the values of choices, for [Thresholds.Flag].
func LabelThresholds(choices []Choice) Thresholds {
	t := make(Thresholds, len(choices))
	for j, c := range choices {
		t[j] = c.Value
	}
	return t
}

// ClassThresholds are the values of choices, for [Thresholds.Decide]. There only
// their ratios count, so a class whose choice was kept for want of rows takes the
// geometric mean of the others, which neither favours it nor holds it back. If all
// were kept, all are equal.
func ClassThresholds(choices []Choice) Thresholds {
	t := LabelThresholds(choices)
	sum, n := 0.0, 0.0
	for j, c := range choices {
		if !c.Kept {
			sum += math.Log(max(t[j], Epsilon))
			n++
		}
	}
	if n == 0 {
		return t
	}
	for j, c := range choices {
		if c.Kept {
			t[j] = math.Exp(sum / n)
		}
	}
	return t
}

// Flag says for each label of each row whether score >= its threshold. score has
// len(t) values a row. Labels do not compete: a row may get several or none, and
// what a rule promised of a label on the rows it was chosen on holds of its flags.
func (t Thresholds) Flag(score []float64) ([]bool, error) {
	if err := t.check("scores", score); err != nil {
		return nil, err
	}
	flags := make([]bool, len(score))
	for i, s := range score {
		flags[i] = s >= t[i%len(t)]
	}
	return flags, nil
}

// Decide gives each row one class: the one with the largest p/t. p has len(t)
// probabilities a row; of equal ratios the likelier class is taken, then the first.
//
// It is the decision of least expected cost if a row of class j, taken for another
// one, costs 1/t[j], and the decision of most accuracy if the classes occur 1/t[j]
// times as often as p supposes. Hence only ratios of thresholds matter, equal ones
// give the likeliest class, every row gets a class, none changes by a jump, and
// thresholds 1−t and t of two classes are the threshold t of the second.
//
// What a rule promised of a class against the rest need not hold here, where
// classes take rows from each other: count the decisions with [Confuse], and compare
// them with equal thresholds on rows apart, since for a model whose probabilities
// are good the likeliest class may do as well. To hold a class to a precision, use Flag.
//
// Source: Elkan, “The Foundations of Cost-Sensitive Learning”, IJCAI 2001, section 1.
func (t Thresholds) Decide(p []float64) ([]int, error) {
	if err := t.check("probabilities", p); err != nil {
		return nil, err
	}
	if err := probabilities(p); err != nil {
		return nil, err
	}
	for j, x := range t {
		if x < 0 {
			return nil, fmt.Errorf("metric: threshold %d is %v; the ratio of a probability to it needs one of at least 0", j, x)
		}
	}
	class := make([]int, 0, len(p)/len(t))
	for i := 0; i < len(p); i += len(t) {
		best, most := 0, math.Inf(-1)
		for j, x := range p[i : i+len(t)] {
			ratio := x / t[j] // of 0 by 0 it is NaN, which is never above: such a class is not taken
			if ratio > most || ratio == most && x > p[i+best] {
				best, most = j, ratio
			}
		}
		class = append(class, best)
	}
	return class, nil
}

func (t Thresholds) check(what string, values []float64) error {
	if err := checkWidth(what, len(values), len(t)); err != nil {
		return err
	}
	for j, x := range t {
		if math.IsNaN(x) {
			return fmt.Errorf("metric: threshold %d is NaN", j)
		}
	}
	return finite(what, values)
}
