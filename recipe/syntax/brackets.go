package syntax

import (
	"fmt"
	"strings"
)

// opened is something that waits for its end.
type opened struct {
	kind  openKind
	at    Span   // the opening bracket or quote
	text  string // a bracket's text, an f-string's closing quote
	plain bool   // an f-string with prefix r: backslashes stand for themselves
}

type openKind int

const (
	bracket    openKind = iota
	fstring             // the text of an f-string
	field               // {expression} of an f-string
	formatSpec          // the text after the colon of a field
)

// closer is the text that ends o.
func (o *opened) closer() string {
	switch o.kind {
	case bracket:
		return closers[o.text]
	case fstring:
		return o.text
	}
	return "}"
}

// resumption is a place inside open brackets at which a new statement seems to start. If one of the brackets turns out never to be
// closed, scanning starts again from there, so that one missing bracket does not swallow the rest of the file.
type resumption struct {
	pos    Pos
	tokens int
	errs   int
	open   []opened
}

// top is the innermost thing that is open, nil if there is none.
func (s *scanner) top() *opened {
	if len(s.open) == 0 {
		return nil
	}
	return &s.open[len(s.open)-1]
}

// inText says whether the next characters are the text of an f-string.
func (s *scanner) inText() bool {
	top := s.top()
	return top != nil && (top.kind == fstring || top.kind == formatSpec)
}

// inField says whether the next token stands in a field of an f-string, outside any bracket.
func (s *scanner) inField() bool {
	top := s.top()
	return top != nil && top.kind == field
}

// push opens o, within the limit of depth.
func (s *scanner) push(o opened) {
	s.open = append(s.open, o)
	if len(s.open) > s.limits.Depth {
		s.report.stop(o.at, fmt.Sprintf("more than %d brackets inside one another", s.limits.Depth), "give the inner parts names")
	}
}

// pop closes the innermost open thing.
func (s *scanner) pop() {
	s.open = s.open[:len(s.open)-1]
	if s.resume != nil && len(s.open) < len(s.resume.open) {
		s.resume = nil
	}
	if len(s.open) == 0 {
		s.torn = false
	}
}

func (s *scanner) openBracket(text string) {
	start := s.pos
	s.step(1)
	s.emit(tokOp, start)
	s.push(opened{kind: bracket, at: s.since(start), text: text})
}

// closeBracket reads a closing bracket. One that matches nothing is reported; the tokens are balanced all the same.
func (s *scanner) closeBracket(text string) {
	start := s.pos
	top := s.top()
	if top != nil && top.closer() == text {
		s.step(1)
		s.emit(tokOp, start)
		s.pop()
		return
	}
	s.step(1)
	prefix := ""
	if s.openedBy(field, "") >= 0 {
		prefix = "f-string: "
	}
	if top == nil || top.kind == field {
		s.report.add(Syntax, s.since(start), fmt.Sprintf("%sunmatched '%s'", prefix, text))
		return
	}
	line := ""
	if top.at.Start.Line != start.Line {
		line = fmt.Sprintf(" on line %d", top.at.Start.Line)
	}
	s.report.add(Syntax, s.since(start),
		fmt.Sprintf("%sclosing parenthesis '%s' does not match opening parenthesis '%s'%s", prefix, text, top.text, line))
	if strings.HasPrefix(strings.TrimLeft(s.rest(), " \t"), top.closer()) {
		return // the right one follows: this one is too much
	}
	if n := s.openedBy(bracket, text); n >= 0 {
		s.closeDownTo(n)
		return
	}
	s.closeDownTo(len(s.open) - 1) // written for the right one
}

// openedBy is the index of the innermost open thing of a kind that text ends (any, for an empty text); -1 without one.
func (s *scanner) openedBy(kind openKind, text string) int {
	for i := len(s.open) - 1; i >= 0; i-- {
		if s.open[i].kind == kind && (text == "" || s.open[i].closer() == text) {
			return i
		}
	}
	return -1
}

// closeDownTo makes the missing ends of the open things from index n on.
func (s *scanner) closeDownTo(n int) {
	at := s.pos
	if len(s.tokens) > 0 {
		at = s.tokens[len(s.tokens)-1].end
	}
	for len(s.open) > n {
		made := token{kind: tokOp, text: s.top().closer(), start: at, end: at, made: true}
		if s.top().kind == fstring {
			made.kind = tokFEnd
		}
		s.tokens = append(s.tokens, made)
		s.pop()
	}
}

// continued looks at the start of a line inside brackets, for signs that a bracket above was not closed.
func (s *scanner) continued() {
	rest := s.rest()
	indented := len(rest) - len(strings.TrimLeft(rest, " \t\f"))
	rest = rest[indented:]
	if rest == "" || strings.ContainsRune("\r\n#)]}", rune(rest[0])) {
		return
	}
	if statementWords[rest[:nameLen(rest)]] {
		s.neverClosed()
		return
	}
	if s.resume == nil && indented <= s.src.indentOf(s.tokens[s.lineToken].start.Line) {
		s.resume = &resumption{
			pos: s.pos, tokens: len(s.tokens), errs: len(s.report.errs), open: append([]opened(nil), s.open...),
		}
	}
}

// neverClosed reports the innermost open bracket, makes the missing ends and starts a new statement: at the first line that looked
// like one, or here.
func (s *scanner) neverClosed() {
	if r := s.resume; r != nil {
		s.pos, s.tokens, s.open = r.pos, s.tokens[:r.tokens], r.open
		s.report.errs = s.report.errs[:r.errs]
		s.strange = 0
	}
	switch missing := s.top(); {
	case s.torn: // the string without an end has been reported, and may hold the bracket
	case missing.kind == bracket:
		s.report.add(Syntax, missing.at, fmt.Sprintf("'%s' was never closed", missing.text))
	default:
		s.report.add(Syntax, missing.at, "f-string: expecting '}'")
	}
	s.closeDownTo(0)
	s.endLine()
	s.lineStart = true
}
