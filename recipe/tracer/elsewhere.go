package tracer

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// elsewhere stands for a module that is not here, or a name of it. An import alone does not
// need it: it is refused where it is used.
type elsewhere struct {
	whole  *elsewhere  // what was imported; itself for that
	name   string      // as the file writes it, where it is a module: cv.DIST_L2
	module string      // the module that is not here; "" where a known module lacks the name
	owner  string      // the known module
	at     syntax.Span // of the import
	near   string      // what may be meant
	used   map[string]bool
	why    []lack // of a name that an imported file could not make: what was not here
}

// lack is something that is not here, and the place that needs it.
type lack struct {
	at syntax.Span
	graph.Diagnostic
}

// lacks refuses what is not here. What the top level of an imported file needs is refused
// when what it was to make is used.
func (t *Tracer) lacks(at syntax.Span, d graph.Diagnostic) Value {
	if !t.loading {
		return t.Report(at, d)
	}
	t.work(at, 64*reportSteps)
	t.lacking = append(t.lacking, lack{at, d})
	return Poison
}

// loadTop runs a statement of the top level of an imported file. Where that needs what is
// not here, the names that it binds or changes are not here either.
func (t *Tracer) loadTop(u *unit, s syntax.Stmt) {
	loading, outer := t.loading, t.lacking
	t.loading, t.lacking = true, nil
	t.exec(u.env, s)
	why := t.lacking
	t.loading, t.lacking = loading, outer
	if len(why) == 0 {
		return
	}
	names := boundIn([]syntax.Stmt{s})
	for _, name := range touchedIn([]syntax.Stmt{s}) {
		switch u.env.vars[name].(type) {
		case *List, *Dict, *Set, *Instance:
			names = append(names, name)
		}
	}
	for _, name := range names {
		a := &elsewhere{name: name, at: why[0].at, used: map[string]bool{}, why: why}
		a.whole = a
		t.elsewhere = append(t.elsewhere, a)
		u.env.vars[name] = a
	}
}

// moduleElsewhere stands for a module that is not here.
func (t *Tracer) moduleElsewhere(path string, at syntax.Span) *elsewhere {
	a := &elsewhere{name: path, module: path, at: at, used: map[string]bool{}}
	a.near, _ = Nearest(path, slices.Collect(maps.Keys(t.config.Modules)))
	a.whole = a
	t.elsewhere = append(t.elsewhere, a)
	return a
}

// nameElsewhere stands for a name that a known module does not have.
func (t *Tracer) nameElsewhere(m *Module, name string, at syntax.Span) *elsewhere {
	a := &elsewhere{name: name, owner: m.Name, at: at, used: map[string]bool{}}
	a.near, _ = Nearest(name, m.Names())
	a.whole = a
	t.elsewhere = append(t.elsewhere, a)
	return a
}

// under is the module by the name that an import gives it.
func (a *elsewhere) under(alias *syntax.Alias) *elsewhere {
	a.name = aliasName(alias)
	return a
}

// member is a name that is imported from what is not here.
func (a *elsewhere) member(name string) *elsewhere {
	return &elsewhere{whole: a.whole, name: name, module: a.module, owner: a.owner}
}

// TypeName implements [Named].
func (a *elsewhere) TypeName() string { return "name that is not here" }

// here reports whether all values are here, and refuses those that are not.
func (t *Tracer) here(at syntax.Span, values ...Value) bool {
	for _, v := range values {
		if a, ok := v.(*elsewhere); ok {
			t.use(a, at)
			return false
		}
	}
	return true
}

// use refuses what is not here, each name once; of a module whose name is probably
// misspelt only the first.
func (t *Tracer) use(a *elsewhere, at syntax.Span) Value {
	once := a.name
	if a.whole.near != "" {
		once = ""
	}
	if a.whole.used[once] {
		return Poison
	}
	a.whole.used[once] = true
	for _, l := range a.whole.why {
		t.lacks(l.at, l.Diagnostic)
	}
	if len(a.whole.why) > 0 {
		return Poison
	}
	d := t.notHere(a)
	d.Notes = append([]string{"import   " + t.Position(a.whole.at).String()}, d.Notes...)
	return t.lacks(at, d)
}

// notHere says what is not here, and the nearest that is.
func (t *Tracer) notHere(a *elsewhere) graph.Diagnostic {
	d := graph.Diagnostic{Code: graph.CodeUnknownWord}
	known := slices.Collect(maps.Keys(t.config.Modules))
	switch {
	case a.module == "":
		d.Message = fmt.Sprintf("%s has no %q", a.owner, a.whole.name)
	case a == a.whole && strings.HasPrefix(a.module, "."):
		d.Message = fmt.Sprintf("there is no module %q beside this file", a.module)
	case a == a.whole:
		d.Message = fmt.Sprintf("there is no module %q here", a.module)
	default:
		d.Message = fmt.Sprintf("%s is not here: there is no module %q", a.name, a.module)
	}
	if a.module != "" && !strings.HasPrefix(a.module, ".") {
		d.Notes = []string{"modules  " + t.nearby(a.module, known)}
	}
	if a.whole.near != "" {
		d.Fixes = []string{a.whole.near}
	} else if other, ok := t.sameName(a.name[strings.LastIndexByte(a.name, '.')+1:]); ok {
		d.Fixes = []string{other}
	}
	return d
}

// inert are modules that nothing is calculated with.
var inert = []string{"__future__", "abc", "argparse", "collections", "functools", "itertools", "os", "types", "typing", "typing_extensions", "warnings"}

// nearby lists the modules beside one that is not here: those of its package, else the
// packages.
func (t *Tracer) nearby(path string, known []string) string {
	first := firstPart(path)
	names := map[string]bool{}
	for _, k := range known {
		if _, beside := t.config.Modules[first]; !beside {
			if !slices.Contains(inert, firstPart(k)) {
				names[firstPart(k)] = true
			}
		} else if firstPart(k) == first {
			names[k] = true
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(names)), ", ")
}

// sameName finds a function of that name in the modules that have most of them.
func (t *Tracer) sameName(name string) (string, bool) {
	for _, path := range []string{"torch", "torch.nn.functional", "numpy", "keras.ops", "math"} {
		m, ok := t.config.Modules[path]
		if !ok {
			continue
		}
		if _, isFunction := m.Attrs[name].(*Builtin); isFunction {
			return path + "." + name, true
		}
	}
	return "", false
}

// starredName refuses a name that may come from a module that is not here.
func (t *Tracer) starredName(name string, at syntax.Span, stars []*elsewhere) Value {
	a := *stars[0]
	a.name = name
	return t.use(&a, at)
}

// unusedImports says of each import of what is not here, unless its use was refused, that it
// is not. One that may be misspelt is a warning.
func (t *Tracer) unusedImports() (ds graph.Diagnostics) {
	for _, a := range t.elsewhere {
		if len(a.used) > 0 {
			continue
		}
		if len(a.why) > 0 {
			continue
		}
		d := t.notHere(a)
		d.Pos = t.Position(a.at)
		if a.near == "" {
			d.Severity, d.Message, d.Notes = graph.Note, d.Message+"; nothing that was traced needs it", nil
		} else {
			d.Severity = graph.Warning
			d.Notes = append(d.Notes, "would    refuse its names where they are used; nothing that was traced needs them.")
		}
		ds = append(ds, &d)
	}
	return ds
}
