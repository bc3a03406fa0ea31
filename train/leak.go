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

// knownRows are rows to choose on that a run trained on or is judged on.
type knownRows struct {
	rows  map[int64]bool // by number
	found []*metric.OverlapError
	noun  string                    // what a row is
	name  func(number int64) string // how it is found
}

// known returns the numbers of the rows to choose on that train or test the run, nil if
// there are none. It refuses them unless they may be left out, and if no other is left.
func (t *tuning) known(chosen metric.Rows, noun string, name func(number int64) string) (map[int64]bool, error) {
	k, err := t.find(chosen)
	if err != nil || len(k.rows) == 0 {
		return nil, err
	}
	k.noun, k.name = noun, name
	switch {
	case !t.options.NewOnly:
		return nil, k.refuse(t, len(chosen.Number))
	case len(k.rows) == len(chosen.Number):
		return nil, refuse(Refused, CodeThresholdLeak, t.options.Data, fmt.Sprintf("every %s of it trained this run, or judges it", noun), nil, fmt.Sprintf("choose on %ss that are new", noun))
	}
	t.notes = append(t.notes, data.Note{Code: string(CodeThresholdLeak), Text: fmt.Sprintf("%s that trained this run or judge it were left out", several(len(k.rows), noun))})
	return k.rows, nil
}

// find looks for rows that train or test the run.
func (t *tuning) find(chosen metric.Rows) (*knownRows, error) {
	parts, err := readRows(t.run.fs, t.run.info.Data)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &Error{Unreadable, fmt.Errorf("%s: %w", t.run.path, err)}
	}
	if err != nil {
		return nil, refuse(Refused, CodeNotARun, t.run.path+"/"+rowsFile, err.Error(), nil)
	}
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

// shownRows is how many rows a message names.
const shownRows = 5

// refuse says which rows the run knows, of so many.
func (k *knownRows) refuse(t *tuning, of int) error {
	var columns [][]string
	for _, overlap := range k.found {
		var names []string
		for i, o := range overlap.Rows {
			if i == shownRows {
				names = append(names, fmt.Sprintf("%d more", len(overlap.Rows)-i))
				break
			}
			name := k.name(o.Numbers[1])
			if i > 0 {
				name = strings.TrimPrefix(name, "line ")
			}
			if o.Copy {
				name += fmt.Sprintf(" (a copy of %s %d)", k.noun, o.Numbers[0])
			}
			names = append(names, name)
		}
		did := map[string]string{"train": "trained it", "test": "judge it"}[overlap.Part[0]]
		columns = append(columns, []string{did, several(len(overlap.Rows), k.noun) + ": " + strings.Join(names, ", ")})
	}
	columns = append(columns, []string{"would", fmt.Sprintf("choose a threshold that looks better than it is on new %ss.", k.noun)})
	return refuse(Refused, CodeThresholdLeak, t.options.Data,
		fmt.Sprintf("%d of %d %ss took part in %s: a threshold is chosen on %ss that neither trained the model nor judge it", len(k.rows), of, k.noun, t.run.path, k.noun),
		graph.Columns(columns...),
		fmt.Sprintf("leave them out: descent tune %s --data %s --new-only", t.run.path, t.options.Data), fmt.Sprintf("or choose on %ss that are new", k.noun))
}

// several counts things: "1 row", "3 rows".
func several(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
