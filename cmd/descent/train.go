package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/descent-ml/descent/train"
)

type trainCommand struct {
	Recipe string `arg:"" name:"RECIPE"`
	recipeFlags

	RunDir string `name:"run" short:"r" placeholder:"DIR"`
	Seed   seed   `placeholder:"N"`
	Quiet  bool   `short:"q"`
	JSON   bool   `name:"json"`
}

// Help returns what descent train --help shows.
func (trainCommand) Help() string {
	return `Usage: descent train RECIPE [flags]

Proves the loss, trains, chooses the threshold on valid rows, and judges on test
rows.

  descent train credit.py
  descent train credit.py --set epochs=5 --set optimizer.learning_rate=3e-4
  descent train credit.py --json 2>log                     for other programs

  -r, --run DIR            run directory            [runs/NAME-N, N counted up]
  -s, --set NAME=VALUE     change a keyword of train() or a constant at the top
                           of the recipe (repeatable)
      --data FILE          the table to use instead of the recipe's
      --allow-read DIR     a folder that the recipe may read, beside its own
                           (repeatable)
      --workers N          threads; the result is the same for any N [all cores]
      --seed N             same as --set seed=N
  -q, --quiet              errors only
      --json               one line of JSON on stdout at the end
  -h, --help               this page

Ctrl-C ends after the current step, with a checkpoint; a second one at once.
The variable DESCENT_RUNS names another folder for runs.
`
}

// Run trains.
func (t *trainCommand) Run(ctx context.Context, c *console) error {
	if err := t.foldSeed(); err != nil {
		return err
	}
	session := newSession(c, t.Quiet, t.JSON)
	return session.train(ctx, func() (*train.Prepared, error) {
		return t.prepare(c, t.Recipe, func(j *train.Job) {
			j.Runs, j.RunDir, j.Events = os.Getenv("DESCENT_RUNS"), t.RunDir, session.event
		})
	}, (*train.Prepared).Train)
}

// foldSeed makes --seed the setting that it stands for.
func (t *trainCommand) foldSeed() error {
	if t.Seed == "" {
		return nil
	}
	for _, s := range t.Set {
		if name, _, _ := strings.Cut(string(s), "="); strings.TrimSpace(name) == "seed" {
			return usage(fmt.Sprintf("--seed %s and --set %s say the same thing twice", t.Seed, s), "leave one of them out")
		}
	}
	t.Set = append(t.Set, setting("seed="+string(t.Seed)))
	return nil
}
