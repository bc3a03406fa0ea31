package report

import (
	"fmt"
	"math"
	"strconv"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/report/internal/chart"
)

// cloudDraws is how many draws of the bootstrap are plotted. They are the first
// of those that run.json's intervals are made of.
const cloudDraws = 300

// ranked are the rows of a part in the order of their scores.
type ranked struct {
	*metric.Ranking
	part   string
	points []metric.Point
}

func rank(p *predictions) *ranked {
	if p == nil {
		return nil
	}
	r, err := metric.Rank(p.score, p.labels(), nil)
	if err != nil {
		return nil // read refuses scores that are not finite
	}
	return &ranked{r, p.part, r.Points()}
}

// at returns the counts at a threshold.
func (k *ranked) at(threshold float64) metric.Counts {
	var c metric.Counts
	last := k.points[len(k.points)-1].Counts
	c.FN, c.TN = last.TP, last.FP // nothing is flagged above all scores
	for _, p := range k.points {
		if p.Threshold < threshold {
			break
		}
		c = p.Counts
	}
	return c
}

// cutView is what the plots of a threshold need.
type cutView struct {
	run       *run
	shown     *ranked
	chooser   *ranked // the rows that chose, if they are others
	threshold float64
	chosen    metric.Counts // at the threshold
	draws     *metric.Resamples
}

// thresholdSection shows how the threshold was chosen, and what others would give.
func (r *run) thresholdSection() *section {
	shown := rank(r.shown())
	if r.task() != data.Binary || shown == nil {
		return nil
	}
	if n := shown.Positives(); n == 0 || n == shown.Rows() {
		return nil // there is no curve of one class
	}
	v := &cutView{run: r, shown: shown, threshold: r.threshold()}
	v.chosen = shown.at(v.threshold)
	v.chooser = rank(r.choosers())
	v.draws = r.draws(v.chooser, shown, cloudDraws)
	s := &section{ID: "threshold", Title: "Threshold", Lead: r.thresholdLead(), Blocks: []block{
		{Figures: []figure{v.precisionRecall(), v.roc(), v.f1(), v.both()}},
		{Table: v.cutTable()},
	}}
	if t := r.earlierTable(); t != nil {
		s.Blocks = append(s.Blocks, block{Table: t})
	}
	return s
}

// draws repeats the choice of the threshold n times, as the run did for its
// intervals; without rows to choose on the threshold stays. It returns nil if the
// rows are not there, or are those that are judged.
func (r *run) draws(chooser, judged *ranked, n int) *metric.Resamples {
	rule, ok := r.rule()
	if ok && r.Result.Choice.Part == "" {
		chooser, rule = judged, metric.Fixed{Value: r.threshold()}
	}
	if !ok || chooser == nil {
		return nil
	}
	draws, err := metric.Bootstrap{Resamples: n, Seed: r.Training.Seed}.Run(chooser.Ranking, judged.Ranking, rule)
	if err != nil {
		return nil // of a rule with numbers that make no sense
	}
	return draws
}

func (r *run) rule() (metric.Rule, bool) {
	if r.Result == nil || r.Result.Choice == nil {
		return nil, false
	}
	rule, err := metric.ParseRule(r.Result.Choice.Rule)
	return rule, err == nil
}

// tuned tells whether the threshold was chosen on rows.
func (r *run) tuned() bool {
	if r.Result.Choice == nil || r.Result.Choice.Kept != "" {
		return false
	}
	rule, _ := r.rule()
	_, fixed := rule.(metric.Fixed)
	return !fixed
}

// ruleScore names what the rule of the threshold is after.
func (r *run) ruleScore() string {
	rule, _ := r.rule()
	switch rule := rule.(type) {
	case metric.BestF:
		return "f" + strconv.FormatFloat(rule.Beta, 'g', -1, 64)
	case metric.RecallAtPrecision:
		return "recall"
	case metric.PrecisionAtRecall:
		return "precision"
	case metric.Cheapest:
		return "the mean cost of a row"
	}
	return "its score"
}

