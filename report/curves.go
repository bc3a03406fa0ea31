package report

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/report/internal/chart"
	"github.com/descent-ml/descent/train"
)

// tableRows is how many lines a table beside a plot has.
const tableRows = 24

// curveSection shows how training went, epoch by epoch.
func (r *run) curveSection() *section {
	if len(r.epochs) == 0 {
		return nil
	}
	names := []string{"loss"}
	if m := r.curveMetric(); m != "" {
		names = append(names, m)
	}
	s := &section{ID: "curves", Title: "Curves", Lead: say("Train: the mean over an epoch’s batches, while weights move. Valid: the whole part, after the epoch.")}
	if r.hasCodes() {
		names = append(names, "reconstruction", "kl")
	}
	var figures []figure
	for _, m := range names {
		if f, ok := r.curve(m); ok {
			figures = append(figures, f)
		}
	}
	if len(figures) == 0 {
		return nil
	}
	s.Blocks = []block{{Figures: figures}}
	rates := r.learningRates()
	switch {
	case len(rates) == 0:
	case slices.ContainsFunc(rates, func(p chart.Point) bool { return p.Y != rates[0].Y }):
		s.Blocks = append(s.Blocks, block{Figures: []figure{rateFigure(rates)}})
	default:
		s.Blocks = append(s.Blocks, block{Facts: []fact{{"learning rate", say(precise(rates[0].Y), " in every epoch")}}})
	}
	return s
}

// learningRates are those of the last step of each epoch, as far as they are known.
func (r *run) learningRates() []chart.Point {
	var rates []chart.Point
	for _, e := range r.epochs {
		if e.LearningRate != nil {
			rates = append(rates, chart.Point{X: float64(e.Epoch), Y: *e.LearningRate})
		}
	}
	return rates
}

// rateFigure plots learning rates by epoch.
func rateFigure(rates []chart.Point) figure {
	values := make([]float64, len(rates))
	for i, p := range rates {
		values[i] = p.Y
	}
	first, last := rates[0], rates[len(rates)-1]
	p := chart.Plot{
		ID: "learning-rate", Title: "learning rate by epoch",
		Desc: fmt.Sprintf("The learning rate of each epoch’s last step: %s in epoch %s, %s in epoch %s", precise(first.Y), count(first.X), precise(last.Y), count(last.X)),
		X:    chart.Axis{Label: "epoch", Min: 0, Max: last.X}, Y: chart.Nice("learning rate", append(values, 0)...),
	}
	p.Marks = []chart.Mark{chart.Line{Class: "valid", Points: thin(rates, p.X, p.Y, maxPoints)}}
	t := &table{Head: heads("epoch", "learning rate")}
	for _, at := range some(rates, tableRows) {
		t.Rows = append(t.Rows, row{Cells: []cell{words(count(at.X)), number(precise(at.Y))}})
	}
	return figure{Caption: say("learning rate"), Keys: []key{{"valid", "of the last step of an epoch"}}, SVG: svg(p), Table: t}
}

// precise prints a number with four digits, whatever its size.
func precise(v float64) string { return minus(strconv.FormatFloat(v, 'g', 4, 64)) }

// curveMetric is the metric that is shown beside the loss: the one that stops
// training, or the headline of the task.
func (r *run) curveMetric() string {
	if stop := r.Training.EarlyStop; stop != nil {
		if _, m, _ := strings.Cut(stop.Metric, "."); m != "" && m != "loss" {
			return m
		}
	}
	if r.ofImages() {
		return map[bool]string{true: "iou_macro", false: "iou"}[len(r.Data.Images.Classes) > 2]
	}
	return map[data.Task]string{data.Binary: "average_precision", data.MultiClass: "f1_macro", data.MultiLabel: "average_precision", data.Regression: "r2"}[r.task()]
}

