package tracer

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// Module is a table of functions and constants under a name, such as K.
type Module struct {
	Name  string
	Attrs map[string]Value
}

// NewModule returns a module of functions and of other attributes; a function's
// attribute is its name.
func NewModule(name string, functions []*Builtin, others map[string]Value) *Module {
	m := &Module{Name: name, Attrs: map[string]Value{}}
	m.Add(functions...)
	maps.Copy(m.Attrs, others)
	return m
}

// Add puts more functions into the module.
func (m *Module) Add(functions ...*Builtin) {
	for _, f := range functions {
		m.Attrs[f.Name] = f.in(m.Name)
	}
}

// in returns a copy of a function that messages call by its module too.
func (b *Builtin) in(module string) *Builtin {
	f := *b
	f.Name = module + "." + b.Name
	return &f
}

func (m *Module) attr(name string) (Value, bool) {
	v, ok := m.Attrs[name]
	return v, ok
}

// Names lists what the module holds.
func (m *Module) Names() []string { return slices.Sorted(maps.Keys(m.Attrs)) }

// importModule runs "import a.b.c" and "import a.b.c as x".
func (t *Tracer) importModule(e *env, a *syntax.Alias) {
	path := a.Name.Name
	m, ok := t.lookupModule(path, a.Name.Span())
	if ok && a.AsName == nil {
		m, _ = t.config.Modules[firstPart(path)]
	}
	e.vars[aliasName(a)] = orPoison(m, ok && m != nil)
}

func firstPart(path string) string {
	first, _, _ := strings.Cut(path, ".")
	return first
}

// lookupModule returns a module by its dotted name, or refuses it.
func (t *Tracer) lookupModule(path string, at syntax.Span) (*Module, bool) {
	if m, ok := t.config.Modules[path]; ok {
		return m, true
	}
	known := slices.Sorted(maps.Keys(t.config.Modules))
	d := graph.Diagnostic{
		Code:    graph.CodeUnknownWord,
		Message: fmt.Sprintf("there is no module %q here", path),
		Notes:   []string{"modules  " + strings.Join(known, ", ")},
	}
	if near, ok := Nearest(path, known); ok {
		d.Fixes = []string{near}
	}
	t.Report(at, d)
	return nil, false
}

// importFrom runs "from a.b import c, d as e".
func (t *Tracer) importFrom(e *env, s *syntax.ImportFrom) {
	var m *Module
	ok := false
	switch {
	case s.Level > 0 || s.Module == nil:
		t.Refuse(s.Span(), graph.CodeUnknownWord, "a recipe is one file: there are no modules beside it to import")
	default:
		m, ok = t.lookupModule(s.Module.Name, s.Module.Span())
	}
	for _, a := range s.Names {
		if !ok {
			e.vars[aliasName(a)] = Poison
			continue
		}
		e.vars[aliasName(a)] = t.imported(m, a)
	}
}

func (t *Tracer) imported(m *Module, a *syntax.Alias) Value {
	name, at := a.Name.Name, a.Name.Span()
	if name == "*" {
		return t.Report(at, graph.Diagnostic{
			Code:    CodeUnsupported,
			Message: "import * leaves open which names it brings",
			Fixes:   []string{"import the module, or the names that are used: from " + m.Name + " import " + strings.Join(m.Names()[:min(3, len(m.Attrs))], ", ")},
		})
	}
	if v, ok := m.attr(name); ok {
		return v
	}
	if sub, ok := t.config.Modules[m.Name+"."+name]; ok {
		return sub
	}
	return t.unknownAttribute(m.Name, name, at, m.Names())
}
