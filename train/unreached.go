package train

import (
	"fmt"
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/metric"
)

// Unreached warns of each rule whose condition no threshold met, at the place where
// the rule stands. Fix writes the rule for another precision.
func (r *Result) Unreached(pos graph.Position, fix func(precision float64) string) graph.Diagnostics {
	var out graph.Diagnostics
	add := func(c *Choice, threshold float64, label string, ranked Metrics) {
		rule, err := metric.ParseRule(c.Rule)
		if wanted, ok := rule.(metric.RecallAtPrecision); err == nil && ok && !c.Reached && c.Kept == "" {
			d := c.unreached(wanted.Precision, threshold, ranked, r.ofImages(), fix)
			d.Pos, d.Message = pos, label+d.Message
			out = append(out, d)
		}
	}
	if r.Choice != nil {
		add(r.Choice, *r.Threshold, "", r.part(r.Choice.Part).Metrics)
	}
	for i, c := range r.Choices {
		add(c, r.Thresholds[i], fmt.Sprintf("%.80q: ", r.Test.classOr(r.Train, i).Name), r.part(c.Part).classOr(nil, i).Metrics)
	}
	return out
}

// ofImages reports whether pixels of images were judged.
func (r *Result) ofImages() bool {
	for _, j := range r.parts() {
		if j.Pixels > 0 {
			return true
		}
	}
	return false
}

// part returns what was measured on a part that chooses; nothing of a table.
func (r *Result) part(name string) *Judged {
	if j := map[string]*Judged{"valid": r.Valid, "tune": r.Tune}[name]; j != nil {
		return j
	}
	return &Judged{}
}

// classOr returns class or label i of j, or of another.
func (j *Judged) classOr(other *Judged, i int) ClassJudged {
	for _, from := range []*Judged{j, other} {
		if from != nil && i < len(from.Classes) {
			return from.Classes[i]
		}
	}
	return ClassJudged{}
}

// unreached says how near the condition came.
func (c *Choice) unreached(wanted, threshold float64, ranked Metrics, images bool, fix func(float64) string) *graph.Diagnostic {
	on, what := "rows", "rows"
	if images {
		on, what = "images", "pixels"
	}
	d := &graph.Diagnostic{
		Code: CodeNotReachable, Severity: graph.Warning,
		Message: fmt.Sprintf("precision %.2f was not reached on the %s %s", wanted, c.Part, on),
		Notes: append(graph.Columns([]string{"best precision", fmt.Sprintf("%.3f at threshold %.3g (recall %.2f, %d %s)", c.Precision, threshold, c.Recall, c.Flagged, what)}),
			`The run is kept; its threshold is that one, marked "not reached".`),
	}
	way := "a model that ranks better"
	if ap, ok := ranked.Get("average_precision"); ok {
		way += fmt.Sprintf(" (average_precision is %.2f)", ap)
	}
	for _, step := range []float64{20, 100} { // the nearest below that is round, and above 0
		if near := math.Floor(c.Precision*step) / step; near > 0 {
			way = fix(near) + ", or " + way
			break
		}
	}
	d.Fixes = []string{way}
	return d
}
