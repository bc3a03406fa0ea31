package report

import (
	"fmt"

	"github.com/descent-ml/descent/metric"
)

// parseRule reads a rule as [metric.Rule] prints itself, which is how run.json
// has it.
func parseRule(text string) (metric.Rule, bool) {
	var a, b float64
	scan := func(format string, to ...any) bool {
		n, err := fmt.Sscanf(text, format, to...)
		return err == nil && n == len(to)
	}
	var rule metric.Rule
	switch {
	case scan("best_f(beta=%g)", &a):
		rule = metric.BestF{Beta: a}
	case scan("recall_at_precision(%g)", &a):
		rule = metric.RecallAtPrecision{Precision: a}
	case scan("precision_at_recall(%g)", &a):
		rule = metric.PrecisionAtRecall{Recall: a}
	case scan("cheapest(false_negative=%g, false_positive=%g)", &a, &b):
		rule = metric.Cheapest{FalseNegative: a, FalsePositive: b}
	case scan("fixed(%g)", &a):
		rule = metric.Fixed{Value: a}
	default:
		return nil, false
	}
	return rule, rule.String() == text
}
