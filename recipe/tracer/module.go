package tracer

import (
	"maps"
	"slices"
	"strings"

	"github.com/descent-ml/descent/recipe/syntax"
)

// Module is a table of functions and constants under a name, such as K.
type Module struct {
	Name  string
	Attrs map[string]Value

	path   string // the dotted name of a file that was imported
	env    *env   // its top level
	broken bool   // it could not be read, so that what it holds is not known
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
	path, at := a.Name.Name, a.Name.Span()
	m, ok := t.findModule(path, at)
	first := firstPart(path)
	if a.AsName == nil && first != path {
		if whole, known := t.findModule(first, at); known {
			if !ok {
				t.moduleElsewhere(path, at)
			}
			m, ok = whole, true
		}
	}
	if !ok {
		e.vars[aliasName(a)] = t.moduleElsewhere(path, at).under(a)
		return
	}
	e.vars[aliasName(a)] = m
}

func firstPart(path string) string {
	first, _, _ := strings.Cut(path, ".")
	return first
}

// findModule returns a module by its dotted name: one of those that are known, or a file
// beside this one.
func (t *Tracer) findModule(path string, at syntax.Span) (*Module, bool) {
	if m, ok := t.config.Modules[path]; ok {
		return m, true
	}
	if _, known := t.config.Modules[firstPart(path)]; known || path == "" {
		return nil, false
	}
	m, ok := t.load(path, at)
	if ok && t.firstImport == (syntax.Span{}) {
		t.firstImport = at
	}
	return m, ok
}

// importFrom runs "from a.b import c, d as e".
func (t *Tracer) importFrom(e *env, s *syntax.ImportFrom) {
	path, inside := t.absolute(e, s)
	if !inside {
		for _, a := range s.Names {
			e.vars[aliasName(a)] = Poison
		}
		return
	}
	at := s.Span()
	if s.Module != nil {
		at = s.Module.Span()
	}
	m, ok := t.findModule(path, at)
	if !ok && path == "" {
		m, ok = &Module{Attrs: map[string]Value{}}, true // the folder of the file
	}
	var gone *elsewhere
	if !ok {
		gone = t.moduleElsewhere(strings.Repeat(".", s.Level)+strings.TrimPrefix(path, "."), at)
	}
	for _, a := range s.Names {
		switch star := a.Name.Name == "*"; {
		case star && ok:
			t.importAll(e, m)
		case star:
			e.stars = append(e.stars, gone)
		case ok:
			e.vars[aliasName(a)] = t.imported(m, a)
		default:
			e.vars[aliasName(a)] = gone.member(a.Name.Name)
		}
	}
}

// importAll runs "from m import *": the names that __all__ lists, else all that do not
// begin with an underscore.
func (t *Tracer) importAll(e *env, m *Module) {
	names := m.Names()
	if list, ok := m.Attrs["__all__"].(*List); ok && m.env != nil {
		names = nil
		for _, v := range list.Elems {
			if name, ok := v.(Str); ok {
				names = append(names, string(name))
			}
		}
	}
	for _, name := range names {
		if v, ok := m.Attrs[name]; ok && !strings.HasPrefix(name, "_") {
			e.vars[name] = v
		}
	}
	if m.env != nil {
		e.stars = append(e.stars, m.env.stars...)
	}
}

// imported returns one name of a module. A name that a known module lacks is refused
// where it is used, and one that a file lacks at once.
func (t *Tracer) imported(m *Module, a *syntax.Alias) Value {
	name, at := a.Name.Name, a.Name.Span()
	if v, ok := m.attr(name); ok {
		return v
	}
	sub := name
	if m.Name != "" {
		sub = m.Name + "." + name
		if m.path != "" {
			sub = m.path + "." + name
		}
	}
	if v, ok := t.findModule(sub, at); ok {
		return v
	}
	switch {
	case m.broken || m.env != nil && len(m.env.stars) > 0:
		return Poison
	case m.env != nil:
		return t.unknownAttribute(m.Name, name, at, m.Names())
	case m.Name == "":
		return t.moduleElsewhere("."+name, at)
	}
	return t.nameElsewhere(m, name, at)
}
