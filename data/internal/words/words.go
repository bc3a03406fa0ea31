// Package words writes the values, counts and tables of a message about data.
package words

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// shown is the number of bytes of a value that a message repeats.
const shown = 80

// Quote returns s in Go's quotes with control characters escaped, cut after 80 bytes.
func Quote(s string) string {
	if len(s) <= shown {
		return strconv.Quote(s)
	}
	cut := shown
	for cut > shown-utf8.UTFMax && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strconv.Quote(s[:cut]) + "..."
}

// Quotes returns each of s in quotes, separated by commas; after the first most of them it counts the rest.
func Quotes(s []string, most int) string { return join(s, most, Quote) }

// Names returns s separated by commas, a name in quotes only if it needs them.
func Names(s []string, most int) string { return join(s, most, name) }

func join(s []string, most int, form func(string) string) string {
	var b strings.Builder
	for i, v := range s {
		if i == most {
			fmt.Fprintf(&b, " and %s more", Count(len(s)-most))
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(form(v))
	}
	return b.String()
}

func name(s string) string {
	q := Quote(s)
	if s == "" || q != `"`+s+`"` || s != strings.TrimSpace(s) || strings.Contains(s, ",") {
		return q
	}
	return s
}

// Count returns n with its thousands set apart: 10,000.
func Count(n int) string {
	s := strconv.Itoa(n)
	first := len(s) % 3
	if n < 0 {
		return "-" + Count(-n)
	}
	var b strings.Builder
	b.WriteString(s[:first])
	for i := first; i < len(s); i += 3 {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(s[i : i+3])
	}
	return b.String()
}

// Small returns n in letters up to ten, else as [Count] does.
func Small(n int) string {
	letters := []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}
	if n >= 0 && n < len(letters) {
		return letters[n]
	}
	return Count(n)
}

// Of returns n and the noun, in the plural unless n is one: "1 row", "10,000 rows".
func Of(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Count(n) + " " + noun + "s"
}

// Lines returns "label  text" for each pair of label and text, the texts below each other.
func Lines(pairs ...string) []string {
	wide := 0
	for i := 0; i < len(pairs); i += 2 {
		wide = max(wide, utf8.RuneCountInString(pairs[i]))
	}
	lines := make([]string, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		lines = append(lines, fmt.Sprintf("%-*s  %s", wide, pairs[i], pairs[i+1]))
	}
	return lines
}
