package csv

import (
	"strconv"
	"strings"

	"github.com/descent-ml/descent/data"
)

// An odd cell is neither missing nor a number.
type oddness uint8

const (
	text      oddness = iota // a word
	nearly                   // a number to a human or to some program, but not in the notation that is read here
	emptyWord                // a word that people write for a missing value
)

// badCell is an odd cell that a message may show.
type badCell struct {
	line  int
	value string
	kind  oddness
	why   string // it is odd, to follow the value
	plain string // how the number should be written; "" if that is open
	other bool   // it may be a number in the convention of the other decimal mark
}

const notNumber = "is not a number"

// odd says what is odd about a cell.
func odd(cell []byte, decimal byte, v verdict) badCell {
	c := badCell{value: string(cell), kind: nearly, why: notNumber}
	s := strings.TrimSpace(c.value)
	switch {
	case v == tooLarge:
		c.why = "is too large for a 64-bit number"
	case v == tooSmall:
		c.why = "is too close to zero for a 64-bit number"
	case data.MissingWord(s):
		c.kind = emptyWord
	case infinite(s):
		c.why = "is not a finite number"
	case otherMark(&c, s, decimal):
	case programmers(s):
		c.why = "is not a decimal number"
	case withUnit(&c, s, decimal):
		c.why = "is a number with a unit"
	default:
		c.kind = text
	}
	return c
}

func infinite(s string) bool {
	s = strings.ToLower(strings.TrimLeft(s, "+-"))
	return s == "inf" || s == "infinity"
}

// programmers tells whether s is a number in a notation of programming languages: 0x1F, 0x1p3, 0b11, 1_000.
func programmers(s string) bool {
	if !strings.ContainsAny(s, "_xXbBoO") {
		return false
	}
	_, notFloat := strconv.ParseFloat(s, 64)
	_, notInt := strconv.ParseInt(strings.TrimLeft(s, "+"), 0, 64)
	_, grouped := number([]byte(strings.ReplaceAll(s, "_", "")), '.')
	return notFloat == nil || notInt == nil || grouped == isNumber
}

// withUnit tells whether s is a number before a percent sign or after a currency's.
func withUnit(c *badCell, s string, decimal byte) bool {
	bare := strings.TrimSpace(strings.TrimSuffix(strings.TrimLeft(s, "$€£"), "%"))
	if bare == s {
		return false
	}
	_, v := number([]byte(bare), decimal)
	if v == isNumber {
		c.plain = bare
	}
	return v == isNumber
}

// otherMark tells whether s is a number as the other convention writes it, or one with groups: 1.204,5 or 1,5 or 1,204.5 where '.' is
// the decimal mark, 1204.5 where ',' is.
func otherMark(c *badCell, s string, decimal byte) bool {
	other := byte(',')
	if decimal == ',' {
		other = '.'
	}
	if strings.IndexByte(s, other) < 0 {
		return false
	}
	v, verdict := number([]byte(s), other)
	c.other = verdict == isNumber
	groups, grouped := ungroup([]byte(s), other, decimal)
	switch {
	case c.other && grouped: // 1,204 is two numbers
		return true
	case grouped: // 1,204.5
		v, verdict = number(groups, decimal)
	}
	if verdict != isNumber {
		return false
	}
	c.plain = strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), ".", string(decimal), 1)
	return true
}
