package report

import (
	"slices"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/train"
)

// resultSection is the table of the first screen, and the same for every part.
func (r *run) resultSection() *section {
	parts := r.judged()
	if len(parts) == 0 {
		return nil
	}
	if r.ofImages() {
		return r.maskSection(parts)
	}
	p := parts[0]
	s := &section{ID: "result", Title: "Result", Lead: say("On ", p.rows(), ".")}
	switch r.task() {
	case data.Binary:
		s.Blocks = append(s.Blocks, block{Table: r.cutTable(p)}, block{Table: r.plainTable(p, "Without a threshold", rankingNames)})
	default:
		s.Blocks = append(s.Blocks, block{Table: r.plainTable(p, "", nil)})
	}
	if len(parts) > 1 {
		s.Blocks = append(s.Blocks, block{Folded: r.byPart(parts)})
	}
	return s
}

// rows names the rows of a part.
func (p part) rows() prose {
	return say(fromRun(p.name+".rows", float64(p.judged.Rows), count(p.judged.Rows)), " ", p.name, " rows")
}

// The metrics of a binary target: those of a threshold, and those of the scores.
var (
	cutNames     = []string{"f1", "precision", "recall", "accuracy", "balanced_accuracy"}
	rankingNames = []string{"roc_auc", "average_precision", "log_loss"}
)

// cutTable compares what the threshold gives with one half and with an answer
// that looks at no row.
func (r *run) cutTable(p part) *table {
	t := r.threshold()
	always, trivial := r.constantAnswer(p)
	table := &table{Caption: "At the threshold"}
	table.Head = []cell{words("metric"), number("at ", fromRun("threshold", t, decimal(t)))}
	if r.tuned() {
		table.Head[1].prose = append(table.Head[1].prose, span{Text: ", tuned"})
	}
	if t != metric.DefaultThreshold {
		table.Head = append(table.Head, number(r.halfName()))
	}
	if p.judged.Intervals != nil {
		table.Head = slices.Insert(table.Head, 2, number("95 % interval"))
	}
	table.Head = append(table.Head, number("always ", always))
	for _, m := range cutNames {
		cells := []cell{words(m), number(p.metric(m))}
		if p.judged.Intervals != nil {
			i, _ := p.interval(m, decimal)
			cells = append(cells, number(i))
		}
		if t != metric.DefaultThreshold {
			half, _ := p.judged.AtHalf.Get(m)
			cells = append(cells, number(fromRun(p.name+".at_half."+m, half, decimal(half))))
		}
		table.Rows = append(table.Rows, row{Cells: append(cells, number(trivial(m)))})
	}
	return table
}

// constantAnswer is the class that most training rows have, and the metrics of
// always saying it.
func (r *run) constantAnswer(p part) (class string, of func(metric string) span) {
	positives, rest := float64(p.judged.Positives), float64(p.judged.Rows-p.judged.Positives)
	c, class := metric.Counts{FN: positives, TN: rest}, r.target().Classes[0]
	if yes, rows := r.trainClass(1); 2*yes >= rows && rows > 0 {
		c, class = metric.Counts{TP: positives, FP: rest}, r.target().Classes[1]
	}
	return name(class), func(m string) span {
		if v, ok := r.Result.Baseline.Get(m); ok && p.name == "test" {
			return fromRun("baseline."+m, v, decimal(v))
		}
		return span{Text: decimal(map[string]float64{
			"f1": c.F1(metric.Zero), "precision": c.Precision(metric.Undefined), "recall": c.Recall(metric.Zero),
			"accuracy": c.Accuracy(), "balanced_accuracy": c.BalancedAccuracy(),
		}[m])}
	}
}

// trainClass counts the training rows of a class, and all training rows.
func (r *run) trainClass(class int) (n, rows int) {
	for _, p := range r.Data.Parts {
		if p.Name == "train" && class < len(p.Counts) {
			return p.Counts[class], p.Rows
		}
	}
	return 0, 0
}

