package tracer

import "github.com/descent-ml/descent/recipe/syntax"

// scope is what Python decides about a block before running it: which names are
// its own.
type scope struct {
	kind          scopeKind
	comprehension bool
	locals        map[string]bool
}

type scopeKind int

const (
	moduleScope scopeKind = iota
	functionScope
	classScope
)

// env holds the values of a scope's names while it runs.
type env struct {
	*scope
	vars  map[string]Value
	outer *env         // the scope around it in the text
	pkg   string       // of a file's top level: the package that the file belongs to
	stars []*elsewhere // modules that are not here, of which all names were imported
}

func newEnv(s *scope, outer *env) *env { return &env{scope: s, vars: map[string]Value{}, outer: outer} }

// scopeOf returns the scope that a module, def, class, lambda or comprehension opens.
func (t *Tracer) scopeOf(n syntax.Node) *scope {
	if s, ok := t.scopes[n]; ok {
		return s
	}
	s := &scope{kind: functionScope, locals: map[string]bool{}}
	switch n := n.(type) {
	case *syntax.Module:
		s.kind = moduleScope
		s.bindBlock(n.Body)
	case *syntax.ClassDef:
		s.kind = classScope
		s.bindBlock(n.Body)
	case *syntax.FunctionDef:
		s.bindParams(n.Params)
		s.bindBlock(n.Body)
	case *syntax.Lambda:
		s.bindParams(n.Params)
		s.bindWalrus(n.Body)
	default:
		s.comprehension = true
		for _, g := range generators(n) {
			s.bindTarget(g.Target)
		}
	}
	t.scopes[n] = s
	return s
}

// Knows reports whether the file's top level gives a name a value, or has it without.
func (t *Tracer) Knows(name string) bool {
	_, given := t.config.Names[name]
	_, builtin := t.builtins[name]
	return given || builtin || t.scopeOf(t.Module()).locals[name]
}

// generators returns the for clauses of a comprehension, or nil.
func generators(n syntax.Node) []*syntax.Comprehension {
	switch n := n.(type) {
	case *syntax.ListComp:
		return n.Generators
	case *syntax.SetComp:
		return n.Generators
	case *syntax.DictComp:
		return n.Generators
	case *syntax.GeneratorExp:
		return n.Generators
	}
	return nil
}

func (s *scope) bindParams(params []*syntax.Param) {
	for _, p := range params {
		s.locals[p.Name.Name] = true
	}
}

func (s *scope) bindBlock(body []syntax.Stmt) {
	for _, name := range boundIn(body) {
		s.locals[name] = true
	}
}

func (s *scope) bindTarget(target syntax.Expr) {
	for _, name := range targets(target) {
		s.locals[name] = true
	}
}

// bindWalrus binds the targets of := in an expression, those inside comprehensions
// included.
func (s *scope) bindWalrus(n syntax.Node) {
	syntax.Walk(n, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Lambda:
			return false
		case *syntax.NamedExpr:
			s.locals[n.Target.Id] = true
		}
		return true
	})
}

// targets lists the names that an assignment to an expression binds.
func targets(target syntax.Expr) []string {
	switch target := target.(type) {
	case *syntax.Name:
		return []string{target.Id}
	case *syntax.Starred:
		return targets(target.Value)
	case *syntax.Tuple:
		return targetList(target.Elts)
	case *syntax.List:
		return targetList(target.Elts)
	}
	return nil
}

func targetList(list []syntax.Expr) (names []string) {
	for _, e := range list {
		names = append(names, targets(e)...)
	}
	return names
}

// boundIn lists the names that statements bind in their own scope, in the order of
// the text.
func boundIn(body []syntax.Stmt) (names []string) {
	for _, s := range body {
		syntax.Walk(s, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.FunctionDef:
				names = append(names, n.Name.Name)
				return false
			case *syntax.ClassDef:
				names = append(names, n.Name.Name)
				return false
			case *syntax.Lambda:
				return false
			case *syntax.NamedExpr:
				names = append(names, n.Target.Id)
			case *syntax.Assign:
				names = append(names, targetList(n.Targets)...)
			case *syntax.AugAssign:
				names = append(names, targets(n.Target)...)
			case *syntax.AnnAssign:
				names = append(names, targets(n.Target)...)
			case *syntax.For:
				names = append(names, targets(n.Target)...)
			case *syntax.WithItem:
				if n.Target != nil {
					names = append(names, targets(n.Target)...)
				}
			case *syntax.Delete:
				names = append(names, targetList(n.Targets)...)
			case *syntax.Alias:
				names = append(names, aliasName(n))
			case *syntax.ExceptHandler:
				if n.Name != nil {
					names = append(names, n.Name.Name)
				}
			}
			return true
		})
	}
	return names
}

// aliasName is the name that an import binds: its alias, else the first part of
// the module's path.
func aliasName(a *syntax.Alias) string {
	if a.AsName != nil {
		return a.AsName.Name
	}
	for i, c := range a.Name.Name {
		if c == '.' {
			return a.Name.Name[:i]
		}
	}
	return a.Name.Name
}

// touchedIn lists the names whose values statements may change in place: by a
// method, or by assigning to an attribute or element.
func touchedIn(body []syntax.Stmt) (names []string) {
	for _, s := range body {
		syntax.Walk(s, func(n syntax.Node) bool {
			var e syntax.Expr
			switch n := n.(type) {
			case *syntax.Attribute:
				e = n.Value
			case *syntax.Subscript:
				e = n.Value
			}
			if name, ok := e.(*syntax.Name); ok {
				names = append(names, name.Id)
			}
			return true
		})
	}
	return names
}

// read returns the value of a name.
func (t *Tracer) read(e *env, name *syntax.Name) Value {
	return t.resolve(t.lookUp(e, name), name.Span())
}

func (t *Tracer) lookUp(e *env, name *syntax.Name) Value {
	at := name.Span()
	if e.locals[name.Id] && e.kind == functionScope {
		if v, ok := e.vars[name.Id]; ok {
			return v
		}
		return t.Refuse(at, CodeUnbound, "cannot access local variable '%s' where it is not associated with a value", name.Id)
	}
	for o := e; o != nil; o = o.outer {
		if o.kind == classScope && o != e {
			continue
		}
		if v, ok := o.vars[name.Id]; ok {
			return v
		}
		if o.kind == functionScope && o.locals[name.Id] {
			return t.Refuse(at, CodeUnbound, "cannot access free variable '%s' where it is not associated with a value in enclosing scope", name.Id)
		}
	}
	if v, ok := t.predefined(name.Id); ok {
		return v
	}
	root := e.root()
	if root.locals[name.Id] {
		return t.Refuse(at, CodeUnbound, "name '%s' is not defined here yet: the file gives it a value further down", name.Id)
	}
	if len(root.stars) > 0 {
		return t.starredName(name.Id, at, root.stars)
	}
	return t.unknownName(name.Id, at, e.visible())
}

// root is the scope of the file that e is in.
func (e *env) root() *env {
	for e.outer != nil {
		e = e.outer
	}
	return e
}

// predefined returns what a name means where the file gives it no value.
func (t *Tracer) predefined(name string) (Value, bool) {
	if v, ok := t.config.Names[name]; ok {
		return v, true
	}
	v, ok := t.builtins[name]
	return v, ok
}

// visible lists the file's own names that can be read in e.
func (e *env) visible() (names []string) {
	for o := e; o != nil; o = o.outer {
		for name := range o.locals {
			names = append(names, name)
		}
	}
	return names
}
