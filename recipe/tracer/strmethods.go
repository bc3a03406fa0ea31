package tracer

import (
	"strings"
	"unicode"
)

func strMethods() []*Builtin {
	self := func(c *Call) string { s, _ := c.Arg(0).(Str); return string(s) }
	plain := func(sig string, f func(string) string) *Builtin {
		return NewBuiltin(sig, func(c *Call) Value {
			c.charge(c.At, 2*len(self(c)))
			c.work(c.At, len(self(c)))
			return Str(f(self(c)))
		})
	}
	trim := func(name string, space func(string) string, cut func(s, set string) string) *Builtin {
		return NewBuiltin(name+"(self, chars=None, /)", func(c *Call) Value {
			c.work(c.At, len(self(c)))
			if c.IsNone(1) {
				return Str(space(self(c)))
			}
			return Str(cut(self(c), c.Str(1)))
		})
	}
	test := func(name string, f func(rune) bool) *Builtin {
		return NewBuiltin(name+"(self)", func(c *Call) Value {
			c.work(c.At, len(self(c)))
			return Bool(self(c) != "" && strings.IndexFunc(self(c), func(r rune) bool { return !f(r) }) < 0)
		})
	}
	return []*Builtin{
		plain("lower(self)", strings.ToLower), plain("upper(self)", strings.ToUpper),
		plain("capitalize(self)", func(s string) string {
			r := []rune(strings.ToLower(s))
			if len(r) > 0 {
				r[0] = unicode.ToTitle(r[0])
			}
			return string(r)
		}),
		plain("title(self)", title),
		trim("strip", strings.TrimSpace, strings.Trim),
		trim("lstrip", func(s string) string { return strings.TrimLeftFunc(s, unicode.IsSpace) }, strings.TrimLeft),
		trim("rstrip", func(s string) string { return strings.TrimRightFunc(s, unicode.IsSpace) }, strings.TrimRight),
		test("isdigit", unicode.IsDigit), test("isalpha", unicode.IsLetter), test("isspace", unicode.IsSpace),
		NewBuiltin("startswith(self, prefix, /)", func(c *Call) Value { return c.affix(self(c), strings.HasPrefix) }),
		NewBuiltin("endswith(self, suffix, /)", func(c *Call) Value { return c.affix(self(c), strings.HasSuffix) }),
		NewBuiltin("find(self, sub, /)", func(c *Call) Value {
			c.work(c.At, len(self(c)))
			return NewInt(int64(indexString(self(c), c.Str(1))))
		}),
		NewBuiltin("count(self, sub, /)", func(c *Call) Value {
			c.work(c.At, len(self(c)))
			return NewInt(int64(strings.Count(self(c), c.Str(1))))
		}),
		NewBuiltin("replace(self, old, new, count=-1, /)", strReplace),
		NewBuiltin("split(self, sep=None, maxsplit=-1)", strSplit),
		NewBuiltin("splitlines(self)", func(c *Call) Value {
			lines := strings.Split(strings.ReplaceAll(strings.ReplaceAll(self(c), "\r\n", "\n"), "\r", "\n"), "\n")
			if lines[len(lines)-1] == "" {
				lines = lines[:len(lines)-1]
			}
			return c.strList(lines)
		}),
		NewBuiltin("join(self, iterable, /)", strJoin),
		NewBuiltin("format(self, /, *args, **kwargs)", strFormat),
		NewBuiltin("zfill(self, width, /)", func(c *Call) Value {
			return Str(c.padded(self(c), c.Int(1), "0", '=', c.At))
		}),
		NewBuiltin("ljust(self, width, fillchar=' ', /)", func(c *Call) Value { return Str(c.padded(self(c), c.Int(1), c.Str(2), '<', c.At)) }),
		NewBuiltin("rjust(self, width, fillchar=' ', /)", func(c *Call) Value { return Str(c.padded(self(c), c.Int(1), c.Str(2), '>', c.At)) }),
		NewBuiltin("center(self, width, fillchar=' ', /)", func(c *Call) Value {
			// Where the sides differ, an odd width puts more on the left; a format puts it on the right.
			s, width := self(c), c.Int(1)
			n := len([]rune(s))
			left := max(0, width-n)/2 + max(0, width-n)&width&1
			return Str(c.padded(c.padded(s, n+left, c.Str(2), '>', c.At), width, c.Str(2), '<', c.At))
		}),
	}
}

