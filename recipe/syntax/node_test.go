package syntax

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/sebdah/goldie/v2"
)

// nodeSources has one source for each kind of node; their trees are in testdata/nodes.golden.
var nodeSources = []struct{ kind, src string }{
	{"Module", "a\n\nb\n"},
	{"None", "None"},
	{"Bool", "True, False"},
	{"Int", "12, 0xfF, 1_000"},
	{"Float", "1.5, 1e3"},
	{"Str", `'a' "\u00e9\n"`},
	{"Bytes", `b'a\xff'`},
	{"Ellipsis", "..."},
	{"JoinedStr", `f'é{x}{{' 'b'`},
	{"FormattedValue", `f'{x!r:>{w}}{y=}'`},
	{"Name", "é"},
	{"Tuple", "(a, b), c"},
	{"List", "[a, *b]"},
	{"Set", "{a, b}"},
	{"Dict", "{a: b, **c}"},
	{"ListComp", "[x for x in y if x]"},
	{"SetComp", "{x for x in y}"},
	{"DictComp", "{k: v for k, v in y}"},
	{"GeneratorExp", "f(x for x in y)"},
	{"Comprehension", "(x for x in y for z in x if z if x)"},
	{"Lambda", "lambda x, *y, z=1: x"},
	{"IfExp", "a if b else c"},
	{"NamedExpr", "(a := b)"},
	{"BoolOp", "a or b or c and d"},
	{"BinOp", "é + b*c"},
	{"UnaryOp", "-a, not b"},
	{"Compare", "a < b not in c"},
	{"Call", "f(a, *b, k=c, **d)"},
	{"Keyword", "f(k = (1))"},
	{"Attribute", "a.b . c"},
	{"Subscript", "a[b, ...]"},
	{"Slice", "a[1:, ::2]"},
	{"Starred", "*a, b = c"},
	{"BadExpr", "x = 3j"},
	{"ExprStmt", "(a)"},
	{"Assign", "a = b, c = d"},
	{"AnnAssign", "a: int = 1\n(b): int"},
	{"AugAssign", "a  //= b"},
	{"FunctionDef", "@d\ndef f(a, /, b: int = 1, *c, d, **e) -> int:\n    pass"},
	{"Param", "def f(a: int = 1, *b): pass"},
	{"ClassDef", "@d\nclass A(B, k=c):\n    x = 1"},
	{"Return", "def f(): return a, b"},
	{"If", "if a:\n    b\nelif c: d\nelse:\n    e"},
	{"For", "for a, b in c:\n    d\nelse: e"},
	{"While", "while a: b"},
	{"With", "with a as b, c: d"},
	{"WithItem", "with (a as b, c): d"},
	{"Break", "while a: break"},
	{"Continue", "while a: continue"},
	{"Pass", "pass"},
	{"Assert", "assert a, b"},
	{"Raise", "raise a from b"},
	{"Delete", "del a, b[0]"},
	{"Import", "import a.b as c, d"},
	{"ImportFrom", "from ..a import b as c\nfrom . import *"},
	{"Alias", "import a as b"},
	{"Ident", "def f(): pass"},
	{"Try", "try:\n    import a\nexcept ImportError:\n    import b as a\nelse: c\nfinally: d"},
	{"ExceptHandler", "try: from a import b\nexcept (b, c) as d: e\nexcept: f"},
	{"BadStmt", "try:\n    a\nexcept b: c"},
}

// TestNodes compares the trees of all kinds of nodes with the golden file (-update writes it).
func TestNodes(t *testing.T) {
	var b strings.Builder
	for _, n := range nodeSources {
		m, errs := Parse("x.py", []byte(n.src))
		fmt.Fprintf(&b, "=== %s\n%s\n---\n%s", n.kind, n.src, showModule(m))
		for _, e := range errs {
			fmt.Fprintf(&b, "%v\n", e)
		}
		if kinds := kindsOf(m); !kinds[n.kind] {
			t.Errorf("%q has no %s", n.src, n.kind)
		}
	}
	goldie.New(t).Assert(t, "nodes", []byte(b.String()))
}

