package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/recipe"
	"github.com/descent-ml/descent/train"
)

// verdict is the line of JSON that check --json prints.
type verdict struct {
	Verdict     string           `json:"verdict"` // proved, refused, unreadable, or traced where there was nothing to prove
	Diagnostics []diagnosticJSON `json:"diagnostics"`
	Data        []data.Note      `json:"data,omitempty"` // what is to be known of the data
}

type diagnosticJSON struct {
	Severity string   `json:"severity"`
	Code     string   `json:"code"`
	File     string   `json:"file"`
	Line     int      `json:"line"`
	Col      int      `json:"col"`
	EndLine  int      `json:"end_line"`
	EndCol   int      `json:"end_col"`
	Message  string   `json:"message"`
	Notes    []string `json:"notes"`
	Fixes    []string `json:"fixes"`
}

// json prints the verdict, and returns the error that ends the program with its
// exit code.
func (r *checked) json(c *console, shapes *recipe.LossOptions) error {
	v := verdict{Verdict: "proved", Diagnostics: []diagnosticJSON{}}
	if r.prepared != nil {
		v.Data = r.prepared.Parts.Notes
	}
	var err error
	switch {
	case r.file == nil:
		v.Verdict = "unreadable"
	case r.found.Refused():
		v.Verdict = "refused"
	case r.prepared == nil && shapes == nil:
		v.Verdict = "traced"
	}
	if v.Verdict == "unreadable" || v.Verdict == "refused" {
		err = told{&train.Error{Class: classOf(r.file, r.found), Err: r.found}}
	}
	for _, d := range inOrder(r.found) {
		v.Diagnostics = append(v.Diagnostics, diagnosticJSON{
			d.Severity.String(), string(d.Code), d.Pos.File, d.Pos.Line, d.Pos.Col, d.Pos.EndLine, d.Pos.EndCol,
			d.Message, append([]string{}, d.Notes...), append([]string{}, d.Fixes...),
		})
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text) // one line, with its end
	enc.SetEscapeHTML(false)
	if failed := enc.Encode(v); failed != nil {
		return failed
	}
	fmt.Fprint(c.out, text.String())
	return err
}
