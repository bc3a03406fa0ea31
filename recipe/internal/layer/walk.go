package layer

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/tracer"
)

// Container is implemented by the Go side of a layer that holds others.
type Container interface {
	// Children lists what it holds, with the names that lead there.
	Children() []Child
}

// Child is a part of a layer.
type Child struct {
	Name  string // joined to the container's name: "[0]", ".encoder"; or whole where it begins with neither
	Value tracer.Value
}

// Bind names the parts of a model in g by the attributes that lead to them: "fc1",
// "blocks[0].conv", "net[2]".
func Bind(g *graph.Graph, model tracer.Value) {
	Walk(model, func(owner any, path string) {
		if path != "" {
			g.Bind(owner, path)
		}
	})
}

// Walk calls visit with everything in a model that may own parameters, and its path: the
// instances of layers, the Go side of those that have one, and variables. What is found
// in two places is visited at the first.
func Walk(model tracer.Value, visit func(owner any, path string)) {
	w := walker{visit, map[any]bool{}}
	w.value(model, "")
}

type walker struct {
	visit func(owner any, path string)
	seen  map[any]bool
}

// first reports whether p was not met before.
func (w *walker) first(p any) bool {
	if w.seen[p] {
		return false
	}
	w.seen[p] = true
	return true
}

func (w *walker) value(v tracer.Value, path string) {
	switch v := v.(type) {
	case *tracer.Instance:
		if !w.first(v) {
			return
		}
		w.visit(v, path)
		if v.Host != nil {
			w.visit(v.Host, path)
		}
		if c, ok := v.Host.(Container); ok {
			w.children(c.Children(), path)
		}
		for _, name := range v.Names() {
			w.value(v.Fields[name], join(path, "."+name))
		}
	case *Variable:
		if w.first(v) {
			w.visit(v, path)
		}
	case *tracer.List:
		if w.first(v) {
			w.list(v.Elems, path)
		}
	case tracer.Tuple:
		w.list(v, path)
	case *tracer.Dict:
		if w.first(v) {
			v.Each(func(key, val tracer.Value) {
				if k, ok := key.(tracer.Str); ok {
					w.value(val, join(path, "."+string(k)))
				}
			})
		}
	}
}

// children names the parts of a container. Those of one that is the whole model are
// counted by kind, as those of a chain of package nn are: "Linear[0]", "ReLU[0]", "Linear[1]".
func (w *walker) children(list []Child, path string) {
	kinds := map[string]int{}
	for _, child := range list {
		name := child.Name
		if i, ok := child.Value.(*tracer.Instance); ok && path == "" && name[0] == '[' {
			name = fmt.Sprintf("%s[%d]", i.Class.Name, kinds[i.Class.Name])
			kinds[i.Class.Name]++
		}
		w.value(child.Value, join(path, name))
	}
}

func (w *walker) list(elems []tracer.Value, path string) {
	for i, e := range elems {
		w.value(e, fmt.Sprintf("%s[%d]", path, i))
	}
}

// join puts a name behind a path: a whole name stays as it is.
func join(path, name string) string {
	switch {
	case name[0] == '.' && path == "":
		return name[1:]
	case name[0] == '.' || name[0] == '[':
		return path + name
	case path == "":
		return name
	}
	return path + "." + name
}

// Owns reports whether a value holds a layer or a variable: whether it is a model, or a
// part of one.
func Owns(v tracer.Value) bool {
	found := false
	Walk(v, func(owner any, _ string) {
		switch owner.(type) {
		case *Variable, Container, interface{ Forward(*graph.Node) *graph.Node }:
			found = true
		}
	})
	return found
}
