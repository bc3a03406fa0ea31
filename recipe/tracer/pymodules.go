package tracer

import (
	"slices"
	"strings"
)

// kind is a type of Python that isinstance knows and nothing makes.
func kind(name string, types ...string) *Builtin {
	is := func(v Value) bool { return slices.Contains(types, TypeName(v)) }
	return NewType(name+"(*args, **kwargs)", is, func(c *Call) Value {
		return c.Refuse(c.At, CodeType, "%s cannot be made by a call here", name)
	})
}

// futureNames are what "from __future__ import" takes; all of it is the case.
func futureNames() map[string]Value {
	out := map[string]Value{}
	for _, name := range strings.Fields("nested_scopes generators division absolute_import with_statement print_function unicode_literals generator_stop annotations") {
		out[name] = annotation{text: "__future__." + name}
	}
	return out
}

// dictType is the type dict under another name; dicts keep their order here, too.
func dictType() *Builtin {
	for _, f := range types() {
		if f.Name == "dict" {
			return f
		}
	}
	panic("tracer: no dict")
}

// functoolsModule is the part of Python's functools that calls functions. What it has for
// decorators has no effect, as other decorators have none.
func functoolsModule() *Module {
	return NewModule("functools", []*Builtin{
		NewBuiltin("partial(func, /, *args, **keywords)", partial),
		NewBuiltin("reduce(function, sequence, initial=..., /)", reduce),
		NewBuiltin("wraps(wrapped)", func(c *Call) Value {
			return NewBuiltin("wraps(wrapper)", func(c *Call) Value { return c.Arg(0) })
		}),
	}, nil)
}

// partial returns a function with its first arguments and some keywords given.
func partial(c *Call) Value {
	f, args, keywords := c.Arg(0), slices.Clone(c.Rest), slices.Clone(c.Extra)
	if !mayBeCalled(f) {
		return c.Refuse(c.Span(0), CodeType, "the first argument must be callable")
	}
	return NewBuiltin("partial(*args, **keywords)", func(c *Call) Value {
		all := slices.DeleteFunc(slices.Clone(keywords), func(k Keyword) bool {
			return slices.ContainsFunc(c.Extra, func(given Keyword) bool { return given.Name == k.Name })
		})
		return c.CallWith(f, c.At, slices.Concat(args, c.Rest), append(all, c.Extra...))
	})
}

// reduce calls a function of two arguments along a sequence.
func reduce(c *Call) Value {
	next, ok := c.iterate(c.Arg(1), c.Span(1))
	if !ok {
		return Poison
	}
	total := c.Arg(2)
	if !c.Given(2) {
		if total, ok = next(); !ok {
			return c.Refuse(c.Span(1), CodeType, "reduce() of empty iterable with no initial value")
		}
	}
	for {
		v, more := next()
		if !more || Poisoned(total) {
			return total
		}
		c.step(c.At)
		total = c.call(c.Arg(0), []Value{total, v}, nil, c.At)
	}
}

// warningsModule is Python's warnings: a warning is printed, and none is filtered.
func warningsModule() *Module {
	quiet := func(c *Call) Value { return None{} }
	return NewModule("warnings", []*Builtin{
		NewBuiltin("warn(message, category=None, stacklevel=1, source=None)", func(c *Call) Value {
			name := "UserWarning"
			if class, ok := c.Arg(1).(*Class); ok {
				name = class.Name
			}
			c.print(name+": "+c.str(c.Arg(0), c.At)+"\n", c.At)
			return None{}
		}),
		NewBuiltin("filterwarnings(action, message='', category=None, module='', lineno=0, append=False)", quiet),
		NewBuiltin("simplefilter(action, category=None, lineno=0, append=False)", quiet),
	}, nil)
}
