package graph

import (
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// here returns the line that calls it.
func here() int { _, _, line, _ := runtime.Caller(1); return line }

// TestPositions holds that a node is at the user's line, also through functions of
// the library and through closures that the compiler moves into them.
func TestPositions(t *testing.T) {
	g := New(Training)
	x := g.Input("x", Rows(3), Unknown)
	terms, at := func(x *Node) *Node { return x.Exp() }, here() // inlined where it is called
	made := map[string]*Node{}
	line := map[string]int{}
	made["op"], line["op"] = x.Log(), here()
	made["function over ops"], line["function over ops"] = x.Mean(1), here()
	made["closure"], line["closure"] = terms(x), at
	viaHelper := func(f func() *Node) *Node { return f() }
	made["closure in a closure"] = viaHelper(func() *Node {
		return x.Square()
	})
	line["closure in a closure"] = here() - 2
	made["gradient"], line["gradient"] = Gradient(made["op"].Sum(), []*Node{x})[0], line["op"]
	for name, n := range made {
		if want := (Position{File: "position_test.go", Line: line[name]}); n.Pos() != want {
			t.Errorf("%s is at %v, want %v", name, n.Pos(), want)
		}
	}
}

func TestPositionOfRecipe(t *testing.T) {
	g := New(Training)
	p := Position{File: "loss.py", Line: 4, Col: 9, EndLine: 4, EndCol: 20}
	restore := g.At(p)
	x := g.Input("x", Rows(3), Unknown).Sigmoid()
	inner := g.At(Position{File: "loss.py", Line: 5, Col: 1})
	y := x.Log()
	inner()
	z := x.Exp()
	restore()
	for _, c := range []struct {
		n    *Node
		want string
	}{{x, "loss.py:4:9"}, {y, "loss.py:5:1"}, {z, "loss.py:4:9"}} {
		if got := c.n.Pos().String(); got != c.want {
			t.Errorf("at %s, want %s", got, c.want)
		}
	}
	if z.Pos() != p {
		t.Errorf("the end is lost: %+v", z.Pos())
	}
	if after := x.Exp(); after.Pos().File != "position_test.go" {
		t.Errorf("after the recipe: %v", after.Pos())
	}
	if got := (Position{File: "model"}).String(); got != "model" {
		t.Errorf("a file alone is written %q", got)
	}
}

func TestOurs(t *testing.T) {
	for _, c := range []struct {
		file string
		want bool
	}{
		{root + "graph/node.go", true},
		{root + "loss/bce.go", true},
		{root + "loss/bce_test.go", false},
		{root + "examples/credit/main.go", false},
		{root + "bench/main.go", false},
		{root + "cmd/descent/main.go", false},
		{"/home/a/credit/main.go", false},
	} {
		if got := ours(c.file); got != c.want {
			t.Errorf("%s is of the library: %v", strings.TrimPrefix(c.file, root), got)
		}
	}
}

// TestOneMistakeOneMessage holds that nothing computed from a mistake adds another
// message, and that independent mistakes are all found.
func TestOneMistakeOneMessage(t *testing.T) {
	g := New(Training)
	g.at = &Position{File: "loss.py", Line: 1, Col: 1}
	x, y := g.Input("x", Rows(3), Unknown), g.Input("y", Rows(4), Unknown)
	bad := x.Add(y)
	every := []*Node{
		bad.Exp(), bad.Add(x), x.Mul(bad), bad.Sum(), bad.Mean(1), bad.Reshape(-1), bad.Squeeze(0), bad.ExpandDims(0),
		bad.Index(0, 1), bad.Slice(0, Fixed(0), Fixed(1)), bad.Transpose(), bad.Cast(Int), bad.OneHot(3), bad.MatMul(x),
		bad.Softmax(-1), bad.LogSumExp(1), bad.ArgMax(1), bad.ReduceMax(), bad.Clip(0, 1), bad.Pow(x), x.Pow(bad),
		bad.Where(x, x), x.Greater(bad).Where(x, x), x.Sign().Where(bad, x), Concat(0, x, bad), bad.BroadcastTo(Rows(3)),
		bad.XLogY(x), bad.OneMinus(), bad.StopGradient(), bad.Named("bad"), Rewrite(bad)[0], bad.Declare(Unknown),
	}
	for i, n := range every {
		if !n.Poisoned() {
			t.Errorf("value %d, %s, is not poisoned", i, n.op.Name())
		}
	}
	if Gradient(bad, []*Node{x})[0] != nil {
		t.Error("there is a derivative")
	}
	if p := Prove(bad); p.Grads != nil {
		t.Error("there is a proof")
	}
	if _, err := Eval(Feed{Rows: 1}, bad); err == nil || !strings.Contains(err.Error(), "do not go together") {
		t.Errorf("it has a value: %v", err)
	}
	if got := len(g.Diagnostics()); got != 1 {
		t.Errorf("one mistake gives %d messages:\n%v", got, g.Diagnostics())
	}
	x.Squeeze(0)
	x.Squeeze(0) // the same statement, traced again
	if got := len(g.Diagnostics()); got != 2 {
		t.Errorf("two mistakes give %d messages:\n%v", got, g.Diagnostics())
	}
}

// TestDeclaredTwice holds that a name stands for one value.
func TestDeclaredTwice(t *testing.T) {
	g := New(Training)
	g.at = &Position{File: "loss.py", Line: 1}
	x := g.Input("x", Rows(3), Unknown)
	w := g.Param(Param{Name: "w", Shape: []int{3, 2}})
	if g.Input("x", Rows(3), Unknown) != x || g.Param(Param{Name: "w", Shape: []int{3, 2}}) != w {
		t.Error("the same declaration gives another node")
	}
	g.at = &Position{File: "loss.py", Line: 2}
	g.Input("x", Rows(4), Unknown)
	g.Param(Param{Name: "w", Shape: []int{4, 2}})
	g.Array([]int{2, 2}, []float64{1, 2, 3})
	want := `loss.py:2: input x is declared as [N 3] and as [N 4] [shape]
	first  [N 3]  loss.py:1
loss.py:2: parameter w is declared as [3 2] and as [4 2] [parameter-shape]
	first  [3 2]  loss.py:1
	fix: give the second layer a name of its own
loss.py:2: constant: 3 values for [2 2] [shape]`
	if diff := cmp.Diff(want, g.Diagnostics().Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNames(t *testing.T) {
	g := New(Training)
	a, b := new(int), new(int)
	g.Bind(a, "Encoder[1]")
	g.Bind(new(string), "Head")
	for _, c := range []struct{ got, want string }{
		{g.NameOf(a, "Dense"), "Encoder[1]"},
		{g.NameOf(b, "Dense"), "Dense"},
		{g.NameOf(b, "Dense"), "Dense"},
		{g.NameOf(new(int), "Dense"), "Dense_1"},
		{g.Unique("noise"), "noise"},
		{g.NameOf(new(int), "Head"), "Head_1"}, // the other one is bound to it
		{g.Unique("noise"), "noise_1"},
		{g.Unique("noise_1"), "noise_1_1"},
		{g.Unique("noise"), "noise_2"},
		{g.Unique("mask_1"), "mask_1"},
		{g.Unique("mask"), "mask"},
		{g.Unique("mask"), "mask_2"},
	} {
		if c.got != c.want {
			t.Errorf("named %s, want %s", c.got, c.want)
		}
	}
}

// TestWords holds how messages name values and where they say these come from.
func TestWords(t *testing.T) {
	g := New(Training)
	g.Language = Python
	place := func(line, col int) { g.at = &Position{File: "loss.py", Line: line, Col: col} }
	place(1, 1)
	x := g.InputFrom("x", `data column "age"`, Rows(3), Unknown)
	y := g.Input("y", Rows(3), Unknown)
	w := g.Param(Param{Name: "Dense[0].Weight", Shape: []int{3, 4}})

	place(2, 10)
	leave := g.Enter(Scope{Name: "Encoder[1]", Detail: "Dense 3 -> 4 relu", Layer: true})
	h := x.MatMul(w).Relu()
	leave()
	place(3, 10)
	leave = g.Enter(Scope{Name: "head", Layer: true})
	p := h.Sum(1)
	leave()

	place(5, 3)
	leave = g.Enter(Scope{Name: "bce"})
	mean := x.Mul(y).Mean()
	place(7, 4) // a function of the user's that the loss calls
	users := y.Exp()
	leave()

	place(6, 5)
	for _, c := range []struct {
		n                     *Node
		word, display, origin string
	}{
		{x, "input", "x", `from data column "age"`},
		{y, "input", "y", "input y"},
		{w, "param", "Dense[0].Weight", "parameter Dense[0].Weight"},
		{g.Const(0.5), "const", "0.5", "constant"},
		{h, "relu", "relu", "from Encoder[1] Dense 3 -> 4 relu (loss.py:2:10)"},
		{h.Reshape(-1), "reshape", "reshape", "from Encoder[1] Dense 3 -> 4 relu (loss.py:2:10)"},
		{p, "sum", "sum", "from head (loss.py:3:10)"},
		{mean, "bce", "bce", "from bce (loss.py:5:3)"},
		{users, "exp", "exp", "from exp (loss.py:7:4)"},
		{x.Reshape(-1), "reshape", "reshape", `from data column "age"`},
		{x.Square().Sum(1), "sum", "sum", "from sum (loss.py:6:5)"},
		{x.Mean(1), "mean", "mean", "from mean (loss.py:6:5)"},
		{x.Square().Sum(1).BroadcastTo(Shape{Fixed(2), Batch}), "sum", "sum", "from sum (loss.py:6:5)"},
		{y.ExpandDims(1).BroadcastTo(Rows(2, 3)), "broadcast", "reshape", "input y"},
		{x.StopGradient(), "stop_gradient", "stop_gradient", "from stop_gradient (loss.py:6:5)"},
		{x.GreaterEqual(y), "greater_equal", "greater_equal", "from greater_equal (loss.py:6:5)"},
		{x.LogSoftmax(1), "log_softmax", "log_softmax", "from log_softmax (loss.py:6:5)"},
		{x.ArgMax(1), "argmax", "argmax", "from argmax (loss.py:6:5)"},
		{x.LogSumExp(1).Named("energy").Named("again"), "logsumexp", "energy", "from logsumexp (loss.py:6:5)"},
	} {
		if got := c.n.Word(); got != c.word {
			t.Errorf("the word is %q, want %q", got, c.word)
		}
		if got := c.n.Display(); got != c.display {
			t.Errorf("displayed as %q, want %q", got, c.display)
		}
		if got := c.n.Origin(); got != c.origin {
			t.Errorf("%s is %q, want %q", c.display, got, c.origin)
		}
	}
	if got := (&Scope{Name: "Dense[1]", Detail: "Dense 64 -> 4 softmax", Pos: *g.at, Outer: &Scope{Name: "mlp", Layer: true}}).describe(); got != "Dense[1] 64 -> 4 softmax (mlp, loss.py:6:5)" {
		t.Errorf("a layer of a model is %q", got)
	}
}

func TestDiagnosticText(t *testing.T) {
	d := &Diagnostic{
		Code: CodeShape, Severity: Warning, Pos: Position{File: "a.py", Line: 1, Col: 2},
		Message: "something", Notes: []string{"a note"}, Fixes: []string{"one", "or another"},
	}
	want := "a.py:1:2: warning: something [shape]\n\ta note\n\tfix: one\n\tfix: or another"
	if got := d.Error(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	note := &Diagnostic{Code: CodeCutPath, Severity: Note, Message: "other"}
	both := Diagnostics{note, d}
	if got := both.Error(); got != "note: other [cut-path]\n"+want {
		t.Errorf("together: %q", got)
	}
	if both.Err() != nil || both.Refused() {
		t.Error("warnings and notes refuse")
	}
	bad := Diagnostics{note, {Code: CodeShape, Message: "bad"}}
	if err := bad.Err(); err == nil || err.Error() != "bad [shape]" || !bad.Refused() {
		t.Errorf("the error among them: %v", err)
	}
	if got, want := Columns([]string{"a", "bcd", "e"}, []string{"née", "x"}, nil, []string{"f"}), []string{"a    bcd  e", "née  x", "", "f"}; cmp.Diff(want, got) != "" {
		t.Errorf("columns:\n%s", strings.Join(got, "\n"))
	}
}
