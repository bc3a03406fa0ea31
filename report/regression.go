package report

import (
	"cmp"
	"math"
	"slices"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/report/internal/chart"
)

// A plotted point of a regression stands for at least groupRows rows, so that no
// row's target can be read off the page.
const (
	groupRows = 5
	groups    = 20
)

// regressionSection compares predicted numbers with the targets.
func (r *run) regressionSection() *section {
	p := r.shown()
	if p == nil || r.task() != data.Regression || len(p.rows) < 2*groupRows {
		return nil
	}
	part := r.judged()[0]
	return &section{ID: "predictions", Title: "Predictions", Lead: say("On ", part.rows(), "; a point stands for ", count(p.grouped()[0].rows), " of them or more, of about the same prediction."),
		Blocks: []block{{Figures: []figure{p.agreement(name(r.target().Name)), p.errors()}}}}
}

// A group holds rows of about the same prediction.
type group struct {
	rows              int
	predicted, actual float64 // means
	low, high         float64 // the middle half of the targets
}

// grouped puts the rows into groups of equal size by prediction.
func (p *predictions) grouped() []group {
	order := make([]int, len(p.rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p.score[a], p.score[b]) })
	n := min(groups, len(order)/groupRows)
	all := make([]group, n)
	for i := range all {
		members := order[i*len(order)/n : (i+1)*len(order)/n]
		var targets []float64
		g := &all[i]
		for _, row := range members {
			g.predicted += p.score[row] / float64(len(members))
			g.actual += p.number[row] / float64(len(members))
			targets = append(targets, p.number[row])
		}
		slices.Sort(targets)
		g.rows, g.low, g.high = len(targets), targets[len(targets)/4], targets[len(targets)-1-len(targets)/4]
	}
	return all
}

// agreement plots the mean target of each group against its mean prediction.
func (p *predictions) agreement(target string) figure {
	all := p.grouped()
	t := &table{Head: heads("mean prediction", "mean target", "rows")}
	var ends []float64
	var points []chart.Point
	var spans []chart.Span
	for _, g := range all {
		ends = append(ends, g.predicted, g.actual, g.low, g.high)
		points = append(points, chart.Point{X: g.predicted, Y: g.actual})
		spans = append(spans, chart.Span{X: g.predicted, Lo: g.low, Hi: g.high})
		t.Rows = append(t.Rows, row{Cells: []cell{words(decimal(g.predicted)), number(decimal(g.actual)), number(count(g.rows))}})
	}
	plot := chart.Plot{ID: "agreement", Title: "Target against prediction", Desc: plural(len(all), "group") + " of rows by prediction; on the diagonal the mean prediction is the mean target",
		X: chart.Nice("prediction", ends...), Y: chart.Nice(target, ends...)}
	plot.Marks = []chart.Mark{
		chart.Ruler{Class: "chance", From: chart.Point{X: plot.X.Min, Y: plot.Y.Min}, To: chart.Point{X: plot.X.Max, Y: plot.Y.Max}},
		chart.Whiskers{Class: p.part, Spans: spans},
		chart.Dots{Class: p.part, Points: points},
	}
	return figure{SVG: svg(plot), Caption: say("Target against prediction"), Keys: []key{{"point", "mean of a group, and the middle half of its targets"}, {"chance", "perfect"}}, Table: t}
}

// errors plots how often the prediction is off by how much.
func (p *predictions) errors() figure {
	off := make([]float64, len(p.rows))
	for i, v := range p.score {
		off[i] = v - p.number[i]
	}
	x := chart.Nice("prediction minus target", off...)
	edges := make([]float64, groups+1)
	for i := range edges {
		edges[i] = x.Min + (x.Max-x.Min)*float64(i)/groups
	}
	heights := make([]float64, groups)
	for _, v := range off {
		heights[min(max(int(math.Floor((v-x.Min)/(x.Max-x.Min)*groups)), 0), groups-1)]++
	}
	t := &table{Head: heads("prediction minus target", "rows")}
	for i, h := range heights {
		t.Rows = append(t.Rows, row{Cells: []cell{words(decimal(edges[i]), " to ", decimal(edges[i+1])), number(count(h))}})
	}
	y := chart.Nice("rows", append(slices.Clone(heights), 0)...)
	plot := chart.Plot{ID: "errors", Title: "Errors", Desc: "how many rows the prediction is off by how much", X: x, Y: y, Marks: []chart.Mark{chart.Bars{Class: p.part, Edges: edges, Height: heights}}}
	if x.Min < 0 && x.Max > 0 {
		plot.Marks = append(plot.Marks, chart.Ruler{Class: "chance", From: chart.Point{X: 0, Y: y.Min}, To: chart.Point{X: 0, Y: y.Max}})
	}
	return figure{SVG: svg(plot), Caption: say("How far off the predictions are"), Table: t}
}
