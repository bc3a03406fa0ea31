package recipe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/recipe/keras"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
	"github.com/descent-ml/descent/train"
)

// candidate is a definition of the top level that may be meant as the file's loss.
type candidate struct {
	name  string
	value tracer.Value
	node  syntax.Node
	told  bool // the names of its parameters say which is the prediction and which the target
}

// findLoss returns the loss of the file, and the name or definition that it has: that of
// a model that is fitted and not defined, else what is called loss, else the last
// definition that takes two arguments and serves no other such definition. Those whose
// parameters are named as a prediction and a target go before others. The definitions left
// aside are named in a note.
func (f *File) findLoss() (l loss.Loss, at syntax.Span, ok bool) {
	made, at, ok := f.findMaker()
	if !ok {
		return nil, at, false
	}
	l, found := made(train.LossSpec{})
	for _, d := range found {
		f.graph.Report(*d)
	}
	return l, at, !found.Refused()
}

// NotProved is a note that a file without train holds a loss of which nothing was asked;
// nil where it holds none, or where what it prints was its purpose.
func (f *File) NotProved() *graph.Diagnostic {
	meant := f.ends(f.candidates())
	if f.Job != nil || f.Output != "" || len(meant) == 0 {
		return nil
	}
	last := meant[len(meant)-1]
	if i := slices.IndexFunc(meant, func(c candidate) bool { return c.name == "loss" }); i >= 0 {
		last = meant[i] // which is what would be proved
	}
	return &graph.Diagnostic{
		Code: CodeNotProved, Severity: graph.Note, Pos: f.tracer.Position(f.place(last.value, last.name)),
		Message: last.name + " was read, but not proved: for what shapes is not said",
		Fixes:   []string{fmt.Sprintf("descent check %s --pred N,1 --target N,1 --activation sigmoid", f.Path)},
	}
}

func (f *File) findMaker() (l lossMaker, at syntax.Span, ok bool) {
	if f.fitted != nil {
		return f.fitted.loss, f.fitted.at, true
	}
	if v, bound := f.tracer.Global("loss"); bound {
		at := f.place(v, "loss")
		if l, ok := f.loss(v, at); ok {
			return l, at, true
		}
	}
	meant := f.ends(f.candidates())
	if len(meant) == 0 {
		return nil, syntax.Span{}, false
	}
	last := meant[len(meant)-1]
	at = f.place(last.value, last.name)
	if len(meant) > 1 {
		f.noteOthers(meant, at)
	}
	v := last.value
	f.tracer.Guard(func() {
		if class, isClass := v.(*tracer.Class); isClass {
			v = f.tracer.Call(class, at)
		}
		l, ok = f.loss(v, at)
	})
	return l, at, ok
}

// candidates lists the functions, classes and named values of the top level that can
// be called with two arguments.
func (f *File) candidates() (out []candidate) {
	for _, s := range f.tracer.Module().Body {
		c := candidate{name: definedName(s), node: s}
		if c.value, _ = f.tracer.Global(c.name); !f.takesTwo(c.value) {
			continue
		}
		out = slices.DeleteFunc(out, func(earlier candidate) bool { return earlier.name == c.name })
		if names := f.callNames(c.value); len(names) >= 2 {
			c.told = orderOf(names[0], names[1]) != unsaid
		}
		out = append(out, c)
	}
	return out
}

// definedName is the name that a statement gives a function, a class or a value; "" for
// other statements.
func definedName(s syntax.Stmt) string {
	switch s := s.(type) {
	case *syntax.FunctionDef:
		return s.Name.Name
	case *syntax.ClassDef:
		return s.Name.Name
	case *syntax.Assign:
		if name, ok := s.Targets[0].(*syntax.Name); ok {
			return name.Id
		}
	}
	return ""
}

// takesTwo reports whether v can be called as a loss: with two arguments, no less.
func (f *File) takesTwo(v tracer.Value) bool {
	switch v := v.(type) {
	case *tracer.Function:
		_, required := v.Params()
		return required == 2
	case *tracer.Class:
		return v.Span() != (syntax.Span{}) && v.Callable(2)
	case *tracer.Instance:
		_, _, isLoss := keras.Loss(f.tracer, v)
		return isLoss || v.Class.Callable(2)
	case *lossValue:
		return true
	}
	return false
}

// callNames are the parameters that a call of v, or of an instance of the class v, fills.
func (f *File) callNames(v tracer.Value) []string {
	if class, ok := v.(*tracer.Class); ok {
		return classSignature(class).names
	}
	return f.signature(v).names
}

// ends leaves out the candidates that others use, directly or by way of other
// definitions, among those with telling names if there are any.
func (f *File) ends(all []candidate) []candidate {
	if slices.ContainsFunc(all, func(c candidate) bool { return c.told }) {
		all = slices.DeleteFunc(all, func(c candidate) bool { return !c.told })
	}
	defined := map[string]syntax.Node{}
	for _, s := range f.tracer.Module().Body {
		if name := definedName(s); name != "" {
			defined[name] = s
		}
	}
	used := map[string]bool{}
	for _, c := range all {
		for name := range uses(c.node, defined) {
			if name != c.name {
				used[name] = true
			}
		}
	}
	ends := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return used[c.name] })
	if len(ends) == 0 {
		return all // they use each other
	}
	return ends
}

// uses are the names of the definitions that n reaches.
func uses(n syntax.Node, defined map[string]syntax.Node) map[string]bool {
	reached := map[string]bool{}
	var visit func(n syntax.Node)
	visit = func(n syntax.Node) {
		syntax.Walk(n, func(n syntax.Node) bool {
			if name, ok := n.(*syntax.Name); ok && defined[name.Id] != nil && !reached[name.Id] {
				reached[name.Id] = true
				visit(defined[name.Id])
			}
			return true
		})
	}
	visit(n)
	return reached
}

// noteOthers says which of several losses is looked at.
func (f *File) noteOthers(meant []candidate, at syntax.Span) {
	var others []string
	for _, c := range meant[:len(meant)-1] {
		others = append(others, c.name)
	}
	last := meant[len(meant)-1].name
	f.graph.Report(graph.Diagnostic{
		Code: CodeWhichLoss, Severity: graph.Note, Pos: f.tracer.Position(at),
		Message: fmt.Sprintf("only %s is looked at, the last of %d losses here; the others: %s", last, len(meant), strings.Join(others, ", ")),
		Fixes:   []string{"loss = " + others[0]},
	})
}

// place returns where a value of the file is defined; one without a name, where name
// is assigned.
func (f *File) place(v tracer.Value, name string) syntax.Span {
	switch v := v.(type) {
	case *tracer.Function:
		return v.NameSpan()
	case *tracer.Class:
		return v.Span()
	case *tracer.Instance:
		if at := v.Class.Span(); at != (syntax.Span{}) {
			return at
		}
	}
	at := f.tracer.Module().Span()
	for _, s := range f.tracer.Module().Body {
		if a, ok := s.(*syntax.Assign); ok && definedName(a) == name {
			at = a.Value.Span()
		}
	}
	return at
}
