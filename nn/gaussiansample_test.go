package nn_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/nn"
)

type goldenCase struct {
	ID               string
	Inputs, Expected map[string]any
}

// golden returns a case of testdata/cases.json, its numbers flat.
func golden(t *testing.T, id string) map[string][]float64 {
	t.Helper()
	raw, err := os.ReadFile("testdata/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []goldenCase }
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(file.Cases, func(c goldenCase) bool { return c.ID == id })
	if i < 0 {
		t.Fatalf("no case %s", id)
	}
	out := map[string][]float64{}
	for _, m := range []map[string]any{file.Cases[i].Inputs, file.Cases[i].Expected} {
		for key, v := range m {
			out[key] = flat(v)
		}
	}
	return out
}

func flat(v any) (out []float64) {
	switch v := v.(type) {
	case float64:
		return []float64{v}
	case []any:
		for _, e := range v {
			out = append(out, flat(e)...)
		}
	}
	return out
}

// TestGaussianSample compares samples and derivatives with golden numbers.
func TestGaussianSample(t *testing.T) {
	for id, columns := range map[string]int{"reparam": 3, "reparam-std-not-var": 1} {
		c := golden(t, id)
		if len(c["z"]) != len(c["eps"]) {
			t.Fatalf("%s has %d samples of %d draws", id, len(c["z"]), len(c["eps"]))
		}
		g := graph.New(graph.Training)
		shape := graph.Rows(columns)
		mean, logVar := g.Input("mean", shape, graph.Unknown), g.Input("log_var", shape, graph.Unknown)
		z := (&nn.GaussianSample{}).Forward(mean, logVar)
		n := len(c["eps"]) / columns
		f := graph.Feed{
			Rows:   n,
			Values: map[*graph.Node]graph.Array{mean: graph.ArrayOf(c["mean"], n, columns), logVar: graph.ArrayOf(c["log_var"], n, columns)},
			Random: func(name string, d graph.Distribution, dst []float64) {
				if name != "GaussianSample.Noise" || d != graph.StandardNormal {
					t.Errorf("draws of %s, distribution %v", name, d)
				}
				copy(dst, c["eps"])
			},
		}
		near := func(what string, got, want []float64) {
			for i := range want {
				if d := got[i] - want[i]; d > 1e-9 || d < -1e-9 {
					t.Errorf("%s, %s %d: got %v, want %v", id, what, i, got[i], want[i])
				}
			}
		}
		near("z", eval(t, f, z), c["z"])
		grads := graph.Gradient(z.Sum(), []*graph.Node{mean, logVar})
		near("derivative to the mean", eval(t, f, grads[0]), c["dz_dmean"])
		near("derivative to log_var", eval(t, f, grads[1]), c["dz_dlog_var"])
	}
}

// TestGaussianSampleModes checks that inference takes the mean, and that a limit holds
// a log-variance that would overflow.
func TestGaussianSampleModes(t *testing.T) {
	sample := &nn.GaussianSample{Limit: 4}
	g := graph.New(graph.Inference)
	mean, logVar := g.Input("mean", graph.Rows(1), graph.Unknown), g.Input("log_var", graph.Rows(1), graph.Unknown)
	if sample.Forward(mean, logVar) != mean {
		t.Error("inference draws")
	}
	g = graph.New(graph.Training)
	mean, logVar = g.Input("mean", graph.Rows(1), graph.Unknown), g.Input("log_var", graph.Rows(1), graph.Unknown)
	z := sample.Forward(mean, logVar)
	f := graph.Feed{
		Rows:   2,
		Values: map[*graph.Node]graph.Array{mean: graph.ArrayOf([]float64{1, 1}, 2, 1), logVar: graph.ArrayOf([]float64{1000, -1000}, 2, 1)},
		Random: func(name string, d graph.Distribution, dst []float64) { copy(dst, []float64{1, 1}) },
	}
	wantAll(t, eval(t, f, z), []float64{1 + 7.38905609893065, 1 + 0.1353352832366127})
}
