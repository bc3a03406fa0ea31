package data

import (
	"slices"

	"github.com/descent-ml/descent/data/internal/words"
)

// Policy says how rows to predict may differ from those that trained.
type Policy struct {
	FillMissing  bool   // accept missing values, and columns, where training had none; they count as the mean or the most frequent level
	AcceptUnseen bool   // accept unseen levels as [Other] does, whatever the schema says
	Judge        bool   // read the target and the weights too, to compare predictions with them
	Model        string // how to name the model in messages, such as runs/credit-1; "" for "the model"
}

// Encode makes a set of a table's rows as the training rows were made. Columns are found by name, in any order; columns that
// the schema does not know are ignored, with a note. The table should have been read with [Schema.Options].
//
// All that differs is reported at once, as a [*Problem] with the code schema-mismatch: columns missing or of another kind,
// missing values where the training rows had none, unseen levels.
func (s *Schema) Encode(t *Table, p Policy) (*Set, []Note, error) {
	if t.Rows == 0 {
		return nil, nil, &Problem{File: t.File, What: "0 rows", Code: "no-rows"}
	}
	m := mismatch{schema: s, table: t, policy: p}
	for _, f := range s.Fields {
		m.field(f)
	}
	var class [][]int32
	if p.Judge && s.Target != nil && len(m.found) == 0 {
		class = m.classes()
	}
	if problem := m.problem(); problem != nil {
		return nil, nil, problem
	}
	rows := make([]int32, t.Rows)
	for r := range rows {
		rows[r] = int32(r)
	}
	set, err := s.encode(t, rows, class, p.Judge)
	if err != nil {
		return nil, nil, err
	}
	return set, slices.Concat(t.Notes, s.notes(t, set)), nil
}

// notes returns remarks on what was accepted.
func (s *Schema) notes(t *Table, set *Set) []Note {
	var notes []Note
	var extra []string
	for _, n := range t.Names {
		if !slices.ContainsFunc(s.Fields, func(f *Field) bool { return f.Name == n }) {
			extra = append(extra, n)
		}
	}
	if len(extra) > 0 {
		notes = append(notes, Note{"extra-column", "not seen in training and ignored: " + words.Names(extra, 10)})
	}
	if set.Filled > 0 {
		notes = append(notes, Note{"filled", words.Of(set.Filled, "missing value") + " filled with the mean or the most frequent level of the training rows"})
	}
	if set.Unseen > 0 {
		notes = append(notes, Note{"unseen-level", words.Of(set.Unseen, "cell") + " of levels not seen in training, taken as other"})
	}
	return notes
}
