package torch

import (
	"fmt"
	"slices"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
)

// TestPlaces holds what is written to places of a matrix of all pairs of rows against a
// loop over the places that Python's slice has, for batches of one row and more.
func TestPlaces(t *testing.T) {
	for _, tc := range []struct {
		start, more int // the step is n + more
	}{
		{0, 0}, {1, 0}, {5, 0}, {0, 1}, {2, 1}, {3, 2},
	} {
		write := fmt.Sprintf("w.view(-1)[%d::n + %d] = 7", tc.start, tc.more)
		source := "def f(x):\n    n = x.shape[0]\n    w = torch.Tensor(n, n).fill_(2)\n    alias = w\n    " + write + "\n    w[n - 2, 0] = 9\n    return alias\n"
		_, w := apply(t, source, graph.Inference, 3)
		for rows := 1; rows <= 6; rows++ {
			want := slices.Repeat([]float64{2}, rows*rows)
			for i := tc.start; i < len(want); i += rows + tc.more {
				want[i] = 7
			}
			want[(rows*2-2)%rows*rows] = 9 // n - 2 counts from the end where n is 1
			out, err := graph.Eval(graph.Feed{Rows: rows}, w)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(out[0].Data, want) {
				t.Errorf("%s, %d rows: %v, want %v", write, rows, out[0].Data, want)
			}
		}
	}
}

// apply calls the function f of a file with rows of so many numbers, in a graph of that
// mode, and returns them and the result.
func apply(t *testing.T, source string, mode graph.Mode, width int) (x, y *graph.Node) {
	t.Helper()
	modules := tracer.Modules()
	Extend(modules)
	tr, found := tracer.New(tracer.Config{File: "x.py", Source: []byte(source), Graph: graph.New(mode), Names: Names(modules), Modules: modules})
	if tr == nil {
		t.Fatal(found)
	}
	tr.AddMethods("tensor", tensorMethods())
	tr.AllowInPlace()
	tr.Run()
	f, _ := tr.Global("f")
	g := graph.New(mode)
	x = g.Input("x", graph.Rows(width), graph.Unknown)
	y, ok := tr.Invoke(g, f, syntax.Span{}, x).(*graph.Node)
	if !ok || y.Poisoned() {
		t.Fatalf("%s: %v", source, g.Diagnostics())
	}
	return x, y
}