// thresholdLead tells how the threshold came about.
func (r *run) thresholdLead() prose {
	t := r.threshold()
	text := say("A row is called ", r.positive(), " where its score is at least ", fromRun("threshold", t, decimal(t)))
	c := r.Result.Choice
	switch {
	case c == nil:
	case c.Kept != "":
		return say(text, ": ", clip(c.Kept, 500), ".")
	case !r.tuned():
		return say(text, ", as the recipe says.")
	default:
		text = say(text, ", chosen by ", name(c.Rule), " on ", fromRun("threshold_choice.rows", float64(c.Rows), count(c.Rows)), " ", name(c.Part), " rows, ",
			fromRun("threshold_choice.positives", float64(c.Positives), count(c.Positives)), " of them ", r.positive(),
			", where ", r.ruleScore(), " is ", fromRun("threshold_choice.score", c.Score, decimal(c.Score)))
		if i := c.Interval; i != nil {
			text = say(text, ". Draws of other rows choose ", fromRun("threshold_choice.interval.0", i[0], decimal(i[0])), " to ",
				fromRun("threshold_choice.interval.1", i[1], decimal(i[1])), " in 95 % of cases")
		}
	}
	return say(text, ".")
}

// unitAxis is the axis of a share.
func unitAxis(label string) chart.Axis { return chart.Axis{Label: label, Min: 0, Max: 1} }

// rateCurve is a curve of two rates with the chosen point and its cloud.
func (v *cutView) rateCurve(p chart.Plot, x, y func(metric.Counts) float64, note chart.Note, start ...chart.Point) (chart.Plot, []key) {
	points := start
	for _, at := range v.shown.points {
		points = append(points, chart.Point{X: x(at.Counts), Y: y(at.Counts)})
	}
	keys := []key{{"test", v.shown.part + " rows"}}
	if v.draws != nil {
		var cloud []chart.Point
		for _, c := range v.draws.Counts {
			cloud = append(cloud, chart.Point{X: x(c), Y: y(c)})
		}
		p.Marks = append(p.Marks, chart.Dots{Class: "cloud", Points: cloud})
		keys = append(keys, key{"cloud", "the same choice on other draws of rows"})
	}
	note.Class, note.At, note.Text = "chosen", chart.Point{X: x(v.chosen), Y: y(v.chosen)}, "at "+decimal(v.threshold)
	p.Marks = append(p.Marks,
		chart.Line{Class: "test", Points: thin(points, p.X, p.Y, maxPoints)},
		chart.Dots{Class: "chosen", Points: []chart.Point{note.At}}, note)
	return p, append(keys, key{"chosen", "the threshold"})
}

func recall(c metric.Counts) float64         { return c.Recall(metric.Undefined) }
func precision(c metric.Counts) float64      { return c.Precision(metric.Undefined) }
func falsePositives(c metric.Counts) float64 { return 1 - c.Specificity(metric.Undefined) }
func f1(c metric.Counts) float64             { return c.F1(metric.Zero) }

func (v *cutView) precisionRecall() figure {
	area := v.metric("average_precision")
	p := chart.Plot{ID: "pr", Title: "Precision against recall", X: unitAxis("recall"), Y: unitAxis("precision")}
	rate := float64(v.shown.Positives()) / float64(v.shown.Rows())
	p.Desc = fmt.Sprintf("%s rows; average precision %s; the threshold gives precision %s and recall %s", v.shown.part, area.Text, decimal(precision(v.chosen)), decimal(recall(v.chosen)))
	p.Marks = []chart.Mark{chart.Ruler{Class: "chance", From: chart.Point{X: 0, Y: rate}, To: chart.Point{X: 1, Y: rate}}}
	p, keys := v.rateCurve(p, recall, precision, chart.Note{})
	return figure{SVG: svg(p), Caption: say("Precision and recall; average precision ", area), Keys: append(keys, key{"chance", "class rate"}), Table: v.pointTable()}
}

func (v *cutView) roc() figure {
	area := v.metric("roc_auc")
	p := chart.Plot{ID: "roc", Title: "ROC curve", X: unitAxis("false positive rate"), Y: unitAxis("recall, the true positive rate")}
	p.Desc = fmt.Sprintf("%s rows; area under the curve %s; the threshold gives recall %s at a false positive rate of %s", v.shown.part, area.Text, decimal(recall(v.chosen)), decimal(falsePositives(v.chosen)))
	p.Marks = []chart.Mark{chart.Ruler{Class: "chance", From: chart.Point{}, To: chart.Point{X: 1, Y: 1}}}
	p, keys := v.rateCurve(p, falsePositives, recall, chart.Note{Below: true}, chart.Point{})
	return figure{SVG: svg(p), Caption: say("ROC curve; area ", area), Keys: append(keys, key{"chance", "chance"}), Table: v.alarmTable()}
}

