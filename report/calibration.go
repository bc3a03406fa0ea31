package report

import (
	"fmt"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/report/internal/chart"
)

// calibrationSection compares probabilities with shares: of rows that get 0.3,
// three of ten should be positive. Of several classes it is the likeliest one's, of
// several labels those of all labels together.
func (r *run) calibrationSection() *section {
	p := r.shown()
	if p == nil {
		return nil
	}
	probability, came, what := p.score, p.has, "labels that rows have"
	var err error
	switch r.task() {
	case data.Regression:
		return nil
	case data.Binary:
		came, what = p.labels(), "rows that are "+r.positive()
	case data.MultiClass:
		probability, came, err = metric.Top(p.score, p.k, p.class)
		what = "rows whose likeliest class is right"
	}
	var bins metric.Reliability
	if err == nil {
		bins, err = metric.Reliable(probability, came, nil, metric.EqualWidth, metric.DefaultBins)
	}
	if err != nil {
		return nil // scores that are no probabilities have no calibration
	}
	part := r.judged()[0]
	facts := []fact{{"expected calibration error", say(decimal(bins.ECE()), fmt.Sprintf(", over %d bins of equal width", metric.DefaultBins))}}
	if r.task() == data.Binary {
		if brier, err := metric.Brier(p.score, came, nil); err == nil {
			rate := float64(part.judged.Positives) / float64(part.judged.Rows)
			facts = append(facts, fact{"Brier score", say(decimal(brier), "; the class rate alone: ", decimal(rate*(1-rate)))})
		}
	}
	return &section{ID: "calibration", Title: "Calibration", Lead: say("On ", part.rows(), ", before any correction: none was asked for."),
		Blocks: []block{{Figures: []figure{reliability(bins, part.name, what)}, Beside: facts}}}
}

// reliability plots what came against what was predicted, with the interval that so
// few rows leave.
func reliability(bins metric.Reliability, part, what string) figure {
	p := chart.Plot{
		ID: "reliability", Title: "Reliability", Desc: fmt.Sprintf("share of %s against their mean probability, in tenths; expected calibration error %s", what, decimal(bins.ECE())),
		X: unitAxis("mean probability"), Y: unitAxis("share of " + what),
	}
	t := &table{Head: heads("probability", "rows", "mean", "share", "95 % interval")}
	var points []chart.Point
	var spans []chart.Span
	for _, b := range bins {
		within := metric.Wilson95(b.Observed*b.Weight, b.Weight)
		points = append(points, chart.Point{X: b.Predicted, Y: b.Observed})
		spans = append(spans, chart.Span{X: b.Predicted, Lo: within.Lo, Hi: within.Hi})
		t.Rows = append(t.Rows, row{Cells: []cell{
			words(fmt.Sprintf("%.1f to %.1f", b.Lo, b.Hi)), number(count(b.Rows)),
			number(decimal(b.Predicted)), number(decimal(b.Observed)), number(decimal(within.Lo), " to ", decimal(within.Hi)),
		}})
	}
	p.Marks = []chart.Mark{
		chart.Ruler{Class: "chance", From: chart.Point{}, To: chart.Point{X: 1, Y: 1}},
		chart.Whiskers{Class: part, Spans: spans},
		chart.Dots{Class: part, Points: points},
	}
	return figure{SVG: svg(p), Caption: say("Probability against what came true"), Keys: []key{{"point", "a tenth, with its 95 % interval"}, {"chance", "perfect"}}, Table: t}
}
