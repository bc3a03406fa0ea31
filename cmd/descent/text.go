package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// count prints a number with commas between thousands.
func count[T ~int | ~int64](n T) string {
	s := strconv.FormatInt(int64(n), 10)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// of prints a number with the noun for it.
func of(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return count(n) + " " + noun + "s"
}

// decimals prints x with so many digits after the point, and numbers too small or
// too large for that with so many digits in all.
func decimals(x float64, digits int) string {
	size := math.Abs(x)
	if x == 0 || size >= math.Pow10(-digits+1) && size < 1e5 {
		return strconv.FormatFloat(x, 'f', digits, 64)
	}
	return plainExponent(strconv.FormatFloat(x, 'g', digits, 64))
}

// plainExponent writes 3e-09 as 3e-9.
func plainExponent(s string) string {
	mantissa, exponent, found := strings.Cut(s, "e")
	if !found {
		return s
	}
	n, _ := strconv.Atoi(exponent)
	return mantissa + "e" + strconv.Itoa(n)
}

func lossText(x float64) string   { return decimals(x, 4) }
func metricText(x float64) string { return decimals(x, 3) }

// shareText prints a part of a whole in percent.
func shareText(part, whole int) string {
	return strconv.FormatFloat(100*float64(part)/float64(whole), 'f', 1, 64) + " %"
}

// size prints a number of bytes in the unit that leaves at least one.
func size(n int64) string {
	x, units := float64(n), []string{"B", "kB", "MB", "GB", "TB"}
	for x >= 999.5 && len(units) > 1 {
		x, units = x/1000, units[1:]
	}
	digits := 0
	if x < 10 && units[0] != "B" {
		digits = 1
	}
	return strconv.FormatFloat(x, 'f', digits, 64) + " " + units[0]
}

// duration prints a time with as many digits as are worth reading.
func duration(d time.Duration) string {
	switch s := d.Seconds(); {
	case s < 0.1:
		return fmt.Sprintf("%.0f ms", 1000*s)
	case s < 10:
		return fmt.Sprintf("%.1f s", s)
	case s < 120:
		return fmt.Sprintf("%.0f s", s)
	case s < 2*3600:
		return fmt.Sprintf("%.0f min", s/60)
	default:
		return fmt.Sprintf("%.1f h", s/3600)
	}
}

// wrap breaks text between words into lines of at most width. Each line after the
// first begins with indent, which counts; the first begins where the caller is,
// so many columns in. Wide gaps between words stay where no line ends.
func wrap(text string, width, column int, indent string) string {
	var b strings.Builder
	at, gap := column, 0
	for i, word := range strings.Split(strings.TrimSpace(text), " ") {
		if word == "" {
			gap++
			continue
		}
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case at+gap+n > width:
			b.WriteString("\n" + indent)
			at = utf8.RuneCountInString(indent)
		default:
			b.WriteString(strings.Repeat(" ", gap))
			at += gap
		}
		b.WriteString(word)
		at, gap = at+n, 1
	}
	return b.String()
}

// clean writes characters that would move the cursor or change the terminal as
// escape sequences of Go, but for tabs and line ends.
func clean(s string) string {
	bad := func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }
	if utf8.ValidString(s) && strings.IndexFunc(s, bad) < 0 {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case bad(r):
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// word prints a name from a file as it is, or quoted where it would not be seen
// as one word.
func word(s string) string {
	plain := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_.-/+%#@", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return fmt.Sprintf("%.80q", s)
}
