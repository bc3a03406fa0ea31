package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/train"
)

type decodeCommand struct {
	Model string `arg:"" name:"RUN"`
	Codes string `arg:"" name:"CODES"`

	Given string `placeholder:"CLASS"`
	output
	Workers workers `placeholder:"N"`
}

// Help returns what descent decode --help shows.
func (decodeCommand) Help() string {
	return `Usage: descent decode RUN CODES [flags]

Makes the likeliest row of each code in a CSV file, by a variational
autoencoder; of pictures a sheet, as PNG. The file has a column mean_0, mean_1,
... for each dimension, as descent encode writes it; other columns are ignored.

  descent decode runs/rows-1 codes.csv -o rows.csv

      --given CLASS        the class of every row, of a model that is given one
  -o, --output FILE        where to write CSV; - is stdout                 [-]
      --force              replace FILE if it exists
      --workers N          threads; the result is the same for any N [all cores]
  -h, --help               this page

The file is written whole or not at all.
`
}

// Run decodes.
func (d *decodeCommand) Run(ctx context.Context, c *console) error {
	if err := d.output.check(); err != nil {
		return err
	}
	model, err := train.LoadVAE(d.Model, int(d.Workers))
	if err != nil {
		return withoutModel(d.Model, err)
	}
	defer model.Close()
	class, err := givenClass(model, d.Given)
	switch {
	case err != nil:
		return err
	case class < 0 && model.Schema != nil && model.Schema.Target != nil:
		return usage("this model is given the class of each row", "--given "+word(model.Schema.Target.Classes[0]))
	}
	z, err := d.codes(c, model.Latent())
	if err != nil {
		return err
	}
	n := len(z) / model.Latent()
	y := model.Classes(class, n, 0)
	x, err := model.Likeliest(ctx, z, y)
	if err != nil {
		return err
	}
	var row []string
	for i := range n {
		row = append(row, fmt.Sprint(i+1))
	}
	return d.output.write(c, func(w io.Writer) error { return writeRows(w, model, "row", row, x, y) })
}

// codes reads the columns of codes of a table.
func (d *decodeCommand) codes(c *console, latent int) ([]float32, error) {
	var names []string
	for k := range latent {
		names = append(names, fmt.Sprintf("%s_%d", train.MeanOutput, k))
	}
	table, err := new(tableFlags).read(c, d.Codes, data.Options{Features: names, Numeric: names})
	if err != nil {
		return nil, err
	}
	var missing []string
	z := make([]float32, table.Rows*latent)
	for k, name := range names {
		column := table.Column(name)
		if column == nil || column.Missing > 0 {
			missing = append(missing, name)
			continue
		}
		for i, v := range column.Numbers {
			z[i*latent+k] = float32(v)
		}
	}
	if missing != nil {
		return nil, &train.Error{Class: train.Refused, Err: &graph.Diagnostic{
			Code: train.CodeCodes, Pos: graph.Position{File: d.Codes}, Message: fmt.Sprintf("a code of this model has %s; there is none in every row for %s", of(latent, "number"), list(missing, 5)),
			Notes: graph.Columns([]string{"columns", list(slices.Clone(table.Names), 20)}),
			Fixes: []string{"write the codes with descent encode"},
		}}
	}
	return z, nil
}
