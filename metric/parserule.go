package metric

import "fmt"

// ParseRule reads a rule as it prints itself, which is how a recipe and a run write
// it: "best_f(beta=1)".
func ParseRule(text string) (Rule, error) {
	var a, b float64
	scan := func(format string, to ...any) bool {
		n, err := fmt.Sscanf(text, format, to...)
		return err == nil && n == len(to)
	}
	var rule Rule
	switch {
	case scan("best_f(beta=%g)", &a):
		rule = BestF{Beta: a}
	case scan("recall_at_precision(%g)", &a):
		rule = RecallAtPrecision{Precision: a}
	case scan("precision_at_recall(%g)", &a):
		rule = PrecisionAtRecall{Recall: a}
	case scan("cheapest(false_negative=%g, false_positive=%g)", &a, &b):
		rule = Cheapest{FalseNegative: a, FalsePositive: b}
	case scan("fixed(%g)", &a):
		rule = Fixed{Value: a}
	}
	if rule == nil || rule.String() != text {
		return nil, fmt.Errorf("metric: %.80q is no rule for a threshold", text)
	}
	return rule, CheckRule(rule)
}

// CheckRule refuses a rule whose numbers cannot be meant, before there are rows.
func CheckRule(r Rule) error { return r.check() }
