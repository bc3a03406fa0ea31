package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/descent-ml/descent/data"
	tables "github.com/descent-ml/descent/data/csv"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/train"
)

type predictCommand struct {
	Model string `arg:"" name:"RUN"`
	Data  string `arg:"" name:"DATA"`

	Output  string  `short:"o" default:"-" placeholder:"FILE"`
	Force   bool    `name:"force"`
	Missing string  `placeholder:"mean"`
	Unseen  string  `placeholder:"other"`
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
	policy, err := p.policy()
	if err != nil {
		return err
	}
	if err := p.checkOutput(); err != nil {
		return err
	}
	model, err := train.Load(p.Model, int(p.Workers))
	if err != nil {
		return withoutModel(p.Model, err)
	}
	defer model.Close()
	table, err := p.read(c, model.Schema.Options(false))
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
	return p.write(c, model.Schema, predictions)
}

func (p *predictCommand) policy() (data.Policy, error) {
	policy := data.Policy{FillMissing: p.Missing != "", AcceptUnseen: p.Unseen != "", Model: p.Model}
	if policy.FillMissing && p.Missing != "mean" {
		return policy, usage(fmt.Sprintf("--missing %q is not known", p.Missing), "--missing mean")
	}
	if policy.AcceptUnseen && p.Unseen != "other" {
		return policy, usage(fmt.Sprintf("--unseen %q is not known", p.Unseen), "--unseen other")
	}
	return policy, nil
}

// checkOutput refuses to write over a file unless that is wanted, and over what is
// no file at all.
func (p *predictCommand) checkOutput() error {
	if p.Output == "-" {
		return nil
	}
	info, err := os.Lstat(p.Output)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return &train.Error{Class: train.Machine, Err: err}
	case !info.Mode().IsRegular():
		return p.fileExists("not a regular file: it cannot be replaced", "name another file, or - for stdout")
	case !p.Force:
		return p.fileExists("the file exists, and would be replaced", "name another file", "or --force")
	}
	return nil
}

func (p *predictCommand) fileExists(what string, fixes ...string) error {
	return &train.Error{Class: train.Refused, Err: &graph.Diagnostic{
		Code: codeFileExists, Pos: graph.Position{File: p.Output}, Message: what, Fixes: fixes,
	}}
}

func (p *predictCommand) read(c *console, o data.Options) (*data.Table, error) {
	if p.Data == "-" {
		return tables.Read(c.in, "stdin", o)
	}
	return tables.ReadFile(p.Data, o)
}

// write makes the table of predictions, whole or not at all.
func (p *predictCommand) write(c *console, schema *data.Schema, predictions *train.Predictions) error {
	fill := func(w io.Writer) error { return writePredictions(w, schema, predictions) }
	if p.Output == "-" {
		return fill(c.out)
	}
	dir, err := fsx.OpenDir(filepath.Dir(p.Output))
	if err != nil {
		return &train.Error{Class: train.Machine, Err: err}
	}
	defer dir.Close()
	if err := fsx.WriteFileAtomic(dir, filepath.Base(p.Output), fill); err != nil {
		return &train.Error{Class: train.Machine, Err: err}
	}
	return nil
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
