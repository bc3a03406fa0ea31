package train

import "github.com/descent-ml/descent/metric"

// Choice tells how a threshold came about.
type Choice struct {
	Part      string      `json:"part,omitempty"`        // whose rows it was chosen on: "valid", "tune", or the name of a table
	RowsHash  string      `json:"rows_sha256,omitempty"` // of those rows, by [metric.Rows.Digest]
	Rule      string      `json:"rule"`
	Rows      int         `json:"rows"` // it was chosen on
	Positives int         `json:"positives"`
	Score     float64     `json:"score"`              // what the rule is after, on those rows
	Precision float64     `json:"precision"`          // on those rows
	Recall    float64     `json:"recall"`             // on those rows
	Flagged   int         `json:"flagged"`            // of those rows
	Interval  *[2]float64 `json:"interval,omitempty"` // of the threshold, 95 %
	Reached   bool        `json:"reached"`            // the rule's condition holds
	Kept      string      `json:"kept,omitempty"`     // why it stayed at 0.5
}

func newChoice(by metric.Rows, rule metric.Rule, c metric.Choice) *Choice {
	return &Choice{
		Part: by.Part, RowsHash: by.Digest(), Rule: rule.String(), Rows: c.Rows, Positives: c.Positives, Score: c.Score,
		Precision: c.Counts.Precision(metric.Zero), Recall: c.Counts.Recall(metric.Zero), Flagged: int(c.Counts.TP + c.Counts.FP),
		Reached: c.Reached, Kept: c.Reason,
	}
}

// unchosen is the choice where there are no rows for it: 0.5, unless the rule names
// another threshold.
func unchosen(rule metric.Rule) (threshold float64, c *Choice) {
	if fixed, ok := rule.(metric.Fixed); ok {
		return fixed.Value, &Choice{Rule: rule.String(), Reached: true}
	}
	return metric.DefaultThreshold, &Choice{Rule: rule.String(), Kept: "there are no rows to choose it on"}
}
