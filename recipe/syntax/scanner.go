package syntax

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// scanner cuts a source into tokens. Whatever the source, the tokens it gives have balanced brackets, f-strings and
// indentation, and end with newline and endOfFile; where something was missing it has been reported and made.
type scanner struct {
	src    *Source
	limits Limits
	report *reporter
	text   string
	pos    Pos
	tokens []token

	lineStart bool     // at the start of a logical line, whose indentation is still to be read
	lineToken int      // index of the first token of this logical line
	indents   []column // indentation of the enclosing blocks, the outermost first
	open      []opened // brackets and f-strings not yet closed, the innermost last
	torn      bool     // a string inside the open brackets lost its end, perhaps with a closing bracket in it
	resume    *resumption
	strange   int // line on which an invalid character was reported last
}

// column is the width of an indentation, with tabs to the next multiple of 8 and with tabs as one: an indentation that grows by
// one measure and not by the other depends on the size of a tab, and is refused.
type column struct{ wide, narrow int }

// scan returns the tokens of a source.
func scan(src *Source, limits Limits, report *reporter) []token {
	s := &scanner{
		src: src, limits: limits, report: report, text: src.text, pos: src.start(),
		tokens: make([]token, 0, len(src.text)/3+8), lineStart: true, indents: []column{{}},
	}
	for !s.report.stopped {
		switch {
		case s.inText():
			s.fstringText()
		case s.lineStart:
			s.indentation()
		case s.pos.Offset == len(s.text) && len(s.open) > 0:
			s.neverClosed()
		case s.pos.Offset == len(s.text):
			s.finish()
			return s.tokens
		default:
			s.token()
		}
	}
	s.tokens = s.tokens[:s.lineToken] // the statement at which a limit was reached
	s.finish()
	return s.tokens
}

// finish ends the last line, the blocks and the file.
func (s *scanner) finish() {
	s.endLine()
	s.dedent(column{})
	s.emit(tokEnd, s.pos)
}

// emit adds the token that reaches from start to here.
func (s *scanner) emit(kind tokenKind, start Pos) {
	s.tokens = append(s.tokens, token{kind: kind, text: s.text[start.Offset:s.pos.Offset], start: start, end: s.pos})
}

// rest is the source from here on.
func (s *scanner) rest() string { return s.text[s.pos.Offset:] }

// peek is the byte at a distance from here, 0 beyond the end.
func (s *scanner) peek(n int) byte {
	if i := s.pos.Offset + n; i < len(s.text) {
		return s.text[i]
	}
	return 0
}

// step moves over the next n bytes of this line.
func (s *scanner) step(n int) {
	s.pos.Col += utf8.RuneCountInString(s.text[s.pos.Offset : s.pos.Offset+n])
	s.pos.Offset += n
}

// stepLine moves over a line ending, and says whether there was one.
func (s *scanner) stepLine() bool {
	switch rest := s.rest(); {
	case strings.HasPrefix(rest, "\r\n"):
		s.pos.Offset += 2
	case strings.HasPrefix(rest, "\n"), strings.HasPrefix(rest, "\r"):
		s.pos.Offset++
	default:
		return false
	}
	s.pos.Line++
	s.pos.Col = 1
	return true
}

// stepAny moves over one character or line ending.
func (s *scanner) stepAny() {
	if !s.stepLine() {
		_, n := utf8.DecodeRuneInString(s.rest())
		s.step(n)
	}
}

// toLineEnd moves to the end of this line.
func (s *scanner) toLineEnd() {
	if n := strings.IndexAny(s.rest(), "\r\n"); n >= 0 {
		s.step(n)
	} else {
		s.step(len(s.rest()))
	}
}

// since is the span from start to here.
func (s *scanner) since(start Pos) Span { return Span{start, s.pos} }

// token reads one token, or the space between two.
func (s *scanner) token() {
	start := s.pos
	c := s.peek(0)
	switch {
	case c == ' ' || c == '\t' || c == '\f':
		s.step(1)
	case c == '#':
		s.toLineEnd()
	case c == '\n' || c == '\r':
		s.lineEnd()
	case c == '\\':
		s.continuation()
	case isDigit(c) || c == '.' && isDigit(s.peek(1)):
		s.number()
	case c == '"' || c == '\'':
		s.stringLiteral(start)
	default:
		if s.word() || s.operator() {
			return
		}
		s.strangeCharacter()
	}
}

