package tracer

import (
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// Constants of the top level belong to another graph than the one that a function is
// invoked on; however they are used, the result is in the latter.
func TestInvokeTransplants(t *testing.T) {
	for _, body := range []string{
		"w", "-w", "w + 1", "1 - w", "abs(w)", "round(w)", "w.T", "w[0]", "w[:, 0]", "K.sum(w)", "w.sum()", "w > 0",
		"~(w > 0)", "K.where(True, w, 0)", "K.concatenate([w, w])", "x * w", "K.sum(x * w[0])", "w if True else 0",
	} {
		t.Run(body, func(t *testing.T) {
			_, ds, tr := runWith("w = K.constant([[1.0, 2.0]])\ndef f(x): return "+body+"\n", Config{})
			if ds.Refused() {
				t.Fatal(ds)
			}
			g := graph.New(graph.Training)
			x := g.Input("x", graph.Rows(2), graph.Unknown)
			f, _ := tr.Global("f")
			n, ok := tr.Invoke(g, f, syntax.Span{}, x).(*graph.Node)
			if !ok || n.Poisoned() {
				t.Fatal(g.Diagnostics())
			}
			for _, n := range graph.Reachable(n) {
				if n.Graph() != g {
					t.Errorf("%s is in the graph of the top level", n.Word())
				}
			}
		})
	}
}

// Messages of an invoked function go to the graph that it was invoked on, a limit
// included, and the limits count from zero again.
func TestInvokeReports(t *testing.T) {
	_, ds, tr := runWith("def f(x):\n    while True: x = x + 1\ndef g(x): return [i for i in range(5000)][0] * x.foo\n", Config{Limits: Limits{Steps: 10_000}})
	if ds.Refused() {
		t.Fatal(ds)
	}
	for _, tc := range []struct{ name, want string }{
		{"f", "x.py:2:11: steps: more than the limit of 10000 [limit]"},
		{"g", "x.py:3:50: a tensor has no \"foo\" [unknown-word]"},
		{"g", "x.py:3:50: a tensor has no \"foo\" [unknown-word]"},
	} {
		g := graph.New(graph.Training)
		f, _ := tr.Global(tc.name)
		v := tr.Invoke(g, f, syntax.Span{}, g.Input("x", graph.Rows(2), graph.Unknown))
		if got := g.Diagnostics().Error(); got != tc.want || !Poisoned(v) {
			t.Errorf("%s: %v, %s, want %s", tc.name, v, got, tc.want)
		}
	}
	if len(tr.Graph().Diagnostics()) > 0 {
		t.Errorf("the top level says %v", tr.Graph().Diagnostics())
	}
}

func TestNearest(t *testing.T) {
	words := []string{"epochs", "batch_size", "table", "train", "early_stop", "loss", "mean"}
	for typed, want := range map[string]string{
		"epoch": "epochs", "epcohs": "epochs", "tabel": "table", "trian": "train", "batchsize": "batch_size", "earlystop": "early_stop",
		"men": "mean", "x": "", "zebra": "", "ls": "", "batch_sizes_of_it": "",
	} {
		if got, ok := Nearest(typed, words); got != want || ok != (want != "") {
			t.Errorf("Nearest(%q) = %q, want %q", typed, got, want)
		}
	}
}
