package tracer

import (
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// Later is a number that only training knows, such as the loss of a batch in a pasted
// training loop. It can be calculated with and put into texts, and decides nothing.
type Later struct{}

// TypeName implements [Named].
func (Later) TypeName() string { return "number of the training" }

func isLater(v Value) bool {
	_, ok := v.(Later)
	return ok
}

// laterText is how such a number prints; what it is part of is never shown.
const laterText = "..."

// binaryLater computes with numbers of the training; nil where there is none, or where the
// other side is no number.
func (t *Tracer) binaryLater(a, b Value, at syntax.Span) Value {
	if !isLater(a) && !isLater(b) {
		return nil
	}
	for _, v := range []Value{a, b} {
		if _, ok := Number(v); !ok && !isLater(v) && !isLength(v) && !isTensor(v) {
			return nil
		}
	}
	if isTensor(a) || isTensor(b) {
		return t.Report(at, graph.Diagnostic{
			Code:    graph.CodeTracedValue,
			Message: "this number is read out of the training, so that a tensor computed with it would hang on no batch",
			Fixes:   []string{"the tensor as it is, without item() or float()"},
		})
	}
	return Later{}
}

// laterTruth refuses to decide by a number of the training.
func (t *Tracer) laterTruth(what string, x syntax.Expr) {
	d := t.TracedValue(what, t.Brief(subject(x).Span()), "leave it out: a step that is not finite is not taken, and the best weights are kept")
	t.Report(x.Span(), d)
}

// Stepping makes tensors of a training loop give their values to what only prints them:
// item(), float(). It returns what ends that.
func (t *Tracer) Stepping() (restore func()) {
	old := t.stepping
	t.stepping = true
	return func() { t.stepping = old }
}

// ReadOut is what item() and its kin give of a tensor whose value is not known: a number
// of the training inside of a training loop, and else a refusal.
func (c *Call) ReadOut(what string, fixes ...string) Value {
	if c.stepping {
		return Later{}
	}
	return c.Report(c.At, c.TracedValue(what, c.Brief(c.At), fixes...))
}

// Batches is implemented by values of the host whose elements are the batches of data: a
// for statement over them is theirs.
type Batches interface {
	Over(l *Loop)
}

// Counted is enumerate(batches).
type counted struct {
	Batches
	from Value
}

// TypeName implements [Named].
func (counted) TypeName() string { return "enumerate" }

// Loop is a for statement over the batches of data, in the scope where it stands.
type Loop struct {
	*Tracer
	At    syntax.Span // of the statement
	Turns int         // of the loops around it; 0 if that is not known

	env   *env
	frame *frame
	stmt  *syntax.For
	from  Value // that enumerate counts from; nil without it
}

// overBatches hands a loop to the data that it goes over.
func (t *Tracer) overBatches(e *env, s *syntax.For, b Batches) {
	l := &Loop{Tracer: t, At: s.Span(), Turns: 1, env: e, frame: t.frame, stmt: s}
	for _, turns := range t.turns {
		l.Turns *= turns
	}
	if c, ok := b.(counted); ok {
		l.from, b = c.from, c.Batches
	}
	b.Over(l)
}

// turnsOf is how often a loop over v turns; 0 if that is not known.
func turnsOf(v Value) int {
	switch v := v.(type) {
	case *List:
		return len(v.Elems)
	case Tuple:
		return len(v)
	case Range:
		return int(min(v.len(), 1<<31))
	}
	return 0
}

// Pairs reports whether the loop takes its batches apart into n, as "for x, y in batches".
func (l *Loop) Pairs() (n int) {
	target := l.stmt.Target
	if l.from != nil {
		parts := elts(target)
		if len(parts) != 2 {
			return 0
		}
		target = parts[1]
	}
	return len(elts(target))
}

func elts(target syntax.Expr) []syntax.Expr {
	switch target := target.(type) {
	case *syntax.Tuple:
		return target.Elts
	case *syntax.List:
		return target.Elts
	}
	return nil
}

// Header is where the loop says what it goes over.
func (l *Loop) Header() syntax.Span {
	return syntax.Span{Start: l.stmt.Span().Start, End: l.stmt.Iter.Span().End}
}

// Calls returns the first call of a method of that name in the loop, or in the functions
// and methods of the file that it names.
func (l *Loop) Calls(method string) (call *syntax.Call, ok bool) {
	seen := map[syntax.Node]bool{}
	var look func(n syntax.Node)
	look = func(n syntax.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		syntax.Walk(n, func(n syntax.Node) bool {
			if c, isCall := n.(*syntax.Call); isCall && call == nil {
				switch f := c.Func.(type) {
				case *syntax.Attribute:
					if f.Attr.Name == method {
						call = c
						return false
					}
				case *syntax.Name:
					if f.Id == method {
						call = c
						return false
					}
					if fn, isFunction := l.named(f.Id).(*Function); isFunction {
						look(fn.node)
					}
				}
			}
			return call == nil
		})
	}
	for _, s := range l.stmt.Body {
		look(s)
	}
	return call, call != nil
}

// named is the value that a name has where the loop stands; nil if it has none.
func (l *Loop) named(name string) Value {
	for e := l.env; e != nil; e = e.outer {
		if v, ok := e.vars[name]; ok {
			return v
		}
	}
	return nil
}

// Argument evaluates argument i of a call in the loop, or that keyword.
func (l *Loop) Argument(call *syntax.Call, i int, keyword string) (Value, syntax.Span, bool) {
	for _, k := range call.Keywords {
		if k.Name != nil && k.Name.Name == keyword {
			return l.eval(l.env, k.Value), k.Value.Span(), true
		}
	}
	if i < len(call.Args) {
		return l.eval(l.env, call.Args[i]), call.Args[i].Span(), true
	}
	return nil, syntax.Span{}, false
}

// Turn runs the body of the loop for one batch, whose tensors go to graph g, with names of
// its own: what it assigns is gone afterwards. The limits count from zero again.
func (l *Loop) Turn(g *graph.Graph, batch Value) {
	e := &env{scope: l.env.scope, vars: map[string]Value{}, outer: l.env.outer, pkg: l.env.pkg, stars: l.env.stars}
	for name, v := range l.env.vars {
		e.vars[name] = v
	}
	if l.from != nil {
		batch = Tuple{l.from, batch}
	}
	l.in(g, func() {
		defer l.Stepping()()
		l.Tracer.frame = l.frame
		l.assign(e, l.stmt.Target, batch)
		l.block(e, l.stmt.Body)
	})
}

// Skip leaves the loop out. What it would have bound is only known while training runs.
func (l *Loop) Skip() {
	for _, name := range boundIn([]syntax.Stmt{l.stmt}) {
		l.env.vars[name] = Later{}
	}
	for _, name := range touchedIn(l.stmt.Body) {
		switch l.env.vars[name].(type) {
		case *List, *Dict, *Set:
			l.env.vars[name] = Later{}
		}
	}
}

// Halt ends the trace of the file at a place that declares the run, since what comes next
// would follow its training.
func (t *Tracer) Halt(at syntax.Span, what string) {
	body := t.Module().Body
	if last := body[len(body)-1].Span(); last.End.Offset > at.End.Offset {
		t.Report(at, graph.Diagnostic{
			Code: CodeIgnored, Severity: graph.Note,
			Message: what + " declares the run: what would come after its training is not run here",
			Fixes:   []string{"descent report RUN shows what it came to"},
		})
	}
	panic(stopped{})
}

// Word returns what a file may name without importing it, whatever the file gives that name.
func (t *Tracer) Word(name string) (Value, bool) { return t.predefined(name) }
