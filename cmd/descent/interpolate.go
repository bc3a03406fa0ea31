package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/train"
)

type interpolateCommand struct {
	vaeCommand
	Between string `default:"1,2" placeholder:"I,J"`
	Rows    rows   `name:"rows" short:"n" default:"9" placeholder:"N"`
}

// Help returns what descent interpolate --help shows.
func (interpolateCommand) Help() string {
	return `Usage: descent interpolate RUN DATA [flags]

Goes from the code of one row to that of another in equal steps, and makes the
likeliest row of each, by a variational autoencoder; of pictures a strip, as
PNG. A class that the model is
given stays that of the first row.

  descent interpolate runs/rows-1 telco.csv --between 3,17 -n 9

      --between I,J        numbers of the rows, from 1                     [1,2]
  -n, --rows N             rows to make, both ends among them              [9]
` + rowsFlags
}

// Run interpolates.
func (p *interpolateCommand) Run(ctx context.Context, c *console) error {
	first, last, err := p.ends()
	if err != nil {
		return err
	}
	return p.run(c, func(m *train.VAEModel, set *data.Set) (func(io.Writer) error, error) {
		if most := max(first, last); most > set.Rows {
			return nil, usage(fmt.Sprintf("--between: there is no row %d, the table has %d", most, set.Rows))
		}
		mean, _, err := m.Encode(ctx, set)
		if err != nil {
			return nil, err
		}
		k, n := m.Latent(), int(p.Rows)
		a, b := mean[(first-1)*k:first*k], mean[(last-1)*k:last*k]
		var z, y []float32
		var shares []string
		for i := range n {
			t := float32(i) / float32(max(n-1, 1))
			shares = append(shares, strconv.FormatFloat(float64(t), 'g', 4, 32))
			for d := range k {
				z = append(z, (1-t)*a[d]+t*b[d])
			}
			y = append(y, set.Y[(first-1)*set.TargetWidth:first*set.TargetWidth]...)
		}
		x, err := m.Likeliest(ctx, z, y)
		return func(w io.Writer) error { return writeRows(w, m, "share", shares, x, y) }, err
	})
}

// ends reads the numbers of the two rows.
func (p *interpolateCommand) ends() (first, last int, err error) {
	i, j, _ := strings.Cut(p.Between, ",")
	var both [2]rows
	for k, text := range []string{i, j} {
		if err := both[k].UnmarshalText([]byte(strings.TrimSpace(text))); err != nil {
			return 0, 0, usage(fmt.Sprintf("--between %q is not two numbers of rows", p.Between), "--between 1,2")
		}
	}
	return int(both[0]), int(both[1]), nil
}
