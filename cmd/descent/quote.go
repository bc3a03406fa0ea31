package main

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/descent-ml/descent/graph"
)

// quote shows the line of a recipe that a diagnostic is about, with the words in
// question underlined. A long line is cut to a window around them.
func quote(s *stream, d *graph.Diagnostic, source []byte) []string {
	lines := strings.Split(string(source), "\n")
	if d.Pos.Line < 1 || d.Pos.Line > len(lines) || d.Pos.Col < 1 {
		return nil
	}
	line := []rune(strings.Map(shown, strings.TrimRight(lines[d.Pos.Line-1], "\r")))
	from := min(d.Pos.Col-1, len(line))
	to := len(line)
	if d.Pos.EndLine == d.Pos.Line && d.Pos.EndCol > d.Pos.Col {
		to = min(d.Pos.EndCol-1, len(line))
	}
	number := fmt.Sprint(d.Pos.Line)
	room := s.width - 8 - len(number) - 3
	start := 0
	if to > room && from > 0 {
		start = max(0, min(from-room/4, len(line)-room))
	}
	line = line[start:min(len(line), start+room)]
	from, to = from-start, min(to-start, len(line))
	marks := "^" + strings.Repeat("~", max(0, to-from-1))
	margin := strings.Repeat(" ", utf8.RuneCountInString(number))
	return []string{
		fmt.Sprintf("\t%s | %s", number, string(line)),
		fmt.Sprintf("\t%s | %s%s", margin, strings.Repeat(" ", from), s.style(red, marks)),
	}
}

// shown replaces what has no place of its own in a line, one character by one.
func shown(r rune) rune {
	switch {
	case r == '\t':
		return ' '
	case !unicode.IsPrint(r):
		return '?'
	}
	return r
}
