package recipe

import (
	"math"

	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/recipe/tracer"
)

// thresholdWords are the rules for the cut between yes and no.
var thresholdWords = []word{
	{`best_f(beta=1)`, func(c *tracer.Call) tracer.Value {
		return &threshold{declaration{"threshold", c}, metric.BestF{Beta: within(c, 0, positive, math.MaxFloat64, "a finite number above 0")}}
	}},
	{`recall_at_precision(precision)`, func(c *tracer.Call) tracer.Value {
		return &threshold{declaration{"threshold", c}, metric.RecallAtPrecision{Precision: within(c, 0, positive, 1, "a share above 0, up to 1")}}
	}},
	{`precision_at_recall(recall)`, func(c *tracer.Call) tracer.Value {
		return &threshold{declaration{"threshold", c}, metric.PrecisionAtRecall{Recall: within(c, 0, positive, 1, "a share above 0, up to 1")}}
	}},
	{`cheapest(false_negative, false_positive)`, func(c *tracer.Call) tracer.Value {
		cost := func(i int) float64 { return within(c, i, positive, math.MaxFloat64, "a finite cost above 0") }
		return &threshold{declaration{"threshold", c}, metric.Cheapest{FalseNegative: cost(0), FalsePositive: cost(1)}}
	}},
	{`fixed(threshold=0.5)`, func(c *tracer.Call) tracer.Value {
		return &threshold{declaration{"threshold", c}, metric.Fixed{Value: within(c, 0, 0, 1, "a probability from 0 to 1")}}
	}},
}
