// Package recorded compares a dialect with the framework that it speaks for: files of
// expressions with the values that the framework itself gave them.
package recorded

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
)

// Row is an expression and its value: numbers, nested in lists.
type Row struct {
	Expression string
	Value      any
}

// Read returns the rows of a file, "expression => value" each. A hash begins a comment.
func Read(t *testing.T, path string) (rows []Row) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		expression, value, ok := strings.Cut(line, " => ")
		if !ok {
			t.Fatalf("%s: %s has no value", path, line)
		}
		row := Row{Expression: expression}
		value = strings.NewReplacer("None", "null", "True", "1", "False", "0", "-inf", "-1e999", "inf", "1e999").Replace(value)
		if err := json.Unmarshal([]byte(value), &row.Value); err != nil && !strings.Contains(err.Error(), "1e999") {
			t.Fatalf("%s: %s: %v", path, line, err)
		}
		rows = append(rows, row)
	}
	return rows
}

// Dialect is what a file is traced with.
type Dialect struct {
	Modules map[string]*tracer.Module
	Names   map[string]tracer.Value
	Methods map[string][]*tracer.Builtin
	InPlace bool   // tensors may be changed
	Setup   string // statements before every expression
}

// Eval returns the value of an expression, and what was refused.
func (d Dialect) Eval(expression string) (value any, found graph.Diagnostics) {
	g := graph.New(graph.Inference)
	g.Language = graph.Python
	t, found := tracer.New(tracer.Config{File: "x.py", Source: []byte(d.Setup + "\nresult = " + expression + "\n"), Graph: g, Names: d.Names, Modules: d.Modules})
	if t == nil {
		return nil, found
	}
	for kind, methods := range d.Methods {
		t.AddMethods(kind, methods)
	}
	if d.InPlace {
		t.AllowInPlace()
	}
	t.Run()
	v, _ := t.Global("result")
	if tracer.Poisoned(v) {
		return nil, g.Diagnostics()
	}
	return plain(t, v), g.Diagnostics()
}

// plain makes numbers and lists of a value.
func plain(t *tracer.Tracer, v tracer.Value) any {
	switch v := v.(type) {
	case *graph.Node:
		a, ok := t.Value(v, syntax.Span{})
		if !ok {
			return fmt.Sprintf("a tensor %v without a value", v.Shape())
		}
		return nest(a.Dims, a.Data)
	case tracer.Tuple:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = plain(t, e)
		}
		return out
	case *tracer.List:
		return plain(t, tracer.Tuple(v.Elems))
	}
	if f, ok := tracer.Number(v); ok {
		return f
	}
	return tracer.Repr(v)
}

func nest(dims []int, data []float64) any {
	if len(dims) == 0 {
		return data[0]
	}
	step := graph.Size(dims[1:])
	out := make([]any, dims[0])
	for i := range out {
		out[i] = nest(dims[1:], data[i*step:(i+1)*step])
	}
	return out
}

// Near reports whether two values are alike but for the rounding of float32.
func Near(got, want any) bool {
	switch want := want.(type) {
	case nil:
		f, ok := got.(float64)
		return ok && (math.IsNaN(f) || math.IsInf(f, 0))
	case float64:
		f, ok := got.(float64)
		return ok && math.Abs(f-want) <= 3e-6*math.Max(1, math.Abs(want))
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			return false
		}
		for i := range want {
			if !Near(list[i], want[i]) {
				return false
			}
		}
		return true
	}
	return fmt.Sprint(got) == fmt.Sprint(want)
}

// Compare evaluates every row of a file.
func Compare(t *testing.T, path string, d Dialect) {
	for _, row := range Read(t, path) {
		t.Run(row.Expression, func(t *testing.T) {
			got, found := d.Eval(row.Expression)
			if found.Refused() {
				t.Fatal(found)
			}
			if !Near(got, row.Value) {
				t.Errorf("got  %v\nwant %v", got, row.Value)
			}
		})
	}
}
