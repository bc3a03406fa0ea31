package report

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// undefined stands where there is no number.
const undefined = "–"

// decimal prints a number with three decimals, or with four digits where it is
// large and three where it is small.
func decimal(v float64) string {
	a := math.Abs(v)
	switch {
	case math.IsNaN(v):
		return undefined
	case math.IsInf(v, 0) || a >= 1e9 || a < 1e-3 && a > 0:
		return minus(strconv.FormatFloat(v, 'g', 3, 64))
	case a >= 1000:
		return minus(thousands(strconv.FormatFloat(v, 'f', 0, 64)))
	case a >= 100:
		return minus(strconv.FormatFloat(v, 'f', 1, 64))
	case a >= 10:
		return minus(strconv.FormatFloat(v, 'f', 2, 64))
	}
	return minus(strconv.FormatFloat(v, 'f', 3, 64))
}

// minus puts a minus sign of the width of a digit.
func minus(s string) string {
	if rest, negative := strings.CutPrefix(s, "-"); negative {
		return "−" + rest
	}
	return s
}

// count prints a whole number: 10,000.
func count[N int | int64 | float64](n N) string {
	return minus(thousands(strconv.FormatInt(int64(n), 10)))
}

func thousands(digits string) string {
	sign := ""
	if rest, negative := strings.CutPrefix(digits, "-"); negative {
		sign, digits = "-", rest
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// plural prints a count with its noun.
func plural[N int | int64 | float64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return count(n) + " " + noun + "s"
}

// percent prints a share: 3.3 %.
func percent(share float64) string {
	if math.IsNaN(share) {
		return undefined
	}
	return strconv.FormatFloat(100*share, 'f', 1, 64) + " %"
}

// ofHundred prints a share of a hundred, a whole number.
func ofHundred(share float64) string { return strconv.FormatFloat(100*share, 'f', 0, 64) }

// bytesText prints a size: the number, and its unit.
func bytesText(n int64) (value, unit string) {
	for _, u := range []struct {
		unit string
		size float64
	}{{"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}} {
		if float64(n) >= u.size {
			return strconv.FormatFloat(float64(n)/u.size, 'f', 1, 64), u.unit
		}
	}
	return strconv.FormatInt(n, 10), "bytes"
}

// shownName is the most runes of a name that a page shows.
const shownName = 64

// name shortens a name that comes from the data.
func name(s string) string {
	if utf8.RuneCountInString(s) <= shownName {
		return s
	}
	return string([]rune(s[:min(len(s), 4*shownName)])[:shownName-1]) + "…"
}

// printable replaces what no page may hold, wherever it comes from: control
// characters, those that turn the direction of a text, and bytes that are no UTF-8.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 || bidi(r) || r == 0xfffe || r == 0xffff {
			return utf8.RuneError
		}
		return r
	}, s)
}

// bidi reports a character that turns the direction of the text around it.
func bidi(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// quoted is a name in quotes, for prose.
func quoted(s string) string { return "“" + name(s) + "”" }
