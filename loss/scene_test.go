package loss_test

import (
	"math"

	"pgregory.net/rapid"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// array is a value fed to a graph.
type array struct {
	shape graph.Shape
	data  []float64
}

func rows(data ...float64) array { return array{graph.Rows(), data} }

func grid(shape graph.Shape, data ...float64) array { return array{shape, data} }

// kind is how a prediction comes about.
type kind int

const (
	scores        kind = iota // fed as it is
	probabilities             // fed, and declared a probability
	sigmoids                  // the sigmoid of what is fed
	softmaxes                 // the softmax of what is fed
)

// scene is a graph with a prediction, a target and their values.
type scene struct {
	kind kind
	in   loss.In
	leaf *graph.Node // what is fed for the prediction
	feed graph.Feed
}

func newScene(n int, k kind, pred, target array, weight ...array) *scene {
	g := graph.New(graph.Training)
	g.At(graph.Position{File: "main.go", Line: 20})
	s := &scene{kind: k, feed: graph.Feed{Rows: n, Values: map[*graph.Node]graph.Array{}}}
	r := graph.Unknown
	if k == probabilities {
		r = graph.Range{Interval: graph.Within(0, 1), Tag: graph.Probability}
	}
	s.leaf = s.input(g, "p", pred, r)
	s.in.Pred = s.leaf
	switch k {
	case sigmoids:
		s.in.Pred = s.leaf.Sigmoid()
	case softmaxes:
		s.in.Pred = s.leaf.Softmax(-1)
	}
	s.in.Target = s.input(g, "y", target, graph.Unknown)
	if len(weight) > 0 {
		s.in.Weight = s.input(g, "w", weight[0], graph.Unknown)
	}
	return s
}

func (s *scene) input(g *graph.Graph, name string, a array, r graph.Range) *graph.Node {
	n := g.Input(name, a.shape, r)
	s.feed.Values[n] = graph.ArrayOf(a.data, a.shape.At(s.feed.Rows)...)
	return n
}

// eval computes nodes in float64, and holds that the engine agrees.
func (s *scene) eval(t rapid.TB, nodes ...*graph.Node) [][]float64 {
	t.Helper()
	if err := s.in.Pred.Graph().Diagnostics().Err(); err != nil {
		t.Fatal(err)
	}
	out, err := graph.Eval(s.feed, nodes...)
	if err != nil {
		t.Fatal(err)
	}
	values := make([][]float64, len(out))
	for i, a := range out {
		values[i] = a.Data
	}
	s.onEngine(t, nodes, values)
	return values
}

// apply returns the value of a loss and its gradient to what was fed for the
// prediction.
func (s *scene) apply(t rapid.TB, l loss.Loss) (value float64, grad []float64) {
	t.Helper()
	node := graph.Rewrite(l.Apply(s.in))[0]
	d := graph.Gradient(node, []*graph.Node{s.leaf})[0]
	if d == nil {
		return s.eval(t, node)[0][0], make([]float64, len(s.feed.Values[s.leaf].Data))
	}
	out := s.eval(t, node, d)
	return out[0][0], out[1]
}

// terms returns the values of a pointwise loss.
func (s *scene) terms(t rapid.TB, f loss.Pointwise) []float64 {
	t.Helper()
	return s.eval(t, graph.Rewrite(f(s.in.Pred, s.in.Target))[0])[0]
}

// near reports whether two numbers agree to a relative or absolute tolerance.
func near(got, want, tolerance float64) bool {
	if math.IsNaN(got) || math.IsNaN(want) {
		return false
	}
	return math.Abs(got-want) <= tolerance*math.Max(1, math.Abs(want))
}

func wantNear(t rapid.TB, what string, got, want, tolerance float64) {
	t.Helper()
	if !near(got, want, tolerance) {
		t.Errorf("%s: got %.15g, want %.15g", what, got, want)
	}
}

func wantAll(t rapid.TB, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: got %d values, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !near(got[i], want[i], tolerance) {
			t.Errorf("%s[%d]: got %.15g, want %.15g", what, i, got[i], want[i])
		}
	}
}
