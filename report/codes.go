package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/descent-ml/descent/report/internal/chart"
	"github.com/descent-ml/descent/train"
)

// What a page shows of an autoencoder.
const (
	maxDimensions = 64 // of a code
	maxMarginals  = 30 // columns with a figure
	maxColours    = 10 // labels with a colour of their own
)

// codeSentence says how many nats a row takes.
func (r *run) codeSentence(p part) prose {
	l := r.Result.Latent
	text := say("A row of the ", p.name, " part takes this model ", p.metric("loss"), " nats")
	if _, ok := p.judged.Metrics.Get("reconstruction"); ok {
		text = say(text, ": ", p.metric("reconstruction"), " to make it again from its code, ", p.metric("kl"), " for the code")
	}
	return say(text, fmt.Sprintf("; %s of %s of the code %s used.", count(l.Active), plural(len(l.KL), "dimension"), are(l.Active)))
}

func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// codeSection shows what the codes of an autoencoder carry.
func (r *run) codeSection() *section {
	if !r.hasCodes() || len(r.Result.Latent.KL) == 0 {
		return nil
	}
	l := r.Result.Latent
	s := &section{ID: "codes", Title: "Codes", Lead: say(fmt.Sprintf("On %s. ", plural(l.Rows, name(l.Part)+" row")),
		"A dimension is used if its mean differs from row to row: its variance is above ", decimal(train.ActiveVariance), ".")}
	figures := []figure{divergenceFigure(l)}
	if len(l.Points) > 0 {
		figures = append(figures, scatterFigure(l))
	}
	s.Blocks = append(s.Blocks, block{Figures: figures})
	for _, d := range r.drawings {
		s.Blocks = append(s.Blocks, block{Pictures: []picture{{Source: d.source, Text: say(clip(d.Text, 500)), Alt: clip(d.Text, 500)}}})
	}
	return s
}

// divergenceFigure has a bar for each dimension.
func divergenceFigure(l *train.Latent) figure {
	n := min(len(l.KL), len(l.Variance), maxDimensions)
	t := &table{Head: []cell{words("dimension"), number("KL, nats"), number("variance of mean"), words("")}}
	var edges []float64
	for d := range n {
		used := ""
		if l.Variance[d] <= train.ActiveVariance {
			used = "unused"
		}
		t.Rows = append(t.Rows, row{Cells: []cell{
			words(strconv.Itoa(d)), number(fromRun(fmt.Sprintf("latent.kl[%d]", d), l.KL[d], decimal(l.KL[d]))),
			number(fromRun(fmt.Sprintf("latent.variance_of_mean[%d]", d), l.Variance[d], decimal(l.Variance[d]))), words(used),
		}})
		edges = append(edges, float64(d)-0.5)
	}
	if more := len(l.KL) - n; more > 0 {
		t.Caption = fmt.Sprintf("The first %d dimensions, without %s more", n, count(more))
	}
	p := chart.Plot{
		ID: "divergence", Title: "KL by dimension", Desc: fmt.Sprintf("divergence of each of %s from N(0, 1), mean over rows", plural(len(l.KL), "dimension")),
		X: chart.Axis{Label: "dimension", Min: -0.5, Max: float64(n) - 0.5}, Y: chart.Nice("KL, nats", append([]float64{0}, l.KL[:n]...)...),
		Marks: []chart.Mark{chart.Bars{Edges: append(edges, float64(n)-0.5), Height: l.KL[:n]}},
	}
	return figure{SVG: svg(p), Caption: say("KL by dimension"), Table: t}
}

// scatterFigure places rows by the two dimensions that vary most.
func scatterFigure(l *train.Latent) figure {
	var x, y []float64
	for _, p := range l.Points {
		x, y = append(x, float64(p[0])), append(y, float64(p[1]))
	}
	axis := func(d int, values []float64) chart.Axis {
		return chart.Nice(fmt.Sprintf("mean of dimension %d", d), values...)
	}
	p := chart.Plot{
		ID: "codes-of-rows", Title: "Codes of rows", Desc: fmt.Sprintf("means of the codes of %s", plural(len(l.Points), "row")),
		X: axis(l.Axes[0], x), Y: axis(l.Axes[1], y),
	}
	f := figure{Caption: say(fmt.Sprintf("Where %s lie", plural(len(l.Points), "row")))}
	f.Table = &table{Caption: "Their middles", Head: []cell{words("label"), number("rows"), number(p.X.Label), number(p.Y.Label)}}
	labels := slices.Compact(slices.Sorted(slices.Values(l.Labels)))
	coloured := len(l.Labels) == len(l.Points) && len(labels) <= maxColours
	if !coloured {
		labels = []string{""}
	}
	for k, label := range labels {
		class, shown := "cloud", "all"
		if coloured {
			class, shown = fmt.Sprintf("label%d", k), name(label)
			f.Keys = append(f.Keys, key{class, name(label)})
		}
		var points []chart.Point
		for i, at := range l.Points {
			if !coloured || l.Labels[i] == label {
				points = append(points, chart.Point{X: float64(at[0]), Y: float64(at[1])})
			}
		}
		p.Marks = append(p.Marks, chart.Dots{Class: class, Points: points})
		f.Table.Rows = append(f.Table.Rows, middle(shown, points))
	}
	f.SVG = svg(p)
	return f
}

