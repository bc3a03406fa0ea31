package graph

import "testing"

// Each row is a loss of a prediction p, a target y and weights w of rows.
func TestBatchwise(t *testing.T) {
	for _, tc := range []struct {
		name string
		loss func(p, y, w *Node) *Node
		want bool
	}{
		{"mean", func(p, y, w *Node) *Node { return p.Sub(y).Square().Mean() }, false},
		{"sum", func(p, y, w *Node) *Node { return p.Sub(y).Square().Sum() }, false},
		{"two means", func(p, y, w *Node) *Node { return p.Sub(y).Abs().Mean().Scale(0.3).Add(p.Square().Mean()).Shift(1) }, false},
		{"weighted mean", func(p, y, w *Node) *Node { return p.Sub(y).Square().Mul(w).Sum().Div(w.Sum()) }, false},
		{"mean of classes", func(p, y, w *Node) *Node { return p.Mul(y).Sum(0).Div(y.Sum(0).Shift(1)).Mean() }, false},
		{"rows within", func(p, y, w *Node) *Node { return p.Mul(y).Sum(1).Div(p.Sum(1)).Mean() }, false},
		{"of the target alone", func(p, y, w *Node) *Node { return p.Square().Mean().Mul(y.Sum().Sqrt()) }, false},
		{"quotient", func(p, y, w *Node) *Node { return p.Mul(y).Sum().Div(p.Sum().Add(y.Sum())) }, true},
		{"quotients of classes", func(p, y, w *Node) *Node { return p.Mul(y).Sum(0).Div(p.Sum(0)).Mean() }, true},
		{"root", func(p, y, w *Node) *Node { return p.Sub(y).Square().Mean().Sqrt() }, true},
		{"product", func(p, y, w *Node) *Node { return p.Mean().Mul(p.Square().Mean()) }, true},
		{"batch mean in each row", func(p, y, w *Node) *Node { return p.Sub(p.Mean()).Square().Mean() }, true},
		{"largest row", func(p, y, w *Node) *Node { return p.ReduceMax().Sub(y.Mean()) }, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := New(Training)
			p := g.Input("p", Rows(3), Unknown)
			y := g.Input("y", Rows(3), Unknown)
			w := g.Input("w", Rows(1), Unknown)
			loss := tc.loss(p, y, w)
			if loss.Poisoned() {
				t.Fatal(g.Diagnostics())
			}
			if at, got := Batchwise(loss, p); got != tc.want {
				t.Errorf("%v at %v, want %v", got, at, tc.want)
			}
		})
	}
}
