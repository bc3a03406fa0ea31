package syntax

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// Source is the text of a file with an index of its lines.
type Source struct {
	File   string
	Number int // what the positions of this file carry

	text  string
	lines []int // byte offset of the start of each line; the first starts after a byte order mark
}

// byteOrderMark is what some editors write first.
const byteOrderMark = "\ufeff"

// newSource finds the lines of text. A line ends with \n, \r\n or \r, as Python has it.
func newSource(file, text string) *Source {
	first := 0
	if strings.HasPrefix(text, byteOrderMark) {
		first = len(byteOrderMark)
	}
	s := &Source{File: file, text: text, lines: []int{first}}
	for i := first; i < len(text); i++ {
		if text[i] == '\n' || text[i] == '\r' && !strings.HasPrefix(text[i+1:], "\n") {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// Line returns line n, counted from 1, without its line ending; it is empty where the file has no such line.
func (s *Source) Line(n int) string {
	if n < 1 || n > len(s.lines) {
		return ""
	}
	end := len(s.text)
	if n < len(s.lines) {
		end = s.lines[n]
	}
	return strings.TrimRight(s.text[s.lines[n-1]:end], "\r\n")
}

// indentOf is the number of spaces, tabs and form feeds at the start of line n.
func (s *Source) indentOf(n int) int {
	line := s.Line(n)
	return len(line) - len(strings.TrimLeft(line, " \t\f"))
}

// start is the place of the first character.
func (s *Source) start() Pos { return Pos{Line: 1, Col: 1, Offset: s.lines[0], File: s.Number} }

// pos is the place of the character at a byte offset.
func (s *Source) pos(offset int) Pos {
	line := max(sort.SearchInts(s.lines, offset+1), 1)
	start := min(s.lines[line-1], offset)
	return Pos{Line: line, Col: 1 + utf8.RuneCountInString(s.text[start:offset]), Offset: offset, File: s.Number}
}
