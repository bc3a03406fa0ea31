package tracer

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/descent-ml/descent/graph"
)

var update = flag.Bool("update", false, "write the texts that are found to testdata")

// Each section of the file is a source, in which X and Y are inputs [N 4] and Z is one
// [N], and the whole text that it prints and is refused with. Its sources stand beside
// their nearest legal neighbours.
func TestRefusals(t *testing.T) {
	const file = "testdata/refusals.txt"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, section := range strings.Split("\n"+string(text), "\n== ")[1:] {
		name, rest, _ := strings.Cut(section, "\n")
		source, want, _ := strings.Cut(rest, "\n--")
		want = strings.TrimSpace(want)
		out, ds := traceWithInputs(source + "\n")
		got := strings.TrimSpace(out + ds.Error())
		all.WriteString("== " + name + "\n" + source + "\n--\n" + got + "\n")
		t.Run(name, func(t *testing.T) {
			if got != want && !*update {
				t.Errorf("source\n%s\n\ngot\n%s\n\nwant\n%s", source, got, want)
			}
		})
	}
	if *update {
		if err := os.WriteFile(file, []byte(all.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func traceWithInputs(source string) (out string, ds graph.Diagnostics) {
	g := graph.New(graph.Inference)
	g.Language = graph.Python
	modules := Modules()
	names := Names(modules)
	names["X"] = g.Input("X", graph.Rows(4), graph.Unknown)
	names["Y"] = g.Input("Y", graph.Rows(4), graph.Unknown)
	names["Z"] = g.Input("Z", graph.Rows(), graph.Unknown)
	tr, ds := New(Config{File: "x.py", Source: []byte(source), Graph: g, Names: names, Modules: modules})
	if tr == nil {
		return "", ds
	}
	tr.Run()
	found := g.Diagnostics()
	return tr.Output(), append(found, tr.Unreached(found)...)
}
