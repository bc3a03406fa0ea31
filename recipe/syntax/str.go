package syntax

import (
	"fmt"
	"strings"
)

// stringPrefixes are the letters that may stand before a quote, in lower case.
var stringPrefixes = []string{"r", "u", "b", "f", "br", "rb", "fr", "rf"}

func isStringPrefix(text string) bool {
	for _, p := range stringPrefixes {
		if strings.EqualFold(text, p) {
			return true
		}
	}
	return false
}

// quoteAt is the quote at the start of text: one character, or three.
func quoteAt(text string) string {
	if triple := strings.Repeat(text[:1], 3); strings.HasPrefix(text, triple) {
		return triple
	}
	return text[:1]
}

// stringLiteral reads a string, whose prefix from start to here has been read. Of an f-string it reads the opening quote only.
func (s *scanner) stringLiteral(start Pos) {
	prefix := strings.ToLower(s.text[start.Offset:s.pos.Offset])
	quote := quoteAt(s.rest())
	quoteStart := s.pos
	s.step(len(quote))
	if strings.Contains(prefix, "f") {
		s.emit(tokFStart, start)
		s.push(opened{kind: fstring, at: s.since(start), text: quote, plain: strings.Contains(prefix, "r")})
		return
	}
	for {
		rest := s.rest()
		switch {
		case strings.HasPrefix(rest, quote):
			s.step(len(quote))
			s.emit(tokString, start)
			return
		case rest == "", len(quote) == 1 && (rest[0] == '\n' || rest[0] == '\r'):
			s.unterminated(start, quoteStart, quote)
			return
		case rest[0] == '\\' && len(rest) > 1:
			s.step(1)
			s.stepAny()
		default:
			s.stepAny()
		}
	}
}

// unterminated reports a string without an end. Inside a field of an f-string with the same quote, what was read as the
// beginning of a string was meant as the end of the f-string.
func (s *scanner) unterminated(start, quoteStart Pos, quote string) {
	outer := s.openedBy(fstring, "")
	if outer >= 0 && s.open[outer].text == quote && start == quoteStart {
		s.pos = start
		s.report.add(Syntax, s.open[outer+1].at, "f-string: expecting '}'")
		s.closeDownTo(outer + 1)
		s.step(len(quote))
		s.emit(tokFEnd, start)
		s.pop()
		return
	}
	s.reportUnterminated(Span{start, quoteStart}, quote, "string")
	s.emit(tokBad, start)
	s.torn = len(s.open) > 0
}

// reportUnterminated says that the string which starts with span and quote has no end before here.
func (s *scanner) reportUnterminated(start Span, quote, what string) {
	end := start.End
	end.Col += len(quote)
	end.Offset += len(quote)
	if len(quote) == 3 {
		what = "triple-quoted " + what
	}
	s.report.add(Syntax, Span{start.Start, end}, fmt.Sprintf("unterminated %s literal (detected at line %d)", what, s.pos.Line),
		"end it with "+quote)
}

// literal is what the text between the quotes of a string means.
type literal struct {
	body    string // between the quotes
	at      int    // byte offset of body in the source
	plain   bool   // prefix r
	bytes   bool   // prefix b
	doubled bool   // {{ and }} stand for one brace
}

// cutLiteral takes a string token apart.
func cutLiteral(t token) literal {
	n := strings.IndexAny(t.text, `"'`)
	prefix := strings.ToLower(t.text[:n])
	quote := quoteAt(t.text[n:])
	n += len(quote)
	return literal{
		body: t.text[n : len(t.text)-len(quote)], at: t.start.Offset + n,
		plain: strings.Contains(prefix, "r"), bytes: strings.Contains(prefix, "b"),
	}
}
