package csv

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/internal/words"
)

// badColumn refuses a column of numbers that has cells which are none, at the first of them.
func (r *reader) badColumn(b *builder) *data.Problem {
	first := b.bad[0]
	bad := b.odd[text] + b.odd[nearly] + b.odd[emptyWord]
	expected := fmt.Sprintf("a number like %s, as in %s of %s", r.example(b, first), words.Count(b.count), words.Of(r.table.Rows, "row"))
	if b.count == 0 {
		expected = "a number like " + r.example(b, first)
	}
	notes := []string{"expected", expected + alsoBad(b.bad[1:], bad-1)}
	if b.odd[emptyWord] > 0 {
		notes = append(notes, "missing?", emptyCounts(b.empties))
	}
	if b.use == data.Infer {
		notes = append(notes, "would", fmt.Sprintf("have made the whole column categorical with %s.", words.Of(len(b.texts), "level")))
	}
	return &data.Problem{
		File: r.file, Line: first.line, Col: b.index,
		What:  fmt.Sprintf("column %s: %s %s", words.Quote(b.name), words.Quote(first.value), first.why),
		Code:  "bad-value",
		Notes: words.Lines(notes...),
		Fixes: r.fixes(b, bad),
	}
}

// example returns how the bad cell would read as a number, or any number.
func (r *reader) example(b *builder, c badCell) string {
	if c.plain != "" {
		return c.plain
	}
	return strings.Replace("1204.5", ".", string(r.decimal), 1)
}

func alsoBad(rest []badCell, n int) string {
	if n == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("; also bad:")
	for i, c := range rest {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, " line %d %s", c.line, words.Quote(c.value))
	}
	if n > len(rest) {
		fmt.Fprintf(&b, " and %s more", words.Count(n-len(rest)))
	}
	return b.String()
}

// emptyCounts lists the words for missing values with the number of each, the most frequent first.
func emptyCounts(empties map[string]int) string {
	var parts []string
	for _, w := range byCount(empties) {
		parts = append(parts, fmt.Sprintf("%s in %s", words.Quote(w), words.Of(empties[w], "cell")))
	}
	return strings.Join(parts, ", ")
}

func byCount(n map[string]int) []string {
	var all []string
	for w := range n {
		all = append(all, w)
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(n[b]-n[a], strings.Compare(a, b)) })
	return all
}

func (r *reader) fixes(b *builder, bad int) []string {
	fixes := []string{"correct the cell"}
	if bad > 1 {
		fixes[0] = fmt.Sprintf("correct the %s cells", words.Small(bad))
	}
	if b.other {
		mark := ","
		if r.decimal == ',' {
			mark = "."
		}
		fixes = append(fixes, fmt.Sprintf("or table(..., decimal = %q) if the whole file is written so", mark))
	}
	if b.odd[emptyWord] > 0 {
		var list []string
		for _, w := range append(slices.Clone(r.table.Format.NA), byCount(b.empties)...) {
			list = append(list, strconv.Quote(w))
		}
		fixes = append(fixes, "or table(..., na = ["+strings.Join(list, ", ")+"]) if they stand for missing values")
	}
	if b.use == data.Infer && b.odd[text] > 0 {
		fixes = append(fixes, fmt.Sprintf("or table(..., categorical = [%s]) if these are names, not numbers", words.Quote(b.name)))
	}
	return fixes
}
