package main

import (
	"context"
	"fmt"
)

type planCommand struct {
	Recipe string `arg:"" name:"RECIPE"`
	recipeFlags

	Rows rows `placeholder:"N"`
	Time bool
}

// Help returns what descent plan --help shows.
func (planCommand) Help() string {
	return `Usage: descent plan RECIPE [flags]

Shows what a training step and a prediction will run: stages, kernels, shapes,
arithmetic and memory of each step, and the place of its result. Reads the data,
trains nothing.

  descent plan credit.py
  descent plan credit.py --rows 1
  descent plan credit.py --time

      --rows N             rows of the batch               [the recipe's batch]
      --time               run each step a few times on one thread, and print
                           how long it takes and its share of what that can do
  -s, --set NAME=VALUE     change a keyword of train() or a constant at the top
                           of the recipe (repeatable)
      --data FILE          the table to use instead of the recipe's
      --allow-read DIR     a folder that the recipe may read, beside its own
                           (repeatable)
      --workers N          threads; each needs some memory           [all cores]
  -h, --help               this page
`
}

// Run prints the plans.
func (p *planCommand) Run(_ context.Context, c *console) error {
	prepared, err := p.prepare(c, p.Recipe, nil)
	if err != nil {
		return err
	}
	defer prepared.Close()
	step, prediction, err := prepared.Plans(int(p.Rows), p.Time)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%s, %s\n\n", word(p.Recipe), of(prepared.Parameters, "parameter"))
	fmt.Fprintf(c.out, "training step: peak memory %s\n%s\n", size(step.PeakBytes), step.Text)
	fmt.Fprintf(c.out, "prediction: peak memory %s\n%s", size(prediction.PeakBytes), prediction.Text)
	return nil
}
