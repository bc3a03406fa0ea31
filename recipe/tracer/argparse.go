package tracer

import (
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// argumentParser is argparse.ArgumentParser. A recipe has no command line of its own, so
// every argument is what it is by default.
type argumentParser struct {
	names    []string
	defaults []Value
}

// TypeName implements [Named].
func (*argumentParser) TypeName() string { return "ArgumentParser" }

// Attrs implements [Attributer].
func (*argumentParser) Attrs() []string {
	return []string{"add_argument", "add_argument_group", "parse_args", "set_defaults"}
}

// Attr implements [Attributer].
func (p *argumentParser) Attr(_ *Tracer, name string, _ syntax.Span) (Value, bool) {
	switch name {
	case "add_argument":
		return NewBuiltin("add_argument(*names, action='store', nargs=None, const=None, default=None, type=None, choices=None, required=False, help=None, metavar=None, dest=None)", p.add), true
	case "add_argument_group":
		return NewBuiltin("add_argument_group(title=None, description=None)", func(*Call) Value { return p }), true
	case "set_defaults":
		return NewBuiltin("set_defaults(**values)", func(c *Call) Value {
			for _, k := range c.Extra {
				p.names, p.defaults = append(p.names, k.Name), append(p.defaults, k.Value)
			}
			return None{}
		}), true
	case "parse_args":
		return NewBuiltin("parse_args(args=None, namespace=None)", func(c *Call) Value {
			out := &Instance{Class: NewClass("Namespace", nil), Fields: map[string]Value{}}
			for i, name := range p.names {
				out.Set(name, p.defaults[i])
			}
			return out
		}), true
	}
	return nil, false
}

// add is add_argument: the name is that of the first long option, as Python has it.
func (p *argumentParser) add(c *Call) Value {
	name, long, positional := "", false, false
	for _, v := range c.Rest {
		s, _ := v.(Str)
		positional = positional || !strings.HasPrefix(string(s), "-")
		if isLong := strings.HasPrefix(string(s), "--"); name == "" || isLong && !long {
			name, long = strings.TrimLeft(string(s), "-"), isLong
		}
	}
	if dest, ok := c.argNamed("dest").(Str); ok {
		name = string(dest)
	}
	action, _ := c.argNamed("action").(Str)
	value := c.argNamed("default")
	switch {
	case isNone(value) && action == "store_true":
		value = Bool(false)
	case isNone(value) && action == "store_false":
		value = Bool(true)
	}
	if text, ok := value.(Str); ok && !isNone(c.argNamed("type")) {
		value = c.Tracer.Call(c.argNamed("type"), c.At, text)
	}
	required, _ := Truth(c.argNamed("required"))
	if isNone(value) && (required || positional) {
		return c.Report(c.At, graph.Diagnostic{
			Code: CodeValue, Message: "a recipe has no command line of its own, and the argument " + name + " no default",
			Fixes: []string{"default = ..."},
		})
	}
	p.names, p.defaults = append(p.names, strings.ReplaceAll(name, "-", "_")), append(p.defaults, value)
	return None{}
}

func (c *Call) argNamed(name string) Value {
	v, _ := c.ArgNamed(name)
	return v
}

// argparseModule is Python's argparse.
func argparseModule() *Module {
	return NewModule("argparse", []*Builtin{
		NewBuiltin("ArgumentParser(prog=None, usage=None, description=None, epilog=None, formatter_class=None, add_help=True)", func(*Call) Value { return &argumentParser{} }),
	}, map[string]Value{"ArgumentDefaultsHelpFormatter": None{}, "RawTextHelpFormatter": None{}})
}
