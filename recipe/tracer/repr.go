package tracer

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/recipe/syntax"
)

// maxNested is how deep values inside one another are printed and compared; a
// list may hold itself.
const maxNested = 100

// maxText is the most bytes that one value is printed with: a few lists that share
// their elements print as more text than fits any memory.
const maxText = 4 << 20

// printer writes values, up to max bytes.
type printer struct {
	strings.Builder
	max    int
	values func(*graph.Node) (graph.Array, bool) // the values of a tensor that has some
}

func (p *printer) full() bool { return p.Len() > p.max }

// Repr returns Python's repr(v), cut after 64 KiB.
func Repr(v Value) string {
	p := printer{max: 64 << 10}
	p.repr(v, 0)
	return p.String()
}

// repr is Python's repr(v), charged to the budget.
func (t *Tracer) repr(v Value, at syntax.Span) string {
	p := printer{max: maxText, values: func(n *graph.Node) (graph.Array, bool) { return t.Value(n, at) }}
	p.repr(v, 0)
	if p.full() {
		t.exceed(at, limits.Refusal{What: "text of one value", Limit: maxText, Unit: limits.Bytes})
	}
	t.charge(at, 3*p.Len()) // the text grows by doubling
	t.work(at, p.Len())
	return p.String()
}

// str is Python's str(v), charged to the budget.
func (t *Tracer) str(v Value, at syntax.Span) string {
	switch v := v.(type) {
	case Str:
		return string(v)
	case *Instance:
		if args, ok := v.exceptionArgs(); ok && len(args) == 1 {
			return t.str(args[0], at)
		} else if ok && len(args) == 0 {
			return ""
		} else if ok {
			return t.repr(args, at)
		}
	}
	return t.repr(v, at)
}

func (b *printer) repr(v Value, depth int) {
	if b.full() {
		return
	}
	if depth > maxNested {
		b.WriteString("...")
		return
	}
	switch v := v.(type) {
	case None:
		b.WriteString("None")
	case Ellipsis:
		b.WriteString("Ellipsis")
	case Bool:
		if v {
			b.WriteString("True")
		} else {
			b.WriteString("False")
		}
	case Int:
		b.WriteString(v.big.String())
	case Float:
		b.WriteString(floatRepr(float64(v)))
	case Str:
		b.WriteString(strRepr(string(v)))
	case Tuple:
		b.WriteByte('(')
		b.list(v, depth)
		if len(v) == 1 {
			b.WriteByte(',')
		}
		b.WriteByte(')')
	case *List:
		b.WriteByte('[')
		b.list(v.Elems, depth)
		b.WriteByte(']')
	case *Set:
		if v.dict.Len() == 0 {
			b.WriteString("set()")
			return
		}
		b.WriteByte('{')
		b.list((&dictView{v.dict, "keys"}).elems(), depth)
		b.WriteByte('}')
	case *Dict:
		b.WriteByte('{')
		first := true
		v.Each(func(key, val Value) {
			if !first {
				b.WriteString(", ")
			}
			first = false
			b.repr(key, depth+1)
			b.WriteString(": ")
			b.repr(val, depth+1)
		})
		b.WriteByte('}')
	case *dictView:
		fmt.Fprintf(b, "dict_%s([", v.what)
		b.list(v.elems(), depth)
		b.WriteString("])")
	case Range:
		if v.Step == 1 {
			fmt.Fprintf(b, "range(%d, %d)", v.Start, v.Stop)
		} else {
			fmt.Fprintf(b, "range(%d, %d, %d)", v.Start, v.Stop, v.Step)
		}
	case Slice:
		b.WriteString("slice(")
		b.list([]Value{v.Start, v.Stop, v.Step}, depth)
		b.WriteByte(')')
	default:
		b.object(v, depth)
	}
}

// object prints values that Python prints with an address, which would
// differ from run to run, without it.
func (b *printer) object(v Value, depth int) {
	switch v := v.(type) {
	case *Function:
		fmt.Fprintf(b, "<function %s>", v.name)
	case *Method:
		fmt.Fprintf(b, "<bound method %s>", callableName(v))
	case *Builtin:
		if v.is != nil {
			fmt.Fprintf(b, "<class '%s'>", v.Name)
		} else {
			fmt.Fprintf(b, "<built-in function %s>", v.Name)
		}
	case *Class:
		fmt.Fprintf(b, "<class '%s'>", v.Name)
	case *Instance:
		if args, ok := v.exceptionArgs(); ok {
			b.WriteString(v.Class.Name + "(")
			b.list(args, depth)
			b.WriteByte(')')
			return
		}
		fmt.Fprintf(b, "<%s object>", v.Class.Name)
	case *Module:
		fmt.Fprintf(b, "<module '%s'>", v.Name)
	case *graph.Node:
		b.tensor(v)
	case Length:
		b.WriteString(v.Dim.String())
	case DType:
		b.WriteString(strRepr(v.word()))
	case fmt.Stringer:
		b.WriteString(v.String())
	default:
		fmt.Fprintf(b, "<%s object>", TypeName(v))
	}
}

func (b *printer) list(elems []Value, depth int) {
	for i, e := range elems {
		if i > 0 {
			b.WriteString(", ")
		}
		b.repr(e, depth+1)
	}
}

// floatRepr is the shortest text that reads back as f, as Python writes it.
func floatRepr(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 0):
		return strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(f, 'g', -1, 64)), "+")
	}
	e := strconv.FormatFloat(f, 'e', -1, 64)
	exp, _ := strconv.Atoi(e[strings.IndexByte(e, 'e')+1:])
	if exp < -4 || exp >= 16 {
		return e
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// strRepr quotes as Python does: single quotes unless only those occur inside.
func strRepr(s string) string {
	quote := '\''
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	var b strings.Builder
	b.WriteRune(quote)
	for _, r := range s {
		switch {
		case r == quote || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == ' ' || unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteRune(quote)
	return b.String()
}
