package graph

import (
	"strings"
	"testing"
)

// TestUpdate checks that updates are kept in order, and that a second one of the
// same parameter follows from the first.
func TestUpdate(t *testing.T) {
	g := New(Training)
	mean := g.Param(Param{Name: "mean", Frozen: true})
	count := g.Param(Param{Name: "count", Frozen: true})
	x := g.Input("x", Rows(), Unknown)
	if g.Latest(mean) != mean {
		t.Error("a parameter without an update has another value")
	}
	g.Update(mean, g.Latest(mean).Add(x.Mean()))
	g.Update(count, g.Latest(count).Shift(1))
	g.Update(mean, g.Latest(mean).Scale(10))
	updates := g.Updates()
	if len(updates) != 2 || updates[0].Param != mean || updates[1].Param != count {
		t.Fatalf("got %d updates", len(updates))
	}
	got := evalOf(t, 2, updates[0].Value, map[*Node][]float64{x: {1, 3}, mean: {5}})
	if got[0] != 70 {
		t.Errorf("the second value does not follow from the first: %v", got)
	}
}

func TestUpdateRefusals(t *testing.T) {
	for _, c := range []struct {
		name  string
		apply func(g *Graph, frozen *Node)
		want  string
	}{
		{"of a value", func(g *Graph, frozen *Node) { g.Update(frozen.Scale(2), frozen) }, "is no parameter: a step cannot set it"},
		{"of a trained parameter", func(g *Graph, frozen *Node) { g.Update(g.Param(Param{Name: "w", Shape: []int{2}}), frozen) },
			"w is trained: the optimiser sets it, and nothing else may"},
		{"with another shape", func(g *Graph, frozen *Node) { g.Update(frozen, g.Const(1)) }, "mean is [2], but its new value is [] of float"},
		{"with truth values", func(g *Graph, frozen *Node) { g.Update(frozen, frozen.Cast(Bool)) }, "mean is [2], but its new value is [2] of bool"},
		{"with its own kind", func(g *Graph, frozen *Node) { g.Update(frozen, frozen.Square()) }, ""},
		{"of what could not be made", func(g *Graph, frozen *Node) { g.Update(frozen, g.poison()) }, ""},
	} {
		g := New(Training)
		c.apply(g, g.Param(Param{Name: "mean", Shape: []int{2}, Frozen: true}))
		err := g.Diagnostics().Err()
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || len(g.Updates()) != 0):
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}
