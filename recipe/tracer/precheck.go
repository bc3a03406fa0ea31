package tracer

import (
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// checker walks the file without evaluating it.
type checker struct {
	*Tracer
	scopes  []*scope
	modules map[string]*Module // names that are bound by one import and nothing else
}

// Unreached tells, after Run, what is wrong in parts of the file that were not reached:
// names that nothing gives, attributes and keywords that modules and words do not have,
// imports of what is not here, and what is not supported. It leaves out what is among the
// mistakes that were found. Nothing of it is an error: an error is what the trace came to.
func (t *Tracer) Unreached(found graph.Diagnostics) (ds graph.Diagnostics) {
	if t.unreached == nil {
		t.unreached = t.precheck()
	}
	for _, d := range slices.Concat(t.unusedImports(), t.unreached) {
		if !slices.ContainsFunc(found, func(o *graph.Diagnostic) bool { return o.Pos == d.Pos && o.Code == d.Code && o.Message == d.Message }) {
			ds = append(ds, d)
		}
	}
	return ds
}

// unreached is what comes of a mistake in a part of the file that nothing called.
const unreached = "would   be refused where it is reached; nothing that was traced comes here."

// precheck walks the whole file.
func (t *Tracer) precheck() graph.Diagnostics {
	g := t.g
	defer func() { t.g = g }()
	t.g = graph.New(graph.Inference)
	t.g.Language = g.Language
	c := &checker{Tracer: t, scopes: []*scope{t.globals.scope}, modules: map[string]*Module{}}
	c.imports()
	t.guard(func() { c.block(t.Module().Body) })
	ds := t.g.Diagnostics()
	for _, d := range ds {
		d.Severity = graph.Warning
		d.Notes = append(d.Notes, unreached)
	}
	for _, e := range t.unsupported {
		if e.Start.File > 0 {
			continue
		}
		d := diagnostic(e)
		d.Pos, d.Severity = t.Position(syntax.Span{Start: e.Start, End: e.End}), graph.Note
		d.Notes = append(d.Notes, unreached)
		ds = append(ds, &d)
	}
	return ds
}

// imports finds the modules that names stand for throughout the file.
func (c *checker) imports() {
	bindings := map[string]int{}
	for _, name := range boundIn(c.Module().Body) {
		bindings[name]++
	}
	for name, n := range bindings {
		if m, ok := c.globals.vars[name].(*Module); ok && n == 1 && m.env == nil {
			c.modules[name] = m
		}
	}
}

func (c *checker) walk(n syntax.Node) {
	syntax.Walk(n, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Name:
			c.name(n)
		case *syntax.AnnAssign:
			c.walk(n.Target)
			c.walkIf(n.Value)
			return false
		case *syntax.FunctionDef:
			c.function(n, n.Params, func() { c.block(n.Body) })
			return false
		case *syntax.Lambda:
			c.function(n, n.Params, func() { c.walk(n.Body) })
			return false
		case *syntax.ClassDef:
			for _, b := range n.Bases {
				c.walk(b)
			}
			c.inside(n, func() { c.block(n.Body) })
			return false
		case *syntax.ListComp, *syntax.SetComp, *syntax.DictComp, *syntax.GeneratorExp:
			c.comprehension(n)
			return false
		case *syntax.Call:
			c.call(n)
		case *syntax.Attribute:
			c.attributeOf(n)
		}
		return true
	})
}

func (c *checker) walkIf(x syntax.Expr) {
	if x != nil {
		c.walk(x)
	}
}

func (c *checker) block(body []syntax.Stmt) {
	for _, s := range body {
		c.walk(s)
	}
}

// inside walks a scope of its own.
func (c *checker) inside(n syntax.Node, walk func()) {
	c.scopes = append(c.scopes, c.scopeOf(n))
	walk()
	c.scopes = c.scopes[:len(c.scopes)-1]
}

// function looks at defaults outside and at the body inside; decorators and
// annotations are not evaluated.
func (c *checker) function(n syntax.Node, params []*syntax.Param, body func()) {
	for _, p := range params {
		c.walkIf(p.Default)
	}
	c.inside(n, body)
}

func (c *checker) comprehension(n syntax.Node) {
	clauses := generators(n)
	c.walk(clauses[0].Iter)
	c.inside(n, func() {
		for i, g := range clauses {
			if i > 0 {
				c.walk(g.Iter)
			}
			for _, x := range g.Ifs {
				c.walk(x)
			}
		}
		switch n := n.(type) {
		case *syntax.ListComp:
			c.walk(n.Elt)
		case *syntax.SetComp:
			c.walk(n.Elt)
		case *syntax.GeneratorExp:
			c.walk(n.Elt)
		case *syntax.DictComp:
			c.walk(n.Key)
			c.walk(n.Value)
		}
	})
}

// bound reports whether the file itself gives a name a value that is seen here.
func (c *checker) bound(name string) bool {
	for i, s := range c.scopes {
		if s.locals[name] && (s.kind != classScope || i == len(c.scopes)-1) {
			return true
		}
	}
	return false
}

func (c *checker) name(n *syntax.Name) {
	if c.bound(n.Id) {
		return
	}
	if _, ok := c.predefined(n.Id); ok || len(c.globals.stars) > 0 {
		return
	}
	if _, ok := c.globals.vars[n.Id]; ok { // by import *
		return
	}
	var visible []string
	for _, s := range c.scopes {
		for name := range s.locals {
			visible = append(visible, name)
		}
	}
	c.unknownName(n.Id, n.Span(), visible)
}

// value returns what an expression stands for, where that is plain without
// evaluating: a word, a module, or an attribute of a module.
func (c *checker) value(x syntax.Expr) (Value, bool) {
	switch x := x.(type) {
	case *syntax.Name:
		if !c.bound(x.Id) {
			return c.predefined(x.Id)
		}
		if m, ok := c.modules[x.Id]; ok && !slices.ContainsFunc(c.scopes[1:], func(s *scope) bool { return s.locals[x.Id] }) {
			return m, true
		}
	case *syntax.Attribute:
		owner, ok := c.value(x.Value)
		if m, isModule := owner.(*Module); ok && isModule {
			return m.attr(x.Attr.Name)
		}
	}
	return nil, false
}

func (c *checker) attributeOf(x *syntax.Attribute) {
	owner, ok := c.value(x.Value)
	if m, isModule := owner.(*Module); ok && isModule {
		if _, found := m.attr(x.Attr.Name); !found {
			c.noAttribute(m, x.Attr.Name, x.Attr.Span(), x.Span())
		}
	}
}

func (c *checker) call(x *syntax.Call) {
	f, _ := c.value(x.Func)
	b, ok := f.(*Builtin)
	if !ok {
		return
	}
	words, open := b.Keywords()
	if open {
		return
	}
	for _, k := range x.Keywords {
		if k.Name == nil || slices.Contains(words, k.Name.Name) {
			continue
		}
		if _, ok := b.Aliases[k.Name.Name]; ok {
			continue
		}
		c.unknownKeyword(Keyword{
			Name: k.Name.Name, At: k.Name.Span(), Src: k.Value.Span(), Func: c.Brief(x.Func.Span()),
		}, words)
	}
}
