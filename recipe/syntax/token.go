package syntax

import (
	"strings"
	"unicode/utf8"
)

type tokenKind int

const (
	tokEnd     tokenKind = iota
	tokNewline           // the end of a logical line
	tokIndent
	tokDedent
	tokName
	tokKeyword
	tokNumber
	tokString  // a string literal with prefix and quotes
	tokFStart  // prefix and opening quote of an f-string
	tokFMiddle // text of an f-string or of a format specification
	tokFEnd    // closing quote of an f-string
	tokOp      // an operator, bracket or other delimiter
	tokBad     // refused by the scanner, which has said why
)

// token is a piece of source. A made token stands for a bracket or quote that the source lacks; it has no width, and the scanner
// has reported what is missing.
type token struct {
	kind       tokenKind
	text       string
	start, end Pos
	made       bool
}

func (t *token) span() Span { return Span{t.start, t.end} }

// is says whether t is the operator or keyword text.
func (t *token) is(text string) bool {
	return (t.kind == tokOp || t.kind == tokKeyword) && t.text == text
}

// isConstant says whether t is a keyword that stands for a value.
func isConstant(t *token) bool { return t.is("None") || t.is("True") || t.is("False") }

// bracketDepth is +1 for an opening bracket, -1 for a closing one and 0 for any other token.
func bracketDepth(t *token) int {
	if t.kind == tokOp {
		switch t.text {
		case "(", "[", "{":
			return 1
		case ")", "]", "}":
			return -1
		}
	}
	return 0
}

// describe names the token in a message.
func (t *token) describe() string {
	switch t.kind {
	case tokEnd:
		return "the end of the file"
	case tokNewline:
		return "the end of the line"
	case tokIndent, tokDedent:
		return "a change of indentation"
	case tokName:
		return "name '" + shorten(t.text) + "'"
	case tokKeyword:
		return "keyword '" + t.text + "'"
	case tokNumber:
		return "number " + shorten(t.text)
	case tokString, tokFStart, tokFMiddle, tokFEnd:
		return "a string"
	}
	return "'" + t.text + "'"
}

// shorten cuts a text of the source to what a message has room for.
func shorten(s string) string {
	const most = 40
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "..."
}

// keywords are the words that cannot be names.
var keywords = wordSet(`False None True and as assert async await break class continue def del elif else except finally for from
	global if import in is lambda nonlocal not or pass raise return try while with yield`)

// statementWords start a statement and never stand in an expression. At the start of a line inside brackets they show that a
// bracket was not closed.
var statementWords = wordSet(`assert break class continue def del except finally global import nonlocal pass raise return try while with`)

// wordsAfterNumber may follow a number without a space, as in "1if x else 2".
var wordsAfterNumber = []string{"and", "else", "for", "if", "in", "is", "not", "or"}

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// operators are all operators and delimiters, of up to three characters.
var operators = wordSet(`**= //= >>= <<= ... != == <= >= -> += -= *= /= %= &= |= ^= @= := ** // << >>
	+ - * / % @ & | ^ ~ < > ( ) [ ] { } , : . ; = !`)

// closers pairs the opening brackets with the closing ones.
var closers = map[string]string{"(": ")", "[": "]", "{": "}"}
