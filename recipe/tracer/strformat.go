package tracer

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/descent-ml/descent/graph"
)

// strFormat is str.format.
func strFormat(c *Call) Value {
	s, next := c.Str(0), 0
	var b strings.Builder
	for s != "" {
		i := strings.IndexAny(s, "{}")
		if i < 0 {
			break
		}
		c.charge(c.At, i)
		b.WriteString(s[:i])
		if strings.HasPrefix(s[i+1:], s[i:i+1]) {
			b.WriteByte(s[i])
			s = s[i+2:]
			continue
		}
		end := strings.IndexByte(s[i:], '}')
		if s[i] == '}' {
			return c.Refuse(c.At, CodeValue, "Single '}' encountered in format string")
		}
		if end < 0 {
			return c.Refuse(c.At, CodeValue, "expected '}' before end of string")
		}
		field := s[i+1 : i+end]
		s = s[i+end+1:]
		out, ok := c.formatField(field, &next)
		if !ok {
			return Poison
		}
		c.charge(c.At, len(out))
		b.WriteString(out)
	}
	c.charge(c.At, len(s))
	return Str(b.String() + s)
}

func (c *Call) formatField(field string, next *int) (string, bool) {
	field, format, _ := strings.Cut(field, ":")
	name, conversion, _ := strings.Cut(field, "!")
	var v Value
	if i, err := strconv.Atoi(name); err == nil || name == "" {
		if name == "" {
			i = *next
			*next++
		}
		if i < 0 || i >= len(c.Rest) {
			c.Refuse(c.At, CodeIndex, "Replacement index %d out of range for positional args tuple", i)
			return "", false
		}
		v = c.Rest[i]
	} else {
		for _, k := range c.Extra {
			if k.Name == name {
				v = k.Value
			}
		}
		if strings.ContainsAny(name, ".[{") {
			c.Report(c.At, graph.Diagnostic{
				Code: CodeUnsupported, Message: "fields of str.format are names and numbers here, not " + shorten(strRepr(name)),
				Fixes: []string{"an f-string: f\"{" + shorten(name) + "}\""},
			})
			return "", false
		}
	}
	if v == nil {
		c.Refuse(c.At, CodeKey, "%s", shorten(strRepr(name)))
		return "", false
	}
	if Poisoned(v) {
		return "", false
	}
	r, _ := utf8.DecodeRuneInString(conversion)
	return c.format(c.convert(v, r, c.At), format, c.At)
}
