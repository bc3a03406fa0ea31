package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/program"
	"github.com/descent-ml/descent/train"
)

// exitCode tells the user about an error and returns the code to end with.
func (c *console) exitCode(err error) int {
	if err == nil {
		err = c.lost()
	}
	if err == nil {
		return 0
	}
	if !is[told](err) {
		c.tell(err)
	}
	if i, ok := stoppedBy(err); ok {
		return i.exitCode()
	}
	return train.ClassOf(err).ExitCode()
}

// lost returns the error of results that could not be written.
func (c *console) lost() error {
	if c.out.failed == nil {
		return nil
	}
	return &train.Error{Class: train.Machine, Err: fmt.Errorf("stdout: %w", c.out.failed)}
}

// told is an error whose text the user has seen.
type told struct{ error }

func (t told) Unwrap() error { return t.error }

func is[T error](err error) bool {
	var target T
	return errors.As(err, &target)
}

// tell prints an error on stderr.
func (c *console) tell(err error) {
	for _, d := range diagnosticsOf(err) {
		c.diagnostic(d, nil)
	}
}

// diagnostic prints one. On a terminal the line that it is about stands below its
// first line, if source is the text of its file.
func (c *console) diagnostic(d *graph.Diagnostic, source []byte) {
	text := clean(diagnosticText(d))
	first, rest, _ := strings.Cut(text, "\n")
	if d.Severity == graph.Error {
		first = c.err.style(bold, first)
	}
	lines := []string{first}
	if c.err.terminal && source != nil {
		lines = append(lines, quote(c.err, d, source)...)
	}
	if rest != "" {
		lines = append(lines, rest)
	}
	fmt.Fprintln(c.err, strings.Join(lines, "\n"))
}

// diagnosticText is the text of one; of an error that no table of codes knows it
// has no code.
func diagnosticText(d *graph.Diagnostic) string {
	text := d.Error()
	if d.Code == "" {
		text = strings.Replace(text, " []", "", 1)
	}
	return text
}

// diagnosticsOf takes an error apart into what there is to say.
func diagnosticsOf(err error) graph.Diagnostics {
	if err == nil {
		return nil
	}
	return diagnose(err, train.ClassOf(err))
}

func diagnose(err error, class train.Class) graph.Diagnostics {
	switch e := err.(type) {
	case graph.Diagnostics:
		return e
	case *graph.Diagnostic:
		return graph.Diagnostics{e}
	case *data.Problem:
		return graph.Diagnostics{problemDiagnostic(e)}
	case *limits.Refusal:
		return graph.Diagnostics{textDiagnostic(codeLimit, e)}
	case *program.NonFinite:
		return graph.Diagnostics{textDiagnostic(e.Code(), e)}
	case interface{ Unwrap() []error }:
		var all graph.Diagnostics
		for _, inner := range e.Unwrap() {
			all = append(all, diagnose(inner, class)...)
		}
		return all
	case *train.Error:
		return diagnose(e.Err, e.Class)
	}
	var path *fs.PathError
	switch {
	case class == train.Unreadable && errors.As(err, &path):
		return graph.Diagnostics{{Code: codeUnreadable, Pos: graph.Position{File: path.Path}, Message: path.Err.Error()}}
	case class == train.Machine:
		return graph.Diagnostics{textDiagnostic(codeMachine, err)}
	}
	return graph.Diagnostics{textDiagnostic("", err)}
}

// problemDiagnostic is what package data says, in the form of the rest.
func problemDiagnostic(p *data.Problem) *graph.Diagnostic {
	return &graph.Diagnostic{
		Code: graph.Code(p.Code), Pos: graph.Position{File: p.File, Line: p.Line, Col: p.Col},
		Message: p.What, Notes: p.Notes, Fixes: p.Fixes,
	}
}

// textDiagnostic takes the text of an error apart: the message, then notes, then fixes.
func textDiagnostic(code graph.Code, err error) *graph.Diagnostic {
	lines := strings.Split(err.Error(), "\n")
	d := &graph.Diagnostic{Code: code, Message: strings.TrimSuffix(lines[0], " ["+string(code)+"]")}
	for _, l := range lines[1:] {
		l = strings.TrimPrefix(l, "\t")
		if fix, ok := strings.CutPrefix(l, "fix: "); ok {
			d.Fixes = append(d.Fixes, fix)
		} else {
			d.Notes = append(d.Notes, l)
		}
	}
	return d
}
