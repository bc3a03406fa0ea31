package tracer

import (
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/recipe/syntax"
)

// flow says how a statement ended.
type flow int

const (
	next      flow = iota
	breaks         // break
	continues      // continue
	returns        // return, or an exception
)

// block runs statements up to the first that leaves it.
func (t *Tracer) block(e *env, body []syntax.Stmt) (flow, Value) {
	for _, s := range body {
		if f, v := t.exec(e, s); f != next {
			return f, v
		}
	}
	return next, nil
}

// exec runs one statement. Where it cannot be run, the names that it would have
// bound are poisoned and the next statement is looked at.
func (t *Tracer) exec(e *env, s syntax.Stmt) (flow, Value) {
	t.step(s.Span())
	switch s := s.(type) {
	case *syntax.ExprStmt:
		v := t.eval(e, s.Value)
		if _, bad := s.Value.(*syntax.BadExpr); bad { // yield: the function is another one than it seems
			return returns, Poison
		}
		if e == t.globals {
			t.show(v, s)
		}
	case *syntax.Assign:
		v, given := t.overrides[s]
		if !given {
			v = t.eval(e, s.Value)
		}
		for _, target := range s.Targets {
			t.assign(e, target, v)
		}
	case *syntax.AnnAssign:
		t.note(s.Annotation.Span(), CodeIgnored, "annotation", "annotations are not looked at: shapes and types are known from the graph")
		if s.Value != nil {
			t.assign(e, s.Target, t.eval(e, s.Value))
		}
	case *syntax.AugAssign:
		t.augAssign(e, s)
	case *syntax.FunctionDef:
		e.vars[s.Name.Name] = t.functionDef(e, s)
	case *syntax.ClassDef:
		e.vars[s.Name.Name] = t.classDef(e, s)
	case *syntax.Return:
		if s.Value == nil {
			return returns, None{}
		}
		return returns, t.eval(e, s.Value)
	case *syntax.If:
		return t.ifStmt(e, s)
	case *syntax.For:
		return t.forStmt(e, s)
	case *syntax.While:
		return t.whileStmt(e, s)
	case *syntax.With:
		return t.with(e, s.Items, s.Body)
	case *syntax.Break:
		return breaks, nil
	case *syntax.Continue:
		return continues, nil
	case *syntax.Assert:
		return t.assert(e, s)
	case *syntax.Raise:
		return t.raise(e, s)
	case *syntax.Delete:
		for _, target := range s.Targets {
			t.delete(e, target)
		}
	case *syntax.Import:
		for _, a := range s.Names {
			t.importModule(e, a)
		}
	case *syntax.ImportFrom:
		t.importFrom(e, s)
	case *syntax.Try:
		return t.try(e, s)
	case *syntax.BadStmt:
		t.reachBad(s.Span())
		return t.skip(e, s.Body)
	}
	return next, nil
}

func (t *Tracer) ifStmt(e *env, s *syntax.If) (flow, Value) {
	truth, ok := t.truth(t.eval(e, s.Test), "if", s.Test)
	switch {
	case !ok:
		return t.skip(e, slices.Concat(s.Body, s.Orelse))
	case truth:
		return t.block(e, s.Body)
	}
	return t.block(e, s.Orelse)
}

func (t *Tracer) forStmt(e *env, s *syntax.For) (flow, Value) {
	over := t.eval(e, s.Iter)
	if b, ok := over.(Batches); ok {
		t.overBatches(e, s, b)
		return next, nil
	}
	step, ok := t.iterate(over, s.Iter.Span())
	if !ok {
		return t.skipLoop(e, []syntax.Stmt{s})
	}
	defer t.turning(turnsOf(over))()
	for {
		v, more := step()
		if !more {
			return t.block(e, s.Orelse)
		}
		t.step(s.Span())
		t.assign(e, s.Target, v)
		switch f, v := t.block(e, s.Body); f {
		case breaks:
			return t.broken(e, s, v)
		case returns:
			return f, v
		}
	}
}

// turning notes that a loop of so many turns runs; what it returns ends that.
func (t *Tracer) turning(turns int) (end func()) {
	n := len(t.turns)
	t.turns = append(t.turns, turns)
	return func() { t.turns = t.turns[:n] }
}

func (t *Tracer) whileStmt(e *env, s *syntax.While) (flow, Value) {
	defer t.turning(0)()
	for {
		t.step(s.Test.Span())
		truth, ok := t.truth(t.eval(e, s.Test), "while", s.Test)
		if !ok {
			return t.skipLoop(e, []syntax.Stmt{s})
		}
		if !truth {
			return t.block(e, s.Orelse)
		}
		switch f, v := t.block(e, s.Body); f {
		case breaks:
			return t.broken(e, s, v)
		case returns:
			return f, v
		}
	}
}

// skip passes over statements of which it is not known whether they run: the names
// that they bind or change are poisoned, and so is the result of a function that
// they might have left.
func (t *Tracer) skip(e *env, body []syntax.Stmt) (flow, Value) {
	for _, name := range boundIn(body) {
		e.vars[name] = Poison
	}
	for _, name := range touchedIn(body) {
		for o := e; o != nil; o = o.outer {
			v, ok := o.vars[name]
			if !ok {
				continue
			}
			switch v.(type) {
			case *List, *Dict, *Set, *Instance:
				o.vars[name] = Poison
			}
			break
		}
	}
	switch leaves := leavesBy(body); {
	case leaves[returns]:
		return returns, Poison
	case leaves[breaks], leaves[continues]:
		return breaks, Poison
	}
	return next, nil
}

// broken ends a loop at a break. Where it is not known whether there was one (v is
// Poison), nor is what the rest of the loop would have done.
func (t *Tracer) broken(e *env, loop syntax.Stmt, v Value) (flow, Value) {
	if v == nil {
		return next, nil
	}
	return t.skipLoop(e, []syntax.Stmt{loop})
}

