package report

import (
	"fmt"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/train"
)

// classNames are the names of the classes, or of the labels.
func (r *run) classNames() []string {
	if r.task() == data.MultiLabel {
		return r.target().Names()
	}
	return r.classes()
}

// classWord is what one of them is called.
func (r *run) classWord() string {
	if r.task() == data.MultiLabel {
		return "label"
	}
	return "class"
}

// A choice is how a threshold came about; name is that of its class or label.
type choice struct {
	*train.Choice
	class int    // of the thresholds
	at    string // its place in run.json
	name  string // "" of a binary target
}

// choices are those of the run, of each class or label if there are several.
func (r *run) choices() []choice {
	if r.Result == nil {
		return nil
	}
	if c := r.Result.Choice; c != nil {
		return []choice{{c, 0, "threshold_choice", ""}}
	}
	var all []choice
	names := r.classNames()
	for i, c := range r.Result.Choices {
		if c != nil && i < len(names) {
			all = append(all, choice{c, i, fmt.Sprintf("threshold_choices.%d", i), names[i]})
		}
	}
	return all
}

// prefix names the class in a sentence about its threshold.
func (c choice) prefix() string {
	if c.name == "" {
		return ""
	}
	return name(c.name) + ": "
}

// classSection judges each class against all others, or each label.
func (r *run) classSection() *section {
	parts := r.judged()
	if len(parts) == 0 || len(parts[0].judged.Classes) == 0 {
		return nil
	}
	p := parts[0]
	s := &section{ID: "classes", Title: "By class", Lead: say("On ", p.rows(), ", each class against all others.")}
	if r.task() == data.MultiLabel {
		s.Title, s.Lead = "By label", say("On ", p.rows(), ", each label for itself.")
	}
	s.Blocks = []block{{Table: p.classTable(r.classWord())}}
	if t := p.classIntervals(r.classWord()); t != nil {
		s.Blocks = append(s.Blocks, block{Folded: t})
	}
	if choices := r.choices(); len(choices) > 0 {
		s.Blocks = append(s.Blocks, block{Table: r.choiceTable(choices)})
		if t := r.earlierTable(); t != nil {
			s.Blocks = append(s.Blocks, block{Table: t})
		}
		if r.task() == data.MultiClass {
			s.Blocks = append(s.Blocks, block{Text: say("A row is said to be of the class whose probability is the largest multiple of its threshold.")})
		}
	}
	return s
}

// classMetric is a metric of a class of a part: test.classes.0.metrics.f1.
func (p part) classMetric(class int, m string) span {
	v, _ := p.judged.Classes[class].Metrics.Get(m)
	return fromRun(fmt.Sprintf("%s.classes.%d.metrics.%s", p.name, class, m), v, decimal(v))
}

// shownClasses are the classes that a table has room for, and what its caption says
// of the rest.
func (p part) shownClasses() (classes []train.ClassJudged, rest string) {
	classes = p.judged.Classes
	if more := len(classes) - maxClasses; more > 0 {
		return classes[:maxClasses], fmt.Sprintf("; the first %d, without %s more", maxClasses, count(more))
	}
	return classes, ""
}

func (p part) classTable(word string) *table {
	t := &table{Head: heads(word, "rows")}
	classes, rest := p.shownClasses()
	if rest != "" {
		t.Caption = "Classes" + rest
	}
	for _, m := range classes[0].Metrics {
		t.Head = append(t.Head, number(name(m.Name)))
	}
	for i, c := range classes {
		cells := []cell{words(name(c.Name)), number(fromRun(fmt.Sprintf("%s.classes.%d.rows", p.name, i), float64(c.Rows), count(c.Rows)))}
		for _, m := range classes[0].Metrics {
			cells = append(cells, number(p.classMetric(i, m.Name)))
		}
		t.Rows = append(t.Rows, row{Cells: cells})
	}
	return t
}

// classIntervals lists the intervals of the classes' metrics, nil if there are none.
func (p part) classIntervals(word string) *table {
	classes, rest := p.shownClasses()
	if len(classes[0].Intervals) == 0 {
		return nil
	}
	t := &table{Caption: "95 % intervals" + rest, Head: heads(word)}
	for _, m := range classes[0].Metrics {
		if _, ok := classes[0].Intervals[m.Name]; ok {
			t.Head = append(t.Head, number(name(m.Name)))
		}
	}
	for i, c := range classes {
		cells := []cell{words(name(c.Name))}
		for _, m := range classes[0].Metrics {
			if _, ok := classes[0].Intervals[m.Name]; !ok {
				continue
			}
			within := prose{}
			if v, ok := c.Intervals[m.Name]; ok {
				at := fmt.Sprintf("%s.classes.%d.intervals.%s", p.name, i, m.Name)
				within = say(fromRun(at+".0", v[0], decimal(v[0])), " to ", fromRun(at+".1", v[1], decimal(v[1])))
			}
			cells = append(cells, number(within))
		}
		t.Rows = append(t.Rows, row{Cells: cells})
	}
	return t
}

// choiceTable tells how the threshold of each class or label came about.
func (r *run) choiceTable(choices []choice) *table {
	t := &table{Caption: "Thresholds", Head: heads(r.classWord(), "threshold", "95 % interval", "chosen on", "positives", "score")}
	if rule := choices[0].Rule; rule != "" {
		t.Caption += " by " + name(rule)
	}
	if choices[0].Part != "" {
		t.Caption += ", on the " + name(choices[0].Part) + " rows"
	}
	thresholds := r.thresholds()
	for _, c := range choices[:min(len(choices), maxClasses)] {
		within := prose{}
		if v := c.Interval; v != nil {
			within = say(fromRun(c.at+".interval.0", v[0], decimal(v[0])), " to ", fromRun(c.at+".interval.1", v[1], decimal(v[1])))
		}
		t.Rows = append(t.Rows, row{Cells: []cell{
			words(name(c.name)), number(fromRun(fmt.Sprintf("thresholds.%d", c.class), thresholds[c.class], decimal(thresholds[c.class]))), number(within),
			number(fromRun(c.at+".rows", float64(c.Rows), count(c.Rows)), " rows"), number(fromRun(c.at+".positives", float64(c.Positives), count(c.Positives))),
			number(fromRun(c.at+".score", c.Score, decimal(c.Score))),
		}})
	}
	return t
}
