package graph_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/program"
	"pgregory.net/rapid"
)

// TestRandomGraphsOnEngine grows graphs from every row of the op table and from wider
// ones, and runs their values, derivatives and a step of descent in float32, twice on one
// program with two numbers of rows. One, two and three workers must give equal bits, and
// these lie within roundings of the float64 reference. Where rounding moves a number by
// more than a thousandth, at a step or a kink, it is not compared; most results must be.
func TestRandomGraphsOnEngine(t *testing.T) {
	var compared, skipped int
	rapid.Check(t, func(t *rapid.T) {
		rowCounts := rapid.SampledFrom([]int{1, 2, 3, 5, 7, 13, 16, 33, 67})
		runs := []int{rowCounts.Draw(t, "rows"), rowCounts.Draw(t, "rows of the second run")}
		gr := graph.Grow(t, graph.EngineRows(), runs[0], 6)
		s := stepOf(t, gr)
		var before [][]float32
		for workers := 1; workers <= 3; workers++ {
			state := program.NewState(1)
			p, err := program.Compile(state, program.Spec{Outputs: s.outputs, Updates: s.updates, Workers: workers, Seed: 7})
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			var all [][]float32
			for _, rows := range runs {
				inputs := feed(gr, state, rows)
				if err := p.Run(context.Background(), program.Batch{Rows: rows, Step: gr.Feed.Step, Inputs: inputs}); err != nil {
					t.Fatal(err)
				}
				got := s.results(p, state)
				if workers == 1 {
					c, far := s.compare(t, gr, got)
					compared, skipped = compared+c, skipped+far
				}
				all = append(all, got...)
			}
			for i := range before {
				for k := range before[i] {
					if math.Float32bits(all[i][k]) != math.Float32bits(before[i][k]) {
						t.Fatalf("%s, element %d: %v with %d workers, %v with one fewer", s.names[i%len(s.names)], k, all[i][k], workers, before[i][k])
					}
				}
			}
			before = all
		}
	})
	if 2*skipped > compared {
		t.Errorf("%d results compared, %d could not be", compared, skipped)
	}
}

// step is a step of gradient descent on a random graph, and what it gives by name.
type step struct {
	outputs map[string]*graph.Node
	updates []graph.Update
	names   []string // of outputs, then of parameters
	nodes   []*graph.Node
}

func stepOf(t *rapid.T, gr *graph.Growth) *step {
	s := &step{outputs: map[string]*graph.Node{}}
	add := func(name string, n *graph.Node) {
		s.outputs[name] = n
		s.names, s.nodes = append(s.names, name), append(s.nodes, n)
	}
	loss := gr.Loss(rapid.Bool().Draw(t, "loss of the ends"))
	if rapid.Bool().Draw(t, "rewrite") {
		loss = graph.Rewrite(loss)[0]
	}
	add("loss", loss)
	for i, d := range graph.Gradient(loss, gr.Wrt) {
		if d == nil {
			continue
		}
		add(fmt.Sprintf("derivative to %s", gr.Wrt[i].Display()), d)
		if p, ok := gr.Wrt[i].Param(); ok {
			s.updates = append(s.updates, graph.Update{Param: gr.Wrt[i], Value: gr.Wrt[i].Sub(d.Scale(0.01))})
			average := gr.G.Param(graph.Param{Name: "average of " + p.Name, Shape: p.Shape, Init: p.Init, Frozen: true})
			gr.Feed.Values[average] = graph.Array{}
			s.updates = append(s.updates, graph.Update{Param: average, Value: average.Scale(0.9).Add(gr.Wrt[i].Scale(0.1))})
		}
	}
	if rapid.Bool().Draw(t, "every value is asked for") { // else more of them are fused
		for i, n := range gr.Nodes {
			add(fmt.Sprintf("value %d", i), n)
		}
	}
	for _, n := range graph.Reachable(s.nodes...) {
		if name, _, ok := n.Random(); ok {
			add(name, n)
		}
	}
	for _, u := range s.updates {
		p, _ := u.Param.Param()
		s.names, s.nodes = append(s.names, p.Name), append(s.nodes, u.Value)
	}
	return s
}

// feed gives the reference the parameters as they are, and both new inputs.
func feed(gr *graph.Growth, state *program.State, rows int) map[string][]float32 {
	gr.Refeed(rows)
	inputs := map[string][]float32{}
	for n, v := range gr.Feed.Values {
		if p, ok := n.Param(); ok {
			if now, ok := state.Get(p.Name); ok {
				gr.Feed.Values[n] = graph.ArrayOf(widened(now.Numbers()), p.Shape...)
			}
		} else if name, ok := n.InputName(); ok {
			data := make([]float32, len(v.Data))
			for i, x := range v.Data {
				data[i] = float32(x)
			}
			inputs[name] = data
		}
	}
	return inputs
}

func widened(v []float32) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = float64(x)
	}
	return out
}

// results are copies of what a run gave, in the order of names.
func (s *step) results(p *program.Program, state *program.State) [][]float32 {
	var out [][]float32
	for i, name := range s.names {
		data := p.Output(name)
		if i >= len(s.outputs) {
			v, _ := state.Get(name)
			data = v.Numbers()
		}
		out = append(out, append([]float32(nil), data...))
	}
	return out
}

// compare holds that results are off the reference by at most 8 times what a few
// random roundings did, plus a millionth of the largest number of the same result. It
// counts the results of which most numbers could be compared, and the others.
func (s *step) compare(t *rapid.T, gr *graph.Growth, got [][]float32) (compared, skipped int) {
	for i, n := range s.nodes {
		if _, _, ok := n.Random(); ok {
			gr.Feed.Values[n] = graph.ArrayOf(widened(got[i]), n.Shape().At(gr.Feed.Rows)...)
		}
	}
	exact, off := gr.Rounded(t, s.nodes...)
	for i := range s.nodes {
		scale := 0.0
		for _, v := range exact[i].Data {
			scale = max(scale, math.Abs(v))
		}
		far := 0
		for k, want := range exact[i].Data {
			bound := 8*off[i][k] + 1e-6*scale
			if !(bound <= 1e-3*scale) {
				far++
				continue
			}
			if d := math.Abs(float64(got[i][k]) - want); !(d <= bound) {
				t.Fatalf("N = %d, %s, element %d: %v, but the reference is %v, moved by %.2g by rounding", gr.Feed.Rows, s.names[i], k, got[i][k], want, off[i][k])
			}
		}
		if 2*far > len(exact[i].Data) {
			skipped++
		} else {
			compared++
		}
	}
	return compared, skipped
}