// metric is a metric of the part that is shown.
func (v *cutView) metric(name string) span { return v.run.judged()[0].metric(name) }

// steps is a metric as a function of the threshold, in steps from the lowest score.
func (k *ranked) steps(of func(metric.Counts) float64) []chart.Point {
	points := []chart.Point{{X: 0, Y: of(k.points[len(k.points)-1].Counts)}}
	for i := len(k.points) - 1; i >= 0; i-- {
		points = append(points, chart.Point{X: k.points[i].Threshold, Y: of(k.points[i].Counts)})
		if i > 0 { // from here to the next score
			points = append(points, chart.Point{X: k.points[i].Threshold, Y: of(k.points[i-1].Counts)})
		}
	}
	return points
}

// f1 plots F1 against the threshold, on the rows that are judged and on those
// that chose, with both intervals.
func (v *cutView) f1() figure {
	p := chart.Plot{ID: "f1", Title: "F1 against the threshold", X: unitAxis("threshold"), Y: unitAxis("f1")}
	p.Desc = fmt.Sprintf("at the threshold of %s the %s rows have F1 %s", decimal(v.threshold), v.shown.part, decimal(f1(v.chosen)))
	f := figure{Caption: say("F1 against the threshold")}
	judged := v.run.judged()[0]
	if c := v.run.Result.Choice; c != nil && c.Interval != nil {
		p.Marks = append(p.Marks, chart.Area{Class: "span", From: chart.Point{X: c.Interval[0], Y: 0}, To: chart.Point{X: c.Interval[1], Y: 1}})
		f.Keys = append(f.Keys, key{"span", "95 % intervals"})
	}
	if i, ok := judged.judged.Intervals["f1"]; ok {
		p.Marks = append(p.Marks, chart.Area{Class: "span", From: chart.Point{X: 0, Y: i[0]}, To: chart.Point{X: 1, Y: i[1]}})
	}
	for _, k := range []*ranked{v.chooser, v.shown} {
		if k != nil {
			p.Marks = append(p.Marks, chart.Line{Class: k.class(v), Points: thin(k.steps(f1), p.X, p.Y, maxPoints)})
			f.Keys = append(f.Keys, key{k.class(v), k.part + " rows"})
		}
	}
	chosen := chart.Point{X: v.threshold, Y: f1(v.chosen)}
	p.Marks = append(p.Marks, chart.Dots{Class: "chosen", Points: []chart.Point{chosen}})
	f.Keys = append(f.Keys, key{"chosen", "the threshold"})
	f.SVG, f.Table = svg(p), v.stepTable()
	return f
}

// class is the look of a line: that of the valid part for all rows that chose.
func (k *ranked) class(v *cutView) string {
	if k == v.chooser {
		return "valid"
	}
	return "test"
}

// both plots precision and recall against the threshold.
func (v *cutView) both() figure {
	p := chart.Plot{ID: "cut", Title: "Precision and recall against the threshold", X: unitAxis("threshold"), Y: unitAxis("precision, recall")}
	p.Desc = fmt.Sprintf("%s rows; at the threshold precision is %s and recall %s", v.shown.part, decimal(precision(v.chosen)), decimal(recall(v.chosen)))
	at := v.threshold
	p.Marks = []chart.Mark{
		chart.Ruler{Class: "best", From: chart.Point{X: at, Y: 0}, To: chart.Point{X: at, Y: 1}},
		chart.Line{Class: "recall", Points: thin(v.shown.steps(recall), p.X, p.Y, maxPoints)},
		chart.Line{Class: "precision", Points: thin(v.shown.steps(precision), p.X, p.Y, maxPoints)},
	}
	return figure{SVG: svg(p), Caption: say("Precision and recall against the threshold, ", v.shown.part, " rows"),
		Keys: []key{{"precision", "precision"}, {"recall", "recall"}, {"best", "the threshold"}}, Table: v.stepTable()}
}

// pointTable lists the PR curve by tenths of recall.
func (v *cutView) pointTable() *table {
	return v.byTenth("recall at least", []string{"precision", "rows flagged"}, recall, func(c metric.Counts) []cell {
		return []cell{number(decimal(precision(c))), number(count(c.TP + c.FP))}
	})
}

