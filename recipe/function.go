package recipe

import (
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
)

// function makes a function over nodes of one of the file's, whose parameters are
// y_true and y_pred, in this order; a class derived from PyTorch's takes them the
// other way round, as its forward does.
func (f *File) function(v tracer.Value, at syntax.Span) (loss.Pointwise, bool) {
	if !callable(f.tracer, v) {
		return nil, false
	}
	return func(p, y *graph.Node) *graph.Node {
		names, swapped := f.parameters(v)
		first, second := y, p
		if swapped {
			first, second = p, y
		}
		if len(names) >= 2 {
			first.Named(names[0])
			second.Named(names[1])
		}
		g := p.Graph()
		return f.node(g, f.tracer.Invoke(g, v, at, first, second), v, at)
	}, true
}

func callable(t *tracer.Tracer, v tracer.Value) bool {
	switch v := v.(type) {
	case *tracer.Function, *tracer.Method, *tracer.Builtin:
		return true
	case *tracer.Instance:
		_, _, ok := t.Callee(v)
		return ok
	}
	return false
}

// parameters returns the names of what a function is called with, and whether the
// prediction comes first.
func (f *File) parameters(v tracer.Value) (names []string, predictionFirst bool) {
	switch v := v.(type) {
	case *tracer.Function:
		names, _ = v.Params()
	case *tracer.Method:
		names = v.Params()
	case *tracer.Instance:
		for _, name := range []string{"__call__", "call", "forward"} { // that of the file, if it has one
			m, found := v.Class.Lookup(name)
			if fn, ok := m.(*tracer.Function); ok {
				names, _ = fn.Params()
				names = names[min(1, len(names)):]
			}
			if found {
				predictionFirst = name == "forward"
			}
			if names != nil {
				break
			}
		}
	}
	return names, predictionFirst
}

// node is what a loss of the file returned, as a node.
func (f *File) node(g *graph.Graph, v tracer.Value, fn tracer.Value, at syntax.Span) *graph.Node {
	if n, ok := v.(*graph.Node); ok {
		return n
	}
	if place, ok := fn.(*tracer.Function); ok {
		at = place.NameSpan()
	}
	if !tracer.Poisoned(v) {
		if x, ok := tracer.Number(v); ok {
			defer g.At(f.tracer.Position(at))()
			return g.Const(x)
		}
		d := graph.Diagnostic{
			Code: tracer.CodeType, Pos: f.tracer.Position(at),
			Message: "a loss returns a tensor, but this one returns " + tracer.Repr(v),
		}
		if _, none := v.(tracer.None); none {
			d.Message = "a loss returns a tensor, but this one returns nothing"
			d.Fixes = []string{"end it with: return ..."}
		}
		return g.Poison(d)
	}
	return f.poison(g)
}

// poison returns a poisoned node for what was refused already: a graph keeps a
// message once.
func (f *File) poison(g *graph.Graph) *graph.Node {
	found := g.Diagnostics()
	if !found.Refused() {
		found = f.graph.Diagnostics() // of a value of the top level
	}
	for _, d := range found {
		if d.Severity == graph.Error {
			return g.Poison(*d)
		}
	}
	panic("recipe: a value is poisoned without a message")
}
