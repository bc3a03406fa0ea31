package graph

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Severity grades a diagnostic. Only errors stop training.
type Severity uint8

// The severities, gravest first.
const (
	Error Severity = iota
	Warning
	Note
)

func (s Severity) String() string { return [...]string{"error", "warning", "note"}[s] }

// Diagnostic is one thing that Descent has to say about the user's program.
//
// Its text is built to one plan: where, what and code on the first line; then
// the values with their origin and what the refused thing would have done; then
// fixes as code to paste.
type Diagnostic struct {
	Code     Code
	Severity Severity
	Pos      Position
	Message  string
	Notes    []string
	Fixes    []string
}

// Error renders the diagnostic as text.
func (d *Diagnostic) Error() string {
	var b strings.Builder
	if !d.Pos.IsZero() {
		b.WriteString(d.Pos.String() + ": ")
	}
	if d.Severity != Error {
		b.WriteString(d.Severity.String() + ": ")
	}
	fmt.Fprintf(&b, "%s [%s]", d.Message, d.Code)
	for _, n := range d.Notes {
		b.WriteString("\n\t" + n)
	}
	for _, f := range d.Fixes {
		b.WriteString("\n\tfix: " + f)
	}
	return b.String()
}

// Diagnostics is a list of them, in the order in which they were found.
type Diagnostics []*Diagnostic

// Error joins the texts, one diagnostic after the other.
func (ds Diagnostics) Error() string {
	texts := make([]string, len(ds))
	for i, d := range ds {
		texts[i] = d.Error()
	}
	return strings.Join(texts, "\n")
}

// Refused reports whether any of them is an error.
func (ds Diagnostics) Refused() bool {
	for _, d := range ds {
		if d.Severity == Error {
			return true
		}
	}
	return false
}

// Err returns the errors among ds as an error, or nil when there are none.
func (ds Diagnostics) Err() error {
	var out Diagnostics
	for _, d := range ds {
		if d.Severity == Error {
			out = append(out, d)
		}
	}
	if out == nil {
		return nil
	}
	return out
}

// Columns lays out rows of cells with aligned columns, as notes of a diagnostic.
// The last cell of a row may be of any length.
func Columns(rows ...[]string) []string {
	var width []int
	for _, r := range rows {
		for i, c := range r[:max(len(r)-1, 0)] {
			if i == len(width) {
				width = append(width, 0)
			}
			width[i] = max(width[i], utf8.RuneCountInString(c))
		}
	}
	out := make([]string, len(rows))
	for k, r := range rows {
		var b strings.Builder
		for i, c := range r {
			b.WriteString(c)
			if i < len(r)-1 {
				b.WriteString(strings.Repeat(" ", width[i]-utf8.RuneCountInString(c)+2))
			}
		}
		out[k] = strings.TrimRight(b.String(), " ")
	}
	return out
}
