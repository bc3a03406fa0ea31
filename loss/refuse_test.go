package loss_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/sebdah/goldie/v2"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// user is what a user's program has made before the loss.
type user struct {
	g *graph.Graph
	x *graph.Node
}

// at makes p the place of what follows.
func (u user) at(line int) { u.g.At(graph.Position{File: "main.go", Line: line}) }

// dense returns the scores of a layer of so many outputs.
func (u user) dense(out int) *graph.Node {
	u.at(10)
	defer u.g.Enter(graph.Scope{Name: "Dense[1]", Detail: fmt.Sprintf("16 -> %d", out), Layer: true})()
	y := u.x.MatMul(u.g.Param(graph.Param{Name: fmt.Sprintf("w%d", out), Shape: []int{16, out}}))
	u.at(20)
	return y
}

func (u user) column(shape graph.Shape) *graph.Node {
	return u.g.InputFrom("y", `data column "y"`, shape, graph.Unknown)
}

func (u user) classes(k int, shape graph.Shape) *graph.Node {
	return u.g.InputFrom("y", `data column "class"`, shape, graph.Range{Interval: graph.Within(0, float64(k-1)), Tag: graph.Index})
}

// labels are columns that the data knows to hold 0 and 1.
func (u user) labels(shape graph.Shape) *graph.Node {
	return u.g.InputFrom("y", `data columns "a" to "d"`, shape, graph.Range{Interval: graph.Within(0, 1), Tag: graph.Label})
}

// signs is a column that the data knows to hold -1 and 1.
func (u user) signs() *graph.Node {
	return u.g.InputFrom("y", `data column "sign"`, graph.Rows(1), graph.Range{Interval: graph.Within(-1, 1)})
}

func (u user) weights(shape graph.Shape) *graph.Node {
	return u.g.InputFrom("w", `data column "weight"`, shape, graph.Unknown)
}

// image returns scores of an image of 4x4 pixels with two channels, and a mask.
func (u user) image() (p, y *graph.Node) {
	shape := graph.Rows(4, 4, 2)
	return u.g.Input("p", shape, graph.Unknown), u.g.InputFrom("mask", "mask images", shape, graph.Unknown)
}

func (u user) probabilities() *graph.Node { p, _ := u.image(); return p.Sigmoid() }

func (u user) mask() *graph.Node { _, y := u.image(); return y }

// refusal is what a user may get wrong, beside the nearest thing that is right.
type refusal struct {
	name    string
	refused func(u user) *graph.Node
	legal   func(u user) *graph.Node
}

var refusals = slices.Concat(pointwiseRefusals, countRefusals, weightRefusals, seenRefusals)

// TestRefusals compares the whole text of every refusal, in both languages, with
// testdata/refusals.golden, and checks that its legal neighbour is accepted.
func TestRefusals(t *testing.T) {
	var text strings.Builder
	start := func(l graph.Language) user {
		g := graph.New(graph.Training)
		g.Language = l
		u := user{g: g}
		u.at(20)
		u.x = g.Input("x", graph.Rows(16), graph.Unknown)
		return u
	}
	for _, c := range refusals {
		fmt.Fprintf(&text, "# %s\n", c.name)
		for _, l := range []graph.Language{graph.Go, graph.Python} {
			u := start(l)
			if out := c.refused(u); !out.Poisoned() {
				t.Errorf("%s: accepted", c.name)
			}
			fmt.Fprintln(&text, u.g.Diagnostics())
		}
		u := start(graph.Go)
		out := c.legal(u)
		if len(u.g.Params()) > 0 {
			graph.Prove(out.Mean()) // accepted here, and by the proof of the whole
		}
		if out.Poisoned() || len(u.g.Diagnostics()) > 0 {
			t.Errorf("%s: its neighbour is refused: %v", c.name, u.g.Diagnostics())
		}
		fmt.Fprintln(&text)
	}
	goldie.New(t).Assert(t, "refusals", []byte(text.String()))
}

// TestIndependentMistakes checks that a wrong shape and a wrong domain are both
// reported, and nothing that follows from them.
func TestIndependentMistakes(t *testing.T) {
	u := user{g: graph.New(graph.Training)}
	u.x = u.g.Input("x", graph.Rows(16), graph.Unknown)
	l := loss.Add(loss.Mean(loss.BCE), loss.Scale(2, loss.WeightedMean(loss.BCE, loss.BySample)))
	graph.Prove(l.Apply(loss.In{Pred: u.dense(1), Target: u.column(graph.Rows())}))
	var codes []graph.Code
	for _, d := range u.g.Diagnostics() {
		codes = append(codes, d.Code)
	}
	if got := fmt.Sprint(codes); got != "[loss-shape loss-domain]" {
		t.Errorf("got %s: %v", got, u.g.Diagnostics())
	}
}

