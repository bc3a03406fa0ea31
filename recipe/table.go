package recipe

import (
	"fmt"
	"os"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/csv"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
)

// table is data from a CSV file.
type table struct {
	source
	options data.Options
}

// splitValue says how rows are divided.
type splitValue struct {
	declaration
	split data.Split
}

func (f *File) tableWord(c *tracer.Call) tracer.Value {
	t := &table{source: source{declaration: declaration{"table", c}, file: f, fault: "path"}}
	o := &t.options
	for i, p := range c.Fn.Params() {
		switch p.Name {
		case "path":
			t.path = c.Str(i)
		case "target":
			o.Target, o.Targets = targets(c, i)
		case "task":
			choose(c, i, &o.Task, "auto", "binary", "multiclass", "regression", "multilabel")
		case "positive":
			o.Positive = classOf(c, i)
		case "features":
			if s, ok := c.Arg(i).(tracer.Str); !ok || s != "all" {
				o.Features = columns(c, i)
			}
		case "drop":
			o.Drop = columns(c, i)
		case "id":
			o.ID = column(c, i)
		case "weight":
			o.Weight = column(c, i)
		case "label":
			o.Label = column(c, i)
		case "categorical":
			o.Categorical = columns(c, i)
		case "numeric":
			o.Numeric = columns(c, i)
		case "sep":
			o.Sep = letter(c, i)
		case "decimal":
			o.Decimal = letter(c, i)
		case "na":
			o.NA = columns(c, i)
		case "missing":
			choose(c, i, &o.Missing, "mean+indicator", "mean", "refuse")
		case "unseen":
			choose(c, i, &o.Unseen, "refuse", "other")
		case "split":
			o.Split = splitOf(c, i)
		}
	}
	if !c.OK() {
		return tracer.Poison
	}
	if err := o.Check(); err != nil {
		for _, d := range t.diagnose(err) {
			c.Fail()
			f.graph.Report(*d)
		}
		return tracer.Poison
	}
	t.find(c)
	return t
}

// splitWord divides rows. Those of tune are taken from train, unless the recipe says
// how many train.
func splitWord(c *tracer.Call) tracer.Value {
	share := func(i int) float64 { return within(c, i, 0, 1, "a share from 0 to 1") }
	s := data.Split{Train: share(0), Valid: share(1), Test: share(2), Tune: share(3), Seed: seedOf(c, 4), NoStratify: !c.Bool(5)}
	if !c.Given(0) {
		s.Train = max(0, s.Train-s.Tune)
	}
	names, fix, sum := "train, valid and test", "split(train = 0.70, valid = 0.15, test = 0.15)", s.Train+s.Valid+s.Test+s.Tune
	if s.Tune > 0 {
		names, fix = "train, valid, tune and test", "split(tune = 0.1), which takes them from train"
	}
	if c.Fine(0) && c.Fine(1) && c.Fine(2) && c.Fine(3) && (sum < 1-1e-9 || sum > 1+1e-9) {
		c.Fail()
		c.Report(c.At, graph.Diagnostic{
			Code: tracer.CodeValue, Message: fmt.Sprintf("the shares of %s sum to %.4g, not 1", names, sum),
			Fixes: []string{fix},
		})
	}
	return &splitValue{declaration{"split", c}, s}
}

// splitOf reads split(...), or the name of a column that says the part of each row.
func splitOf(c *tracer.Call, i int) data.Split {
	switch v := c.Arg(i).(type) {
	case *splitValue:
		return v.split
	case tracer.Str:
		return data.Split{Column: string(v)}
	case tracer.Ellipsis:
		return data.Split{}
	}
	c.Want(i, "split(...) or the name of a column")
	return data.Split{}
}

// targets reads the name of a column, a list of several, or None.
func targets(c *tracer.Call, i int) (single string, several []string) {
	if _, ok := c.Arg(i).(*tracer.List); ok {
		return "", columns(c, i)
	}
	return column(c, i), nil
}

// column reads the name of a column, or None.
func column(c *tracer.Call, i int) string {
	if c.IsNone(i) {
		return ""
	}
	return c.Str(i)
}

// columns reads a list of strings.
func columns(c *tracer.Call, i int) []string {
	list, ok := c.Arg(i).(*tracer.List)
	if !ok {
		c.Want(i, "a list of strings")
		return nil
	}
	out := make([]string, len(list.Elems))
	for k, v := range list.Elems {
		s, ok := v.(tracer.Str)
		if !ok {
			c.Want(i, "a list of strings")
			return nil
		}
		out[k] = string(s)
	}
	return out
}

// classOf reads the positive class: a text, or a number as the file writes it.
func classOf(c *tracer.Call, i int) string {
	switch v := c.Arg(i).(type) {
	case tracer.Str:
		if v == "auto" {
			return ""
		}
		return string(v)
	case tracer.Int, tracer.Float:
		return tracer.Repr(v)
	}
	c.Want(i, "the name of a class")
	return ""
}

func letter(c *tracer.Call, i int) rune {
	r := []rune(c.Str(i))
	if c.Fine(i) && len(r) != 1 {
		c.Want(i, "a single character")
		return 0
	}
	return append(r, 0)[0]
}

// choose reads one of the words of a closed list.
func choose(c *tracer.Call, i int, into interface{ UnmarshalText([]byte) error }, words ...string) {
	if word := c.Choice(i, words...); c.Fine(i) {
		into.UnmarshalText([]byte(word)) // a known one
	}
}

// read reads the table as [data.Prepare] takes it.
func (t *table) read(path string, o data.Options) (read *data.Table, err error) {
	if t.file.options.Data != "" {
		return csv.ReadFile(t.file.options.Data, o)
	}
	err = t.within(path, func(root *os.Root, below string) error {
		read, err = csv.ReadRoot(root, below, o)
		return err
	})
	if read != nil {
		read.File = path
	}
	return read, err
}

// Attrs implements [tracer.Attributer].
func (t *table) Attrs() []string { return []string{"width", "log_likelihood", "x", "y"} }

// Attr implements [tracer.Attributer]: width is the number of columns that a model
// sees, read from the file at that moment.
func (t *table) Attr(tr *tracer.Tracer, name string, at syntax.Span) (tracer.Value, bool) {
	switch name {
	case "log_likelihood":
		return likelihoodWord(t.file.likelihood), true
	case "width":
	default:
		return sideOf(t, name)
	}
	read, err := t.read(t.path, t.options)
	var parts *data.Parts
	if err == nil {
		parts, err = data.Prepare(read, t.options)
	}
	if err != nil {
		for _, d := range t.diagnose(err) {
			t.file.graph.Report(*d)
		}
		return tracer.Poison, true
	}
	return tracer.NewInt(int64(parts.Schema.Width())), true
}
