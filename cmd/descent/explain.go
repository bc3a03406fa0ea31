package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/tracer"
)

type explainCommand struct {
	Code []string `arg:"" optional:"" name:"CODE"`
}

// Help returns what descent explain --help shows.
func (explainCommand) Help() string {
	return `Usage: descent explain [CODE...]

Says what a code in brackets means, shows the smallest recipe that brings it
about, and the ways out. Without a code: the list.

  descent explain not-differentiable

  -h, --help               this page
`
}

// Run explains codes, or lists them.
func (e *explainCommand) Run(c *console) error {
	all := explanations()
	if len(e.Code) == 0 {
		for _, x := range all {
			fmt.Fprintf(c.out, "%-20s  %s\n", x.Code, firstSentence(x.Cause, c.out.width-22))
		}
		return nil
	}
	for i, code := range e.Code {
		at := slices.IndexFunc(all, func(x graph.CodeInfo) bool { return string(x.Code) == code })
		if at < 0 {
			return unknownCode(code, all)
		}
		if i > 0 {
			fmt.Fprintln(c.out)
		}
		c.out.explain(all[at])
	}
	return nil
}

// explanations returns the entries of all codes, in alphabetical order.
func explanations() []graph.CodeInfo {
	all := graph.Codes()
	for _, x := range data.Codes() {
		severity := graph.Error
		if x.Note {
			severity = graph.Note
		}
		if !slices.ContainsFunc(all, func(c graph.CodeInfo) bool { return string(c.Code) == x.Code }) {
			all = append(all, graph.CodeInfo{Code: graph.Code(x.Code), Severity: severity, Cause: x.Cause, Fixes: []string{x.Way}})
		}
	}
	slices.SortFunc(all, func(a, b graph.CodeInfo) int { return strings.Compare(string(a.Code), string(b.Code)) })
	return all
}

func unknownCode(code string, all []graph.CodeInfo) error {
	var names []string
	for _, x := range all {
		names = append(names, string(x.Code))
	}
	message := fmt.Sprintf("there is no code %.80q", code)
	if near, ok := tracer.Nearest(code, names); ok {
		return usage(message, "descent explain "+near)
	}
	return usage(message, "descent explain lists them")
}

// firstSentence cuts a text to its first sentence, and that to a width.
func firstSentence(text string, width int) string {
	text, _, _ = strings.Cut(text, ". ")
	text = strings.TrimSuffix(text, ".")
	if r := []rune(text); len(r) > width {
		text = strings.TrimRight(string(r[:width-3]), " ,;:") + "..."
	}
	return text
}

// explain prints the entry of a code.
func (s *stream) explain(x graph.CodeInfo) {
	fmt.Fprintf(s, "%s (%s)\n\n%s\n", s.style(bold, string(x.Code)), x.Severity, wrap(x.Cause, s.width, 0, ""))
	if x.Example != "" {
		command := strings.TrimSpace("descent check example.py " + x.Args)
		fmt.Fprintf(s, "\nExample: %s\n\n%s\n", command, indent(strings.TrimRight(x.Example, "\n")))
	}
	s.items("Ways out", x.Fixes)
	s.items("Seen elsewhere as", x.Seen)
}

func (s *stream) items(title string, items []string) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(s, "\n%s\n", title)
	for _, item := range items {
		if strings.Contains(item, "\n") {
			fmt.Fprintln(s, indent(item))
			continue
		}
		fmt.Fprintln(s, "    "+wrap(item, s.width, 4, "    "))
	}
}

func indent(text string) string { return "    " + strings.ReplaceAll(text, "\n", "\n    ") }
