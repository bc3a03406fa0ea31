package recorded

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/tracer"
)

// arguments are values of every kind.
var arguments = []string{
	"a", "m", "k", "x4", "1", "-1", "0", "2.5", "True", "None", "'mean'", "'relu'", "''", "[]", "[1, 2]", "(2, 3)", "[[1, 0], [0, 2]]", "[a, b]", "{'a': 1}",
	"(lambda x: x)", "float('nan')", "10**12", "slice(1)", "...", "a.shape", "N", "X", "X.shape[0]", "X.shape",
}

// CallEverything calls every function and class of a dialect, and every method of a
// tensor, with no arguments, one, two and three of every kind. What is refused must be
// said, and nothing may panic.
func CallEverything(t *testing.T, d Dialect) {
	seen := map[*tracer.Module]bool{}
	for _, path := range slices.Sorted(maps.Keys(d.Modules)) {
		m := d.Modules[path]
		if seen[m] { // under another name
			continue
		}
		seen[m] = true
		for _, name := range m.Names() {
			switch m.Attrs[name].(type) {
			case *tracer.Builtin, *tracer.Class:
				t.Run(path+"."+name, func(t *testing.T) { d.try(t, "import "+path+" as MODULE\n", "MODULE."+name) })
			}
		}
	}
	for _, b := range d.Methods["tensor"] {
		t.Run("a."+b.Name, func(t *testing.T) { d.try(t, "", "a."+b.Name); d.try(t, "", "X."+b.Name) })
	}
}

// try calls a function in many ways.
func (d Dialect) try(t *testing.T, head, function string) {
	t.Helper()
	var calls []string
	for i, x := range arguments {
		y, z := arguments[(i*7+3)%len(arguments)], arguments[(i*11+5)%len(arguments)]
		calls = append(calls, "("+x+")", "("+x+", "+y+", "+z+")", "(a, "+x+")", "(X, "+x+")", "(a, b, "+x+")", "("+x+")(a)", "("+x+", "+y+")(X)")
	}
	calls = append(calls, "()", "()()", "()(a)", "()(X)", "(a)(b)", "(k, x4)(x4)")
	var lines []string
	for i, c := range calls {
		lines = append(lines, fmt.Sprintf("r%d = %s%s", i, function, c))
	}
	names := maps.Clone(d.Names)
	const batch = 40 // fewer than errors end a trace
	for start := 0; start < len(lines); start += batch {
		g := graph.New(graph.Inference)
		g.Language = graph.Python
		names["X"] = g.Input("X", graph.Rows(3), graph.Unknown)
		names["N"] = g.Input("N", graph.Rows(), graph.Unknown)
		source := head + d.Setup + "\n" + strings.Join(lines[start:min(start+batch, len(lines))], "\n") + "\n"
		tr, found := tracer.New(tracer.Config{File: "x.py", Source: []byte(source), Graph: g, Names: names, Modules: d.Modules})
		if tr == nil {
			t.Fatal(found)
		}
		for kind, methods := range d.Methods {
			tr.AddMethods(kind, methods)
		}
		tr.Run()
		said := map[int]bool{}
		for _, diag := range g.Diagnostics() {
			if diag.Severity == graph.Error {
				said[diag.Pos.Line] = true
			}
		}
		first := strings.Count(head+d.Setup+"\n", "\n")
		for i := start; i < min(start+batch, len(lines)); i++ {
			v, bound := tr.Global(fmt.Sprintf("r%d", i))
			if bound && tracer.Poisoned(v) && !said[first+i-start+1] {
				t.Errorf("%s is refused without a word", lines[i])
			}
		}
	}
}
