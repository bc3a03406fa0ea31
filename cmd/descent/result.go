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
func (s *stream) resultBlock(about subject, r *train.Result) {
	judged, on := judgedRows(r, about.target.Positive())
	lines := s.entries(on)
	if about.own {
		s.block("result", append(lines, ownResult(r)...)...)
		return
	}
	task := about.target.Task
	lines = append(lines, headline(task, judged, r.Baseline)...)
	lines = append(lines, "")
	lines = append(lines, resultTable(about, r, judged)...)
	if task == data.MultiClass || task == data.MultiLabel {
		lines = append(append(lines, ""), classTable(r, judged, task)...)
	}
	if text := thresholdText(about, r); text != "" {
		lines = append(append(lines, ""), s.entries(text)...)
	}
	s.block("result", lines...)
}

// judgedRows returns the metrics to show and says on which rows they were made:
// those of the test part, if it has any.
func judgedRows(r *train.Result, positive string) (*train.Judged, string) {
	part, judged, caution := "test", r.Test, "that trained, stopped and tuned nothing"
	if judged == nil {
		part, judged, caution = "valid", r.Valid, "that also chose when to stop and the threshold: there are no test rows"
		if r.Tune != nil {
			caution = "that also chose when to stop: there are no test rows"
		}
	}
	if judged == nil {
		part, judged, caution = "train", r.Train, "that it was trained on: there are no other rows"
	}
	if judged.Pixels > 0 {
		return judged, "on " + imagesText(judged, part, positive) + " " + strings.ReplaceAll(caution, "rows", "images")
	}
	text := "on " + of(judged.Rows, part+" row")
	if positive != "" {
		text += fmt.Sprintf(" (%s %s)", count(judged.Positives), word(positive))
	}
	return judged, text + " " + caution
}

// headlineNames are the metrics that stand above the table.
var headlineNames = []string{"roc_auc", "average_precision"}

// headline names the metrics that need no threshold.
func headline(task data.Task, j *train.Judged, baseline train.Metrics) []string {
	if task == data.Regression {
		return nil
	}
	var first []string
	for _, name := range headlineNames {
		if value, ok := j.Metrics.Get(name); ok {
			first = append(first, name+" "+metricText(value)+interval(j, name))
		}
	}
	if j.Pixels > 0 {
		return []string{strings.Join(append(first, "loss "+metricOf(j.Metrics, "loss", lossText)), "   ")}
	}
	second := "log_loss " + metricOf(j.Metrics, "log_loss", metricText)
	second += interval(j, "log_loss")
	if base, ok := baseline.Get("log_loss"); ok {
		rate := map[bool]string{true: "class rate", false: "class rates"}[task == data.Binary]
		second += fmt.Sprintf("   %s: %s", rate, metricText(base))
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

// thresholdText says where the threshold comes from.
func thresholdText(about subject, r *train.Result) string {
	if r.Choices != nil {
		return thresholdsText(r)
	}
	c := r.Choice
	if c == nil {
		return ""
	}
	text := "threshold " + metricText(*r.Threshold)
	switch {
	case strings.HasPrefix(c.Rule, "fixed("):
		return text + ", fixed"
	case c.Kept != "":
		return text + ", not chosen: " + c.Kept
	}
	if c.Interval != nil {
		text += fmt.Sprintf(" (%s to %s)", decimals(c.Interval[0], 2), decimals(c.Interval[1], 2))
	}
	rows := of(c.Rows, chosenOn(c)+" row")
	if about.images {
		rows = fmt.Sprintf("%s pixels of %s images", count(c.Rows), chosenOn(c))
	}
	text += fmt.Sprintf(", chosen on %s (%s %s)", rows, count(c.Positives), word(about.target.Positive()))
	if !c.Reached {
		text += "; not reached: " + ruleText(c.Rule)
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
