package data

import (
	"cmp"
	"math"
	"slices"
)

// Table is a file as read: its columns with their values, and nothing decided yet about their use.
type Table struct {
	File    string    // as the user named it
	SHA256  string    // of the file's bytes, in hex
	Names   []string  // of every column of the file, in its order
	Columns []*Column // those that were read, in the file's order
	Rows    int
	Lines   []int // line of the file, from 1, on which each row begins
	Format  Format
	Notes   []Note // remarks of the reader
}

// Format is how the cells of a text file are written.
type Format struct {
	Sep     string   `json:"sep"`     // between cells
	Decimal string   `json:"decimal"` // before the fraction of a number
	NA      []string `json:"na"`      // cells that count as missing
}

// Format returns the format that the options describe.
func (o *Options) Format() Format {
	f := Format{Sep: ",", Decimal: ".", NA: []string{""}}
	if o.Sep != 0 {
		f.Sep = string(o.Sep)
	}
	if o.Decimal != 0 {
		f.Decimal = string(o.Decimal)
	}
	if o.NA != nil {
		f.NA = o.NA
	}
	return f
}

// Column is one column of a table: numbers, or texts as codes of levels.
type Column struct {
	Name    string
	Index   int       // place in the file, from 1
	Numbers []float64 // value of each row, NaN where missing; nil if the column holds texts
	Codes   []int32   // index in Levels of each row's text, -1 where missing; nil if the column holds numbers
	Levels  []string  // the texts, each once, in the order of their bytes
	Missing int       // rows without a value
}

// Kind returns what the column holds.
func (c *Column) Kind() Kind {
	switch {
	case c.Codes == nil:
		return Numeric
	case len(c.Levels) <= 2:
		return TwoLevel
	}
	return Categorical
}

// Column returns the column of this name, or nil if it was not read.
func (t *Table) Column(name string) *Column {
	for _, c := range t.Columns {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// missing tells whether the row has no value.
func (c *Column) missing(row int) bool {
	if c.Codes != nil {
		return c.Codes[row] < 0
	}
	return math.IsNaN(c.Numbers[row])
}

// firstMissing returns the first row without a value, or -1.
func (c *Column) firstMissing() int {
	for row := range max(len(c.Codes), len(c.Numbers)) {
		if c.missing(row) {
			return row
		}
	}
	return -1
}

// TextColumn returns a column of texts: texts[codes[r]] in row r, missing where the code is -1. It sorts the levels
// and changes the codes with them; both slices belong to the column from then on. The texts must differ.
func TextColumn(name string, index int, texts []string, codes []int32) *Column {
	order := sortedBy(len(texts), func(i int) string { return texts[i] })
	levels, place := make([]string, len(texts)), make([]int32, len(texts))
	for i, o := range order {
		levels[i], place[o] = texts[o], int32(i)
	}
	c := &Column{Name: name, Index: index, Codes: codes, Levels: levels}
	for r, code := range codes {
		if code < 0 {
			c.Missing++
			continue
		}
		codes[r] = place[code]
	}
	return c
}

// sortedBy returns 0 to n-1 in the order of key, and among equals ascending.
func sortedBy[K cmp.Ordered](n int, key func(int) K) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(key(a), key(b)) })
	return order
}
