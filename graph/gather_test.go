package graph

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// evalOf computes one node of inputs that are fed.
func evalOf(t *testing.T, rows int, n *Node, values map[*Node][]float64) []float64 {
	t.Helper()
	if err := n.g.Diagnostics().Err(); err != nil {
		t.Fatal(err)
	}
	feed := Feed{Rows: rows, Values: map[*Node]Array{}}
	for x, v := range values {
		feed.Values[x] = ArrayOf(v, x.shape.At(rows)...)
	}
	out, err := Eval(feed, n)
	if err != nil {
		t.Fatal(err)
	}
	return out[0].Data
}

// TestGather checks what is picked, by hand-written examples.
func TestGather(t *testing.T) {
	for _, c := range []struct {
		name         string
		table, index Shape
		x, at        []float64
		pick         func(x, at *Node) *Node
		shape        string
		want         []float64
	}{
		{
			"rows of a table", Dims(3, 2), Rows(2), []float64{1, 2, 3, 4, 5, 6}, []float64{2, 0, 1, 1},
			func(x, at *Node) *Node { return x.Gather(at, 0) }, "[N 2 2]", []float64{5, 6, 1, 2, 3, 4, 3, 4},
		},
		{
			"columns of rows", Rows(3), Dims(2), []float64{1, 2, 3, 4, 5, 6}, []float64{2, 0},
			func(x, at *Node) *Node { return x.Gather(at, 1) }, "[N 2]", []float64{3, 1, 6, 4},
		},
		{
			"a column of each row", Rows(3), Rows(1), []float64{1, 2, 3, 4, 5, 6}, []float64{2, 0},
			func(x, at *Node) *Node { return x.TakeAlong(at, -1) }, "[N 1]", []float64{3, 4},
		},
		{
			"along the middle axis", Rows(2, 2), Rows(1, 2), []float64{1, 2, 3, 4, 5, 6, 7, 8}, []float64{0, 1, 1, 0},
			func(x, at *Node) *Node { return x.TakeAlong(at, 1) }, "[N 1 2]", []float64{1, 4, 7, 6},
		},
		{
			"nothing there", Dims(2), Rows(), []float64{5, math.Inf(1)}, []float64{-1, 2},
			func(x, at *Node) *Node { return x.Gather(at, 0) }, "[N]", []float64{0, 0},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := New(Training)
			x, at := g.Input("x", c.table, Unknown), g.Input("at", c.index, Unknown)
			y := c.pick(x, at)
			got := evalOf(t, 2, y, map[*Node][]float64{x: c.x, at: c.at})
			if diff := cmp.Diff(c.want, got); diff != "" || y.shape.String() != c.shape {
				t.Errorf("%v, want %s (-want +got):\n%s", y.shape, c.shape, diff)
			}
		})
	}
}

// TestGatherAddsUp checks that a row of a table that is picked twice gets both
// derivatives, and one that is not picked none.
func TestGatherAddsUp(t *testing.T) {
	g := New(Training)
	table := g.Param(Param{Name: "table", Shape: []int{3, 1}})
	at, weight := g.Input("at", Rows(), Unknown), g.Input("weight", Rows(1), Unknown)
	d := Gradient(table.Gather(at, 0).Mul(weight).Sum(), []*Node{table})[0]
	got := evalOf(t, 4, d, map[*Node][]float64{at: {2, 0, 2, 7}, weight: {1, 10, 100, 1000}})
	if diff := cmp.Diff([]float64{10, 0, 101}, got); diff != "" {
		t.Errorf("derivative (-want +got):\n%s", diff)
	}
}

func TestGatherRefusals(t *testing.T) {
	index := func(hi float64) Range { return Range{Interval: Within(0, hi), Tag: Index} }
	for _, c := range []struct {
		name    string
		refused func(g *Graph) *Node
		legal   func(g *Graph) *Node
		want    string
	}{
		{
			"rows against rows",
			func(g *Graph) *Node { return g.Input("x", Rows(3), Unknown).Gather(g.Input("y", Rows(), Unknown), 1) },
			func(g *Graph) *Node {
				return g.Input("x", Rows(3), Unknown).TakeAlong(g.Input("y", Rows(1), Unknown), 1)
			},
			"m:1: gather: positions [N] along axis 1 of [N 3] would pick for every row the elements of all rows [shape]\n" +
				"\tx     [N 3]  input x\n\tcast  [N]    from cast (m:1)\n" +
				"\tThe result would be [N N]: N*N elements, where one row picks its own.\n" +
				"\tfix: pick row by row: x.TakeAlong(index.Reshape(-1, 1), 1)",
		},
		{
			"class numbers beyond the axis",
			func(g *Graph) *Node {
				return g.Input("x", Dims(3, 2), Unknown).Gather(g.Input("y", Rows(), index(3)), 0)
			},
			func(g *Graph) *Node {
				return g.Input("x", Dims(3, 2), Unknown).Gather(g.Input("y", Rows(), index(2)), 0)
			},
			"m:1: gather: axis 0 of [3 2] has positions 0 to 2, but y lies in [0, 3] [shape]\n\tx  [3 2]  input x\n\ty  [N]    input y",
		},
		{
			"no line by line",
			func(g *Graph) *Node {
				return g.Input("x", Rows(3, 2), Unknown).TakeAlong(g.Input("y", Rows(1, 1), Unknown), 1)
			},
			func(g *Graph) *Node {
				return g.Input("x", Rows(3, 2), Unknown).TakeAlong(g.Input("y", Rows(1, 2), Unknown), 1)
			},
			"m:1: take_along: positions [N 1 1] do not fit [N 3 2]: all lengths but that of axis 1 must be equal [shape]\n\tx  [N 3 2]  input x\n\ty  [N 1 1]  input y",
		},
		{
			"more than there are",
			func(g *Graph) *Node { _, at := g.Input("x", Rows(3), Unknown).TopK(4, 1); return at },
			func(g *Graph) *Node { _, at := g.Input("x", Rows(3), Unknown).TopK(3, 1); return at },
			"m:1: top_k: there are not always 4 elements on axis 1 of [N 3] [shape]\n\tx  [N 3]  input x",
		},
		{
			"two rows of a batch that may have one",
			func(g *Graph) *Node { v, _ := g.Input("x", Rows(3), Unknown).TopK(2, 0); return v },
			func(g *Graph) *Node { v, _ := g.Input("x", Rows(3), Unknown).TopK(1, 0); return v },
			"m:1: top_k: there are not always 2 elements on axis 0 of [N 3] [shape]\n\tx  [N 3]  input x",
		},
		{
			"no such axis",
			func(g *Graph) *Node { return g.Input("x", Rows(3), Unknown).CumSum(2) },
			func(g *Graph) *Node { return g.Input("x", Rows(3), Unknown).CumSum(-1) },
			"m:1: cumsum: [N 3] has no axis 2 [shape]\n\tx  [N 3]  input x",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := New(Training)
			g.At(Position{File: "m", Line: 1})
			if out := c.refused(g); !out.poisoned {
				t.Error("accepted")
			}
			if got := g.Diagnostics().Err(); got == nil || got.Error() != c.want {
				t.Errorf("got\n%v\nwant\n%s", got, c.want)
			}
			g = New(Training)
			if out := c.legal(g); out.poisoned {
				t.Errorf("its neighbour is refused: %v", g.Diagnostics())
			}
		})
	}
}

