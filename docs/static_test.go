package docs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/descent-ml/descent/graph"
)

const (
	probability = "--pred N,1 --target N,1 --activation sigmoid --target-kind binary"
	fourClasses = "--pred N,4 --target N,4 --activation softmax --target-kind onehot"
)

// static are losses that pass no gradient, and for each the nearest one that does.
// The names of the groups are those of the cases that they hold.
var static = []struct {
	group, op string
	check     string
	wrong     string // the body of a loss of y_true and y_pred
	says      graph.Code
	at        int // column of the message
	right     string
}{
	{"static-differentiability-table", "argmax", fourClasses, "K.mean(K.cast(K.not_equal(K.argmax(y_true), K.argmax(y_pred)), 'float32'))",
		graph.CodeNotDifferentiable, 56, "1 - K.mean(K.sum(y_true * y_pred, axis=1))"},
	{"static-differentiability-table", "round", probability, "K.mean(K.abs(y_true - K.round(y_pred)))",
		graph.CodeNotDifferentiable, 34, "K.mean(K.abs(y_true - y_pred))"},
	{"static-differentiability-table", "sign", probability, "K.mean(K.abs(y_true - K.sign(y_pred)))",
		graph.CodeNotDifferentiable, 34, "K.mean(K.abs(y_true - K.tanh(y_pred)))"},
	{"static-differentiability-table", "comparison", probability, "K.mean(K.cast(y_pred > 0.5, 'float32') * (1 - y_true))",
		graph.CodeNotDifferentiable, 33, "K.mean(K.sigmoid(10 * (y_pred - 0.5)) * (1 - y_true) + y_true * (1 - y_pred))"},
	{"static-differentiability-table", "cast to int", probability, "K.mean(K.abs(y_true - K.cast(y_pred, 'int32')))",
		graph.CodeNotDifferentiable, 34, "K.mean(K.abs(y_true - K.cast(y_pred, 'float64')))"},
	{"static-differentiability-table", "stop-gradient on every path", probability, "K.mean(K.square(y_true - K.stop_gradient(y_pred)))",
		graph.CodeNotDifferentiable, 37, "K.mean(K.square(y_true - y_pred)) + K.mean(K.stop_gradient(y_pred))"},
	{"static-differentiability-table", "the prediction is not used", probability, "K.mean(y_true)",
		graph.CodeNoGradient, 12, "K.mean(K.square(y_true - y_pred))"},
	{"static-differentiability-table", "labels in place of the prediction", probability, "K.mean(K.binary_crossentropy(y_pred, y_true))",
		"argument-order", 5, "K.mean(K.binary_crossentropy(y_true, y_pred))"},
	{"nondiff-but-silent", "round alone", probability, "K.mean(K.square(y_true - K.round(y_pred)))",
		graph.CodeNotDifferentiable, 37, "K.mean(K.square(y_true - y_pred))"},
	{"nondiff-but-silent", "a comparison plus nothing", probability, "K.mean(K.cast(y_pred > 0.5, 'float32') * y_true + 0 * y_pred)",
		graph.CodeNotDifferentiable, 33, "K.mean(y_pred * (1 - 2 * y_true))"},
}

// TestStatic holds that losses without a gradient are refused at the operation that
// cuts it, before any data is read, with the text of testdata/static.txt, and that what
// replaces them is not.
func TestStatic(t *testing.T) {
	var text strings.Builder
	for _, c := range static {
		source := func(body string) string { return "def f(y_true, y_pred):\n    return " + body + "\n" }
		found := check(t, "x.py", source(c.wrong), c.check)
		i := slices.IndexFunc(found, func(d *graph.Diagnostic) bool { return d.Code == c.says })
		if i < 0 || found[i].Pos.Col != c.at {
			t.Errorf("%s, %s: column %d and %s are not in\n%v", c.group, c.op, c.at, c.says, found)
		}
		fmt.Fprintf(&text, "# %s: %s\n    return %s\n%v\n\n", c.group, c.op, c.wrong, found)
		if found := check(t, "x.py", source(c.right), c.check); found.Refused() {
			t.Errorf("%s, %s: the replacement is refused:\n%v", c.group, c.op, found)
		}
	}
	current(t, "testdata/static.txt", text.String())
}

// TestEveryCaseIsTested holds that every case of numbers and refusals, by its id in
// testdata/cases.txt, is named by a test.
func TestEveryCaseIsTested(t *testing.T) {
	ids, err := os.ReadFile("testdata/cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	err = filepath.WalkDir("..", func(path string, d os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, "_test.go") {
			var text []byte
			text, err = os.ReadFile(path)
			tests.Write(text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for id := range strings.FieldsSeq(string(ids)) {
		if !strings.Contains(tests.String(), strconv.Quote(id)) {
			t.Errorf("no test names %s", id)
		}
	}
}
