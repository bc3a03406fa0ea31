package syntax

import (
	"fmt"
	"sort"
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

// reporter collects the errors of one source.
type reporter struct {
	file    string
	max     int
	errs    []*Error
	stopped bool // a limit was reached: nothing after it is looked at
}

// add records an error, unless reading has stopped.
func (r *reporter) add(kind Kind, at Span, msg string, fixes ...string) {
	if r.stopped {
		return
	}
	if len(r.errs) == r.max {
		r.stop(at, fmt.Sprintf("more than %d errors: reading stops here", r.max))
		return
	}
	r.errs = append(r.errs, &Error{File: r.file, Start: at.Start, End: at.End, Kind: kind, Msg: msg, Fixes: fixes})
}

// stop records that a limit was reached, as the last error.
func (r *reporter) stop(at Span, msg string, fixes ...string) {
	if r.stopped {
		return
	}
	r.errs = append(r.errs, &Error{File: r.file, Start: at.Start, End: at.End, Kind: Limit, Msg: msg, Fixes: fixes})
	r.stopped = true
}

// sorted returns the errors in the order of the source.
func (r *reporter) sorted() []*Error {
	sort.SliceStable(r.errs, func(i, j int) bool { return r.errs[i].Start.Offset < r.errs[j].Start.Offset })
	return r.errs
}
