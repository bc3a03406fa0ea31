package csv

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/internal/words"
)

// reader reads the rows of a table, after its header.
type reader struct {
	*scanner
	table   *data.Table
	options *data.Options
	decimal byte

	all  []*builder // by column of the file; nil for those that are not read
	used []*builder
}

func (r *reader) read() error {
	for i, name := range r.table.Names {
		use := r.options.Use(name)
		if use == data.Skip {
			r.all = append(r.all, nil)
			continue
		}
		b := &builder{name: name, index: i + 1, use: use, decimal: r.decimal}
		r.all = append(r.all, b)
		r.used = append(r.used, b)
	}
	first := *r.scanner
	if err := r.firstPass(); err != nil {
		return err
	}
	*r.scanner = first
	r.secondPass()
	var ps data.Problems
	for _, b := range r.used {
		if b.refused() {
			ps = append(ps, r.badColumn(b))
			continue
		}
		r.table.Columns = append(r.table.Columns, b.column(r.table.Rows))
	}
	return ps.Err()
}

// firstPass counts the rows and reads numbers, and texts of columns without any.
func (r *reader) firstPass() error {
	// No row is shorter than its separators and a line break.
	rest := r.buf[r.pos:]
	capacity := min(bytes.Count(rest, []byte{'\n'}), len(rest)/len(r.table.Names)) + 1
	r.table.Lines = make([]int, 0, capacity)
	for _, b := range r.used {
		if b.use == data.AsText {
			b.startTexts(0, capacity)
		}
	}
	var ragged raggedRows
	for {
		ok, p := r.scan()
		if p != nil {
			return p
		}
		if !ok {
			break
		}
		if len(r.cells) != len(r.table.Names) {
			ragged.add(r)
			continue
		}
		rows := len(r.table.Lines)
		r.table.Lines = append(r.table.Lines, r.line)
		for _, b := range r.used {
			cell := r.cells[b.index-1]
			if b.use == data.AsText {
				b.text(cell, r.isMissing(cell))
			} else {
				b.number(cell, r.isMissing(cell), r.line, rows, capacity)
			}
		}
	}
	r.table.Rows = len(r.table.Lines)
	if ragged.rows > 0 {
		return ragged.problem(r)
	}
	if r.table.Rows == 0 {
		return r.problem(0, 0, "no-rows", "0 rows", words.Lines("found", "a line of column names, and nothing below it"), nil)
	}
	return nil
}

// secondPass reads the texts of columns that hold a number, and are no columns of numbers or refused as such.
func (r *reader) secondPass() {
	var asked []*builder
	for _, b := range r.used {
		if (!b.isNumeric() || b.refused()) && b.code == nil {
			b.startTexts(0, r.table.Rows)
			b.numbers = nil
			asked = append(asked, b)
		}
	}
	if len(asked) == 0 {
		return
	}
	for {
		ok, p := r.scan()
		if p != nil || !ok {
			return // the first pass would have stopped at p
		}
		for _, b := range asked {
			cell := r.cells[b.index-1]
			b.text(cell, r.isMissing(cell))
		}
	}
}

func (r *reader) isMissing(cell []byte) bool {
	for _, na := range r.table.Format.NA {
		if string(cell) == na {
			return true
		}
	}
	return false
}

// raggedRows are rows with more or fewer cells than the header.
type raggedRows struct {
	rows        int
	line, cells int      // of the first
	text        string   // of the first
	also        []string // a few more, by line
}

func (g *raggedRows) add(r *reader) {
	g.rows++
	const shown = 3
	switch {
	case g.rows == 1:
		g.line, g.cells, g.text = r.line, len(r.cells), r.around(r.start)
	case len(g.also) < shown:
		g.also = append(g.also, fmt.Sprintf("line %d", r.line))
	}
}

func (g *raggedRows) problem(r *reader) *data.Problem {
	want := len(r.table.Names)
	notes := []string{"row", words.Quote(g.text)}
	if g.rows > 1 {
		also := strings.Join(g.also, ", ")
		if rest := g.rows - 1 - len(g.also); rest > 0 {
			also += fmt.Sprintf(" and %s more", words.Count(rest))
		}
		notes = append(notes, "also", also)
	}
	return r.problem(g.line, min(g.cells, want)+1, "ragged-row",
		fmt.Sprintf("%s in this row, %s in the header", words.Of(g.cells, "cell"), words.Count(want)),
		words.Lines(append(notes, "would", "have put values under the wrong names.")...),
		[]string{fmt.Sprintf("put a cell that holds %q in quotes", r.sep), "or write the cells that are missing, empty"})
}