// plainTable lists metrics beside their intervals and those of an answer that
// looks at no row; names nil lists all.
func (r *run) plainTable(p part, caption string, names []string) *table {
	trivial := map[data.Task]string{data.Binary: "class rate", data.MultiClass: "class rates", data.MultiLabel: "label rates", data.Regression: "training mean"}[r.task()]
	table := &table{Caption: caption, Head: heads("metric", "value")}
	if p.judged.Intervals != nil {
		table.Head = append(table.Head, number("95 % interval"))
	}
	half := names == nil && len(p.judged.AtHalf) > 0
	if names == nil {
		for _, m := range p.judged.Metrics {
			names = append(names, m.Name)
		}
	}
	if half {
		table.Head = append(table.Head, number(r.halfName()))
	}
	if trivial != "" { // of masks and of codes there is none
		table.Head = append(table.Head, number(trivial))
	}
	for _, m := range names {
		cells := []cell{words(name(m)), number(p.metric(m))}
		if p.judged.Intervals != nil {
			i, _ := p.interval(m, decimal)
			cells = append(cells, number(i))
		}
		if half {
			v, _ := p.judged.AtHalf.Get(m)
			cells = append(cells, number(fromRun(p.name+".at_half."+m, v, decimal(v))))
		}
		if trivial != "" {
			cells = append(cells, number(r.trivial(p, m)))
		}
		table.Rows = append(table.Rows, row{Cells: cells})
	}
	return table
}

// halfName says what is beside the decisions by thresholds that were chosen.
func (r *run) halfName() string {
	if r.task() == data.MultiClass {
		return "likeliest class"
	}
	return "at 0.500"
}

// trivial is a metric of the answer that looks at no row. Its ranking is chance.
func (r *run) trivial(p part, m string) span {
	if v, ok := r.Result.Baseline.Get(m); ok && p.name == "test" {
		return fromRun("baseline."+m, v, decimal(v))
	}
	switch {
	case r.task() == data.Binary && m == "roc_auc":
		return span{Text: decimal(0.5)}
	case r.task() == data.Binary && m == "average_precision":
		return span{Text: decimal(float64(p.judged.Positives) / float64(p.judged.Rows))}
	}
	return span{Text: undefined}
}

// byPart lists every metric of every part.
func (r *run) byPart(parts []part) *table {
	table := &table{Caption: "The same on every part", Head: []cell{words("metric")}}
	add := func(heading string, of func(p part) span) {
		cells := []cell{words(heading)}
		for _, p := range parts {
			cells = append(cells, number(of(p)))
		}
		table.Rows = append(table.Rows, row{Cells: cells})
	}
	for _, p := range parts {
		table.Head = append(table.Head, number(p.name))
	}
	add("rows", func(p part) span { return fromRun(p.name+".rows", float64(p.judged.Rows), count(p.judged.Rows)) })
	if parts[0].judged.Positives > 0 {
		add("positives", func(p part) span {
			return fromRun(p.name+".positives", float64(p.judged.Positives), count(p.judged.Positives))
		})
	}
	for _, m := range allNames(parts, func(j *train.Judged) train.Metrics { return j.Metrics }) {
		add(name(m), func(p part) span { return p.metric(m) })
	}
	for _, m := range allNames(parts, func(j *train.Judged) train.Metrics { return j.AtHalf }) {
		add(name(m)+", "+r.halfName(), func(p part) span {
			v, _ := p.judged.AtHalf.Get(m)
			return fromRun(p.name+".at_half."+m, v, decimal(v))
		})
	}
	return table
}

// allNames are the metrics that any of the parts has, in their order.
func allNames(parts []part, of func(*train.Judged) train.Metrics) []string {
	var names []string
	for _, p := range parts {
		for _, m := range of(p.judged) {
			if !slices.Contains(names, m.Name) {
				names = append(names, m.Name)
			}
		}
	}
	return names
}
