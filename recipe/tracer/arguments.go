package tracer

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// OK reports whether no argument was refused so far.
func (c *Call) OK() bool { return !c.failed }

// Fail makes the call's value Poison, after something was reported.
func (c *Call) Fail() { c.failed = true }

// Arg returns argument i.
func (c *Call) Arg(i int) Value { return c.args[i] }

// Given reports whether argument i was given, by position or keyword.
func (c *Call) Given(i int) bool { return c.given[i] }

// Span returns where argument i stands, or the call where it was not given.
func (c *Call) Span(i int) syntax.Span { return c.spans[i] }

// RestSpan returns where argument i of those that *args holds stands.
func (c *Call) RestSpan(i int) syntax.Span { return c.rest[i] }

// IsNone reports whether argument i is None.
func (c *Call) IsNone(i int) bool {
	_, ok := c.args[i].(None)
	return ok
}

// Fine reports whether argument i was not refused.
func (c *Call) Fine(i int) bool { return !c.refused[i] }

// RefuseArg refuses argument i in one line.
func (c *Call) RefuseArg(i int, code graph.Code, format string, args ...any) {
	c.ReportArg(i, graph.Diagnostic{Code: code, Message: fmt.Sprintf(format, args...)})
}

// ReportArg refuses argument i where it stands.
func (c *Call) ReportArg(i int, d graph.Diagnostic) {
	c.failed, c.refused[i] = true, true
	if change, ok := c.changes[c.Fn.Params()[i].Name]; ok {
		c.reportAt(change.From, d)
		return
	}
	c.Tracer.Report(c.spans[i], d)
}

// Report adds a diagnostic at a place of the file. What is wrong with the call as a
// whole is reported where its arguments were changed, if they were.
func (c *Call) Report(at syntax.Span, d graph.Diagnostic) Value {
	if at == c.At {
		for _, p := range c.Fn.Params() {
			if change, ok := c.changes[p.Name]; ok {
				return c.reportAt(change.From, d)
			}
		}
	}
	return c.Tracer.Report(at, d)
}

// Want refuses argument i, which is not what is wanted. Of one that could not be
// made nothing more is said.
func (c *Call) Want(i int, what string) {
	c.failed, c.refused[i] = true, true
	if Poisoned(c.args[i]) {
		return
	}
	c.RefuseArg(i, CodeType, "%s() takes %s for %s, not %s", c.Fn.Name, what, c.Fn.Params()[i].Name, Describe(c.args[i]))
}

// Int returns argument i as an int.
func (c *Call) Int(i int) int {
	big, _, kind := number(c.args[i])
	if kind != 'i' {
		c.Want(i, "a whole number")
		return 0
	}
	if !big.IsInt64() || big.Int64() > math.MaxInt32 || big.Int64() < math.MinInt32 {
		c.RefuseArg(i, CodeValue, "%s() takes no number as large as %s for %s", c.Fn.Name, shorten(big.String()), c.Fn.Params()[i].Name)
		return 0
	}
	return int(big.Int64())
}

// Float returns argument i as a float.
func (c *Call) Float(i int) float64 {
	f, ok := Number(c.args[i])
	if !ok {
		c.Want(i, "a number")
	}
	return f
}

// Bool returns argument i as a bool.
func (c *Call) Bool(i int) bool {
	b, ok := c.args[i].(Bool)
	if !ok {
		c.Want(i, "True or False")
	}
	return bool(b)
}

// Str returns argument i as a string.
func (c *Call) Str(i int) string {
	s, ok := c.args[i].(Str)
	if !ok {
		c.Want(i, "a string")
	}
	return string(s)
}

// Choice returns argument i, which must be one of some strings.
func (c *Call) Choice(i int, words ...string) string {
	s, ok := c.args[i].(Str)
	if !ok {
		c.Want(i, "a string")
		return ""
	}
	if slices.Contains(words, string(s)) {
		return string(s)
	}
	d := graph.Diagnostic{
		Code:    graph.CodeUnknownWord,
		Message: fmt.Sprintf("%s() knows no %s %q", c.Fn.Name, c.Fn.Params()[i].Name, shorten(string(s))),
		Notes:   []string{c.Fn.Params()[i].Name + " is one of: " + quoteList(words)},
	}
	if near, ok := Nearest(string(s), words); ok {
		d.Fixes = []string{c.Fn.Params()[i].Name + " = \"" + near + "\""}
	}
	c.ReportArg(i, d)
	return ""
}

func quoteList(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = "\"" + w + "\""
	}
	return strings.Join(quoted, ", ")
}

// Elements returns the elements of argument i.
func (c *Call) Elements(i int) []Value {
	list, ok := c.elements(c.args[i], c.spans[i])
	if !ok {
		c.failed, c.refused[i] = true, true
	}
	return list
}

// Change is another value for an argument, and where it comes from.
type Change struct {
	Value Value
	From  graph.Position
}

// With makes the call again with some arguments changed, which are named as the
// parameters are.
func (c *Call) With(changes map[string]Change) Value {
	again := *c
	again.args, again.given = slices.Clone(c.args), slices.Clone(c.given)
	again.spans, again.refused, again.failed = slices.Clone(c.spans), make([]bool, len(c.args)), false
	again.Change(changes)
	if v := c.Fn.do(&again); !again.failed {
		return v
	}
	return Poison
}

// Change gives arguments other values before the function looks at them. What it
// refuses of them is reported where they come from.
func (c *Call) Change(changes map[string]Change) {
	c.changes = changes
	for i, p := range c.Fn.Params() {
		if change, ok := changes[p.Name]; ok {
			c.args[i], c.given[i], c.spans[i] = change.Value, true, c.At
		}
	}
}

// ArgNamed returns the argument of a parameter; ok is false when there is no such
// parameter.
func (c *Call) ArgNamed(name string) (v Value, ok bool) {
	for i, p := range c.Fn.Params() {
		if p.Name == name {
			return c.args[i], true
		}
	}
	return nil, false
}
