package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/descent-ml/descent/data"
)

// What a page shows of a wide table.
const (
	maxColumns = 200
	maxLevels  = 8
)

// dataSection tells what was read, and which rows did what.
func (r *run) dataSection() *section {
	if r.ofImages() {
		return r.imageData()
	}
	if r.Data != nil && r.Data.Arrays != nil {
		a := r.Data.Arrays
		return &section{ID: "data", Title: "Data",
			Lead:   say(fmt.Sprintf("%s and what belongs to it: %s of shape %v.", r.dataFile(), plural(a.Fingerprint.Rows, "row"), a.Shape)),
			Blocks: []block{{Table: r.partTable()}},
		}
	}
	if r.Data == nil || r.Data.Schema == nil {
		return nil
	}
	f := r.Data.Schema.Fingerprint
	return &section{ID: "data", Title: "Data",
		Lead:   say(fmt.Sprintf("%s: %s, %s, %s into the model.", r.dataFile(), plural(f.Rows, "row"), plural(f.Columns, "column"), plural(r.Data.Schema.Width(), "number"))),
		Blocks: []block{{Table: r.partTable()}, {Text: r.rowsText()}, {Table: r.columnTable()}},
	}
}

// partTable counts the rows of each part, and of each class in it.
func (r *run) partTable() *table {
	t := &table{Caption: "Parts", Head: heads("part", "rows")}
	classes := r.classNames()
	if len(classes) > maxMatrix {
		classes = nil
	}
	for _, c := range classes {
		t.Head = append(t.Head, number(name(c)))
	}
	for _, p := range r.Data.Parts {
		cells := []cell{words(name(p.Name)), number(count(p.Rows))}
		for i := range classes {
			if i < len(p.Counts) {
				cells = append(cells, number(count(p.Counts[i]), share(float64(p.Counts[i]), float64(p.Rows))))
			}
		}
		t.Rows = append(t.Rows, row{Cells: cells})
	}
	return t
}

// rowsText says whether parts have rows in common.
func (r *run) rowsText() prose {
	switch r.rows {
	case rowsApart:
		return say("No row is in two parts: shown by the numbers of the rows and the SHA-256 of each part’s.")
	case rowsShared:
		return say("A row is in two parts.")
	case rowsOther:
		return say("Whether a row is in two parts is not shown: the predictions are not of the rows in run.json.")
	}
	return say("Whether a row is in two parts is not shown here: that takes the files in predictions/ and a part for every row.")
}

// columnTable lists the columns.
func (r *run) columnTable() *table {
	t := &table{Caption: "Columns", Head: []cell{words("column"), words("role"), words("kind"), number("missing"), words("values in the training rows")}}
	fields := r.Data.Schema.Fields
	for _, f := range fields[:min(len(fields), maxColumns)] {
		missing := "0"
		if f.Missing > 0 {
			missing = count(f.Missing) + share(float64(f.Missing), float64(r.Data.Schema.Fingerprint.Rows))
		}
		kind := f.Kind.String()
		if f.Role == data.UnusedRole || f.Role == data.IDRole {
			kind, missing = undefined, undefined // it was not looked at
		}
		t.Rows = append(t.Rows, row{Cells: []cell{words(name(f.Name)), words(f.Role.String()), words(kind), number(missing), words(r.values(f))}})
	}
	if more := len(fields) - maxColumns; more > 0 {
		t.Caption += fmt.Sprintf(": the first %d, without %s more", maxColumns, count(more))
	}
	return t
}

// values describes what a column holds, without any row of it.
func (r *run) values(f *data.Field) string {
	switch {
	case f.Role == data.TargetRole && r.task() == data.MultiLabel:
		return levels([]string{"yes"}, r.labelShare(f.Name))
	case f.Role == data.TargetRole && len(r.classes()) > 0:
		return levels(r.classes(), r.targetShares())
	case f.Role != data.FeatureRole:
		return ""
	case f.Kind == data.Numeric:
		return fmt.Sprintf("mean %s, standard deviation %s", decimal(f.Mean), decimal(f.Std))
	}
	return levels(f.Levels, f.Share)
}

// targetShares are the shares of the classes among the training rows.
func (r *run) targetShares() []float64 {
	var shares []float64
	for i := range r.classes() {
		n, rows := r.trainClass(i)
		if rows == 0 {
			return nil
		}
		shares = append(shares, float64(n)/float64(rows))
	}
	return shares
}

// labelShare is the share of the training rows that have a label, as levels takes it.
func (r *run) labelShare(label string) []float64 {
	if i := slices.Index(r.classNames(), label); i >= 0 {
		if n, rows := r.trainClass(i); rows > 0 {
			return []float64{float64(n) / float64(rows)}
		}
	}
	return nil
}

func levels(names []string, shares []float64) string {
	var texts []string
	for i, n := range names {
		text := name(n)
		if i < len(shares) {
			text += " " + percent(shares[i])
		}
		if texts = append(texts, text); i == maxLevels {
			break
		}
	}
	if more := len(names) - maxLevels; more > 0 {
		return strings.Join(texts[:maxLevels], ", ") + fmt.Sprintf(" and %s more", count(more))
	}
	return strings.Join(texts, ", ")
}
