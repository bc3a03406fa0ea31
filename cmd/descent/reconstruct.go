package main

import (
	"context"
	"io"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/train"
)

type reconstructCommand struct{ vaeCommand }

// Help returns what descent reconstruct --help shows.
func (reconstructCommand) Help() string {
	return `Usage: descent reconstruct RUN DATA [flags]

Takes each row of a table to the mean of its code and back, by a variational
autoencoder: what the code keeps of it. Numbers are the middle of their
distribution, levels the likeliest. Of pictures it draws a sheet, as PNG.

  descent reconstruct runs/rows-1 telco.csv -o again.csv

` + rowsFlags
}

// Run reconstructs.
func (r *reconstructCommand) Run(ctx context.Context, c *console) error {
	return r.run(c, func(m *train.VAEModel, set *data.Set) (func(io.Writer) error, error) {
		z, _, err := m.Encode(ctx, set)
		if err != nil {
			return nil, err
		}
		x, err := m.Likeliest(ctx, z, set.Y)
		return func(w io.Writer) error { return writeRows(w, m, "row", numbers(set.RowID), x, set.Y) }, err
	})
}
