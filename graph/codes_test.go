package graph

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestCodes holds that every entry says what an entry must say.
func TestCodes(t *testing.T) {
	last := Code("")
	for _, c := range Codes() {
		if c.Code <= last {
			t.Errorf("%s comes after %s", c.Code, last)
		}
		last = c.Code
		if n := strings.Count(c.Cause+" ", ". "); n < 1 || n > 3 || !strings.HasSuffix(c.Cause, ".") {
			t.Errorf("%s: its cause is %d sentences", c.Code, n)
		}
		if len(c.Fixes) != 2 {
			t.Errorf("%s has %d ways out, it takes two", c.Code, len(c.Fixes))
		}
		if c.Code != "not-proved" && c.Example == "" != (c.Args == "") {
			t.Errorf("%s: flags without an example, or an example without flags", c.Code)
		}
		if c.Example != "" && (!strings.HasSuffix(c.Example, "\n") || strings.Contains(c.Example, "\t")) {
			t.Errorf("%s: its example is not as a file should be", c.Code)
		}
	}
}

// TestEveryCodeIsExplained reads the sources of the module: every code that a
// diagnostic may carry has an entry, here or in package data.
func TestEveryCodeIsExplained(t *testing.T) {
	used := map[string]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{"data", "testdata", "kernelgen", ".git"}, d.Name()):
			return fs.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil // half written: its own build says so
		}
		ast.Inspect(file, func(n ast.Node) bool {
			for _, code := range codesOf(n) {
				used[code] = path
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(used) < len(Codes())/2 {
		t.Errorf("only %d codes were found in the sources", len(used))
	}
	delete(used, "proof") // package report's stand-in for remarks that have no code
	for _, c := range Codes() {
		delete(used, string(c.Code))
	}
	for code, path := range used {
		t.Errorf("%s, used in %s, is not explained", code, path)
	}
}

// codesOf returns the codes that a declaration or a literal holds: constants of type
// Code and fields of that name.
func codesOf(n ast.Node) []string {
	var values []ast.Expr
	switch n := n.(type) {
	case *ast.ValueSpec:
		if typeName(n.Type) == "Code" {
			values = n.Values
		}
	case *ast.KeyValueExpr:
		if id, ok := n.Key.(*ast.Ident); ok && id.Name == "Code" {
			values = []ast.Expr{n.Value}
		}
	}
	var codes []string
	for _, v := range values {
		if lit, ok := v.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if code, err := strconv.Unquote(lit.Value); err == nil {
				codes = append(codes, code)
			}
		}
	}
	return codes
}

func typeName(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.Ident:
		return t.Name
	case *ast.SelectorExpr:
		return t.Sel.Name
	}
	return ""
}
