package torch

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/tracer"
)

// TestStarts holds what weights start from against what the file says of them: in place,
// by torch.nn.init, and module by module.
func TestStarts(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("testdata", "starts.py"))
	if err != nil {
		t.Fatal(err)
	}
	modules := tracer.Modules()
	Extend(modules)
	g := graph.New(graph.Training)
	tr, found := tracer.New(tracer.Config{File: "starts.py", Source: source, Graph: g, Names: Names(modules), Modules: modules})
	if tr == nil {
		t.Fatal(found)
	}
	tr.AddMethods("tensor", tensorMethods())
	tr.Run()
	if len(g.Diagnostics()) > 0 {
		t.Fatal(g.Diagnostics())
	}
	start := func(name string) []float32 {
		v, ok := tr.Global(name)
		n, isNode := v.(*graph.Node)
		if !ok || !isNode {
			t.Fatalf("%s is %s", name, tracer.Describe(v))
		}
		p, ok := weightIn(n).Param()
		if !ok {
			t.Fatalf("%s is no weight", name)
		}
		values := make([]float32, graph.Size(p.Shape))
		p.Init.Fill(values, p.Shape, 1, p.Name)
		return values
	}
	for name, want := range map[string]float32{"linear_bias": 0, "gamma": 2, "beta": -1, "layer_gamma": 3, "untouched": 1} {
		if got := start(name); slices.Min(got) != want || slices.Max(got) != want {
			t.Errorf("%s starts in [%v, %v], want %v", name, slices.Min(got), slices.Max(got), want)
		}
	}
	if got := start("table"); slices.Min(got) < -0.25 || slices.Max(got) > 0.5 || slices.Min(got) > -0.15 || slices.Max(got) < 0.4 {
		t.Errorf("table starts in [%v, %v], want all of [-0.25, 0.5]", slices.Min(got), slices.Max(got))
	}
	// The rows of an orthogonal matrix have length 1, each at right angles to the others.
	w := start("linear") // [3 2], as the graph has it
	for i := range 2 {
		for j := range 2 {
			dot, want := 0.0, 0.0
			for k := range 3 {
				dot += float64(w[2*k+i]) * float64(w[2*k+j])
			}
			if i == j {
				want = 1
			}
			if math.Abs(dot-want) > 1e-5 {
				t.Errorf("rows %d and %d have the product %v, want %v", i, j, dot, want)
			}
		}
	}
}
