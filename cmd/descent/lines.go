package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/probe"
	"github.com/descent-ml/descent/train"
)

// lines shows a training as lines of key=value, for files and other programs.
type lines struct {
	w    io.Writer
	last time.Time // of the last line
}

// patience is the time after which a long epoch gets a line of its own.
const patience = 30 * time.Second

// say writes one line, behind the time of day.
func (l *lines) say(words ...string) {
	l.last = time.Now()
	fmt.Fprintln(l.w, l.last.Format(time.TimeOnly)+" "+clean(strings.Join(words, " ")))
}

// pair is key=value.
func pair(key string, value any) string { return key + "=" + word(fmt.Sprint(value)) }

// pairs are metrics of a part.
func pairs(part string, metrics train.Metrics) []string {
	var out []string
	for _, m := range metrics {
		text := metricText
		if strings.HasSuffix(m.Name, "loss") {
			text = lossText
		}
		out = append(out, pair(part+m.Name, text(m.Value)))
	}
	return out
}

func (l *lines) begin(p *train.Prepared, run string) {
	t := p.Training
	l.say("run", pair("dir", run), pair("descent", train.Version), pair("recipe", p.Job.RecipePath), pair("seed", t.Seed), pair("workers", threads(p.Job.Workers)))
	words := dataWords
	switch {
	case p.Images != nil:
		words = imageWords
	case p.Arrays != nil:
		words = arrayWords
	}
	l.say(words(p)...)
	l.say("model", word(p.Job.ModelName), pair("layers", len(p.Layers)), pair("parameters", p.Parameters))
	loss := []string{"loss", word(t.Loss), "proved", "shape", "range", "gradient"}
	for _, name := range []string{probe.ClassRate, probe.Mean, probe.Perfect} {
		if v, ok := p.Proof.Probe.Get(name); ok {
			loss = append(loss, pair("probe."+name, lossText(v.Loss)))
		}
	}
	if text := betaText(p.Job.VAE); text != "" {
		loss = append(loss, pair("terms", text))
	}
	l.say(loss...)
	training := []string{"train", pair("optimizer", t.Optimizer), pair("batch", t.Batch), pair("epochs", t.Epochs)}
	if t.Parts > 1 {
		training = append(training, pair("accumulate", t.Parts))
	}
	if t.Balance != train.Unbalanced {
		training = append(training, pair("balance", t.Balance), pair("epoch_rows", t.EpochRows))
	}
	l.say(training...)
	for _, d := range p.Diagnostics {
		l.remark(d)
	}
}

// dataWords are the line about a table.
func dataWords(p *train.Prepared) []string {
	target := p.Parts.Schema.Target
	words := []string{"data", word(filepath.Base(p.Table.File)), pair("rows", p.Table.Rows), pair("target", target.String())}
	if target != nil {
		words = append(words, pair("task", target.Task))
	}
	if positive := target.Positive(); positive != "" {
		rate := float64(classCounts(p.Parts)[1]) / float64(p.Table.Rows)
		words = append(words, pair("positive", positive), pair("rate", lossText(rate)))
	}
	for _, part := range p.Parts.All() {
		words = append(words, pair(part.Name, part.Rows))
	}
	if column := p.Job.Data.Split.Column; column != "" {
		words = append(words, pair("split", column))
	} else {
		words = append(words, pair("split_seed", p.Job.Data.Split.Seed))
	}
	return words
}

func (l *lines) remark(d *graph.Diagnostic) { l.say(strings.ReplaceAll(d.Error(), "\n\t", "; ")) }

func (l *lines) event(e train.Event) {
	switch e := e.(type) {
	case *train.RunStarted:
		if e.Step > 0 {
			l.say("resumed", pair("step", e.Step), pair("epoch", e.Epoch))
		}
	case *train.StepEnd:
		if time.Since(l.last) >= patience {
			l.say(pair("epoch", e.Epoch), pair("step", fmt.Sprintf("%d/%d", e.Step, e.Steps)), pair("loss", lossText(e.Loss)))
		}
	case *train.EpochEnd:
		words := append([]string{pair("epoch", e.Epoch), pair("step", e.Step)}, pairs("", e.Train)...)
		l.say(append(words, pairs("valid.", e.Valid)...)...)
	case *train.Note:
		l.say("note", e.Text, "["+e.Code+"]")
	}
}

func (l *lines) end(r *train.Result, _ time.Duration) {
	for _, n := range r.Notes {
		l.say("note", n.String())
	}
	words := []string{"done", pair("epochs", r.Epochs)}
	if r.BestEpoch > 0 {
		words = append(words, pair("best", r.BestEpoch))
	}
	if r.Test != nil {
		words = append(words, pairs("test.", r.Test.Metrics)...)
	}
	if r.Threshold != nil {
		words = append(words, pair("threshold", metricText(*r.Threshold)))
	}
	for i, t := range r.Thresholds {
		words = append(words, pair("threshold."+word(r.Train.Classes[i].Name), metricText(t)))
	}
	l.say(append(words, pair("run", r.Run))...)
}

func (l *lines) stop(err error, run string) {
	text := strings.ReplaceAll(err.Error(), "\n\t", "; ")
	if train.ClassOf(err) != train.Interrupted {
		text = "failed: " + text
	}
	words := []string{text}
	if canResume(err) {
		words = append(words, pair("next", "descent resume "+run))
	}
	l.say(words...)
}
