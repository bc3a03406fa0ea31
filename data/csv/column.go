package csv

import (
	"math"
	"strings"

	"github.com/descent-ml/descent/data"
)

// builder collects the cells of one column: its numbers and what speaks against their being numbers, and its texts as long
// as there is no number. Texts of a column that began with a number are read in a second pass, if it is no column of numbers.
type builder struct {
	name    string
	index   int // from 1
	use     data.Use
	decimal byte

	numbers []float64 // NaN where the cell is no number; nil until the first number
	count   int       // numbers
	missing int
	odd     [3]int             // cells of each oddness
	bad     []badCell          // the first odd cells
	other   bool               // an odd cell may be a number with the other decimal mark
	kinds   map[string]oddness // of the first different odd cells: mostly the levels of a column of texts, over and over
	empties map[string]int     // cells of each word for a missing value

	codes []int32
	texts []string
	code  map[string]int32 // of each text
}

// shownBad is the number of bad cells of a column kept for messages.
const shownBad = 4

// remembered is the number of different odd cells of a column whose kind is kept.
const remembered = 256

// longestNumber is the number of bytes above which a cell is not searched for what it may be instead of a number.
const longestNumber = 400

// number adds a cell in the first pass. rows is the number of rows before it, capacity that of all rows at most.
func (b *builder) number(cell []byte, isMissing bool, line, rows, capacity int) {
	if isMissing {
		b.missing++
		if b.numbers != nil {
			b.numbers = append(b.numbers, math.NaN())
		}
		if b.code != nil {
			b.text(cell, true)
		}
		return
	}
	v, verdict := number(cell, b.decimal)
	if verdict == isNumber {
		if b.numbers == nil {
			b.start(rows, capacity)
			b.code, b.codes, b.texts = nil, nil, nil
		}
		b.count++
		b.numbers = append(b.numbers, v)
		return
	}
	if b.numbers != nil {
		b.numbers = append(b.numbers, math.NaN())
	} else {
		if b.code == nil {
			b.startTexts(rows, capacity)
		}
		b.text(cell, false)
	}
	b.oddCell(cell, line, verdict)
}

// startTexts makes room for texts; the rows before have none.
func (b *builder) startTexts(rows, capacity int) {
	b.code, b.texts = map[string]int32{}, nil
	b.codes = make([]int32, rows, max(rows, capacity))
	for i := range b.codes {
		b.codes[i] = -1
	}
}

// start makes room for numbers, with NaN for the rows before the first.
func (b *builder) start(rows, capacity int) {
	b.numbers = make([]float64, rows, max(rows, capacity))
	for i := range b.numbers {
		b.numbers[i] = math.NaN()
	}
}

// oddCell counts a cell that is no number and keeps the first of them.
func (b *builder) oddCell(cell []byte, line int, v verdict) {
	if len(cell) > longestNumber {
		b.odd[text]++
		if len(b.bad) < shownBad {
			b.bad = append(b.bad, badCell{line: line, value: string(cell), why: notNumber})
		}
		return
	}
	if kind, known := b.kinds[string(cell)]; known && len(b.bad) == shownBad {
		b.odd[kind]++
		if kind == emptyWord {
			b.empties[strings.TrimSpace(string(cell))]++
		}
		return
	}
	c := odd(cell, b.decimal, v)
	c.line = line
	b.odd[c.kind]++
	b.other = b.other || c.other
	if b.kinds == nil {
		b.kinds, b.empties = map[string]oddness{}, map[string]int{}
	}
	if len(b.kinds) < remembered {
		b.kinds[c.value] = c.kind
	}
	if c.kind == emptyWord {
		b.empties[strings.TrimSpace(c.value)]++
	}
	if len(b.bad) < shownBad {
		b.bad = append(b.bad, c)
	}
}

// isNumeric tells, after the first pass, whether the column is one of numbers.
func (b *builder) isNumeric() bool {
	switch b.use {
	case data.AsNumber:
		return true
	case data.AsText:
		return false
	}
	numbers := b.count + b.odd[nearly]
	if numbers == 0 {
		return b.odd[text]+b.odd[emptyWord] == 0 // a column without any value
	}
	return numbers >= 9*b.odd[text]
}

// refused tells whether a column of numbers has cells that are none.
func (b *builder) refused() bool {
	return b.isNumeric() && b.odd[text]+b.odd[nearly]+b.odd[emptyWord] > 0
}

// text adds a cell to the texts.
func (b *builder) text(cell []byte, isMissing bool) {
	if isMissing {
		b.codes = append(b.codes, -1)
		return
	}
	code, known := b.code[string(cell)]
	if !known {
		code = int32(len(b.texts))
		s := string(cell)
		b.texts = append(b.texts, s)
		b.code[s] = code
	}
	b.codes = append(b.codes, code)
}

// column returns the column that was read.
func (b *builder) column(rows int) *data.Column {
	if !b.isNumeric() {
		return data.TextColumn(b.name, b.index, b.texts, b.codes)
	}
	if b.numbers == nil {
		b.start(rows, rows)
	}
	return &data.Column{Name: b.name, Index: b.index, Numbers: b.numbers, Missing: b.missing}
}