// middle is the mean of points.
func middle(label string, points []chart.Point) row {
	var x, y float64
	for _, p := range points {
		x, y = x+p.X/float64(len(points)), y+p.Y/float64(len(points))
	}
	return row{Cells: []cell{words(label), number(count(len(points))), number(decimal(x)), number(decimal(y))}}
}

// sampledSection compares rows that were drawn with those that trained.
func (r *run) sampledSection() *section {
	if !r.hasCodes() || r.Result.Sampled == nil || len(r.Result.Sampled.Columns) == 0 {
		return nil
	}
	d := r.Result.Sampled
	s := &section{ID: "drawn", Title: "Rows drawn", Lead: say(fmt.Sprintf("%s drawn, against those that trained. ", plural(d.Rows, "row")),
		"Distance is Kolmogorov and Smirnov’s for numbers, total variation for levels: 0 of equal distributions, 1 of distributions without overlap. ",
		"Correlations of two columns differ by ", fromRun("sampled.correlation_difference", d.Correlation, decimal(d.Correlation)), " on average.")}
	t := &table{Caption: "Columns", Head: []cell{words("column"), number("distance")}}
	var figures []figure
	for i, c := range d.Columns[:min(len(d.Columns), maxColumns)] {
		t.Rows = append(t.Rows, row{Cells: []cell{words(name(c.Name)), number(fromRun(fmt.Sprintf("sampled.columns[%d].distance", i), c.Distance, decimal(c.Distance)))}})
		if len(figures) < maxMarginals && len(c.Trained) > 0 && len(c.Trained) == len(c.Drawn) && len(c.Trained) <= maxDimensions {
			figures = append(figures, marginal(i, c))
		}
	}
	s.Blocks = append(s.Blocks, block{Table: copiesTable(d)}, block{Table: t}, block{Figures: figures})
	return s
}

// copiesTable tells whether the model knows rows by heart.
func copiesTable(d *train.Sampled) *table {
	t := &table{Caption: "Distance to the nearest training row, and rows that equal one", Head: []cell{words("rows"), number("equal"), number("nearest 5 %"), number("median"), number("farthest 5 %")}}
	add := func(what string, copies float64, marks []float64) {
		cells := []cell{words(what), number(percent(copies))}
		for _, k := range []int{1, 10, 19} {
			v := math.NaN()
			if k < len(marks) {
				v = marks[k]
			}
			cells = append(cells, number(decimal(v)))
		}
		t.Rows = append(t.Rows, row{Cells: cells})
	}
	add("drawn", d.Copies, d.Nearest)
	if d.Other != nil {
		add("of the "+name(d.Other.Part)+" part", d.Other.Copies, d.Other.Nearest)
	}
	return t
}

// marginal draws the distribution of a column.
func marginal(i int, c train.SampledColumn) figure {
	n := len(c.Trained)
	t := &table{Head: []cell{words("value"), number("trained"), number("drawn")}}
	edges := c.Edges
	if len(edges) != n+1 {
		edges = make([]float64, n+1)
		for k := range edges {
			edges[k] = float64(k) - 0.5
		}
	}
	var steps []chart.Point
	for k, share := range c.Drawn {
		steps = append(steps, chart.Point{X: edges[k], Y: share}, chart.Point{X: edges[k+1], Y: share})
		value := ""
		switch {
		case k < len(c.Levels):
			value = name(c.Levels[k])
		case len(c.Levels) == 0:
			value = decimal(edges[k]) + " to " + decimal(edges[k+1])
		}
		t.Rows = append(t.Rows, row{Cells: []cell{words(value), number(percent(c.Trained[k])), number(percent(share))}})
	}
	label := clip(c.Name, shownName)
	if len(c.Levels) > 0 {
		label = "level"
	}
	p := chart.Plot{
		ID: fmt.Sprintf("marginal-%d", i), Title: name(c.Name), Desc: fmt.Sprintf("distribution among training rows and rows drawn; distance %s", decimal(c.Distance)),
		X: chart.Axis{Label: label, Min: edges[0], Max: edges[n]}, Y: chart.Nice("share of rows", append(append([]float64{0}, c.Trained...), c.Drawn...)...),
		Marks: []chart.Mark{chart.Bars{Class: "trained", Edges: edges, Height: c.Trained}, chart.Line{Class: "drawn", Points: steps}},
	}
	return figure{SVG: svg(p), Caption: say(name(c.Name)), Keys: []key{{"trained", "training rows"}, {"drawn", "rows drawn"}}, Table: t}
}
