package report

import (
	"fmt"
	"math"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/report/internal/chart"
)

// calibrationBins is how many bins of equal width the probabilities are put in.
const calibrationBins = 10

// A bin holds the rows whose probability lies in a tenth.
type bin struct{ rows, hits, sum float64 }

func (b bin) mean() float64 { return b.sum / b.rows }
func (b bin) rate() float64 { return b.hits / b.rows }

// bins puts rows into tenths by probability; the last one holds 1 as well.
func bins(p []float64, hit func(i int) bool) []bin {
	all := make([]bin, calibrationBins)
	for i, v := range p {
		b := &all[min(int(v*calibrationBins), calibrationBins-1)]
		b.rows++
		b.sum += v
		if hit(i) {
			b.hits++
		}
	}
	return all
}

// expectedError is the expected calibration error: the mean over rows of the
// distance between the mean probability of a bin and its share of hits.
//
// Source: Guo et al., “On Calibration of Modern Neural Networks”, ICML 2017.
func expectedError(all []bin) float64 {
	sum, rows := 0.0, 0.0
	for _, b := range all {
		if b.rows > 0 {
			sum += float64(b.rows * math.Abs(b.mean()-b.rate()))
			rows += b.rows
		}
	}
	return sum / rows
}

// calibrationSection compares probabilities with shares: of rows that get 0.3,
// three of ten should be positive. Of several classes it is the likeliest one's.
func (r *run) calibrationSection() *section {
	p := r.shown()
	if p == nil || len(r.classes()) == 0 {
		return nil
	}
	score, what := p.score, "rows that are "+r.positive()
	label := p.labels()
	if r.task() == data.MultiClass {
		var class []int
		class, score = p.likeliest()
		what = "rows whose likeliest class is right"
		for i := range label {
			label[i] = class[i] == p.class[i]
		}
	}
	for _, v := range score {
		if !(v >= 0 && v <= 1) {
			return nil // scores that are no probabilities have no calibration
		}
	}
	all := bins(score, func(i int) bool { return label[i] })
	ece := expectedError(all)
	part := r.judged()[0]
	s := &section{ID: "calibration", Title: "Calibration", Lead: say("On ", part.rows(), ", before any correction: none was asked for.")}
	facts := []fact{{"expected calibration error", say(decimal(ece), fmt.Sprintf(", over %d bins of equal width", calibrationBins))}}
	if brier, err := metric.Brier(score, label, nil); err == nil && r.task() == data.Binary {
		rate := float64(part.judged.Positives) / float64(part.judged.Rows)
		facts = append(facts, fact{"Brier score", say(decimal(brier), "; the class rate alone: ", decimal(rate*(1-rate)))})
	}
	s.Blocks = []block{{Figures: []figure{reliability(all, what, ece)}, Beside: facts}}
	return s
}

// reliability plots the share of hits in each bin against its mean probability,
// with the interval that so few rows leave.
func reliability(all []bin, what string, ece float64) figure {
	p := chart.Plot{
		ID: "reliability", Title: "Reliability", Desc: fmt.Sprintf("share of %s against their mean probability, in tenths; expected calibration error %s", what, decimal(ece)),
		X: unitAxis("mean probability"), Y: unitAxis("share of " + what),
	}
	t := &table{Head: heads("probability", "rows", "mean", "share", "95 % interval")}
	var points []chart.Point
	var spans []chart.Span
	for i, b := range all {
		if b.rows == 0 {
			continue
		}
		within := metric.Wilson95(b.hits, b.rows)
		points = append(points, chart.Point{X: b.mean(), Y: b.rate()})
		spans = append(spans, chart.Span{X: b.mean(), Lo: within.Lo, Hi: within.Hi})
		t.Rows = append(t.Rows, row{Cells: []cell{
			words(fmt.Sprintf("%.1f to %.1f", float64(i)/calibrationBins, float64(i+1)/calibrationBins)), number(count(b.rows)),
			number(decimal(b.mean())), number(decimal(b.rate())), number(decimal(within.Lo), " to ", decimal(within.Hi)),
		}})
	}
	p.Marks = []chart.Mark{
		chart.Ruler{Class: "chance", From: chart.Point{}, To: chart.Point{X: 1, Y: 1}},
		chart.Whiskers{Class: "test", Spans: spans},
		chart.Dots{Class: "test", Points: points},
	}
	return figure{SVG: svg(p), Caption: say("Probability against what came true"), Keys: []key{{"point", "a tenth, with its 95 % interval"}, {"chance", "perfect"}}, Table: t}
}