// TestRanked checks the order of equal elements and of what is not a number, and
// that the values' derivatives go where they come from.
func TestRanked(t *testing.T) {
	g := New(Training)
	x := g.Input("x", Rows(5), Unknown)
	values, at := x.TopK(4, 1)
	sorted, order := x.Sort(1)
	weight := g.Array([]int{4}, []float64{1, 10, 100, 1000})
	d := Gradient(values.Mul(weight).Sum(), []*Node{x})[0]
	data := map[*Node][]float64{x: {3, math.NaN(), 7, 3, -1}}
	for _, c := range []struct {
		name string
		n    *Node
		want []float64
	}{
		{"positions", at, []float64{2, 0, 3, 4}},
		{"values", values, []float64{7, 3, 3, -1}},
		{"derivative", d, []float64{10, 0, 1, 100, 1000}},
		{"order", order, []float64{4, 0, 3, 2, 1}},
		{"sorted", sorted.Slice(1, Fixed(0), Fixed(4)), []float64{-1, 3, 3, 7}},
	} {
		if diff := cmp.Diff(c.want, evalOf(t, 1, c.n, data)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestCumSum(t *testing.T) {
	g := New(Training)
	x := g.Input("x", Rows(3), Unknown)
	data := map[*Node][]float64{x: {1, 2, 4, 10, 20, 40}}
	for _, c := range []struct {
		n    *Node
		want []float64
	}{
		{x.CumSum(1), []float64{1, 3, 7, 10, 30, 70}},
		{x.CumSumReverse(1), []float64{7, 6, 4, 70, 60, 40}},
		{x.CumSum(0), []float64{1, 2, 4, 11, 22, 44}},
	} {
		if diff := cmp.Diff(c.want, evalOf(t, 2, c.n, data)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// TestPartsOfABatch checks that ops along the batch are refused where parts of the
// batch stand for the whole, and the same ops within rows are not.
func TestPartsOfABatch(t *testing.T) {
	for _, c := range []struct {
		name string
		of   func(x *Node, axis int) *Node
	}{
		{"cumsum", func(x *Node, axis int) *Node { return x.CumSum(axis) }},
		{"sort", func(x *Node, axis int) *Node { v, _ := x.Sort(axis); return v }},
		{"gather", func(x *Node, axis int) *Node { return x.Gather(x.g.Array([]int{1}, []float64{0}), axis) }},
		{"take along", func(x *Node, axis int) *Node { return x.TakeAlong(x.g.Input("at", x.shape, Unknown), axis) }},
	} {
		for axis, refused := range []bool{true, false} {
			g := New(Training)
			x := g.Input("x", Rows(3), Unknown)
			_, d := SumsOverBatch(c.of(x, axis).Square().Sum())
			if (d != nil) != refused {
				t.Errorf("%s along axis %d: got %v", c.name, axis, d)
			}
		}
	}
}

// TestPositionsSelect checks that a proof takes positions for what only selects:
// there is no note that they are not trained, and no derivative through them alone.
func TestPositionsSelect(t *testing.T) {
	g := New(Training)
	x := g.Input("x", Rows(3), Unknown)
	w := g.Param(Param{Name: "w", Shape: []int{3}})
	hardest, _ := x.Mul(w).Square().TopK(2, 1)
	if Prove(hardest.Mean()); len(g.Diagnostics()) > 0 {
		t.Errorf("a mean of the hardest: %v", g.Diagnostics())
	}
	g = New(Training)
	w = g.Param(Param{Name: "w", Shape: []int{3}})
	table := g.Input("table", Dims(4, 2), Unknown)
	Prove(table.Gather(g.Input("x", Rows(3), Unknown).Mul(w).Sum(1), 0).Mean())
	if d := g.Diagnostics(); len(d) != 1 || d[0].Code != CodeNotDifferentiable {
		t.Errorf("weights that only choose positions: %v", d)
	}
}
