package tracer

import (
	"fmt"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/recipe/syntax"
)

// Source is a file that is traced.
type Source struct {
	File    string // its name in messages
	Text    []byte // nil for a folder that holds modules and no __init__.py
	Package string // the dotted name of the package that it belongs to; "" for none
	Err     error  // why it cannot be read
}

// unit is a file that was parsed: the one that is traced, or one that it imports.
type unit struct {
	file   string
	text   string
	module *syntax.Module
	env    *env // the names of its top level
}

// parse reads a file. What is not supported, but stands where it may never be reached,
// is no error yet.
func (t *Tracer) parse(s Source) (*unit, []*syntax.Error) {
	module, errs := syntax.ParseNumbered(s.File, len(t.units), s.Text)
	u := &unit{file: s.File, text: string(s.Text), module: module}
	t.units = append(t.units, u)
	bad := map[syntax.Pos]bool{}
	syntax.Walk(module, func(n syntax.Node) bool {
		switch n.(type) {
		case *syntax.BadStmt, *syntax.BadExpr:
			bad[n.Span().Start] = true
		}
		return true
	})
	var fatal []*syntax.Error
	for _, e := range errs {
		if e.Kind == syntax.Unsupported && bad[e.Start] {
			t.unsupported[e.Start] = e
			continue
		}
		fatal = append(fatal, e)
	}
	u.env = newEnv(t.scopeOf(module), nil)
	u.env.pkg = s.Package
	return u, fatal
}

// reachBad refuses a statement or expression that is not supported.
func (t *Tracer) reachBad(at syntax.Span) Value {
	e := t.unsupported[at.Start]
	return t.lacks(syntax.Span{Start: e.Start, End: e.End}, diagnostic(e))
}

// load returns the module of a file beside this one, by its absolute dotted name; ok is
// false where there is none. As in Python the packages around it are loaded first, and a
// module that is being loaded already is returned as far as it has come. One that cannot
// be read, or is not Python, is returned with its names poisoned.
func (t *Tracer) load(path string, at syntax.Span) (*Module, bool) {
	if m, ok := t.loaded[path]; ok {
		return m, true
	}
	var parent *Module
	name := path
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		if parent, _ = t.load(path[:i], at); parent == nil {
			return nil, false
		}
		name = path[i+1:]
	}
	if t.config.Find == nil {
		return nil, false
	}
	source, ok := t.config.Find(path)
	if !ok {
		return nil, false
	}
	if len(t.units) > limits.RecipeFiles {
		t.exceed(at, limits.Refusal{What: "imported files", Limit: limits.RecipeFiles})
	}
	m := &Module{Name: path, path: path}
	t.loaded[path] = m
	if parent != nil {
		defer func() { parent.Attrs[name] = m }()
	}
	t.charge(at, frameBytes+len(source.Text))
	if source.Err != nil {
		t.Refuse(at, graph.CodeUnknownWord, "the module %q cannot be read: %v", path, source.Err)
		m.Attrs, m.broken = map[string]Value{}, true
		return m, true
	}
	u, errs := t.parse(source)
	m.Attrs, m.env = u.env.vars, u.env
	if len(errs) > 0 {
		for _, e := range errs {
			t.Report(syntax.Span{Start: e.Start, End: e.End}, diagnostic(e))
		}
		m.broken = true
		return m, true
	}
	u.env.vars["__name__"] = Str(path)
	if t.config.Opened != nil {
		t.config.Opened(u.module)
	}
	t.nest(at)
	frame := t.frame
	t.frame = nil
	for _, s := range u.module.Body {
		t.loadTop(u, s)
	}
	t.frame = frame
	t.nesting--
	return m, true
}

// absolute is the dotted name of what "from ..a import b" names in a file of a package.
func (t *Tracer) absolute(e *env, s *syntax.ImportFrom) (path string, ok bool) {
	if s.Module != nil {
		path = s.Module.Name
	}
	if s.Level == 0 {
		return path, true
	}
	var around []string
	if pkg := e.root().pkg; pkg != "" {
		around = strings.Split(pkg, ".")
	}
	up := s.Level - 1
	if up > len(around) || up > 0 && up == len(around) {
		t.Report(s.Span(), graph.Diagnostic{
			Code:    graph.CodeUnknownWord,
			Message: fmt.Sprintf("this import goes %d folders up, out of the package: nothing there is read", up),
			Fixes:   []string{"import it by its whole name, and allow its folder: --allow-read DIR"},
		})
		return "", false
	}
	parts := around[:len(around)-up]
	if path != "" {
		parts = append(parts[:len(parts):len(parts)], path)
	}
	return strings.Join(parts, "."), true
}

// Imported returns the first import of a file beside this one, if there is any.
func (t *Tracer) Imported() (at syntax.Span, ok bool) {
	return t.firstImport, t.firstImport != syntax.Span{}
}

// TextOf returns the text of a file that was read, by its name in messages.
func (t *Tracer) TextOf(file string) ([]byte, bool) {
	for _, u := range t.units {
		if u.file == file {
			return []byte(u.text), true
		}
	}
	return nil, false
}
