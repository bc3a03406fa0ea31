package syntax

import (
	"fmt"
	"strings"
)

// Kind says what sort of rule an Error broke.
type Kind int

// The kinds of errors.
const (
	Syntax      Kind = iota // not Python
	Indentation             // not Python: blocks, tabs and spaces
	Encoding                // not text in UTF-8
	Limit                   // Python, but larger or deeper than is read here
	Unsupported             // Python that recipes leave out
)

var kindText = [...]string{
	Syntax: "syntax", Indentation: "indentation", Encoding: "encoding", Limit: "limit", Unsupported: "unsupported",
}

// String returns the kind in lower case, as it stands in brackets after a message.
func (k Kind) String() string { return kindText[k] }

// Error is one reason why a source was refused.
type Error struct {
	File       string
	Start, End Pos // what the message is about, to be underlined
	Kind       Kind
	Msg        string   // what was found and what was expected, in one line
	Fixes      []string // ways out, each as code or advice
}

// Error returns the message with its place, kind and fixes: FILE:LINE:COL: message [kind], then one line for each fix.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: %s [%s]", e.File, e.Start.Line, e.Start.Col, e.Msg, e.Kind)
	for i, fix := range e.Fixes {
		b.WriteString("\n\tfix: ")
		if i > 0 {
			b.WriteString("or ")
		}
		b.WriteString(fix)
	}
	return b.String()
}