// TestEveryNodeIsTested checks that each type of node in the package has a row in nodeSources and stands in testdata/good.
func TestEveryNodeIsTested(t *testing.T) {
	rows := map[string]bool{}
	for _, n := range nodeSources {
		rows[n.kind] = true
	}
	inGood := map[string]bool{"BadExpr": true, "BadStmt": true} // only in bad sources
	for _, src := range seeds(t) {
		m, _ := Parse("x.py", []byte(src))
		for kind := range kindsOf(m) {
			inGood[kind] = true
		}
	}
	for _, kind := range declaredNodes(t) {
		if !rows[kind] {
			t.Errorf("%s has no row in nodeSources", kind)
		}
		if !inGood[kind] {
			t.Errorf("%s stands in no source of testdata/good", kind)
		}
	}
}

// kindsOf lists the types of the nodes below m.
func kindsOf(m *Module) map[string]bool {
	kinds := map[string]bool{}
	Walk(m, func(n Node) bool {
		kinds[reflect.TypeOf(n).Elem().Name()] = true
		return true
	})
	return kinds
}

// declaredNodes reads the names of the node types out of the package's own sources.
func declaredNodes(t *testing.T) []string {
	var kinds []string
	for _, file := range []string{"ast.go", "expr.go", "stmt.go"} {
		src, err := os.ReadFile(filepath.Clean(file))
		if err != nil {
			t.Fatal(err)
		}
		name := ""
		for line := range strings.Lines(string(src)) {
			line = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "type "))
			if before, after, ok := strings.Cut(line, " struct"); ok && !strings.Contains(before, " ") {
				name = before
				line = strings.Trim(after, "{ }")
			}
			if line == "node" || line == "exprNode" || line == "stmtNode" {
				if name != "exprNode" && name != "stmtNode" && name != "node" {
					kinds = append(kinds, name)
				}
			}
		}
	}
	if len(kinds) < 50 {
		t.Fatalf("only %d node types found: %v", len(kinds), kinds)
	}
	return kinds
}

// TestChildren checks that Walk leaves out no field of any node, and goes in the order of the source.
func TestChildren(t *testing.T) {
	sources := append(seeds(t), badSources(t)...)
	for _, src := range sources {
		m, _ := Parse("x.py", []byte(src))
		Walk(m, func(n Node) bool {
			got := children(n)
			want := map[Node]bool{}
			v := reflect.ValueOf(n).Elem()
			for i := range v.NumField() {
				if v.Type().Field(i).IsExported() && v.Type().Field(i).Name != "Source" {
					nodesIn(v.Field(i), want)
				}
			}
			if len(got) != len(want) {
				t.Errorf("%T: %d children, want %d", n, len(got), len(want))
			}
			_, joined := n.(*JoinedStr) // of {x=} the text comes before the value that it is made of
			for i, c := range got {
				if !want[c] {
					t.Errorf("%T: %T is no field of it", n, c)
				}
				if i > 0 && !joined && c.Span().Start.Offset < got[i-1].Span().Start.Offset {
					t.Errorf("%T: %T stands before %T, but comes after it", n, c, got[i-1])
				}
			}
			return true
		})
	}
}

// nodesIn collects the nodes that a field holds.
func nodesIn(v reflect.Value, into map[Node]bool) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			nodesIn(v.Index(i), into)
		}
	case reflect.Interface, reflect.Pointer:
		if n, ok := v.Interface().(Node); ok && !v.IsNil() {
			into[n] = true
		}
	}
}

// TestWalk checks the order of Walk and that false leaves out what is below.
func TestWalk(t *testing.T) {
	m, errs := Parse("x.py", []byte("@d\ndef f(a: t = v, *b) -> r:\n    return g(x, *y, k=z, *w) if c else [i for i in j if i]\n"))
	if len(errs) > 0 {
		t.Fatal(errs[0])
	}
	var names []string
	Walk(m, func(n Node) bool {
		switch n := n.(type) {
		case *Name:
			names = append(names, n.Id)
		case *Ident:
			names = append(names, "."+n.Name)
		case *ListComp:
			return false
		}
		return true
	})
	want := "d .f .a t v .b r g x y .k z w c"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("names in the order of Walk: %s, want %s", got, want)
	}
}
