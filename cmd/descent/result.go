package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/report"
	"github.com/descent-ml/descent/train"
)

// resultBlock prints what came of a run: how good it is, on which rows, how
// sure that is, and what an answer gets that looks at no row.
func (s *stream) resultBlock(p *train.Prepared, r *train.Result) {
	judged, on := judgedRows(r, p.Parts.Schema.Target.Positive())
	lines := s.entries(on)
	task := p.Parts.Schema.Target.Task
	lines = append(lines, headline(task, judged, r.Baseline)...)
	lines = append(lines, "")
	if task == data.Binary {
		lines = append(lines, binaryTable(p, r, judged)...)
		lines = append(lines, "")
		lines = append(lines, s.entries(thresholdText(p, r))...)
	} else {
		lines = append(lines, plainTable(p, r, judged)...)
	}
	s.block("result", lines...)
}

// judgedRows returns the metrics to show and says on which rows they were made:
// those of the test part, if it has any.
func judgedRows(r *train.Result, positive string) (*train.Judged, string) {
	part, judged, caution := "test", r.Test, "that trained, stopped and tuned nothing"
	if judged == nil {
		part, judged, caution = "valid", r.Valid, "that also chose when to stop and the threshold: there are no test rows"
	}
	if judged == nil {
		part, judged, caution = "train", r.Train, "that it was trained on: there are no other rows"
	}
	text := "on " + of(judged.Rows, part+" row")
	if positive != "" {
		text += fmt.Sprintf(" (%s %s)", count(judged.Positives), word(positive))
	}
	return judged, text + " " + caution
}

// headline names the metrics that need no threshold.
func headline(task data.Task, j *train.Judged, baseline train.Metrics) []string {
	if task == data.Regression {
		return nil
	}
	var first []string
	for _, name := range []string{"roc_auc", "average_precision"} {
		if value, ok := j.Metrics.Get(name); ok {
			first = append(first, name+" "+metricText(value)+interval(j, name))
		}
	}
	second := "log_loss " + metricOf(j.Metrics, "log_loss", metricText)
	if base, ok := baseline.Get("log_loss"); ok {
		second += fmt.Sprintf(" (class rate: %s)", metricText(base))
	}
	if first == nil {
		return []string{second}
	}
	return []string{strings.Join(first, "   "), second}
}

func interval(j *train.Judged, name string) string {
	if between := betweenText(j, name); between != "" {
		return " (" + between + ")"
	}
	return ""
}

func betweenText(j *train.Judged, name string) string {
	i, ok := j.Intervals[name]
	if !ok {
		return ""
	}
	return decimals(i[0], 2) + " to " + decimals(i[1], 2)
}

// binaryTable compares the chosen threshold with one half.
func binaryTable(p *train.Prepared, r *train.Result, j *train.Judged) []string {
	tuned := r.Choice.Kept == "" && *r.Threshold != 0.5
	header := []string{"", "at 0.500"}
	if tuned {
		header = append(header, fmt.Sprintf("at %s, %s", metricText(*r.Threshold), ruleText(r.Choice.Rule)))
	}
	if len(j.Intervals) > 0 {
		header = append(header, "95 % interval")
	}
	rows := [][]string{header}
	for _, m := range j.AtHalf {
		if m.Name == "balanced_accuracy" {
			continue
		}
		cells := []string{m.Name, metricText(m.Value)}
		if tuned {
			cells = append(cells, metricOf(j.Metrics, m.Name, metricText))
		}
		last := betweenText(j, m.Name)
		if base, ok := r.Baseline.Get(m.Name); ok {
			last = fmt.Sprintf("always %s: %s", word(likeliest(p)), metricText(base))
		}
		rows = append(rows, append(cells, last))
	}
	return aligned("l"+strings.Repeat("r", len(rows[1])-1), rows...)
}

// ruleText says what a threshold was chosen for.
func ruleText(rule string) string {
	switch {
	case rule == "best_f(beta=1)":
		return "tuned for F1"
	case strings.HasPrefix(rule, "fixed("):
		return "fixed"
	}
	return "by " + rule
}

// likeliest names the most frequent class of the training rows.
func likeliest(p *train.Prepared) string {
	best := 0
	for i, n := range p.Parts.Train.Counts {
		if n > p.Parts.Train.Counts[best] {
			best = i
		}
	}
	return p.Parts.Schema.Target.Classes[best]
}

// plainTable has the metrics of several classes, or of numbers, beside what the
// answer gets that looks at no row.
func plainTable(p *train.Prepared, r *train.Result, j *train.Judged) []string {
	trivial := "always the mean"
	if p.Parts.Schema.Target.Task == data.MultiClass {
		trivial = "always " + word(likeliest(p))
	}
	header := []string{"", "model"}
	if r.Baseline != nil {
		header = append(header, trivial)
	}
	rows := [][]string{header}
	for _, m := range j.Metrics {
		if strings.HasSuffix(m.Name, "loss") { // a loss stands in the headline, or has no like
			continue
		}
		cells := []string{m.Name, metricText(m.Value)}
		if base, ok := r.Baseline.Get(m.Name); ok {
			cells = append(cells, metricText(base))
		}
		rows = append(rows, cells)
	}
	return aligned("lrr", rows...)
}

// thresholdText says where the threshold comes from.
func thresholdText(p *train.Prepared, r *train.Result) string {
	c := r.Choice
	text := "threshold " + metricText(*r.Threshold)
	switch {
	case strings.HasPrefix(c.Rule, "fixed("):
		return text + ", fixed by the recipe"
	case c.Kept != "":
		return text + ", not chosen: " + c.Kept
	}
	if c.Interval != nil {
		text += fmt.Sprintf(" (%s to %s)", decimals(c.Interval[0], 2), decimals(c.Interval[1], 2))
	}
	text += fmt.Sprintf(", chosen on %s (%s %s)", of(c.Rows, "valid row"), count(c.Positives), word(p.Parts.Schema.Target.Positive()))
	if !c.Reached {
		text += fmt.Sprintf("; %s was not reached: %s", c.Rule, metricText(c.Score))
	}
	return text
}

// savedText says what is in the run directory, how large the model is, and what it took.
func savedText(r *train.Result, took time.Duration) string {
	text := word(r.Run)
	if info, err := os.Stat(filepath.Join(r.Run, "model.safetensors")); err == nil {
		text += "   model " + size(info.Size())
	}
	if info, err := os.Stat(filepath.Join(r.Run, report.File)); err == nil {
		text += ", " + report.File + " " + size(info.Size())
	}
	return fmt.Sprintf("%s   %s, planned memory %s", text, duration(took), size(r.PeakBytes))
}
