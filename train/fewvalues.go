package train

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/descent-ml/descent/data"
)

// levelsAtMost is how many different whole numbers a column may have to be drawn as
// levels: a flag of 0 and 1, a grade from 1 to 10.
const levelsAtMost = 10

// fewValues returns the columns of numbers that a model of rows takes for levels.
func fewValues(t *data.Table, o data.Options) []string {
	var names []string
	for _, c := range t.Columns {
		if o.Use(c.Name) != data.Infer || c.Codes != nil || slices.Contains(o.TargetColumns(), c.Name) {
			continue
		}
		seen := map[float64]bool{}
		for _, v := range c.Numbers {
			if !math.IsNaN(v) {
				seen[v] = true
			}
			if v != math.Trunc(v) && !math.IsNaN(v) || len(seen) > levelsAtMost {
				seen = nil
				break
			}
		}
		if len(seen) > 0 {
			names = append(names, c.Name)
		}
	}
	return names
}

// readTable reads a table for a model of its rows. Columns of few different whole
// numbers are read again as levels, with a note.
func readTable(read func(path string, o data.Options) (*data.Table, error), path string, o data.Options) (*data.Table, data.Options, error) {
	o.RankNormal = true
	table, err := read(path, o)
	if err != nil {
		return nil, o, err
	}
	few := fewValues(table, o)
	if few == nil {
		return table, o, nil
	}
	o.Categorical = append(slices.Clone(o.Categorical), few...)
	if table, err = read(path, o); err != nil {
		return nil, o, err
	}
	quoted := make([]string, len(few))
	for i, name := range few {
		quoted[i] = fmt.Sprintf("%q", name)
	}
	table.Notes = append(table.Notes, data.Note{Code: "few-values", Text: fmt.Sprintf(
		"columns of at most %d different whole numbers are drawn as levels: %s; numeric = [...] keeps numbers", levelsAtMost, strings.Join(quoted, ", "))})
	return table, o, nil
}
