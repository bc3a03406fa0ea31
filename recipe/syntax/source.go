package syntax

import "bytes"

// Source is the text of a file with an index of its lines.
type Source struct {
	File string

	text  []byte
	lines []int // byte offset of the start of each line; the first starts after a byte order mark
}

// utf8BOM is the byte order mark that some editors write first.
var utf8BOM = []byte("\xef\xbb\xbf")

// newSource finds the lines of text. A line ends with \n, \r\n or \r, as Python has it.
func newSource(file string, text []byte) *Source {
	first := 0
	if bytes.HasPrefix(text, utf8BOM) {
		first = len(utf8BOM)
	}
	s := &Source{File: file, text: text, lines: []int{first}}
	for i := first; i < len(text); i++ {
		switch {
		case text[i] == '\n', text[i] == '\r' && !(i+1 < len(text) && text[i+1] == '\n'):
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
	return string(bytes.TrimRight(s.text[s.lines[n-1]:end], "\r\n"))
}
