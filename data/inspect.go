package data

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/descent-ml/descent/data/internal/words"
	"github.com/descent-ml/descent/internal/limits"
)

// crowded is the number of levels up to which no column of texts is taken for one of names.
const crowded = 100

// missingWords are written for missing values, in any case of letters and with any blanks around them.
var missingWords = []string{"", "na", "n/a", "#n/a", "nan", "null", "nil", "none", "missing", "unknown", "?", "-", "--", "."}

// MissingWord tells whether s is a word that people write where there is no value, such as "NA", "null" or "?".
func MissingWord(s string) bool {
	const longest = 16
	return len(s) <= longest && slices.Contains(missingWords, strings.ToLower(strings.TrimSpace(s)))
}

// inspect refuses a feature that cannot be learned from.
func inspect(t *Table, o *Options, c *Column) *Problem {
	refuse := func(line int, code, what string, notes, fixes []string) *Problem {
		return &Problem{File: t.File, Line: line, Col: c.Index, What: fmt.Sprintf("column %s %s", words.Quote(c.Name), what), Code: code, Notes: notes, Fixes: fixes}
	}
	drop := fmt.Sprintf("drop = [%s]", words.Quote(c.Name))
	if c.Missing == t.Rows {
		return refuse(1, "empty-column", fmt.Sprintf("has no value in %s", words.Of(t.Rows, "row")), nil, []string{drop})
	}
	if o.Missing == RefuseMissing && c.Missing > 0 {
		return refuse(t.Lines[c.firstMissing()], "missing-value", fmt.Sprintf("has no value in %s", words.Of(c.Missing, "row")),
			nil, []string{"fill them in", `or missing = "mean+indicator"`, "or " + drop})
	}
	n := len(c.Levels)
	if n > limits.CSVCategories {
		return refuse(1, "level-limit", fmt.Sprintf("has %s levels, above the limit of %s", words.Count(n), words.Count(limits.CSVCategories)), nil, []string{drop})
	}
	if n > crowded && 2*n > t.Rows-c.Missing && !slices.Contains(o.Categorical, c.Name) {
		return refuse(1, "high-cardinality", fmt.Sprintf("has %s different texts in %s", words.Count(n), words.Of(t.Rows, "row")),
			words.Lines("texts", words.Names(c.Levels, 5), "would", fmt.Sprintf("have made %s columns in, most of them seen once.", words.Count(n))),
			[]string{drop, fmt.Sprintf("or id = %s", words.Quote(c.Name)), fmt.Sprintf("or categorical = [%s] to have it so", words.Quote(c.Name))})
	}
	return nil
}

// remarks returns what is odd about a column that is accepted.
func remarks(t *Table, c *Column) []Note {
	var notes []Note
	note := func(code, format string, args ...any) {
		notes = append(notes, Note{code, fmt.Sprintf("column %s: ", words.Quote(c.Name)) + fmt.Sprintf(format, args...)})
	}
	if c.Codes == nil {
		if n, first := inexact(c.Numbers); n > 0 {
			note("float32-inexact", "%s not exact in float32, first at line %d (%s)", verb(n, "value is", "values are"), t.Lines[first], exact(c.Numbers[first]))
		}
		if v, n := sentinel(c.Numbers); n > 0 {
			note("sentinel", "%s may stand for a missing value: it is far below the rest, in %s; na = [\"\", %q] would say so", exact(v), words.Of(n, "row"), exact(v))
		}
		return notes
	}
	for _, l := range c.Levels {
		if MissingWord(l) {
			note("missing-word", "%s is read as a level; na = [\"\", %s] would make it a missing value", words.Quote(l), words.Quote(l))
		}
	}
	if pair := similar(c.Levels); pair != nil {
		note("similar-levels", "%s are two levels, though they differ only in blanks or case", strings.Join(pair, " and "))
	}
	return notes
}

func verb(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return words.Count(n) + " " + many
}

// sentinel returns a number of nines below zero, such as -999, that is the smallest of x by more than three times the range of
// the rest, and how often it occurs.
func sentinel(x []float64) (v float64, n int) {
	least := math.Inf(1)
	for _, v := range x {
		if v < least {
			least = v
		}
	}
	if !slices.Contains([]float64{-9, -99, -999, -9999, -99999, -999999}, least) {
		return 0, 0
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range x {
		switch {
		case v == least:
			n++
		case !math.IsNaN(v):
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	if lo > hi || lo-least <= 3*(hi-lo) {
		return 0, 0
	}
	return least, n
}

// similar returns two levels, quoted, that differ only in blanks or the case of letters; nil if there are none.
func similar(levels []string) []string {
	seen := make(map[string]string, len(levels))
	for _, l := range levels {
		bare := strings.ToLower(strings.Join(strings.FieldsFunc(l, unicode.IsSpace), ""))
		if first, twice := seen[bare]; twice {
			return []string{words.Quote(first), words.Quote(l)}
		}
		seen[bare] = l
	}
	return nil
}
