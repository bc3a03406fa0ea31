package report

import (
	"fmt"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/report/internal/chart"
	"github.com/descent-ml/descent/train"
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
	blocks := []block{{Figures: []figure{reliability(bins, part.name, what)}, Beside: r.reliabilityFacts(bins, came)}}
	lead := say("On ", part.rows(), ", with the probabilities as the model gives them.")
	switch c := r.Result.Calibration; {
	case c != nil && c.Method == train.PriorCorrection:
		lead = say("On ", part.rows(), ", with the class weights of the loss taken out of the probabilities by ", string(c.Method), "().")
		blocks = append(blocks, block{Facts: append(r.weightFacts(c), calibrationFacts(c)...)})
	case c != nil:
		lead = say("On ", part.rows(), ", after ", string(c.Method), "() was fitted to ", fromRun("calibration.rows", float64(c.Rows), count(c.Rows)), " ", c.Part, " rows.")
		blocks = append(blocks, block{Facts: calibrationFacts(c)})
	case r.Training.Balance != train.Unbalanced:
		lead = say("On ", part.rows(), ", with the probabilities moved from balanced classes to the classes as they are.")
	}
	return &section{ID: "calibration", Title: "Calibration", Lead: lead, Blocks: blocks}
}

// reliabilityFacts are the numbers of the plot in one.
func (r *run) reliabilityFacts(bins metric.Reliability, came []bool) []fact {
	facts := []fact{{"expected calibration error", say(decimal(bins.ECE()), fmt.Sprintf(", over %d bins of equal width", metric.DefaultBins))}}
	if r.task() != data.Binary {
		return facts
	}
	if brier, err := metric.Brier(r.shown().score, came, nil); err == nil {
		judged := r.judged()[0].judged
		rate := float64(judged.Positives) / float64(judged.Rows)
		facts = append(facts, fact{"Brier score", say(decimal(brier), "; the class rate alone: ", decimal(rate*(1-rate)))})
	}
	return facts
}

// weightFacts name the weights that were taken out.
func (r *run) weightFacts(c *train.Calibration) []fact {
	called := func(names []string, i int) string {
		if i < len(names) {
			return name(names[i])
		}
		return fmt.Sprintf("number %d", i)
	}
	var classes, labels []string
	if target := r.target(); target != nil {
		classes, labels = target.Classes, target.Names()
	}
	var facts []fact
	for j, list := range c.Weights {
		title, of := "class weights", classes
		if r.task() == data.MultiLabel {
			title, of = "class weights of "+called(labels, j), []string{"no", "yes"}
		}
		var all prose
		for k, w := range list {
			if k > 0 {
				all = append(all, say(", ")...)
			}
			all = append(all, say(called(of, k), " ", fromRun(fmt.Sprintf("calibration.weights.%d.%d", j, k), w, decimal(w)))...)
		}
		facts = append(facts, fact{title, all})
	}
	return facts
}

// calibrationFacts say what calibrating did to the rows that judge it.
func calibrationFacts(c *train.Calibration) []fact {
	change := func(name string, before, after float64) prose {
		return say(fromRun("calibration.before."+name, before, decimal(before)), " before, ", fromRun("calibration.after."+name, after, decimal(after)), " after")
	}
	facts := []fact{
		{"expected calibration error, " + c.JudgedOn + " rows", change("ece", c.Before.ECE, c.After.ECE)},
		{"Brier score, " + c.JudgedOn + " rows", change("brier", c.Before.Brier, c.After.Brier)},
	}
	for _, of := range []struct {
		name, title string
		values      []float64
	}{{"slope", "slope of the scores", c.Slope}, {"intercept", "intercept", c.Intercept}, {"temperature", "temperature", c.Temperature}} {
		var all prose
		for i, x := range of.values {
			if i > 0 {
				all = append(all, say(", ")...)
			}
			all = append(all, fromRun(fmt.Sprintf("calibration.%s.%d", of.name, i), x, decimal(x)))
		}
		if all != nil {
			facts = append(facts, fact{of.title, all})
		}
	}
	var points prose
	for i, n := range c.Points {
		if i > 0 {
			points = append(points, say(", ")...)
		}
		points = append(points, fromRun(fmt.Sprintf("calibration.points.%d", i), float64(n), count(n)))
	}
	if points != nil {
		facts = append(facts, fact{"points of the curve", points})
	}
	return facts
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
