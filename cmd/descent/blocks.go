package main

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/probe"
	"github.com/descent-ml/descent/train"
)

// margin stands before every line of a block but its first, which has the label.
const margin = "        "

// block prints lines behind a label.
func (s *stream) block(label string, lines ...string) {
	for i, line := range lines {
		head := margin
		if i == 0 {
			head = s.style(bold, label) + margin[len(label):]
		}
		fmt.Fprintln(s, strings.TrimRight(head+line, " "))
	}
}

// entry is a line of a block with a label of its own, broken where it is too long.
func (s *stream) entry(label, text string) string {
	return fmt.Sprintf("%-8s", label) + wrap(text, s.width-len(margin), 8, margin)
}

// entries breaks text into lines of a block.
func (s *stream) entries(text string) []string {
	return strings.Split(wrap(text, s.width-len(margin), 0, ""), "\n")
}

// headText says what runs and where.
func headText(p *train.Prepared, run string) string {
	name := "descent " + train.Version
	if p.Job.RecipePath != "" {
		name += "   " + word(filepath.Base(p.Job.RecipePath))
	}
	return fmt.Sprintf("%s   run %s   seed %d   workers %d", name, word(run), p.Job.Seed, threads(p.Job.Workers))
}

// threads is how many there are if w are asked for.
func threads(w int) int {
	if w == 0 {
		return runtime.GOMAXPROCS(0)
	}
	return w
}

func (s *stream) dataBlock(p *train.Prepared) {
	if p.Images != nil {
		s.imagesBlock(p)
		return
	}
	if p.Arrays != nil {
		s.arraysBlock(p)
		return
	}
	t := p.Table
	file := fmt.Sprintf("%s   %s, %s, %s", word(filepath.Base(t.File)), of(t.Rows, "row"), of(len(t.Names), "column"), missingText(p.Parts.Schema))
	lines := append(s.entries(file), strings.Split(s.entry("target", targetText(p)), "\n")...)
	lines = append(lines, strings.Split(s.entry("inputs", inputsText(p.Parts.Schema)), "\n")...)
	lines = append(lines, strings.Split(s.entry("parts", partsText(p.Parts)), "\n")...)
	s.block("data", append(lines, margin+splitText(p))...)
}

func missingText(schema *data.Schema) string {
	var names []string
	for _, f := range schema.Features() {
		if f.Missing > 0 {
			names = append(names, fmt.Sprintf("%s %s", word(f.Name), count(f.Missing)))
		}
	}
	if len(names) == 0 {
		return "nothing missing"
	}
	return "missing: " + list(names, 5)
}

// list joins words, at most so many of them.
func list(words []string, most int) string {
	if n := len(words) - most; n > 0 {
		words = append(words[:most:most], fmt.Sprintf("and %d more", n))
	}
	return strings.Join(words, ", ")
}

// targetText names the target, its task, and how many rows of each class there are.
func targetText(p *train.Prepared) string {
	target := p.Parts.Schema.Target
	if target == nil {
		return "none: the model is of the rows themselves"
	}
	counts := classCounts(p.Parts)
	var classes []string
	for i, n := range counts {
		classes = append(classes, fmt.Sprintf("%s %s (%s)", word(countedNames(target)[i]), count(n), shareText(n, p.Table.Rows)))
	}
	var text string
	switch target.Task {
	case data.Binary:
		text = fmt.Sprintf("%s: %s, %s %s", word(target.Name), classes[1], word(target.Classes[0]), count(counts[0]))
	case data.MultiClass:
		text = word(target.Name) + ": " + list(classes, 8)
	case data.MultiLabel:
		text = list(classes, 8)
	default:
		text = word(target.Name)
	}
	if p.Job.VAE != nil {
		return text + "   given to the model"
	}
	return fmt.Sprintf("%s   task: %s", text, target.Task)
}

// countedNames are the names of what a set counts: classes, or labels.
func countedNames(target *data.Target) []string {
	if target.Task == data.MultiLabel {
		return target.Names()
	}
	return target.Classes
}

// classCounts returns the rows of each class, or with each label, in all parts.
func classCounts(parts *data.Parts) []int {
	counts := make([]int, len(parts.Train.Counts))
	for _, part := range parts.All() {
		for i, n := range part.Counts {
			counts[i] += n
		}
	}
	return counts
}

func inputsText(schema *data.Schema) string {
	var names []string
	for _, f := range schema.Features() {
		name := word(f.Name)
		if f.Kind != data.Numeric {
			var levels []string
			for _, l := range f.Levels {
				levels = append(levels, word(l))
			}
			name += " (" + list(levels, 4) + ")"
		}
		names = append(names, name)
	}
	return list(names, 20) + "   " + of(schema.Width(), "column") + " in"
}

