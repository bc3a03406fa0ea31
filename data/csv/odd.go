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

// odd says what kind of odd cell this is, why a nearly number is none, and, where it is plain, how the number should be written.
func odd(cell []byte, decimal byte, v verdict) (kind oddness, why, plain string) {
	switch v {
	case tooLarge:
		return nearly, "is too large for a 64-bit number", ""
	case tooSmall:
		return nearly, "is too close to zero for a 64-bit number", ""
	}
	const not = "is not a number"
	// No number needs more: whatever is longer is text, and is not searched.
	if len(cell) > 400 {
		return text, not, ""
	}
	s := strings.TrimSpace(string(cell))
	if data.MissingWord(s) {
		return emptyWord, not, ""
	}
	low := strings.ToLower(s)
	switch strings.TrimLeft(low, "+-") {
	case "inf", "infinity":
		return nearly, "is not a finite number", ""
	}
	if plain, ok := otherMark(s, decimal); ok {
		return nearly, not, plain
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil && strings.ContainsAny(low, "x_") {
		return nearly, "is not a decimal number", ""
	}
	if _, err := strconv.ParseInt(s, 0, 64); err == nil {
		return nearly, "is not a decimal number", ""
	}
	bare := strings.TrimSpace(strings.TrimSuffix(strings.TrimLeft(s, "$€£"), "%"))
	if _, v := number([]byte(bare), decimal); bare != s && v == isNumber {
		return nearly, "is a number with a unit", bare
	}
	return text, not, ""
}

// otherMark reads s as a number of the other convention: 1.204,5 or 1,5 where '.' is the decimal mark, 1204.5 where ',' is.
// It returns how to write the number here, or "" if it could be read in two ways, as 1,204 can.
func otherMark(s string, decimal byte) (plain string, ok bool) {
	mark, other := ".", byte(',')
	if decimal == ',' {
		mark, other = ",", '.'
	}
	b := []byte(s)
	v, verdict := number(b, other)
	grouped, isGrouped := ungroup(b, other, decimal)
	asGrouped := verdict != isNumber && isGrouped
	if asGrouped { // 1,204.5
		v, verdict = number(grouped, decimal)
	}
	if verdict != isNumber {
		return "", false
	}
	if !asGrouped && isGrouped { // 1,204
		return "", true
	}
	return strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), ".", mark, 1), true
}
