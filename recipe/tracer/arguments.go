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

// IsNone reports whether argument i is None.
func (c *Call) IsNone(i int) bool {
	_, ok := c.args[i].(None)
	return ok
}

// Want refuses argument i, which is not what is wanted.
func (c *Call) Want(i int, what string) {
	c.failed = true
	c.Refuse(c.spans[i], CodeType, "%s() takes %s for %s, not %s", c.Fn.Name, what, c.Fn.Params()[i].Name, describe(c.args[i]))
}

// Int returns argument i as an int.
func (c *Call) Int(i int) int {
	big, _, kind := number(c.args[i])
	if kind != 'i' {
		c.Want(i, "a whole number")
		return 0
	}
	if !big.IsInt64() || big.Int64() > math.MaxInt32 || big.Int64() < math.MinInt32 {
		c.failed = true
		c.Refuse(c.spans[i], CodeValue, "%s() takes no number as large as %s for %s", c.Fn.Name, shorten(big.String()), c.Fn.Params()[i].Name)
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
	c.failed = true
	d := graph.Diagnostic{
		Code:    graph.CodeUnknownWord,
		Message: fmt.Sprintf("%s() knows no %s %q", c.Fn.Name, c.Fn.Params()[i].Name, shorten(string(s))),
		Notes:   []string{c.Fn.Params()[i].Name + " is one of: " + quoteList(words)},
	}
	if near, ok := Nearest(string(s), words); ok {
		d.Fixes = []string{c.Fn.Params()[i].Name + " = \"" + near + "\""}
	}
	c.Report(c.spans[i], d)
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
		c.failed = true
	}
	return list
}

// With makes the call again with one argument changed. ok is false when the
// function has no parameter of that name.
func (c *Call) With(name string, v Value) (result Value, ok bool) {
	for i, p := range c.Fn.Params() {
		if p.Name != name {
			continue
		}
		again := *c
		again.args, again.given = slices.Clone(c.args), slices.Clone(c.given)
		again.spans, again.failed = slices.Clone(c.spans), false
		again.args[i], again.given[i], again.spans[i] = v, true, c.At
		result := c.Fn.do(&again)
		if again.failed {
			return Poison, true
		}
		return result, true
	}
	return nil, false
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

// SetArg changes argument i before the function looks at it.
func (c *Call) SetArg(i int, v Value) { c.args[i], c.given[i], c.spans[i] = v, true, c.At }
