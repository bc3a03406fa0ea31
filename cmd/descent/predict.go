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

type predictCommand struct {
	Model string `arg:"" name:"RUN"`
	Data  string `arg:"" name:"DATA"`

	output
	tableFlags
	Workers workers `placeholder:"N"`
}

// Help returns what descent predict --help shows.
func (predictCommand) Help() string {
	return `Usage: descent predict RUN DATA [flags]

Computes the answer for each row of a table, or for each pixel of images: one
file or a folder of them, of any size. Columns are found by name, in any
order; the target is not needed.

  descent predict runs/credit-1 new.csv -o scored.csv
  cat new.csv | descent predict runs/credit-1 - >scored.csv
  descent predict runs/nuclei-1 images/ -o out

  -o, --output FILE        where to write CSV; - is stdout               [-]
                           of images: a new folder for masks/ and overlays/
      --force              replace FILE if it exists
      --missing mean       accept missing values and columns that had none in
                           training, filled with the mean or most frequent level
      --unseen other       accept levels not seen in training, as "other"
      --workers N          threads; the result is the same for any N [all cores]
  -h, --help               this page

Columns written: row (the row's number in DATA, from 1), the id column if the
model has one, then by the kind of target
  two classes      score (the probability of the positive class), class: the
                   positive one where the score is at least the run's threshold
  more classes     "score CLASS" for each class, class: the likeliest, or the
                   one that the run's thresholds decide for
  several labels   "score LABEL" for each label, then for each LABEL itself
                   whether the row has it
  a number         prediction
The file is written whole or not at all.
`
}

// Run predicts.
func (p *predictCommand) Run(ctx context.Context, c *console) error {
	if ofImages, err := train.OfImages(p.Model); err == nil && ofImages { // else what is wrong is told below
		return p.masks(ctx, c)
	}
	policy, err := p.policy(p.Model)
	if err != nil {
		return err
	}
	if err := p.output.check(); err != nil {
		return err
	}
	info, err := readRun(p.Model)
	if err == nil && info.Result != nil && info.Result.Latent != nil {
		return p.scoreRows(ctx, c)
	}
	model, err := train.Load(p.Model, int(p.Workers))
	if err != nil {
		return withoutModel(p.Model, err)
	}
	defer model.Close()
	table, err := p.read(c, p.Data, model.Schema.Options(false))
	if err != nil {
		return err
	}
	predictions, notes, err := model.Predict(ctx, table, policy)
	if err != nil {
		c.tell(err)
		fmt.Fprintln(c.err, "Nothing was written.")
		return told{err}
	}
	for _, n := range notes {
		fmt.Fprintln(c.err, "note: "+clean(n.String()))
	}
	return p.output.write(c, func(w io.Writer) error { return writePredictions(w, model.Schema, predictions) })
}

func writePredictions(w io.Writer, schema *data.Schema, p *train.Predictions) error {
	out := csv.NewWriter(w)
	if err := out.Write(predictionColumns(schema)); err != nil {
		return err
	}
	for i := range p.Rows.Rows {
		cells := []string{strconv.FormatInt(p.Rows.RowID[i], 10)}
		if p.Rows.ID != nil {
			cells = append(cells, p.Rows.ID[i])
		}
		for _, score := range p.Scores[i*p.Width : (i+1)*p.Width] {
			cells = append(cells, strconv.FormatFloat(float64(score), 'g', -1, 32))
		}
		if p.Class != nil {
			cells = append(cells, schema.Target.Classes[p.Class[i]])
		}
		if p.Labels != nil {
			cells = append(cells, labelCells(schema.Target.Labels, p.Labels[i*p.Width:])...)
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// labelCells says each label of a row as the training table does.
func labelCells(labels []*data.Target, has []bool) []string {
	cells := make([]string, len(labels))
	for l, label := range labels {
		cells[l] = label.Classes[0]
		if has[l] {
			cells[l] = label.Positive()
		}
	}
	return cells
}

func predictionColumns(schema *data.Schema) []string {
	columns := []string{"row"}
	if id := schema.Field(data.IDRole); id != nil {
		columns = append(columns, id.Name)
	}
	switch schema.Target.Task {
	case data.Binary:
		columns = append(columns, "score")
	case data.MultiClass:
		for _, class := range schema.Target.Classes {
			columns = append(columns, "score "+class)
		}
	case data.MultiLabel:
		for _, label := range schema.Target.Names() {
			columns = append(columns, "score "+label)
		}
		return append(columns, schema.Target.Names()...)
	default:
		return append(columns, "prediction")
	}
	return append(columns, "class")
}
