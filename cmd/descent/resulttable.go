package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/train"
)

// resultTable compares what the chosen thresholds give, or the likeliest class, or
// the predicted number, with what stands beside it: thresholds of 0.5, intervals,
// and an answer that looks at no row.
func resultTable(about subject, r *train.Result, j *train.Judged) []string {
	var names []string
	if about.target.Task == data.Binary || about.target.Task == data.MultiClass {
		names = append(names, about.likeliest())
	}
	rows := fitted(names, func(most int) [][]string { return about.resultRows(r, j, most) })
	return aligned("l"+strings.Repeat("r", len(rows[0])), rows...)
}

func (about subject) resultRows(r *train.Result, j *train.Judged, most int) [][]string {
	target := about.target
	named := target.Task == data.Binary // the answer that looks at no row has one metric to show, and names itself there
	header := []string{""}
	if j.AtHalf == nil {
		header = append(header, "model")
	} else {
		header = append(header, plainHead(target.Task))
	}
	tuned := j.AtHalf != nil && isTuned(r)
	if tuned {
		header = append(header, tunedHead(r))
	}
	if len(j.Intervals) > 0 {
		header = append(header, "95 % interval")
	}
	trivial := about.trivial(most)
	if r.Baseline != nil && !named {
		header = append(header, trivial)
	}
	rows := [][]string{header}
	for _, m := range j.Metrics {
		if strings.HasSuffix(m.Name, "loss") || target.Task == data.Binary && m.Name == "balanced_accuracy" ||
			target.Task != data.Regression && slices.Contains(headlineNames, m.Name) {
			continue // it stands in the headline, or has no like
		}
		cells := []string{m.Name}
		half, decided := j.AtHalf.Get(m.Name)
		switch {
		case decided && tuned:
			cells = append(cells, metricText(half), metricText(m.Value))
		case decided:
			cells = append(cells, metricText(half))
		case tuned:
			cells = append(cells, metricText(m.Value), "") // the threshold does not move it
		default:
			cells = append(cells, metricText(m.Value))
		}
		base, known := r.Baseline.Get(m.Name)
		if len(j.Intervals) > 0 || named && known {
			between := betweenText(j, m.Name)
			if named && known {
				between = trivial + ": " + metricText(base)
			}
			cells = append(cells, between)
		}
		if known && !named {
			cells = append(cells, metricText(base))
		}
		rows = append(rows, cells)
	}
	return rows
}

// plainHead names what thresholds of one half are.
func plainHead(task data.Task) string {
	if task == data.MultiClass {
		return "likeliest"
	}
	return "at 0.500"
}

// isTuned reports whether any threshold was chosen, and is not 0.5 anyway.
func isTuned(r *train.Result) bool {
	if r.Choice != nil {
		return r.Choice.Kept == "" && *r.Threshold != 0.5
	}
	return slices.ContainsFunc(r.Choices, func(c *train.Choice) bool { return c.Kept == "" })
}

// tunedHead says at which threshold, or for what.
func tunedHead(r *train.Result) string {
	if r.Choice != nil {
		return fmt.Sprintf("at %s, %s", metricText(*r.Threshold), ruleText(r.Choice.Rule))
	}
	return ruleText(r.Choices[0].Rule)
}

// ruleText says what a threshold was chosen for, in few words.
func ruleText(text string) string {
	rule, err := metric.ParseRule(text)
	if err != nil {
		return "by " + clean(text)
	}
	switch rule := rule.(type) {
	case metric.BestF:
		return fmt.Sprintf("tuned for F%v", rule.Beta)
	case metric.RecallAtPrecision:
		return fmt.Sprintf("precision >= %v", rule.Precision)
	case metric.PrecisionAtRecall:
		return fmt.Sprintf("recall >= %v", rule.Recall)
	case metric.Cheapest:
		return fmt.Sprintf("cost %v:%v", rule.FalseNegative, rule.FalsePositive)
	}
	return "fixed"
}

// trivial names the answer that looks at no row, a class in so many characters.
func (s subject) trivial(most int) string {
	switch s.target.Task {
	case data.Regression:
		return "always the mean"
	case data.MultiLabel:
		return "class rates"
	}
	return "always " + shortWord(s.likeliest(), most)
}

// classTable judges each class against all others, or each label.
func classTable(r *train.Result, j *train.Judged, task data.Task) []string {
	var names []string
	for _, c := range j.Classes {
		names = append(names, c.Name)
	}
	rows := fitted(names, func(most int) [][]string { return classRows(r, j, task, most) })
	return aligned("l"+strings.Repeat("r", len(rows[0])-1), rows...)
}

func classRows(r *train.Result, j *train.Judged, task data.Task, most int) [][]string {
	header := []string{"class", "rows"}
	if task == data.MultiLabel {
		header[0] = "label"
	}
	if r.Thresholds != nil {
		header = append(header, "threshold")
	}
	header = append(header, "precision", "recall", "f1")
	intervals := len(j.Intervals) > 0
	if intervals {
		header = append(header, "95 % interval")
	}
	rows := [][]string{header}
	for i, c := range j.Classes {
		if i == maxClasses {
			rows = append(rows, []string{fmt.Sprintf("and %d more, in run.json", len(j.Classes)-i)})
			break
		}
		cells := []string{shortWord(c.Name, most), count(c.Rows)}
		if r.Thresholds != nil {
			cells = append(cells, metricText(r.Thresholds[i]))
		}
		for _, name := range []string{"precision", "recall", "f1"} {
			cells = append(cells, metricOf(c.Metrics, name, metricText))
		}
		if intervals {
			i := c.Intervals["f1"]
			cells = append(cells, decimals(i[0], 2)+" to "+decimals(i[1], 2))
		}
		rows = append(rows, cells)
	}
	return rows
}

// maxClasses is how many classes the table of the screen has.
const maxClasses = 20

// thresholdsText says where the thresholds of several classes or labels come from.
func thresholdsText(r *train.Result) string {
	var kept []string
	var chosen *train.Choice
	for i, c := range r.Choices {
		if c.Kept != "" {
			kept = append(kept, word(r.Train.Classes[i].Name)+": "+c.Kept)
		} else {
			chosen = c
		}
	}
	text := "no threshold was chosen"
	switch {
	case chosen != nil && strings.HasPrefix(chosen.Rule, "fixed("):
		text = "thresholds " + chosen.Rule
	case chosen != nil:
		text = fmt.Sprintf("thresholds by %s, chosen on %s", chosen.Rule, of(chosen.Rows, chosenOn(chosen)+" row"))
	}
	for i, k := range kept {
		if i == maxClasses {
			return fmt.Sprintf("%s; and %d more", text, len(kept)-i)
		}
		text += "; " + k
	}
	return text
}

// chosenOn names the rows that a threshold was chosen on.
func chosenOn(c *train.Choice) string {
	if c.Part == "" {
		return "valid" // of runs that do not say
	}
	return word(c.Part)
}
