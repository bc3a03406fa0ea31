package tracer

import (
	"slices"

	"github.com/descent-ml/descent/recipe/syntax"
)

// try runs imports, and where one is of what is not here, the clause that catches that.
// Without such a clause the names are refused where they are used, as those of any import.
func (t *Tracer) try(e *env, s *syntax.Try) (flow, Value) {
	path := s.Orelse
	clause := importClause(s.Handlers)
	for _, stmt := range s.Body {
		before := len(t.elsewhere)
		t.exec(e, stmt)
		if clause == nil || len(t.elsewhere) == before {
			continue
		}
		path = clause.Body
		if clause.Name != nil {
			e.vars[clause.Name.Name] = Str(t.elsewhere[before].importError())
		}
		t.elsewhere = t.elsewhere[:before]
		for _, name := range boundIn([]syntax.Stmt{stmt}) {
			delete(e.vars, name)
		}
		break
	}
	return t.block(e, slices.Concat(path, s.Finalbody))
}

// importError is what Python says of an import of what is not here.
func (a *elsewhere) importError() string {
	if a.module == "" {
		return "cannot import name '" + a.name + "' from '" + a.owner + "'"
	}
	return "No module named '" + a.module + "'"
}

// importClause is the first except clause that catches an import that fails.
func importClause(clauses []*syntax.ExceptHandler) *syntax.ExceptHandler {
	catches := func(x syntax.Expr) bool {
		name, ok := x.(*syntax.Name)
		return ok && slices.Contains([]string{"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}, name.Id)
	}
	for _, h := range clauses {
		if group, ok := h.Type.(*syntax.Tuple); h.Type == nil || catches(h.Type) || ok && slices.ContainsFunc(group.Elts, catches) {
			return h
		}
	}
	return nil
}
