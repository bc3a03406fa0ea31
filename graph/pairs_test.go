package graph

import "testing"

// TestPairs holds which comparisons of rows with rows are meant: those whose axes of one
// were placed by hand on both sides, and those of a value with itself.
func TestPairs(t *testing.T) {
	type operands func(p, q, y, z *Node) (a, b *Node) // p, q [N 1], y [N], z [N 4]
	for _, c := range []struct {
		name  string
		f     operands
		meant bool
	}{
		// What a loss gets wrong.
		{"a column and rows", func(p, q, y, z *Node) (a, b *Node) { return p, y }, false},
		{"a column made of rows, and other rows", func(p, q, y, z *Node) (a, b *Node) { return y.ExpandDims(1), q.Squeeze(1) }, false},
		{"a column that a reduction kept, and rows", func(p, q, y, z *Node) (a, b *Node) { return z.SumKeep(1), y }, false},
		{"the output of one unit, and a line made of rows", func(p, q, y, z *Node) (a, b *Node) { return p, y.ExpandDims(0) }, false},
		{"two columns, one turned", func(p, q, y, z *Node) (a, b *Node) { return p, q.Transpose() }, false},
		{"a column and a slice of itself", func(p, q, y, z *Node) (a, b *Node) { return z.Slice(1, Fixed(0), Fixed(1)), z.Index(1, 0) }, false},
		{"the output of one unit with one more axis, and a line", func(p, q, y, z *Node) (a, b *Node) {
			return p.ExpandDims(0), y.ExpandDims(0).ExpandDims(0)
		}, false},
		{"a column that went through a function", func(p, q, y, z *Node) (a, b *Node) { return p.Sigmoid(), y.ExpandDims(0) }, false},

		// What is meant.
		{"all pairs", func(p, q, y, z *Node) (a, b *Node) { return z.ExpandDims(1), z.ExpandDims(0) }, true},
		{"all pairs of two values", func(p, q, y, z *Node) (a, b *Node) { return z.ExpandDims(1), z.Exp().ExpandDims(0) }, true},
		{"after a function", func(p, q, y, z *Node) (a, b *Node) { return z.ExpandDims(1).Square(), z.Tanh().ExpandDims(0).Exp() }, true},
		{"the parts of a sum", func(p, q, y, z *Node) (a, b *Node) {
			return z.ExpandDims(1).Sub(z.Sum(0)), z.ExpandDims(0).Add(z.ExpandDims(0).Exp())
		}, true},
		{"a value with itself", func(p, q, y, z *Node) (a, b *Node) { return y.ExpandDims(1), y }, true},
		{"a column turned", func(p, q, y, z *Node) (a, b *Node) { return p, p.Transpose() }, true},
		{"squares of distances", func(p, q, y, z *Node) (a, b *Node) { return z.Square().SumKeep(1), z.Exp().SumKeep(1).Transpose() }, true},
		{"one latent dimension", func(p, q, y, z *Node) (a, b *Node) { return p.ExpandDims(1), q.ExpandDims(0) }, true},
		{"the same columns written out", func(p, q, y, z *Node) (a, b *Node) { return p.Reshape(-1).ExpandDims(1), q.Reshape(-1).ExpandDims(0) }, true},
		{"products of columns for each row", func(p, q, y, z *Node) (a, b *Node) { return z.ExpandDims(2), z.Exp().ExpandDims(1) }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := New(Training)
			a, b := c.f(g.Input("p", Rows(1), Unknown), g.Input("q", Rows(1), Unknown), g.Input("y", Shape{Batch}, Unknown), g.Input("z", Rows(4), Unknown))
			if err := g.Diagnostics().Err(); err != nil {
				t.Fatal(err)
			}
			for _, out := range []*Node{a.Sub(b), b.Sub(a)} {
				if out.poisoned == c.meant {
					t.Errorf("%v with %v: refused %v, want meant %v\n%v", a.shape, b.shape, out.poisoned, c.meant, g.Diagnostics())
				}
			}
		})
	}
}