// alarmTable lists the ROC curve by tenths of recall.
func (v *cutView) alarmTable() *table {
	return v.byTenth("recall at least", []string{"false positive rate"}, recall, func(c metric.Counts) []cell {
		return []cell{number(decimal(falsePositives(c)))}
	})
}

// byTenth lists the first point of the curve, from the highest threshold down,
// that reaches each tenth.
func (v *cutView) byTenth(first string, others []string, reach func(metric.Counts) float64, cells func(metric.Counts) []cell) *table {
	t := &table{Head: heads(first, others...)}
	for tenth := 1; tenth <= 10; tenth++ {
		for _, p := range v.shown.points {
			if reach(p.Counts) >= float64(tenth)/10-1e-12 {
				t.Rows = append(t.Rows, row{Cells: append([]cell{words(fmt.Sprintf("%.1f", float64(tenth)/10))}, cells(p.Counts)...)})
				break
			}
		}
	}
	return t
}

// stepTable lists what tenths of the threshold give.
func (v *cutView) stepTable() *table {
	t := &table{Head: heads("threshold", "f1", "precision", "recall")}
	for tenth := 1; tenth <= 9; tenth++ {
		c := v.shown.at(float64(tenth) / 10)
		t.Rows = append(t.Rows, row{Cells: []cell{words(fmt.Sprintf("%.1f", float64(tenth)/10)), number(decimal(f1(c))), number(decimal(precision(c))), number(decimal(recall(c)))}})
	}
	return t
}

// cutTable lists the chosen threshold and five others. They are chosen as the
// run's own was, though by fewer draws, and judged on the same rows.
func (v *cutView) cutTable() *table {
	t := &table{Caption: "Other thresholds, judged on the " + v.shown.part + " rows", Head: heads("chosen by", "threshold", "flagged", "precision", "recall", "f1")}
	own := "the run"
	if v.run.tuned() {
		own = name(v.run.Result.Choice.Rule) + ", the run’s own"
	}
	t.Rows = append(t.Rows, v.cutRow(own, v.threshold, true))
	for _, other := range v.others() {
		t.Rows = append(t.Rows, v.cutRow(other.text, other.threshold, false))
	}
	return t
}

// otherCuts is how many other thresholds are listed.
const otherCuts = 5

type otherCut struct {
	text      string
	threshold float64
}

// others are rules where there are rows to choose on, and fixed thresholds where not.
func (v *cutView) others() []otherCut {
	var cuts []otherCut
	if v.chooser != nil {
		choose := metric.Bootstrap{Resamples: cloudDraws, Seed: v.run.Training.Seed}
		for _, rule := range []metric.Rule{metric.BestF{Beta: 1}, metric.BestF{Beta: 2}, metric.BestF{Beta: 0.5}, metric.PrecisionAtRecall{Recall: 0.8}, metric.RecallAtPrecision{Precision: 0.8}, metric.Fixed{Value: metric.DefaultThreshold}} {
			c, err := choose.Choose(v.chooser.Ranking, rule)
			if err != nil || c.Kept {
				cuts = nil
				break
			}
			if rule.String() == v.run.Result.Choice.Rule || len(cuts) == otherCuts {
				continue
			}
			text := rule.String()
			if !c.Reached {
				text += ", not reached"
			}
			cuts = append(cuts, otherCut{text, c.Value})
		}
	}
	if cuts == nil {
		for _, t := range []float64{0.1, 0.2, 0.3, 0.5, 0.7, 0.9} {
			if t != v.threshold && len(cuts) < otherCuts {
				cuts = append(cuts, otherCut{metric.Fixed{Value: t}.String(), t})
			}
		}
	}
	return cuts
}

func (v *cutView) cutRow(text string, threshold float64, chosen bool) row {
	c := v.shown.at(threshold)
	shownThreshold := span{Text: decimal(threshold)}
	if chosen {
		shownThreshold = fromRun("threshold", threshold, decimal(threshold))
	}
	if math.IsInf(threshold, 0) {
		shownThreshold = span{Text: undefined}
	}
	return row{Chosen: chosen, Cells: []cell{
		words(text), number(shownThreshold), number(count(c.TP + c.FP)), number(decimal(precision(c))), number(decimal(recall(c))), number(decimal(f1(c))),
	}}
}
