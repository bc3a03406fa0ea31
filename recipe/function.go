package recipe

import (
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
)

// function makes a function over nodes of one of the file's, with its arguments in
// the order that [File.order] tells.
func (f *File) function(v tracer.Value, at syntax.Span) (loss.Pointwise, bool) {
	if !callable(f.tracer, v) {
		return nil, false
	}
	return func(p, y *graph.Node) *graph.Node {
		g := p.Graph()
		fn := f.signature(v)
		first, second := y, p
		if f.order(g, fn) == predictionFirst {
			first, second = p, y
		}
		if len(fn.names) >= 2 {
			first.Named(fn.names[0])
			second.Named(fn.names[1])
		}
		return f.node(g, f.tracer.Invoke(g, v, at, first, second), v, at)
	}, true
}

// order is the order of a loss's arguments. In PyTorch's files their names tell it, as
// does whoever calls the loss there, and without a word the prediction is first. In
// all others the target is, as in Keras; names that contradict are followed, with a
// warning.
func (f *File) order(g *graph.Graph, fn signature) order {
	said := unsaid
	if len(fn.names) >= 2 {
		said = orderOf(fn.names[0], fn.names[1])
	}
	if !f.torch && !fn.forward {
		if said == predictionFirst && fn.at != (syntax.Span{}) {
			g.Report(f.orderWarning(fn.names, fn.at))
		}
		return max(said, targetFirst)
	}
	if said == unsaid {
		return predictionFirst
	}
	return said
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

// signature is what runs when a value is called.
type signature struct {
	names   []string    // of its parameters
	at      syntax.Span // the name of its definition, if it is the file's
	forward bool        // it is a class's forward
}

func (f *File) signature(v tracer.Value) (c signature) {
	switch v := v.(type) {
	case *tracer.Function:
		c.names, _ = v.Params()
		c.at = v.NameSpan()
	case *tracer.Method:
		c.names = v.Params()
	case *tracer.Instance:
		c = classSignature(v.Class)
	}
	return c
}

// classSignature is what runs when an instance of the class is called: that of the
// file, if it has one.
func classSignature(class *tracer.Class) (c signature) {
	for _, name := range []string{"__call__", "call", "forward"} {
		m, found := class.Lookup(name)
		if fn, ok := m.(*tracer.Function); ok {
			c.names, _ = fn.Params()
			c.names = c.names[min(1, len(c.names)):]
			c.at = fn.NameSpan()
		}
		if found {
			c.forward = name == "forward"
		}
		if c.names != nil {
			break
		}
	}
	return c
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
