package csv

import (
	"bytes"
	"strconv"
	"strings"
)

// powers are the powers of ten that a float64 holds exactly.
var powers = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// verdict is what number says of a cell.
type verdict uint8

const (
	isNumber verdict = iota
	noNumber
	tooLarge // in size, for a float64
	tooSmall // not zero, but nearer to it than any float64
)

// number reads a cell as a decimal number: [+-] digits [decimal digits] [e [+-] digits], with at least one digit before or
// after the decimal mark, and blanks around it. The result is the float64 nearest to the number.
// With ',' as the decimal mark the whole part may be set apart in groups of three by '.'.
func number(cell []byte, decimal byte) (float64, verdict) {
	b := trim(cell)
	if decimal == ',' && bytes.IndexByte(b, '.') >= 0 {
		var ok bool
		if b, ok = ungroup(b, '.', ','); !ok {
			return 0, noNumber
		}
	}
	i := 0
	negative := false
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		negative = b[0] == '-'
		i = 1
	}
	// The value is mantissa times ten to the exponent, if there are no more digits than a mantissa holds.
	var mantissa uint64
	begin := i
	for ; i < len(b) && b[i]-'0' < 10; i++ {
		mantissa = mantissa*10 + uint64(b[i]-'0')
	}
	digits, exponent := i-begin, 0
	if i < len(b) && b[i] == decimal {
		i++
		begin = i
		for ; i < len(b) && b[i]-'0' < 10; i++ {
			mantissa = mantissa*10 + uint64(b[i]-'0')
		}
		digits += i - begin
		exponent = begin - i
	}
	if digits == 0 {
		return 0, noNumber
	}
	end := i
	if i < len(b) && b[i]|0x20 == 'e' {
		e, n := power(b[i+1:])
		if n == 0 {
			return 0, noNumber
		}
		exponent += e
		i += 1 + n
	}
	if i < len(b) {
		return 0, noNumber
	}
	// Both factors are exact, so that the one rounding of the product or quotient is the right one (Clinger,
	// "How to read floating point numbers accurately", 1990).
	const most = 19 // digits of any uint64
	if digits <= most && mantissa < 1<<53 && -22 <= exponent && exponent <= 22 {
		v := float64(mantissa)
		if exponent < 0 {
			v /= powers[-exponent]
		} else {
			v *= powers[exponent]
		}
		if negative {
			v = -v
		}
		return v, isNumber
	}
	return slow(b, end, decimal)
}

// power reads [+-] digits, the exponent of a number, and returns how many bytes it took: none if there is no digit.
func power(b []byte) (e, n int) {
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		n = 1
	}
	start := n
	for ; n < len(b) && b[n]-'0' < 10; n++ {
		e = min(e*10+int(b[n]-'0'), 1<<20) // far beyond any float64, short of an overflow
	}
	if n == start {
		return 0, 0
	}
	if b[0] == '-' {
		e = -e
	}
	return e, n
}

// slow reads what number has found to be a number, with its exponent from end on.
func slow(b []byte, end int, decimal byte) (float64, verdict) {
	s := string(b)
	if decimal != '.' {
		s = strings.Replace(s, string(decimal), ".", 1)
	}
	v, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil:
		return 0, tooLarge
	case v == 0 && bytes.ContainsAny(b[:end], "123456789"):
		return 0, tooSmall
	}
	return v, isNumber
}

// ungroup removes the marks that set groups of three digits apart before the decimal mark: 1.234.567,5 is 1234567,5.
// It reports false if a group is not of three digits or the first begins with a zero.
func ungroup(b []byte, mark, decimal byte) ([]byte, bool) {
	start := 0
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		start = 1
	}
	end := len(b)
	if i := bytes.IndexByte(b, decimal); i >= 0 {
		end = i
	}
	groups := bytes.Split(b[start:end], []byte{mark})
	plain := bytes.Clone(b[:start])
	for i, g := range groups {
		first := i == 0 && 1 <= len(g) && len(g) <= 3 && g[0] != '0'
		if !first && (i == 0 || len(g) != 3) || !digitsOnly(g) {
			return nil, false
		}
		plain = append(plain, g...)
	}
	return append(plain, b[end:]...), len(groups) > 1
}

func digitsOnly(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// trim cuts blanks off both ends.
func trim(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t') {
		b = b[:len(b)-1]
	}
	return b
}
