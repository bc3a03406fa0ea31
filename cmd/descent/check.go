package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/probe"
	"github.com/descent-ml/descent/recipe"
	"github.com/descent-ml/descent/train"
)

type checkCommand struct {
	Recipe string `arg:"" name:"RECIPE"`
	recipeFlags
	recipe.LossFlags

	JSON bool `name:"json"`
}

// Help returns what descent check --help shows.
func (checkCommand) Help() string {
	return `Usage: descent check RECIPE [flags]

Proves the loss and compares its derivatives with central differences. Reads
the data, trains nothing, writes nothing. Exit 0 proved, 1 refused, 2 could not
read.

  descent check credit.py
  descent check loss.py --pred N,9,9,1 --target N,9,9,1 --activation sigmoid

      --pred SHAPE         for a file that holds only a loss: the shape of the
                           prediction
      --target SHAPE       the target's shape
      --activation WORD    what made the prediction: sigmoid, softmax or none
      --target-kind WORD   binary, onehot, index or real               [unknown]
      --json               the verdict as one line of JSON on stdout
  -s, --set NAME=VALUE     change a keyword of train() or a constant at the top
                           of the recipe (repeatable)
      --data FILE          the table to use instead of the recipe's
      --allow-read DIR     a folder that the recipe may read, beside its own
                           (repeatable)
      --workers N          threads                                   [all cores]
  -h, --help               this page

A file without train(...) and without --pred is traced, and what it prints is
shown; a loss in it is then read, but not proved.
`
}

// checked is what came of a check.
type checked struct {
	file        *recipe.File // nil if it could not be read
	found       graph.Diagnostics
	prepared    *train.Prepared // of a file with train(...) whose loss is proved
	differences *train.Differences
}

// Run checks.
func (k *checkCommand) Run(_ context.Context, c *console) error {
	began := time.Now()
	shapes, err := k.LossFlags.Options()
	if err != nil {
		return usage(err.Error(), "--pred N,1 --target N,1 --activation sigmoid")
	}
	result := k.check(shapes)
	if result.prepared != nil {
		defer result.prepared.Close()
	}
	if k.JSON {
		return result.json(c, shapes)
	}
	if result.file == nil || result.found.Refused() {
		return c.refused(result.file, result.found)
	}
	result.show(c, shapes, time.Since(began))
	return nil
}

// check reads the file and proves what it holds.
func (k *checkCommand) check(shapes *recipe.LossOptions) *checked {
	file, found := recipe.Load(k.Recipe, k.options())
	r := &checked{file: file, found: found}
	switch {
	case file == nil:
	case shapes != nil:
		r.found = file.CheckLoss(*shapes)
		if file.Slopes != nil {
			if err := file.Slopes.Err(); err != nil {
				r.add(err)
			}
		}
	case file.Job != nil:
		file.Job.Workers = int(k.Workers)
		prepared, err := file.Job.Prepare()
		if err != nil {
			r.add(err)
			return r
		}
		r.prepared = prepared
		r.found = append(r.found, prepared.Diagnostics...)
		if r.differences, err = prepared.Check(); err != nil {
			r.add(err)
		}
	default:
		if d := file.NotProved(); d != nil {
			r.found = append(r.found, d)
		}
	}
	return r
}

// add records an error of the job.
func (r *checked) add(err error) {
	found := r.file.Diagnose(err)
	if found == nil {
		found = diagnosticsOf(err)
	}
	r.found = append(r.found, found...)
}

// show prints the proof, and what there is to say beside it.
func (r *checked) show(c *console, shapes *recipe.LossOptions, took time.Duration) {
	switch name := word(r.file.Path); {
	case r.prepared != nil:
		fmt.Fprintf(c.out, "%s: proved, in %s; no data trained\n", name, duration(took))
		r.proof(c.out)
	case shapes != nil:
		fmt.Fprintf(c.out, "%s: proved, in %s, for prediction %v and target %v\n", name, duration(took), shapes.Pred, shapes.Target)
		if r.file.Tried != nil {
			fmt.Fprintf(c.out, "  %-9s  on %v, images of the same loss\n", "tried", r.file.Tried)
		}
		probeLine(c.out, r.file.Probe)
		if s := r.file.Slopes; s != nil {
			slopeLine(c.out, s.Error, s.Directions, "random weights")
		}
	default:
		fmt.Fprint(c.out, clean(r.file.Output))
	}
	c.diagnostics(r.file, r.found)
}

// proof prints what was shown of the loss, and what is to be known of the data.
func (r *checked) proof(s *stream) {
	p := r.prepared.Proof
	line := func(label, text string) {
		fmt.Fprintf(s, "  %-9s  %s\n", label, wrap(clean(text), s.width, 13, strings.Repeat(" ", 13)))
	}
	if r.prepared.Job.IsOwn() {
		line("shape", fmt.Sprintf("loss %s: one number, of rows %s", word(r.prepared.Training.Loss), p.Target.Shape))
	} else {
		line("shape", fmt.Sprintf("loss %s: prediction %s, target %s", word(r.prepared.Training.Loss), p.Prediction.Shape, p.Target.Shape))
		line("range", fmt.Sprintf("prediction in %s; target in %s", rangeText(p.Prediction), rangeText(p.Target)))
	}
	gradient := fmt.Sprintf("smooth path to all %s (%s)", of(p.Parameters, "parameter"), of(p.Numbers, "number"))
	if p.Cuts > 0 {
		gradient += ", around " + of(p.Cuts, "cut")
	}
	line("gradient", gradient)
	probeLine(s, p.Probe)
	d := r.differences
	slopeLine(s, d.Error, d.Directions, of(d.Rows, "row"))
	for _, n := range r.prepared.Parts.Notes {
		line("data", n.String())
	}
}

// slopeLine prints how far derivatives are from central differences.
func slopeLine(s *stream, err float64, directions int, on string) {
	text := "not compared with central differences: no direction that was tried gives a steady slope"
	if directions > 0 {
		text = fmt.Sprintf("central differences in float64: largest relative error %s along %s, on %s",
			plainExponent(fmt.Sprintf("%.0e", err)), of(directions, "direction"), on)
	}
	fmt.Fprintf(s, "  %-9s  %s\n", "slope", wrap(text, s.width, 13, strings.Repeat(" ", 13)))
}

// probeLine prints what the loss gave for predictions of known worth.
func probeLine(s *stream, r *probe.Report) {
	if r == nil || len(r.Values) == 0 {
		return
	}
	const whole = "\u00a0" // within a value no line ends
	var values []string
	for _, v := range r.Values {
		if v.Name != probe.AllNegative && v.Name != probe.AllPositive { // those nearly so say as much
			values = append(values, strings.ReplaceAll(clean(v.String()), " ", whole))
		}
	}
	text := wrap(strings.Join(values, "   "), s.width, 13, strings.Repeat(" ", 13))
	fmt.Fprintf(s, "  %-9s  %s\n", "probe", strings.ReplaceAll(text, whole, " "))
}

func rangeText(v train.ValueInfo) string {
	text := v.Interval
	if v.Tag != "" {
		text += ", " + v.Tag + ","
	}
	return text + " " + v.Origin
}
