package graph

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	n1    = Rows(1)
	n3    = Rows(3)
	n4    = Rows(4)
	plain = Shape{Batch}
)

// TestShapes holds the shape of every method that changes one, and the whole text
// of its refusals.
func TestShapes(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []Shape
		f    func(x []*Node) *Node
		want string // a shape, or the text of the refusal
	}{
		{"reshape", []Shape{n4}, func(x []*Node) *Node { return x[0].Reshape(-1, 2, 2) }, "[N 2 2]"},
		{"reshape flattens", []Shape{n4}, func(x []*Node) *Node { return x[0].Reshape(-1) }, "[4N]"},
		{"reshape names the batch", []Shape{n4}, func(x []*Node) *Node { return x[0].ReshapeTo(Shape{Batch, Infer, Fixed(2)}) }, "[N 2 2]"},
		{"reshape of two batch axes", []Shape{{Batch, Batch, Fixed(1)}}, func(x []*Node) *Node { return x[0].Squeeze(-1) }, "[N N]"},
		{"reshape that does not fit", []Shape{n4}, func(x []*Node) *Node { return x[0].Reshape(-1, 3) },
			"reshape: [N 4] has N*4 elements, which cannot be laid out as [-1 3] [shape]\n\ta  [N 4]  input a"},
		{"reshape to a fixed length", []Shape{n4}, func(x []*Node) *Node { return x[0].Reshape(64, 4) },
			"reshape: [N 4] has N*4 elements, which cannot be laid out as [64 4] [shape]\n\ta  [N 4]  input a"},
		{"reshape with two unknown", []Shape{n4}, func(x []*Node) *Node { return x[0].Reshape(-1, -1) },
			"reshape: [N 4] has N*4 elements, which cannot be laid out as [-1 -1] [shape]\n\ta  [N 4]  input a"},
		{"reshape to negative lengths", []Shape{Dims(4)}, func(x []*Node) *Node { return x[0].Reshape(-2, -2) },
			"reshape: [4] has 4 elements, which cannot be laid out as [-2 -2] [shape]\n\ta  [4]  input a"},
		{"squeeze", []Shape{n1}, func(x []*Node) *Node { return x[0].Squeeze(1) }, "[N]"},
		{"squeeze of a long axis", []Shape{n4}, func(x []*Node) *Node { return x[0].Squeeze(-1) },
			"squeeze: axis -1 of [N 4] does not have length 1 [shape]\n\ta  [N 4]  input a"},
		{"expand at the end", []Shape{plain}, func(x []*Node) *Node { return x[0].ExpandDims(-1) }, "[N 1]"},
		{"expand in front", []Shape{plain}, func(x []*Node) *Node { return x[0].ExpandDims(0) }, "[1 N]"},
		{"expand nowhere", []Shape{plain}, func(x []*Node) *Node { return x[0].ExpandDims(5) },
			"expand_dims: [N] has no axis 5 [shape]\n\ta  [N]  input a"},
		{"sum", []Shape{n4}, func(x []*Node) *Node { return x[0].Sum() }, "[]"},
		{"sum of rows", []Shape{n4}, func(x []*Node) *Node { return x[0].Sum(-1) }, "[N]"},
		{"sum kept", []Shape{n4}, func(x []*Node) *Node { return x[0].SumKeep(0) }, "[1 4]"},
		{"sum of an axis of two batch axes", []Shape{{Batch, Batch, Fixed(3)}}, func(x []*Node) *Node { return x[0].Sum(2) }, "[N N]"},
		{"mean of two batch axes", []Shape{{Batch, Batch}}, func(x []*Node) *Node { return x[0].Mean() }, "[]"},
		{"sum over no such axis", []Shape{n4}, func(x []*Node) *Node { return x[0].Sum(2) },
			"sum: [N 4] has no axis 2 [shape]\n\ta  [N 4]  input a"},
		{"sum over an axis twice", []Shape{n4}, func(x []*Node) *Node { return x[0].Mean(1, -1) },
			"mean: axis -1 of [N 4] is named twice [shape]\n\ta  [N 4]  input a"},
		{"max of what may be empty", []Shape{{{Rows: 1, Const: -1}}}, func(x []*Node) *Node { return x[0].ReduceMax() },
			"max: axis 0 of [N-1] may be empty [shape]\n\ta  [N-1]  input a"},
		{"argmax of what is empty", []Shape{Rows(0)}, func(x []*Node) *Node { return x[0].ArgMax(1) },
			"argmax: axis 1 of [N 0] may be empty [shape]\n\ta  [N 0]  input a"},
		{"argmax", []Shape{n4}, func(x []*Node) *Node { return x[0].ArgMax(-1) }, "[N]"},
		{"softmax along no axis", []Shape{n4}, func(x []*Node) *Node { return x[0].Softmax(2) },
			"softmax: [N 4] has no axis 2 [shape]\n\ta  [N 4]  input a"},
		{"logsumexp", []Shape{n4}, func(x []*Node) *Node { return x[0].LogSumExp(1) }, "[N]"},
		{"transpose", []Shape{n4}, func(x []*Node) *Node { return x[0].Transpose() }, "[4 N]"},
		{"transpose by no order", []Shape{n4}, func(x []*Node) *Node { return x[0].Transpose(0, 0) },
			"transpose: [0 0] is no order of the 2 axes of [N 4] [shape]\n\ta  [N 4]  input a"},
		{"concat", []Shape{n4, n1}, func(x []*Node) *Node { return Concat(-1, x...) }, "[N 5]"},
		{"concat of batches", []Shape{n4, n4}, func(x []*Node) *Node { return Concat(0, x...) }, "[2N 4]"},
		{"concat of what differs", []Shape{n4, n1}, func(x []*Node) *Node { return Concat(0, x...) },
			"concat: [N 4] and [N 1] differ in more than axis 0 [shape]\n\ta  [N 4]  input a\n\tb  [N 1]  input b"},
		{"concat along no axis", []Shape{n4, n4}, func(x []*Node) *Node { return Concat(2, x...) },
			"concat: [N 4] has no axis 2 [shape]\n\ta  [N 4]  input a"},
		{"slice", []Shape{n4}, func(x []*Node) *Node { return x[0].Slice(1, Fixed(1), Fixed(3)) }, "[N 2]"},
		{"slice but the first row", []Shape{n4}, func(x []*Node) *Node { return x[0].Slice(0, Fixed(1), Batch) }, "[N-1 4]"},
		{"slice of more rows than one may have", []Shape{n4}, func(x []*Node) *Node { return x[0].Slice(0, Fixed(0), Fixed(5)) },
			"slice: 0:5 of axis 0 is not inside [N 4] for every N [shape]\n\ta  [N 4]  input a"},
		{"slice of too few rows", []Shape{n4}, func(x []*Node) *Node { return x[0].Slice(0, Fixed(2), Batch) },
			"slice: 2:N of axis 0 is not inside [N 4] for every N [shape]\n\ta  [N 4]  input a"},
		{"slice from the end to a fixed row", []Shape{n4}, func(x []*Node) *Node { return x[0].Slice(0, Batch, Fixed(5)) },
			"slice: N:5 of axis 0 is not inside [N 4] for every N [shape]\n\ta  [N 4]  input a"},
		{"slice backwards", []Shape{n4}, func(x []*Node) *Node { return x[0].Slice(1, Fixed(3), Fixed(1)) },
			"slice: 3:1 of axis 1 is not inside [N 4] for every N [shape]\n\ta  [N 4]  input a"},
		{"index", []Shape{n4}, func(x []*Node) *Node { return x[0].Index(1, -1) }, "[N]"},
		{"the last row", []Shape{n4}, func(x []*Node) *Node { return x[0].Index(0, -1) }, "[4]"},
		{"index beyond", []Shape{n4}, func(x []*Node) *Node { return x[0].Index(1, 4) },
			"slice: 4:5 of axis 1 is not inside [N 4] for every N [shape]\n\ta  [N 4]  input a"},
		{"index of no axis", []Shape{n4}, func(x []*Node) *Node { return x[0].Index(2, 0) },
			"slice: [N 4] has no axis 2 [shape]\n\ta  [N 4]  input a"},
		{"one-hot", []Shape{plain}, func(x []*Node) *Node { return x[0].OneHot(3) }, "[N 3]"},
		{"one-hot of no class", []Shape{plain}, func(x []*Node) *Node { return x[0].OneHot(0) },
			"one_hot: 0 classes, it takes 1 or more [shape]\n\ta  [N]  input a"},
		{"matmul", []Shape{n3, Dims(3, 2)}, func(x []*Node) *Node { return x[0].MatMul(x[1]) }, "[N 2]"},
		{"matmul of unlike", []Shape{n4, Dims(3, 2)}, func(x []*Node) *Node { return x[0].MatMul(x[1]) },
			"matmul: [N 4] times [3 2]: rows of 4 meet columns of 3 [shape]\n\ta  [N 4]  input a\n\tb  [3 2]  input b"},
		{"matmul of a vector", []Shape{plain, Dims(3, 2)}, func(x []*Node) *Node { return x[0].MatMul(x[1]) },
			"matmul: [N] and [3 2] are not both matrices [shape]\n\ta  [N]    input a\n\tb  [3 2]  input b"},
		{"broadcast", []Shape{n1}, func(x []*Node) *Node { return x[0].BroadcastTo(n4) }, "[N 4]"},
		{"broadcast of a long axis", []Shape{n3}, func(x []*Node) *Node { return x[0].BroadcastTo(n4) },
			"broadcast: [N 3] cannot be repeated to [N 4] [shape]\n\ta  [N 3]  input a"},
		{"where", []Shape{plain, n4, n4}, func(x []*Node) *Node { return x[0].ExpandDims(-1).Where(x[1], x[2]) }, "[N 4]"},
		{"where by rows against rows", []Shape{plain, n1, n1}, func(x []*Node) *Node { return x[0].Where(x[1], x[2]) },
			"where: a [N] and b [N 1] do not go together [loss-shape]\n\ta  [N]    input a\n\tb  [N 1]  input b\n" +
				"\tBroadcasting would compare every a with every b: N*N terms (4096 in a batch of 64) where N are meant.\n" +
				"\tfix: give a a last axis of one: a.Reshape(-1, 1)\n\tfix: or drop it from b: b.Reshape(-1)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, x := inputs(c.in)
			out := c.f(x)
			got := out.shape.String()
			if out.poisoned {
				got = g.Diagnostics().Error()
				_, got, _ = strings.Cut(got, ": ") // the position
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// inputs declares inputs a, b, c of given shapes.
func inputs(shapes []Shape) (*Graph, []*Node) {
	g := New(Training)
	x := make([]*Node, len(shapes))
	for i, s := range shapes {
		x[i] = g.Input(string(rune('a'+i)), s, Unknown)
	}
	return g, x
}

// TestBroadcasting holds which operands go together in an element by element op.
func TestBroadcasting(t *testing.T) {
	for _, c := range []struct {
		a, b Shape
		want string // "" where refused
	}{
		{n3, n3, "[N 3]"},
		{n3, Dims(3), "[N 3]"},
		{n3, Dims(1), "[N 3]"},
		{n3, nil, "[N 3]"},
		{n3, n1, "[N 3]"},
		{Rows(2), n1, "[N 2]"},
		{n1, n4, "[N 4]"},
		{n1, Dims(4), "[N 4]"},
		{n1, Dims(1), "[N 1]"},
		{plain, plain, "[N]"},
		{plain, nil, "[N]"},
		{plain, Dims(5, 1), "[5 N]"},
		{Rows(5, 1), Rows(5, 7), "[N 5 7]"},
		{Rows(5, 1), Dims(7), "[N 5 7]"},
		{n3, Shape{Fixed(1), Batch, Fixed(1)}, "[1 N 3]"},
		{Shape{Batch, Batch, Fixed(1)}, Dims(3), "[N N 3]"},
		{Shape{Batch, Batch}, n1, "[N N]"},
		{Shape{Batch, Batch}, plain, "[N N]"},
		{plain, n1, ""},                              // the batch symbol on two axes
		{plain, n3, ""},                              // N and 3 differ
		{n1, Shape{Fixed(1), Batch}, ""},             // a column and a row
		{Rows(1, 4), Rows(3, 1), ""},                 // both depend, the result is larger than each
		{n3, n4, ""},                                 // 3 and 4 differ
		{Dims(3), Dims(4), ""},                       // likewise
		{Shape{{Rows: 2}}, plain, ""},                // 2N and N differ
		{Shape{{Rows: 1, Const: -1}}, plain, ""},     // N-1 and N differ
		{Shape{{Rows: 1, Const: -1}, Batch}, n1, ""}, // N-1 and N differ on the first axis
	} {
		for _, order := range [][]Shape{{c.a, c.b}, {c.b, c.a}} {
			g, x := inputs(order)
			out := x[0].Mul(x[1])
			got := ""
			if !out.poisoned {
				got = out.shape.String()
			} else if len(g.Diagnostics()) != 1 || g.Diagnostics()[0].Code != CodeLossShape {
				t.Errorf("%v with %v: %v", c.a, c.b, g.Diagnostics())
			}
			if got != c.want {
				t.Errorf("%v with %v gives %q, want %q", order[0], order[1], got, c.want)
			}
		}
	}
}

// TestMismatch holds the texts of operands that do not go together.
func TestMismatch(t *testing.T) {
	for _, c := range []struct {
		name string
		f    func(g *Graph) *Node
		want string
	}{
		{"rows against rows", func(g *Graph) *Node {
			p := g.Input("x", n3, Unknown).Sum(1).ExpandDims(-1).Named("y_pred")
			y := g.InputFrom("y_true", `data column "default"`, plain, Unknown)
			return y.Sub(p)
		}, `
loss.py:3:5: sub: y_true [N] and y_pred [N 1] do not go together [loss-shape]
	y_true  [N]    from data column "default"
	y_pred  [N 1]  from sum (loss.py:3:5)
	Broadcasting would compare every y_true with every y_pred: N*N terms (4096 in a batch of 64) where N are meant.
	fix: give y_true a last axis of one: y_true.reshape(-1, 1)
	fix: or drop it from y_pred: y_pred.reshape(-1)`},
		{"a column against a line", func(g *Graph) *Node {
			return g.Input("y_pred", n1, Unknown).Sub(g.Input("y_true", plain, Unknown).ExpandDims(0).Named("line"))
		}, `
loss.py:3:5: sub: y_pred [N 1] and line [1 N] do not go together [loss-shape]
	y_pred  [N 1]  input y_pred
	line    [1 N]  input y_true
	Broadcasting would compare every y_pred with every line: N*N terms (4096 in a batch of 64) where N are meant.
	fix: lay line out as y_pred is: line.reshape(-1, 1)
	fix: or, if every y_pred is meant to meet every line: y_pred.reshape(-1)[:, None] and line.reshape(-1)[None, :]`},
		{"a weight per row of several columns", func(g *Graph) *Node {
			return g.Input("y_true", n3, Unknown).Mul(g.Input("w", plain, Unknown))
		}, `
loss.py:3:5: mul: y_true [N 3] and w [N] do not go together [loss-shape]
	y_true  [N 3]  input y_true
	w       [N]    input w
	fix: give w a last axis of one: w.reshape(-1, 1)`},
		{"other columns", func(g *Graph) *Node {
			return g.Input("y_true", n3, Unknown).Add(g.Input("w", n4, Unknown).Square())
		}, `
loss.py:3:5: add: y_true [N 3] and square [N 4] do not go together [loss-shape]
	y_true  [N 3]  input y_true
	square  [N 4]  from square (loss.py:3:5)`},
		{"inside a layer", func(g *Graph) *Node {
			defer g.Enter(Scope{Name: "Gate", Layer: true})()
			return g.Input("x", n3, Unknown).Add(g.Param(Param{Name: "Gate.Bias", Shape: []int{4}}))
		}, `
loss.py:3:5: add: x [N 3] and Gate.Bias [4] do not go together [shape]
	x          [N 3]  input x
	Gate.Bias  [4]    parameter Gate.Bias`},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := New(Training)
			g.Language = Python
			g.at = &Position{File: "loss.py", Line: 3, Col: 5}
			if !c.f(g).poisoned {
				t.Fatal("it is accepted")
			}
			if diff := cmp.Diff(strings.TrimPrefix(c.want, "\n"), g.Diagnostics().Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func drawDim(t *rapid.T, name string) Dim {
	return Dim{Rows: rapid.IntRange(0, 4).Draw(t, name+" rows"), Const: rapid.IntRange(-3, 12).Draw(t, name+" const")}
}

// TestDim holds that arithmetic on lengths agrees with that on numbers, for every
// batch.
func TestDim(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, e := drawDim(t, "d"), drawDim(t, "e")
		n := rapid.IntRange(1, 50).Draw(t, "N")
		if got, want := d.plus(e).At(n), d.At(n)+e.At(n); got != want {
			t.Errorf("%v + %v = %d, want %d", d, e, got, want)
		}
		if got, want := d.minus(e).At(n), d.At(n)-e.At(n); got != want {
			t.Errorf("%v - %v = %d, want %d", d, e, got, want)
		}
		if p, ok := d.product(e); ok {
			if p.At(n) != d.At(n)*e.At(n) {
				t.Errorf("%v * %v = %v", d, e, p)
			}
			if q, ok := p.quotient(e); ok && p != (Dim{}) && q.At(n)*e.At(n) != p.At(n) {
				t.Errorf("%v / %v = %v", p, e, q)
			} else if !ok && e != (Dim{}) {
				t.Errorf("%v / %v has no answer, it is %v", p, e, d)
			}
		} else if !d.Depends() || !e.Depends() {
			t.Errorf("%v * %v has no answer", d, e)
		}
		if q, ok := d.quotient(e); ok && q.At(n)*e.At(n) != d.At(n) {
			t.Errorf("%v / %v = %v", d, e, q)
		}
		if d.atMost(e) && d.At(n) > e.At(n) {
			t.Errorf("%v is at most %v, but not for %d rows", d, e, n)
		}
		if !d.atMost(e) && d.At(1) <= e.At(1) && d.At(1e6) <= e.At(1e6) {
			t.Errorf("%v is not at most %v, but seems to be", d, e)
		}
		text, err := json.Marshal(d)
		var back Dim
		if err != nil || json.Unmarshal(text, &back) != nil || back != d {
			t.Errorf("%v is written as %s and read as %v (%v)", d, text, back, err)
		}
	})
}

// TestShapeSize holds that the symbolic size is the number of elements.
func TestShapeSize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := make(Shape, rapid.IntRange(0, 4).Draw(t, "rank"))
		depends := 0
		for i := range s {
			s[i] = drawDim(t, "length")
			if s[i].Depends() {
				depends++
			}
		}
		n := rapid.IntRange(1, 20).Draw(t, "N")
		size, ok := s.Size()
		if ok != (depends < 2) && size != (Dim{}) {
			t.Errorf("%v: size %v, %v", s, size, ok)
		}
		if ok && size.At(n) != Size(s.At(n)) {
			t.Errorf("%v: size %v gives %d for %d rows, not %d", s, size, size.At(n), n, Size(s.At(n)))
		}
	})
}

func TestShapeStrings(t *testing.T) {
	for _, c := range []struct {
		s           Shape
		text, terms string
	}{
		{nil, "[]", "1"},
		{n3, "[N 3]", "N*3"},
		{plain, "[N]", "N"},
		{Shape{{Rows: 2}, Fixed(3)}, "[2N 3]", "2N*3"},
		{Shape{{Rows: 1, Const: -1}}, "[N-1]", "(N-1)"},
		{Shape{{Rows: 2, Const: 5}, Fixed(2)}, "[2N+5 2]", "(2N+5)*2"},
		{Shape{Batch, Batch}, "[N N]", "N*N"},
	} {
		if got := c.s.String(); got != c.text {
			t.Errorf("%s is written %s", c.text, got)
		}
		if got := terms(c.s); got != c.terms {
			t.Errorf("%v has %s terms, want %s", c.s, got, c.terms)
		}
	}
}
