package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/descent-ml/descent/train"
)

type sampleCommand struct {
	Model string `arg:"" name:"RUN"`

	Rows  rows   `name:"rows" short:"n" placeholder:"N"`
	Given string `placeholder:"CLASS"`
	Seed  seed   `placeholder:"N"`
	output
	Workers workers `placeholder:"N"`
}

// Help returns what descent sample --help shows.
func (sampleCommand) Help() string {
	return `Usage: descent sample RUN [flags]

Draws new rows from a variational autoencoder: columns, units, levels and
decimals are those of the table that it was trained on. One of pictures draws a
sheet of pictures, as PNG.

  descent sample runs/rows-1 -n 1000 -o new.csv
  descent sample runs/digits-1 -n 100 -o new.png

  -n, --rows N             rows to draw               [1000; of pictures 100]
      --given CLASS        rows of that class, of a model that is given one;
                           without it classes are drawn at their rates
      --seed N             where the draws start; the same seed gives the same
                           rows, and -n 2000 begins with those of -n 1000  [0]
  -o, --output FILE        where to write CSV or PNG; - is stdout          [-]
      --force              replace FILE if it exists
      --workers N          threads; the result is the same for any N [all cores]
  -h, --help               this page

The file is written whole or not at all.
`
}

// Run draws.
func (s *sampleCommand) Run(ctx context.Context, c *console) error {
	if err := s.output.check(); err != nil {
		return err
	}
	model, err := train.LoadVAE(s.Model, int(s.Workers))
	if err != nil {
		return withoutModel(s.Model, err)
	}
	defer model.Close()
	class, err := givenClass(model, s.Given)
	if err != nil {
		return err
	}
	n, seed := int(s.Rows), s.Seed.number()
	if n == 0 {
		n = 1000
		if model.Arrays != nil {
			n = sheetColumns * sheetColumns
		}
	}
	y := model.Classes(class, n, seed)
	x, err := model.Draw(ctx, model.Codes(n, seed), y, seed)
	if err != nil {
		return err
	}
	return s.output.write(c, func(w io.Writer) error { return writeRows(w, model, "", nil, x, y) })
}

// givenClass returns the place of a class that is named on the command line, -1 of none.
func givenClass(m *train.VAEModel, name string) (int, error) {
	if name == "" {
		return -1, nil
	}
	if m.Schema == nil || m.Schema.Target == nil {
		return 0, usage("--given: this model was given no class", "leave it out, or train with table(..., target = \"column\")")
	}
	target := m.Schema.Target
	k := slices.Index(target.Classes, name)
	if k < 0 {
		return 0, usage(fmt.Sprintf("--given: %q is no class of %s", name, word(target.Name)), "one of "+list(target.Classes, 20))
	}
	return k, nil
}