// title begins every word with a capital.
func title(s string) string {
	inside := false
	return strings.Map(func(r rune) rune {
		letter := unicode.IsLetter(r)
		defer func() { inside = letter }()
		switch {
		case letter && !inside:
			return unicode.ToTitle(r)
		case letter:
			return unicode.ToLower(r)
		}
		return r
	}, s)
}

// indexString is the position of a substring, in characters, or -1.
func indexString(s, sub string) int {
	i := strings.Index(s, sub)
	if i < 0 {
		return -1
	}
	return len([]rune(s[:i]))
}

func (c *Call) affix(s string, has func(s, part string) bool) Value {
	parts, ok := c.Arg(1).(Tuple)
	if !ok {
		return Bool(has(s, c.Str(1)))
	}
	for _, p := range parts {
		if p, ok := p.(Str); ok && has(s, string(p)) {
			return Bool(true)
		}
	}
	return Bool(false)
}

func (c *Call) strList(list []string) Value {
	n := 0
	for _, s := range list {
		n += len(s)
	}
	c.charge(c.At, slotBytes*(1+len(list))+n)
	out := &List{make([]Value, len(list))}
	for i, s := range list {
		out.Elems[i] = Str(s)
	}
	return out
}

func strReplace(c *Call) Value {
	s, old, fresh, n := c.Str(0), c.Str(1), c.Str(2), c.Int(3)
	if !c.OK() {
		return Poison
	}
	c.work(c.At, len(s))
	count := strings.Count(s, old)
	if n >= 0 {
		count = min(count, n)
	}
	c.charge64(c.At, int64(count), max(1, int64(len(fresh))))
	c.charge(c.At, len(s))
	return Str(strings.Replace(s, old, fresh, n))
}

func strSplit(c *Call) Value {
	s, most := c.Str(0), c.Int(2)
	c.work(c.At, len(s))
	if c.IsNone(1) {
		c.charge(c.At, slotBytes*(len(s)+1)/2)
		if most < 0 {
			return c.strList(strings.Fields(s))
		}
		var out []string
		rest := strings.TrimLeftFunc(s, unicode.IsSpace)
		for ; rest != "" && len(out) < most; rest = strings.TrimLeftFunc(rest, unicode.IsSpace) {
			i := strings.IndexFunc(rest, unicode.IsSpace)
			if i < 0 {
				break
			}
			out, rest = append(out, rest[:i]), rest[i:]
		}
		if rest != "" {
			out = append(out, strings.TrimRightFunc(rest, unicode.IsSpace))
		}
		return c.strList(out)
	}
	sep := c.Str(1)
	if !c.OK() {
		return Poison
	}
	if sep == "" {
		return c.Refuse(c.Span(1), CodeValue, "empty separator")
	}
	if most >= 0 {
		most++
	}
	c.charge(c.At, slotBytes*(1+strings.Count(s, sep)))
	return c.strList(strings.SplitN(s, sep, most))
}

func strJoin(c *Call) Value {
	list := c.Elements(1)
	var parts []string
	for i, v := range list {
		s, ok := v.(Str)
		if !ok {
			if !Poisoned(v) {
				c.Refuse(c.Span(1), CodeType, "sequence item %d: expected str instance, %s found", i, TypeName(v))
			}
			return Poison
		}
		c.charge(c.At, slotBytes+len(s)+len(c.Str(0)))
		parts = append(parts, string(s))
	}
	return Str(strings.Join(parts, c.Str(0)))
}