// TestNoCascade checks that a model, target or weight that could not be made is
// reported once, where that happened, and never again by what uses it.
func TestNoCascade(t *testing.T) {
	for name, apply := range map[string]func(u user, broken *graph.Node) *graph.Node{
		"prediction": func(u user, broken *graph.Node) *graph.Node {
			return loss.Mean(loss.BCE, loss.ByClass(1, 2)).Apply(loss.In{Pred: broken, Target: u.column(graph.Rows(3))})
		},
		"target": func(u user, broken *graph.Node) *graph.Node {
			return loss.Sum(loss.SparseCrossEntropy, loss.Ignore(-1)).Apply(loss.In{Pred: u.dense(2), Target: broken})
		},
		"weights": func(u user, broken *graph.Node) *graph.Node {
			return loss.WeightedMean(loss.BCEWithLogits, loss.BySample).Apply(loss.In{Pred: u.dense(1), Target: u.column(graph.Rows(1)), Weight: broken})
		},
		"function": func(u user, broken *graph.Node) *graph.Node {
			return loss.Func(func(p, y *graph.Node) *graph.Node { return p }).Apply(loss.In{Pred: broken, Target: u.column(graph.Rows())})
		},
	} {
		u := user{g: graph.New(graph.Training)}
		u.x = u.g.Input("x", graph.Rows(16), graph.Unknown)
		out := apply(u, u.x.Reshape(-1, 7))
		if ds := u.g.Diagnostics(); !out.Poisoned() || len(ds) != 1 || ds[0].Code != graph.CodeShape {
			t.Errorf("%s: poisoned %v, got %v", name, out.Poisoned(), ds)
		}
	}
}

// TestPositions checks that a refusal is at the user's line, however deep in the
// library it is found.
func TestPositions(t *testing.T) {
	g := graph.New(graph.Training)
	p, y := g.Input("p", graph.Rows(1), graph.Unknown), g.Input("y", graph.Rows(), graph.Unknown)
	l := loss.Mean(func(p, y *graph.Node) *graph.Node {
		return loss.SquaredError(p, y).Scale(0.5)
	})
	_, file, line, _ := runtime.Caller(0)
	loss.Add(l, loss.Mean(loss.BCE)).Apply(loss.In{Pred: p, Target: y})
	want := []graph.Position{
		{File: filepath.Base(file), Line: line - 2}, // the user's own function
		{File: filepath.Base(file), Line: line + 1},
	}
	for i, d := range g.Diagnostics() {
		if d.Pos != want[i] {
			t.Errorf("refusal %d is at %v, want %v", i, d.Pos, want[i])
		}
	}
	if len(g.Diagnostics()) != len(want) {
		t.Errorf("got %d refusals: %v", len(g.Diagnostics()), g.Diagnostics())
	}
}

// TestFunc checks the notes on functions that are no numbers, or take no weights.
func TestFunc(t *testing.T) {
	for _, c := range []struct {
		name   string
		f      func(p, y *graph.Node) *graph.Node
		weight []array
		want   float64
		note   string
	}{
		{"one number", func(p, y *graph.Node) *graph.Node { return p.Sub(y).Square().Sum() }, nil, 5, ""},
		{
			"a value per element",
			func(p, y *graph.Node) *graph.Node { return p.Sub(y).Square() },
			[]array{rows(1, 3)}, (1 + 3*4) / 2.,
			"note: the loss gives [N], not one number: its mean is used [loss-averaged]\n\tfix: loss.Mean(f) says it, and takes weights",
		},
		{
			"one number, with weights",
			func(p, y *graph.Node) *graph.Node { return p.Sub(y).Square().Sum() },
			[]array{rows(1, 3)}, 5,
			"note: the loss is one number before weights could act: the weights [N] of the data do not reach it [weight-scalar]\n\tfix: return a value per row and use loss.Mean(f)",
		},
	} {
		s := newScene(2, scores, rows(1, 2), rows(0, 0), c.weight...)
		got, _ := s.apply(t, loss.Func(c.f))
		wantNear(t, c.name, got, c.want, 1e-12)
		var notes []string
		for _, d := range s.in.Pred.Graph().Diagnostics() {
			d.Pos = graph.Position{}
			notes = append(notes, d.Error())
		}
		if text := strings.Join(notes, "\n"); text != c.note {
			t.Errorf("%s: got %q, want %q", c.name, text, c.note)
		}
	}
}