// lineEnd reads a line ending: the end of the statement, or, inside brackets, a space.
func (s *scanner) lineEnd() {
	if len(s.open) > 0 {
		s.stepLine()
		s.continued()
		return
	}
	s.endLine()
	s.stepLine()
	s.lineStart = true
}

// endLine ends a logical line, if there is anything on it.
func (s *scanner) endLine() {
	if len(s.tokens) > s.lineToken {
		s.emit(tokNewline, s.pos)
	}
	s.lineToken = len(s.tokens)
}

// continuation reads a backslash at the end of a line.
func (s *scanner) continuation() {
	start := s.pos
	s.step(1)
	backslash := s.since(start)
	ended := s.stepLine()
	switch {
	case s.pos.Offset == len(s.text):
		s.report.add(Syntax, backslash, "unexpected end of the file after line continuation character '\\'", "leave the backslash out")
		s.emit(tokBad, start)
	case !ended:
		s.report.add(Syntax, backslash, "unexpected character after line continuation character '\\'",
			"end the line directly after the backslash, or leave the backslash out")
		s.toLineEnd()
		s.emit(tokBad, start)
	}
}

// word reads a name, a keyword, or a string that starts with a prefix.
func (s *scanner) word() bool {
	n := nameLen(s.rest())
	if n == 0 {
		return false
	}
	start := s.pos
	s.step(n)
	text := s.text[start.Offset:s.pos.Offset]
	switch c := s.peek(0); {
	case (c == '"' || c == '\'') && isStringPrefix(text):
		s.stringLiteral(start)
	case keywords[text]:
		s.emit(tokKeyword, start)
	default:
		s.emit(tokName, start)
		name := &s.tokens[len(s.tokens)-1]
		name.text = norm.NFKC.String(text) // as Python: the micro sign is the Greek letter
	}
	return true
}

// nameLen is the length of the name at the start of text.
func nameLen(text string) int {
	for i, r := range text {
		if !isNameRune(r, i == 0) {
			return i
		}
	}
	return len(text)
}

func isNameRune(r rune, first bool) bool {
	switch {
	case r == '_', 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
		return true
	case r < utf8.RuneSelf:
		return !first && isDigit(byte(r))
	case unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start):
		return true
	}
	return !first && unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)
}

// operator reads an operator or delimiter.
func (s *scanner) operator() bool {
	start := s.pos
	rest := s.rest()
	n := min(3, len(rest))
	for n > 0 && !operators[rest[:n]] {
		n--
	}
	if n == 0 {
		return false
	}
	switch text := rest[:n]; {
	case closers[text] != "":
		s.openBracket(text)
	case text == ")" || text == "]" || text == "}":
		s.closeBracket(text)
	case text[0] == ':' && s.inField():
		s.step(1) // in an f-string "{x:=5}" is a format specification, not ":="
		s.emit(tokOp, start)
		s.top().kind = formatSpec
	default:
		s.step(n)
		s.emit(tokOp, start)
	}
	return true
}

// lookAlikes are the characters that editors and web pages put in place of Python's own.
var lookAlikes = map[rune]string{
	'“': `write "`, '”': `write "`, '„': `write "`, '‘': "write '", '’': "write '", '´': "write '",
	'−': "write - for minus", '–': "write - for minus", '—': "write - for minus", '×': "write *", '·': "write *", '÷': "write /",
	'≤': "write <=", '≥': "write >=", '≠': "write !=", '…': "write ...", '，': "write ,", '：': "write :", '（': "write (", '）': "write )",
	'\u00a0': "write a plain space", '\u200b': "delete it", '\ufeff': "delete it",
	'?': "for a choice write: a if test else b",
}

// strangeCharacter refuses a character that Python has no use for, the first on each line.
func (s *scanner) strangeCharacter() {
	start := s.pos
	r, n := utf8.DecodeRuneInString(s.rest())
	s.step(n)
	s.emit(tokBad, start)
	if s.strange == start.Line {
		return
	}
	s.strange = start.Line
	var fixes []string
	if fix := lookAlikes[r]; fix != "" {
		fixes = append(fixes, fix)
	}
	msg := fmt.Sprintf("invalid character '%c' (U+%04X)", r, r)
	if !unicode.IsPrint(r) {
		msg = fmt.Sprintf("invalid non-printable character U+%04X", r)
	}
	s.report.add(Syntax, s.since(start), msg, fixes...)
}