// skipLoop is skip for a whole loop, whose own break and continue stay inside.
func (t *Tracer) skipLoop(e *env, loop []syntax.Stmt) (flow, Value) {
	f, v := t.skip(e, loop)
	if f != returns {
		return next, nil
	}
	return f, v
}

// leavesBy lists the ways in which statements may leave their block.
func leavesBy(body []syntax.Stmt) map[flow]bool {
	found := map[flow]bool{}
	for _, s := range body {
		syntax.Walk(s, func(n syntax.Node) bool {
			switch n.(type) {
			case *syntax.FunctionDef, *syntax.ClassDef, *syntax.Lambda:
				return false
			case *syntax.Return, *syntax.Raise, *syntax.Assert:
				found[returns] = true
			case *syntax.Break:
				found[breaks] = true
			case *syntax.Continue:
				found[continues] = true
			}
			return true
		})
	}
	return found
}

// assert and raise end the function that they stand in, as an exception would; its
// result is poisoned.
func (t *Tracer) assert(e *env, s *syntax.Assert) (flow, Value) {
	truth, ok := t.truth(t.eval(e, s.Test), "assert", s.Test)
	if !ok {
		return next, nil // nothing is known against it
	}
	if truth {
		return next, nil
	}
	message := "this assertion does not hold: " + t.Brief(s.Test.Span())
	if s.Msg != nil {
		if msg := t.eval(e, s.Msg); !Poisoned(msg) {
			message = t.str(msg, s.Msg.Span())
		}
	}
	t.Report(s.Span(), graph.Diagnostic{Code: CodeAssertion, Message: shorten(message), Notes: t.assertNotes(e, s.Test)})
	return returns, Poison
}

// assertNotes shows both sides of a comparison that does not hold.
func (t *Tracer) assertNotes(e *env, test syntax.Expr) []string {
	c, ok := test.(*syntax.Compare)
	if !ok || len(c.Ops) != 1 {
		return nil
	}
	var rows [][]string
	for _, side := range []syntax.Expr{c.Left, c.Comparators[0]} {
		switch side.(type) {
		case *syntax.Name, *syntax.Attribute, *syntax.Subscript: // evaluating these again changes nothing
			rows = append(rows, []string{t.Brief(side.Span()), shorten(Repr(t.eval(e, side)))})
		}
	}
	return graph.Columns(rows...)
}

func (t *Tracer) raise(e *env, s *syntax.Raise) (flow, Value) {
	if s.Exc == nil {
		t.Refuse(s.Span(), CodeRaised, "No active exception to reraise")
		return returns, Poison
	}
	v := t.eval(e, s.Exc)
	if class, ok := v.(*Class); ok && class.exception() {
		v = t.call(class, nil, nil, s.Exc.Span())
	}
	instance, ok := v.(*Instance)
	switch {
	case Poisoned(v):
	case !ok || !instance.Class.exception():
		t.Refuse(s.Exc.Span(), CodeType, "exceptions must derive from BaseException")
	default:
		message := instance.Class.Name
		if words := t.str(v, s.Span()); words != "" {
			message += ": " + words
		}
		t.Refuse(s.Span(), CodeRaised, "%s", shorten(message))
	}
	return returns, Poison
}

// shorten cuts a text for a message.
func shorten(s string) string {
	const most = 300
	if r := []rune(s); len(r) > most {
		return string(r[:most-3]) + "..."
	}
	return s
}

// with enters the items from left to right and leaves them in the other order.
func (t *Tracer) with(e *env, items []*syntax.WithItem, body []syntax.Stmt) (flow, Value) {
	if len(items) == 0 {
		return t.block(e, body)
	}
	item := items[0]
	v := t.eval(e, item.Context)
	manager, ok := v.(Manager)
	switch {
	case Poisoned(v):
		return t.skip(e, append([]syntax.Stmt{&syntax.With{Items: items}}, body...))
	case !ok:
		t.Refuse(item.Context.Span(), CodeType, "'%s' object does not support the context manager protocol", TypeName(v))
		return t.skip(e, append([]syntax.Stmt{&syntax.With{Items: items}}, body...))
	}
	bound, leave := manager.Enter(t, item.Context.Span())
	defer leave()
	if item.Target != nil {
		t.assign(e, item.Target, bound)
	}
	return t.with(e, items[1:], body)
}

// Manager is implemented by values that a with statement can enter.
type Manager interface {
	// Enter returns the value that "as" binds, and what is done at the end of the block.
	Enter(t *Tracer, at syntax.Span) (bound Value, leave func())
}

// show prints what an expression of the top level gave, as an interactive Python
// would.
func (t *Tracer) show(v Value, s *syntax.ExprStmt) {
	if _, none := v.(None); none || Poisoned(v) {
		return
	}
	switch x := s.Value.(type) {
	case *syntax.Str: // a docstring
		return
	case *syntax.Call: // x.zero_() is there for what it does
		if f, ok := x.Func.(*syntax.Attribute); ok && strings.HasSuffix(f.Attr.Name, "_") {
			return
		}
	}
	t.print(t.repr(v, s.Span())+"\n", s.Span())
}

// Print adds to what the file prints.
func (t *Tracer) Print(at syntax.Span, text string) { t.print(text, at) }

func (t *Tracer) print(text string, at syntax.Span) {
	if n := t.out.Len() + len(text); n > limits.RecipeOutput {
		t.exceed(at, limits.Refusal{What: "printed text", Value: int64(n), Limit: limits.RecipeOutput, Unit: limits.Bytes})
	}
	t.charge(at, 3*len(text)) // the output grows by doubling
	t.out.WriteString(text)
}
