package data

import (
	"fmt"
	"strings"
)

// Problem is one refusal: what is wrong with the data or with what was asked of it, where, and how to mend it.
type Problem struct {
	File      string   // the file as the user named it; "" if the problem is not in a file
	Line, Col int      // line from 1 and column of the table from 1; 0 if the problem has none
	What      string   // lower case, names the value: `column "age": "x" is not a number`
	Code      string   // the kind of problem: "bad-value", "no-column", ...
	Notes     []string // what was expected, where values came from, what would have happened
	Fixes     []string // ways out, as text to paste where possible
	Option    string   // the word of [Options] at fault ("target", "drop", ...); "" if the file is at fault
}

// Error returns the problem as Descent prints it:
//
//	FILE:LINE:COL: what [code]
//		note
//		fix: way out
func (p *Problem) Error() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File)
		if p.Line > 0 {
			fmt.Fprintf(&b, ":%d", p.Line)
			if p.Col > 0 {
				fmt.Fprintf(&b, ":%d", p.Col)
			}
		}
		b.WriteString(": ")
	}
	fmt.Fprintf(&b, "%s [%s]", p.What, p.Code)
	for _, n := range p.Notes {
		b.WriteString("\n\t" + n)
	}
	for _, f := range p.Fixes {
		b.WriteString("\n\tfix: " + f)
	}
	return b.String()
}

// Problems are several refusals, reported at once.
type Problems []*Problem

// reported is the number of problems that Error prints.
const reported = 20

// Error returns the problems one below the other, at most 20 of them and the number of the rest.
func (p Problems) Error() string {
	var b strings.Builder
	for i, q := range p {
		if i > 0 {
			b.WriteByte('\n')
		}
		if i == reported {
			fmt.Fprintf(&b, "and %d more", len(p)-reported)
			break
		}
		b.WriteString(q.Error())
	}
	return b.String()
}

// Unwrap returns the problems, for [errors.As].
func (p Problems) Unwrap() []error {
	errs := make([]error, len(p))
	for i, q := range p {
		errs[i] = q
	}
	return errs
}

// Err returns p as an error, or nil if there is no problem.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// Note is a remark about data that was accepted.
type Note struct {
	Code string `json:"code"` // the kind of remark: "few-positives", "constant-column", ...
	Text string `json:"text"` // one sentence, with names and counts
}

func (n Note) String() string { return n.Text + " [" + n.Code + "]" }
