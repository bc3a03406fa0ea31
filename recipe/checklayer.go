package recipe

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/layer"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
)

// checkLayer proves the layer or model that a file without a loss holds: that it can be
// applied to inputs of the prediction's shape, and that derivatives pass it. It is the
// last one of the top level, an instance, or a class that can be made without
// arguments. ok is false where there is none.
func (f *File) checkLayer(o LossOptions) (found graph.Diagnostics, ok bool) {
	value, at, ok := f.findLayer()
	if !ok {
		return nil, false
	}
	g := graph.New(graph.Training)
	g.Language = graph.Python
	layer.Bind(g, value)
	args := f.inputsFor(g, o, value)
	result := f.tracer.Invoke(g, value, at, args)
	if tracer.Poisoned(result) {
		return g.Diagnostics(), true
	}
	restore := g.At(f.tracer.Position(at))
	total := g.Const(0)
	count := 0
	var add func(v tracer.Value)
	add = func(v tracer.Value) {
		switch v := v.(type) {
		case *graph.Node:
			total = total.Add(v.Cast(graph.Float).Mean())
			count++
		case tracer.Tuple:
			for _, e := range v {
				add(e)
			}
		case *tracer.List:
			add(tracer.Tuple(v.Elems))
		case *tracer.Dict:
			v.Each(func(_, e tracer.Value) { add(e) })
		}
	}
	add(result)
	if count == 0 {
		total = g.Poison(graph.Diagnostic{
			Code:    tracer.CodeType,
			Message: "a layer gives a tensor, but this one gives " + tracer.Describe(result),
			Fixes:   []string{"end it with: return ..."},
		})
	}
	restore()
	graph.Prove(total)
	return g.Diagnostics(), true
}

// inputsFor makes what a layer is applied to: a tensor, or as many as it unpacks.
func (f *File) inputsFor(g *graph.Graph, o LossOptions, value *tracer.Instance) tracer.Value {
	return f.inputs(value, func(name string) *graph.Node { return prediction(g, o, name) })
}

func (f *File) inputs(value *tracer.Instance, input func(name string) *graph.Node) tracer.Value {
	n := f.unpacks(value)
	if n == 0 {
		return input("model")
	}
	list := &tracer.List{}
	for i := range n {
		list.Elems = append(list.Elems, input(fmt.Sprintf("model_%d", i+1)))
	}
	return list
}

// warnOfSampling applies each layer that the file defines to rows of two numbers, and
// warns of noise on a wrong scale. What cannot be made or applied so is left alone.
func (f *File) warnOfSampling() {
	for _, s := range f.tracer.Module().Body {
		def, isClass := s.(*syntax.ClassDef)
		if !isClass {
			continue
		}
		v, _ := f.tracer.Global(def.Name.Name)
		c, isClass := v.(*tracer.Class)
		if !isClass || !c.Callable(1) || !needsNothing(c) {
			continue
		}
		for _, d := range f.sampling(c) {
			if d.Code == graph.CodeSamplingScale {
				f.graph.Report(*d)
			}
		}
	}
}

func (f *File) sampling(c *tracer.Class) graph.Diagnostics {
	g := graph.New(graph.Training)
	g.Language = graph.Python
	made := f.tracer.Invoke(g, c, c.Span())
	value, isInstance := made.(*tracer.Instance)
	if !isInstance {
		return nil
	}
	layer.Bind(g, value)
	args := f.inputs(value, func(name string) *graph.Node {
		return g.InputFrom(name, "the layer's inputs", graph.Rows(2), graph.Unknown)
	})
	result := f.tracer.Invoke(g, value, c.Span(), args)
	if n, isNode := result.(*graph.Node); isNode {
		graph.CheckSampling(n)
	}
	return g.Diagnostics()
}

// findLayer returns the last layer or model of the top level, and where it stands.
func (f *File) findLayer() (value *tracer.Instance, at syntax.Span, ok bool) {
	for _, s := range f.tracer.Module().Body {
		switch s := s.(type) {
		case *syntax.ClassDef:
			v, _ := f.tracer.Global(s.Name.Name)
			c, isClass := v.(*tracer.Class)
			if !isClass || !c.Callable(1) || !needsNothing(c) {
				continue
			}
			f.tracer.Guard(func() {
				if i, made := f.tracer.Call(c, c.Span()).(*tracer.Instance); made {
					value, at, ok = i, c.Span(), true
				}
			})
		case *syntax.Assign:
			name, isName := s.Targets[0].(*syntax.Name)
			if !isName {
				continue
			}
			v, _ := f.tracer.Global(name.Id)
			if n, isModel := f.network(v, name.Span()); isModel {
				value, at, ok = n.value, name.Span(), true
			}
		}
	}
	return value, at, ok
}

// needsNothing reports whether a class can be made without arguments.
func needsNothing(c *tracer.Class) bool {
	init, _ := c.Lookup("__init__")
	f, ok := init.(*tracer.Function)
	if !ok {
		return true
	}
	_, required := f.Params()
	return required <= 1
}

// unpacks returns into how many names a layer unpacks its input, 0 where it takes a
// tensor as it is.
func (f *File) unpacks(value *tracer.Instance) int {
	for _, name := range []string{"call", "forward", "__call__"} {
		m, _ := value.Class.Lookup(name)
		fn, ok := m.(*tracer.Function)
		if !ok {
			continue
		}
		names, _ := fn.Params()
		if len(names) < 2 {
			return 0
		}
		for _, s := range fn.Body() {
			a, isAssign := s.(*syntax.Assign)
			if !isAssign {
				continue
			}
			if from, isName := a.Value.(*syntax.Name); !isName || from.Id != names[1] {
				continue
			}
			switch t := a.Targets[0].(type) {
			case *syntax.Tuple:
				return len(t.Elts)
			case *syntax.List:
				return len(t.Elts)
			}
		}
		return 0
	}
	return 0
}
