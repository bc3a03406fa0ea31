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
	modules := tracer.Modules()
	Extend(modules)
	for _, tc := range []struct {
		start, more int // the step is n + more
	}{
		{0, 0}, {1, 0}, {5, 0}, {0, 1}, {2, 1}, {3, 2},
	} {
		write := fmt.Sprintf("w.view(-1)[%d::n + %d] = 7", tc.start, tc.more)
		source := "def f(x):\n    n = x.shape[0]\n    w = torch.Tensor(n, n).fill_(2)\n    alias = w\n    " + write + "\n    w[n - 2, 0] = 9\n    return alias\n"
		g := graph.New(graph.Inference)
		tr, found := tracer.New(tracer.Config{File: "x.py", Source: []byte(source), Graph: g, Names: Names(modules), Modules: modules})
		if tr == nil {
			t.Fatal(found)
		}
		tr.AddMethods("tensor", Methods())
		tr.AllowInPlace()
		tr.Run()
		f, _ := tr.Global("f")
		loss := graph.New(graph.Inference)
		x := loss.Input("x", graph.Rows(3), graph.Unknown)
		w, ok := tr.Invoke(loss, f, syntax.Span{}, x).(*graph.Node)
		if !ok || w.Poisoned() {
			t.Fatalf("%s: %v", write, loss.Diagnostics())
		}
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