func partsText(parts *data.Parts) string {
	var texts []string
	for i, part := range parts.All() {
		text := part.Name + " " + count(part.Rows)
		if positive := parts.Schema.Target.Positive(); positive != "" {
			if i > 0 {
				positive = ""
			}
			text += " (" + strings.TrimSpace(count(part.Positives())+" "+word0(positive)) + ")"
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, "   ")
}

// word0 is [word], and nothing for nothing.
func word0(s string) string {
	if s == "" {
		return ""
	}
	return word(s)
}

// splitText says how the rows came into their parts.
func splitText(p *train.Prepared) string {
	split := p.Job.Data.Split
	var how string
	switch {
	case split.Column != "":
		how = "by column " + word(split.Column)
	case split.NoStratify || p.Parts.Schema.Target == nil || p.Parts.Schema.Target.Task == data.Regression:
		how = fmt.Sprintf("at random, seed %d", split.Seed)
	case p.Parts.Schema.Target.Task == data.MultiLabel:
		how = fmt.Sprintf("stratified by the rarest label of each row, seed %d", split.Seed)
	default:
		how = fmt.Sprintf("stratified, seed %d", split.Seed)
	}
	if p.Parts.Apart == 0 {
		how += "; no row in two parts"
	}
	return how
}

func (s *stream) modelBlock(p *train.Prepared) {
	widest := 0 // of the numbers before arrows
	for _, l := range p.Layers {
		widest = max(widest, strings.Index(l.Size, " ->"))
	}
	var rows [][]string
	for _, l := range p.Layers {
		size := l.Size
		if at := strings.Index(size, " ->"); at >= 0 {
			size = strings.Repeat(" ", widest-at) + size
		}
		rows = append(rows, []string{l.Name, size, l.Act, l.Out, count(l.Parameters)})
	}
	lines := aligned("llllr", rows...)
	lines[len(lines)-1] += fmt.Sprintf("   = %s", of(p.Parameters, "parameter"))
	for i := range lines {
		name := ""
		if i == 0 {
			name = p.Job.ModelName
		}
		lines[i] = fmt.Sprintf("%-10s", name) + lines[i]
	}
	s.block("model", lines...)
}

func (s *stream) lossBlock(p *train.Prepared) {
	texts := []string{"proved: shape, range, gradient (every parameter is reached)"}
	var probed []string
	for _, name := range []string{probe.ClassRate, probe.Mean, probe.Perfect} {
		if v, ok := p.Proof.Probe.Get(name); ok {
			probed = append(probed, v.String())
		}
	}
	var second []string
	if probed != nil {
		second = append(second, "probe: "+strings.Join(probed, ", "))
	}
	if text := betaText(p.Job.VAE); text != "" {
		second = append(second, text)
	}
	if p.PriorBias {
		second = append(second, "starts at the "+priorText(p))
	}
	if second != nil {
		texts = append(texts, strings.Join(second, "; "))
	}
	var lines []string
	for i, text := range texts {
		label := ""
		if i == 0 {
			label = p.Training.Loss
		}
		lines = append(lines, strings.Split(fmt.Sprintf("%-10s", label)+wrap(text, s.width-len(margin), 10, strings.Repeat(" ", 10)), "\n")...)
	}
	s.block("loss", lines...)
}

// priorText names what the first prediction is.
func priorText(p *train.Prepared) string {
	switch p.Parts.Schema.Target.Task {
	case data.Binary:
		return "class rate"
	case data.MultiClass:
		return "class rates"
	case data.MultiLabel:
		return "rates of the labels"
	}
	return "mean"
}

func (s *stream) trainBlock(p *train.Prepared) { s.block("train", s.entries(trainingText(p))...) }

// trainingText says how long and by which steps the weights will move.
func trainingText(p *train.Prepared) string {
	t := p.Training
	var parts []string
	if t.Optimizer != "" {
		parts = append(parts, t.Optimizer)
	}
	rows := t.Batch * t.Parts // of a step
	batch := "batch " + count(t.Batch)
	if t.Parts > 1 {
		batch = fmt.Sprintf("batch %s x %s", count(t.Parts), count(t.Batch))
	}
	parts = append(parts, batch, of((t.EpochRows+rows-1)/rows, "step")+" an epoch")
	switch t.Balance {
	case train.BalancedBatches:
		parts = append(parts, "classes alike in every batch")
	case train.Oversample:
		parts = append(parts, fmt.Sprintf("rare classes repeated to %s rows an epoch", count(t.EpochRows)))
	}
	if t.Balance != train.Unbalanced || t.Calibrate == train.PriorCorrection {
		parts = append(parts, "probabilities corrected to the classes as they are")
	}
	if t.EarlyStop == nil {
		return strings.Join(append(parts, of(t.Epochs, "epoch")), ", ")
	}
	metric := strings.Replace(t.EarlyStop.Metric, ".", " ", 1)
	stop := fmt.Sprintf("stop when %s has not improved for %s (at most %s)", metric, of(t.EarlyStop.Patience, "epoch"), count(t.Epochs))
	return strings.Join(append(parts, stop), ", ")
}
