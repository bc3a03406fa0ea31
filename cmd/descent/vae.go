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

// rowsOf reads the rows of a table as an autoencoder takes them, its class too if the
// model is given one. What differs from the training table is told.
func (f *tableFlags) rowsOf(c *console, m *train.VAEModel, run, path string) (*data.Set, error) {
	if m.Arrays != nil {
		return arrayRows(m, path)
	}
	policy, err := f.policy(run)
	if err != nil {
		return nil, err
	}
	policy.Judge = m.Schema.Target != nil
	table, err := f.read(c, path, m.Schema.Options(policy.Judge))
	if err != nil {
		return nil, err
	}
	set, notes, err := m.Schema.Encode(table, policy)
	if err != nil {
		c.tell(err)
		fmt.Fprintln(c.err, "Nothing was written.")
		return nil, told{err}
	}
	for _, n := range notes {
		fmt.Fprintln(c.err, "note: "+clean(n.String()))
	}
	return set, nil
}

// sheetColumns is how many pictures are drawn beside each other.
const sheetColumns = 10

// numbers writes the numbers of rows.
func numbers(rows []int64) []string {
	texts := make([]string, len(rows))
	for i, n := range rows {
		texts[i] = strconv.FormatInt(n, 10)
	}
	return texts
}

// writeRows writes rows as the training table has them, behind a column of that name
// unless it is empty. Of arrays it draws pictures.
func writeRows(w io.Writer, m *train.VAEModel, column string, first []string, x, y []float32) error {
	if m.Arrays != nil {
		return writeSheet(w, m, x, sheetColumns)
	}
	out := csv.NewWriter(w)
	out.Comma = []rune(m.Schema.Format.Sep)[0]
	names := m.Schema.RowNames()
	if column != "" {
		names = append([]string{column}, names...)
	}
	if err := out.Write(names); err != nil {
		return err
	}
	width, given := m.Schema.Width(), 0
	if t := m.Schema.Target; t != nil {
		given = t.Width()
	}
	for i := range len(x) / width {
		cells := m.Schema.RowCells(x[i*width:(i+1)*width], y[i*given:(i+1)*given])
		if column != "" {
			cells = append([]string{first[i]}, cells...)
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// scoreRows writes how unlike the training rows each row of a table is.
func (p *predictCommand) scoreRows(ctx context.Context, c *console) error {
	model, err := train.LoadVAE(p.Model, int(p.Workers))
	if err != nil {
		return withoutModel(p.Model, err)
	}
	defer model.Close()
	set, err := p.rowsOf(c, model, p.Model, p.Data)
	if err != nil {
		return err
	}
	bounds, err := model.Bounds(ctx, set, 0)
	if err != nil {
		return err
	}
	return p.output.write(c, func(w io.Writer) error {
		out := csv.NewWriter(w)
		header := []string{"row"}
		if model.Schema != nil {
			if id := model.Schema.Field(data.IDRole); id != nil {
				header = append(header, id.Name)
			}
		}
		if err := out.Write(append(header, "nats", "reconstruction", "kl", "quantile")); err != nil {
			return err
		}
		for i, b := range bounds {
			cells := []string{strconv.FormatInt(set.RowID[i], 10)}
			if set.ID != nil {
				cells = append(cells, set.ID[i])
			}
			for _, v := range []float64{b.Total(), b.Reconstruction, b.KL, b.Quantile} {
				cells = append(cells, strconv.FormatFloat(v, 'g', 6, 64))
			}
			if err := out.Write(cells); err != nil {
				return err
			}
		}
		out.Flush()
		return out.Error()
	})
}
