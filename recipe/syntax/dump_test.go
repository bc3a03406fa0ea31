package syntax

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
)

// dumper prints a tree as testdata/dump.py prints CPython's, byte for byte: for each node its role in the parent, type, span (lines from 1,
// columns in bytes from 0), scalars and operators, and below it its children.
type dumper struct {
	strings.Builder
	lines  []int // byte offset of the start of each line
	inner  bool  // print what is inside f-strings; CPython gives it positions of the source since 3.12
	golden bool  // print our own names and positions, and those of operators
}

func dumpModule(m *Module, inner bool) string {
	d := &dumper{lines: m.lines, inner: inner}
	d.node(m, "module", 0)
	return d.String()
}

// showModule prints a tree for golden files.
func showModule(m *Module) string {
	d := &dumper{lines: m.lines, inner: true, golden: true}
	for _, c := range children(m) {
		d.node(c, "-", 0)
	}
	return d.String()
}

// pythonNames are the names of types and fields that CPython has otherwise.
var pythonNames = map[string]string{
	"None": "Constant", "Bool": "Constant", "Int": "Constant", "Float": "Constant", "Str": "Constant", "Bytes": "Constant",
	"Ellipsis": "Constant", "ExprStmt": "Expr", "Param": "arg", "Keyword": "keyword", "Alias": "alias", "WithItem": "withitem",
	"Comprehension":    "comprehension",
	"WithItem.Context": "context_expr", "WithItem.Target": "optional_vars", "FormatSpec": "format_spec", "Index": "slice",
	"Decorators": "decorator_list", "Params": "args",
}

// pythonOrder is the order of the fields where CPython has another one.
var pythonOrder = map[string][]string{
	"FunctionDef": {"Name", "Params", "Body", "Decorators", "Returns"},
	"ClassDef":    {"Name", "Bases", "Keywords", "Body", "Decorators"},
	"ImportFrom":  {"Module", "Names", "Level"},
	"Keyword":     {"Name", "Value"},
	"Param":       {"Name", "Kind", "Annotation", "Default"},
	"BoolOp":      {"Op", "OpPos", "Values"},
	"UnaryOp":     {"Op", "Operand"},
	"Module":      {"Body"},
}

func pythonName(typ, field string) string {
	if n := pythonNames[typ+"."+field]; n != "" {
		return n
	}
	if n := pythonNames[field]; n != "" {
		return n
	}
	return strings.ToLower(field)
}

func (d *dumper) node(n Node, role string, depth int) {
	v := reflect.ValueOf(n).Elem()
	typ := v.Type().Name()
	shown := typ
	if s := pythonNames[typ]; s != "" && !d.golden {
		shown = s
	}
	span := d.pos(n.Span().Start) + "-" + d.pos(n.Span().End)
	switch n.(type) {
	case *Module, *WithItem, *Comprehension:
		if !d.golden {
			span = "-" // has none in CPython
		}
	}
	fmt.Fprintf(d, "%s%s %s %s", strings.Repeat(" ", depth), role, shown, span)
	fields := pythonOrder[typ]
	if fields == nil {
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				fields = append(fields, f.Name)
			}
		}
	}
	for _, f := range fields {
		w := d.words(v.FieldByName(f))
		switch {
		case typ == "Str" && d.golden:
			w = strconv.Quote(w)
		case typ == "Str":
			w = "s" + hex.EncodeToString([]byte(w))
		case f == "Simple":
			w = map[string]string{"True": "1", "False": "0"}[w]
		}
		if w != "" {
			d.WriteString(" " + w)
		}
	}
	if shown == "Constant" && v.NumField() == 1 {
		d.WriteString(map[string]string{"None": " None", "Ellipsis": " ..."}[typ])
	}
	d.WriteString("\n")
	if typ == "JoinedStr" && !d.inner {
		return
	}
	for _, f := range fields {
		d.children(v.FieldByName(f), pythonName(typ, f), depth+1)
	}
}

// pos is a position as CPython has it, or as ours for golden files.
func (d *dumper) pos(p Pos) string {
	if d.golden {
		return p.String()
	}
	return fmt.Sprintf("%d:%d", p.Line, p.Offset-d.lines[p.Line-1])
}

// words prints a field that holds no nodes.
func (d *dumper) words(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case *Ident:
		switch {
		case x == nil:
		case d.golden:
			return x.Name + " @" + d.pos(x.span.Start) + "-" + d.pos(x.span.End)
		default:
			return x.Name
		}
	case Operator:
		return x.String()
	case []Operator:
		words := make([]string, len(x))
		for i, op := range x {
			words[i] = op.String()
		}
		return strings.Join(words, " ")
	case Pos:
		if d.golden {
			return "@" + x.String()
		}
	case []Pos:
		if d.golden {
			return fmt.Sprint("@", x)
		}
	case ParamKind:
		return strconv.Itoa(int(x))
	case int:
		return strconv.Itoa(x)
	case rune:
		if x == 0 {
			return "-1"
		}
		return strconv.Itoa(int(x))
	case *big.Int:
		return x.String()
	case float64:
		if d.golden {
			return strconv.FormatFloat(x, 'g', -1, 64)
		}
		return fmt.Sprintf("f%016x", math.Float64bits(x))
	case []byte:
		return "b" + hex.EncodeToString(x)
	case bool:
		return strings.ToUpper(strconv.FormatBool(x)[:1]) + strconv.FormatBool(x)[1:]
	case string:
		return x
	}
	return ""
}

// children prints a field that holds nodes.
func (d *dumper) children(v reflect.Value, role string, depth int) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			item := v.Index(i)
			if item.Kind() == reflect.Interface && item.IsNil() {
				fmt.Fprintf(d, "%s%s%d absent\n", strings.Repeat(" ", depth), role, i)
				continue
			}
			d.children(item, role, depth)
		}
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return
		}
		if n, ok := v.Interface().(Node); ok {
			if _, isIdent := n.(*Ident); !isIdent {
				d.node(n, role, depth)
			}
		}
	}
}