// curve plots a metric of the train and valid parts against the epoch.
func (r *run) curve(metric string) (figure, bool) {
	var trained, judged []chart.Point
	var values []float64
	for _, e := range r.epochs {
		add := func(to *[]chart.Point, m train.Metrics) {
			if v, ok := m.Get(metric); ok {
				*to = append(*to, chart.Point{X: float64(e.Epoch), Y: v})
				values = append(values, v)
			}
		}
		add(&trained, e.Train)
		add(&judged, e.Valid)
	}
	if len(values) == 0 {
		return figure{}, false
	}
	last := float64(r.epochs[len(r.epochs)-1].Epoch)
	p := chart.Plot{
		ID: "curve-" + slug(metric), Title: name(metric) + " by epoch", X: chart.Axis{Label: "epoch", Min: 0, Max: last}, Y: chart.Nice(name(metric), values...),
	}
	f := figure{Caption: say(name(metric))}
	best := r.bestEpoch()
	if best > 0 {
		p.Marks = append(p.Marks, chart.Ruler{Class: "best", From: chart.Point{X: float64(best), Y: p.Y.Min}, To: chart.Point{X: float64(best), Y: p.Y.Max}})
	}
	for _, line := range []struct {
		class, text string
		points      []chart.Point
	}{{"train", "train", trained}, {"valid", "valid", judged}} {
		if len(line.points) == 0 {
			continue
		}
		p.Marks = append(p.Marks, chart.Line{Class: line.class, Points: thin(line.points, p.X, p.Y, maxPoints)})
		if len(line.points) == 1 {
			p.Marks = append(p.Marks, chart.Dots{Class: line.class, Points: line.points})
		}
		f.Keys = append(f.Keys, key{line.class, line.text})
	}
	p.Desc = fmt.Sprintf("%s over %s", name(metric), plural(len(r.epochs), "epoch"))
	if v, ok := valueAt(judged, best); ok {
		at := chart.Point{X: float64(best), Y: v}
		p.Marks = append(p.Marks, chart.Dots{Class: "chosen", Points: []chart.Point{at}})
		f.Keys = append(f.Keys, key{"best", fmt.Sprintf("epoch %d, whose weights are kept", best)})
		p.Desc += fmt.Sprintf("; %s on the valid rows in epoch %d, whose weights are kept", decimal(v), best)
	}
	f.SVG, f.Table = svg(p), r.curveTable(metric)
	return f, true
}

func (r *run) bestEpoch() int {
	if r.Result == nil {
		return 0
	}
	return r.Result.BestEpoch
}

func valueAt(points []chart.Point, epoch int) (float64, bool) {
	for _, p := range points {
		if p.X == float64(epoch) && !math.IsNaN(p.Y) {
			return p.Y, true
		}
	}
	return 0, false
}

// curveTable lists some epochs, the best among them.
func (r *run) curveTable(metric string) *table {
	t := &table{Head: heads("epoch", "train", "valid")}
	shown := some(r.epochs, tableRows)
	for i, e := range shown {
		if i > 0 {
			for _, between := range r.epochs {
				if between.Epoch == r.bestEpoch() && shown[i-1].Epoch < between.Epoch && between.Epoch < e.Epoch {
					t.Rows = append(t.Rows, r.curveRow(between, metric))
				}
			}
		}
		t.Rows = append(t.Rows, r.curveRow(e, metric))
	}
	return t
}

func (r *run) curveRow(e epoch, metric string) row {
	trained, _ := e.Train.Get(metric)
	judged, _ := e.Valid.Get(metric)
	return row{Cells: []cell{words(count(e.Epoch)), number(decimal(trained)), number(decimal(judged))}, Chosen: e.Epoch == r.bestEpoch()}
}

// slug makes an id of a name.
func slug(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, clip(strings.ToLower(s), shownName))
}

// svg draws a plot. Package chart escapes every text in it.
func svg(p chart.Plot) template.HTML { return template.HTML(p.SVG()) }
