package csv

import (
	"bytes"
	"fmt"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/internal/words"
	"github.com/descent-ml/descent/internal/limits"
)

// scanner cuts text into records and records into cells, by RFC 4180: cells between separators; a cell in double quotes may
// hold separators, line breaks and doubled quotes. Lines end in LF or CR LF. Blank lines at the end do not count.
type scanner struct {
	file string
	buf  []byte // the whole text
	sep  byte

	pos   int      // where the next record begins
	next  int      // line on which it begins, from 1
	line  int      // line on which the last record began
	start int      // where the last record began
	cells [][]byte // of the last record; they hold until the next one is read
	ends  [256]bool
	undo  []byte // holds cells with doubled quotes, undoubled
}

func newScanner(file string, buf []byte, sep byte) *scanner {
	s := &scanner{file: file, buf: buf, sep: sep, next: 1}
	for _, c := range []byte{sep, '\n', '\r', '"'} {
		s.ends[c] = true
	}
	return s
}

// scan reads the next record. It returns false at the end of the text.
func (s *scanner) scan() (bool, *data.Problem) {
	if blank, end := s.blank(); end {
		return false, nil
	} else if blank {
		return false, s.problem(s.next, 1, "blank-line", "this line is blank, and others follow",
			nil, []string{"delete the line", `or write "" in it, if it stands for a missing value of the only column`})
	}
	s.start, s.line = s.pos, s.next
	s.cells, s.undo = s.cells[:0], s.undo[:0]
	for {
		last, p := s.cell()
		if p != nil {
			return false, p
		}
		if s.pos-s.start > limits.CSVLineBytes {
			return false, s.tooLong(len(s.cells))
		}
		if last {
			return true, nil
		}
	}
}

// blank tells whether the next line is blank, and whether only blank lines are left.
func (s *scanner) blank() (blank, end bool) {
	rest := s.buf[s.pos:]
	switch {
	case len(rest) == 0:
		return true, true
	case rest[0] == '\n' || rest[0] == '\r' && len(rest) > 1 && rest[1] == '\n':
		return true, len(bytes.Trim(rest, "\r\n")) == 0
	}
	return false, false
}

// cell reads the next cell of the record and what ends it. It reports whether the record ends with it.
func (s *scanner) cell() (last bool, p *data.Problem) {
	begin := s.pos
	if begin < len(s.buf) && s.buf[begin] == '"' {
		if p := s.quoted(); p != nil {
			return false, p
		}
	} else {
		i, buf, ends := begin, s.buf, &s.ends
		for i < len(buf) && !ends[buf[i]] {
			i++
		}
		s.cells = append(s.cells, s.buf[begin:i])
		s.pos = i
	}
	if s.pos == len(s.buf) {
		return true, nil
	}
	switch c := s.buf[s.pos]; {
	case c == s.sep:
		s.pos++
		return false, nil
	case c == '\n':
		s.pos++
		s.next++
		return true, nil
	case c == '\r' && s.pos+1 < len(s.buf) && s.buf[s.pos+1] == '\n':
		s.pos += 2
		s.next++
		return true, nil
	case c == '\r':
		return false, s.bareCR()
	}
	return false, s.problem(s.next, len(s.cells), "bad-quote", "a quote inside a cell that does not begin with one",
		words.Lines("cell", words.Quote(s.around(begin))),
		[]string{`put the cell in quotes and double those inside: "5"" pipe"`})
}

// quoted reads a cell in quotes, up to the closing one.
func (s *scanner) quoted() *data.Problem {
	open, line, col := s.pos, s.next, len(s.cells)+1
	from := open + 1
	doubled := len(s.undo)
	for {
		most := max(from, min(len(s.buf), s.start+limits.CSVLineBytes+1))
		i := bytes.IndexByte(s.buf[from:most], '"')
		if i < 0 {
			if len(s.buf)-s.start > limits.CSVLineBytes {
				return s.tooLong(col)
			}
			return s.problem(line, col, "open-quote", "the quote opened here is never closed",
				words.Lines("cell", words.Quote(s.around(open))),
				[]string{"close it, or double it if it belongs to the text"})
		}
		end := from + i
		if end+1 < len(s.buf) && s.buf[end+1] == '"' {
			s.undo = append(s.undo, s.buf[from:end+1]...)
			from = end + 2
			continue
		}
		if len(s.undo) > doubled {
			s.undo = append(s.undo, s.buf[from:end]...)
			s.cells = append(s.cells, s.undo[doubled:len(s.undo):len(s.undo)])
		} else {
			s.cells = append(s.cells, s.buf[from:end])
		}
		s.pos = end + 1
		s.next += bytes.Count(s.buf[open:end], []byte{'\n'})
		break
	}
	if s.pos == len(s.buf) || s.ends[s.buf[s.pos]] {
		return nil
	}
	return s.problem(line, col, "bad-quote", "text after the closing quote of a cell",
		words.Lines("cell", words.Quote(s.around(open)), "closed", fmt.Sprintf("line %s, before %s", words.Count(s.next), words.Quote(s.around(s.pos)))),
		[]string{`double the quotes that belong to the text: "a ""quoted"" word"`})
}

func (s *scanner) bareCR() *data.Problem {
	what := "a line break of CR alone, outside quotes"
	if bytes.IndexByte(s.buf, '\n') < 0 {
		what = "the lines end in CR alone"
	}
	return s.problem(s.next, len(s.cells), "bare-cr", what,
		words.Lines("offset", words.Count(s.pos), "would", "have run two lines into one."),
		[]string{`tr '\r' '\n' < ` + s.file + " > new.csv"})
}

func (s *scanner) tooLong(col int) *data.Problem {
	return s.problem(s.line, col, "line-limit",
		fmt.Sprintf("the line is longer than %s", limits.Size(limits.CSVLineBytes)),
		words.Lines("line", words.Quote(s.around(s.start)), "why", "mostly a quote that is opened and not closed."),
		[]string{"close the quote, or split the line"})
}

// around returns the text from pos to the end of its line, cut for a message.
func (s *scanner) around(pos int) string {
	b := s.buf[pos:min(len(s.buf), pos+200)]
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		b = b[:i]
	}
	return string(bytes.TrimSuffix(b, []byte{'\r'}))
}

func (s *scanner) problem(line, col int, code, what string, notes, fixes []string) *data.Problem {
	return &data.Problem{File: s.file, Line: line, Col: col, What: what, Code: code, Notes: notes, Fixes: fixes}
}
