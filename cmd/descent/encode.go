package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/train"
)

// vaeCommand is what commands have in common that take rows through a variational
// autoencoder.
type vaeCommand struct {
	Model string `arg:"" name:"RUN"`
	Data  string `arg:"" name:"DATA"`

	output
	tableFlags
	Workers workers `placeholder:"N"`
}

// run loads the model, reads the rows, and writes what fill makes of them.
func (v *vaeCommand) run(c *console, of func(m *train.VAEModel, set *data.Set) (fill func(io.Writer) error, err error)) error {
	if err := v.output.check(); err != nil {
		return err
	}
	model, err := train.LoadVAE(v.Model, int(v.Workers))
	if err != nil {
		return withoutModel(v.Model, err)
	}
	defer model.Close()
	set, err := v.rowsOf(c, model, v.Model, v.Data)
	if err != nil {
		return err
	}
	fill, err := of(model, set)
	if err != nil {
		return err
	}
	return v.output.write(c, fill)
}

type encodeCommand struct{ vaeCommand }

// Help returns what descent encode --help shows.
func (encodeCommand) Help() string {
	return `Usage: descent encode RUN DATA [flags]

Computes the code of each row of a table by a variational autoencoder: the mean
and the logarithm of the variance of each dimension.

  descent encode runs/rows-1 telco.csv -o codes.csv

` + rowsFlags
}

// rowsFlags describes the flags of [vaeCommand].
const rowsFlags = `  -o, --output FILE        where to write CSV; - is stdout                 [-]
      --force              replace FILE if it exists
      --missing mean       accept missing values and columns that had none in
                           training, filled with the mean or most frequent level
      --unseen other       accept levels not seen in training, as "other"
      --workers N          threads; the result is the same for any N [all cores]
  -h, --help               this page

The file is written whole or not at all.
`

// Run encodes.
func (e *encodeCommand) Run(ctx context.Context, c *console) error {
	return e.run(c, func(m *train.VAEModel, set *data.Set) (func(io.Writer) error, error) {
		mean, logVar, err := m.Encode(ctx, set)
		if err != nil {
			return nil, err
		}
		return func(w io.Writer) error {
			out := csv.NewWriter(w)
			k := m.Latent()
			header := []string{"row"}
			for _, name := range []string{train.MeanOutput, train.LogVarOutput} {
				for d := range k {
					header = append(header, fmt.Sprintf("%s_%d", name, d))
				}
			}
			_ = out.Write(header) // Error tells
			for i := range set.Rows {
				cells := []string{strconv.FormatInt(set.RowID[i], 10)}
				for _, values := range [][]float32{mean[i*k : (i+1)*k], logVar[i*k : (i+1)*k]} {
					for _, v := range values {
						cells = append(cells, strconv.FormatFloat(float64(v), 'g', -1, 32))
					}
				}
				_ = out.Write(cells)
			}
			out.Flush()
			return out.Error()
		}, nil
	})
}
