package train

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/metric"
)

// knownRows are rows of a table that a run trained on or is judged on.
type knownRows struct {
	rows  map[int64]bool // by number
	found []*metric.OverlapError
}

// known finds the rows of s that train or test the run.
func (t *tuning) known(s *scored) (*knownRows, error) {
	parts, err := readRows(t.run.fs, t.run.info.Data)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &Error{Unreadable, fmt.Errorf("%s: %w", t.run.path, err)}
	}
	if err != nil {
		return nil, refuse(Refused, CodeNotARun, t.run.path+"/"+rowsFile, err.Error(), nil)
	}
	chosen := s.rows()
	chosen.Hash = hashRows(s.set)
	k := &knownRows{rows: map[int64]bool{}}
	for _, name := range []string{"train", "test"} {
		part := parts[name]
		if part == nil {
			continue
		}
		err := metric.Apart(*part, chosen)
		if err == nil {
			continue
		}
		var overlap *metric.OverlapError
		if !errors.As(err, &overlap) {
			return nil, err
		}
		k.found = append(k.found, overlap)
		for _, o := range overlap.Rows {
			k.rows[o.Numbers[1]] = true
		}
	}
	return k, nil
}

// shownLines is how many lines of a table a message names.
const shownLines = 5

// refuse says which rows of the table the run knows.
func (k *knownRows) refuse(t *tuning, table *data.Table) error {
	var columns [][]string
	for _, overlap := range k.found {
		var lines []string
		for i, o := range overlap.Rows {
			if i == shownLines {
				lines = append(lines, fmt.Sprintf("%d more", len(overlap.Rows)-i))
				break
			}
			line := fmt.Sprint(table.Lines[o.Numbers[1]-1])
			if o.Copy {
				line += fmt.Sprintf(" (a copy of row %d)", o.Numbers[0])
			}
			lines = append(lines, line)
		}
		did := map[string]string{"train": "trained it", "test": "judge it"}[overlap.Part[0]]
		noun := "rows"
		if len(overlap.Rows) == 1 {
			noun = "row"
		}
		columns = append(columns, []string{did, fmt.Sprintf("%d %s: line %s", len(overlap.Rows), noun, strings.Join(lines, ", "))})
	}
	columns = append(columns, []string{"would", "choose a threshold that looks better than it is on new rows."})
	return refuse(Refused, CodeThresholdLeak, t.options.Table,
		fmt.Sprintf("%d of %d rows took part in %s: a threshold is chosen on rows that neither trained the model nor judge it", len(k.rows), table.Rows, t.run.path),
		graph.Columns(columns...),
		fmt.Sprintf("leave them out: descent tune %s --data %s --new-only", t.run.path, t.options.Table), "or choose on rows that are new")
}
