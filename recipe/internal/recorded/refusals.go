package recorded

import (
	"flag"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/tracer"
)

var update = flag.Bool("update", false, "write the texts that are found to testdata")

// Refusals holds what sources print and are refused with against a file, whose sections
// are a source and the whole of its text. X and Y are inputs [N 4], Z is one [N] and W a
// weight [4]. Refused sources stand beside their nearest legal neighbours.
func Refusals(t *testing.T, path string, d Dialect) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, section := range strings.Split("\n"+string(text), "\n== ")[1:] {
		name, rest, _ := strings.Cut(section, "\n")
		source, want, _ := strings.Cut(rest, "\n--")
		want = strings.TrimSpace(want)
		got := strings.TrimSpace(d.run(source + "\n"))
		all.WriteString("== " + name + "\n" + source + "\n--\n" + got + "\n")
		t.Run(name, func(t *testing.T) {
			if got != want && !*update {
				t.Errorf("source\n%s\n\ngot\n%s\n\nwant\n%s", source, got, want)
			}
		})
	}
	if *update {
		if err := os.WriteFile(path, []byte(all.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// run returns what a source prints, and what is refused of it.
func (d Dialect) run(source string) string {
	g := graph.New(graph.Inference)
	g.Language = graph.Python
	names := maps.Clone(d.Names)
	names["X"] = g.Input("X", graph.Rows(4), graph.Unknown)
	names["Y"] = g.Input("Y", graph.Rows(4), graph.Unknown)
	names["Z"] = g.Input("Z", graph.Rows(), graph.Unknown)
	names["W"] = g.Param(graph.Param{Name: "W", Shape: []int{4}})
	tr, found := tracer.New(tracer.Config{File: "x.py", Source: []byte(source), Graph: g, Names: names, Modules: d.Modules})
	if tr == nil {
		return found.Error()
	}
	for kind, methods := range d.Methods {
		tr.AddMethods(kind, methods)
	}
	if d.InPlace {
		tr.AllowInPlace()
	}
	tr.Run()
	found = g.Diagnostics()
	return tr.Output() + append(found, tr.Unreached(found)...).Error()
}
