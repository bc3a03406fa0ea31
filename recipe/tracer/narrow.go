package tracer

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// Narrow is a kind of whole numbers of few bits, which NumPy and PyTorch compute modulo
// 2^Bits: 200 + 100 of np.uint8 is 44. The zero value is any other kind of elements.
type Narrow struct {
	Bits   int
	Signed bool
}

// narrowOf returns the kind of a name such as "uint8", zero where that is not narrow.
func narrowOf(name string) Narrow {
	switch name {
	case "uint8", "byte", "ByteTensor":
		return Narrow{8, false}
	case "int8", "CharTensor":
		return Narrow{8, true}
	case "uint16":
		return Narrow{16, false}
	case "int16", "short", "ShortTensor":
		return Narrow{16, true}
	case "uint32":
		return Narrow{32, false}
	}
	return Narrow{}
}

// NarrowKind is the dtype of a name such as "uint8".
func NarrowKind(name string) DType { return DType{graph.Int, narrowOf(name)} }

func (w Narrow) String() string {
	if w.Signed {
		return fmt.Sprintf("int%d", w.Bits)
	}
	return fmt.Sprintf("uint%d", w.Bits)
}

// bounds are the least and the greatest number of the kind.
func (w Narrow) bounds() (lo, hi float64) {
	size := math.Ldexp(1, w.Bits)
	if w.Signed {
		return -size / 2, size/2 - 1
	}
	return 0, size - 1
}

// width returns the narrow kind that a tensor's elements have.
func (t *Tracer) width(n *graph.Node) Narrow {
	if len(t.narrow) == 0 || n.Poisoned() || n.DType() != graph.Int {
		return Narrow{}
	}
	if w, ok := t.narrow[n]; ok {
		return w
	}
	switch name := n.Op().Name(); {
	case moves(n), name == "Max", name == "Min", name == "Gather":
		return t.width(n.In(0))
	case name == "Concat", name == "Where":
		parts := n.Inputs()
		if name == "Where" {
			parts = parts[1:] // without the condition
		}
		w := t.width(parts[0])
		if slices.ContainsFunc(parts, func(x *graph.Node) bool { return t.width(x) != w }) {
			w = Narrow{}
		}
		t.narrow[n] = w
		return w
	}
	return Narrow{}
}

// Narrowed returns n as whole numbers of a kind: those that do not fit few bits come around
// from the other end.
func (t *Tracer) Narrowed(n *graph.Node, w Narrow) *graph.Node {
	if n.Poisoned() || t.width(n) == w {
		return n
	}
	given := n
	if w == (Narrow{}) {
		n = t.Copy(n)
		t.narrow[n] = w
		return n
	}
	n = n.Cast(graph.Int)
	lo, hi := w.bounds()
	if r := n.Range(); r.Lo < lo || r.Hi > hi {
		size, from := hi-lo+1, n.Shift(-lo)
		n = from.Sub(from.Scale(1 / size).Floor().Scale(size)).Shift(lo).Cast(graph.Int)
		n.Declare(graph.Range{Interval: graph.Within(lo, hi)})
	}
	if n == given {
		n = t.Copy(n)
	}
	t.narrow[n] = w
	return n
}

// wrapped returns what is computed of two values, of which one may be narrow, as the kind
// that both have together.
func (t *Tracer) wrapped(n *graph.Node, at syntax.Span, operands ...Value) *graph.Node {
	if len(t.narrow) == 0 || n.Poisoned() {
		return n
	}
	var w Narrow
	for _, v := range operands {
		switch v := v.(type) {
		case *graph.Node:
			switch of := t.width(v); {
			case v.Poisoned() || v.DType() == graph.Bool:
			case of == Narrow{}:
				return n
			default:
				w = together(w, of)
			}
		case Bool, Int, None:
		default:
			return n
		}
	}
	if w == (Narrow{}) {
		return n
	}
	for _, v := range operands {
		if !t.fits(v, w, at) {
			return t.g.Poison(graph.Diagnostic{Code: CodeOverflow, Pos: t.Position(at), Message: outOfBounds(v, w)})
		}
	}
	return t.Narrowed(n, w)
}

// together is the kind of what is computed of two kinds.
func together(a, b Narrow) Narrow {
	switch {
	case a == (Narrow{}) || a == b:
		return b
	case a.Signed == b.Signed:
		return Narrow{max(a.Bits, b.Bits), a.Signed}
	case b.Signed:
		a, b = b, a
	}
	if a.Bits > b.Bits { // the signed one
		return a
	}
	if b.Bits == 8 {
		return Narrow{16, true}
	}
	return Narrow{}
}

// fits reports whether the whole numbers that v is or lists are all of a kind.
func (t *Tracer) fits(v Value, w Narrow, at syntax.Span) bool {
	switch v := v.(type) {
	case Int:
		lo, hi := w.bounds()
		f := v.Float64()
		return lo <= f && f <= hi
	case *List:
		t.work(at, len(v.Elems))
		return !slices.ContainsFunc(v.Elems, func(e Value) bool { return !t.fits(e, w, at) })
	case Tuple:
		return t.fits(&List{v}, w, at)
	}
	return true
}

func outOfBounds(v Value, w Narrow) string {
	if i, ok := v.(Int); ok {
		return fmt.Sprintf("Python integer %s out of bounds for %v", shorten(i.big.String()), w)
	}
	return fmt.Sprintf("a whole number is out of bounds for %v", w)
}

// computing are the functions that give as many bits as their arguments have.
var computing = []string{"add", "subtract", "sub", "multiply", "mul", "negative", "neg", "square", "power", "pow", "abs", "absolute", "floor_divide", "mod", "remainder", "dot", "matmul", "mm"}

// holding are the functions that make a tensor of Python's numbers.
var holding = []string{"array", "asarray", "tensor", "as_tensor", "full", "full_like", "constant"}

// ofWidth gives the result of a function as many bits as its dtype says, or its arguments
// have.
func (c *Call) ofWidth(n *graph.Node) *graph.Node {
	name := c.Fn.Name[strings.LastIndexByte(c.Fn.Name, '.')+1:]
	defer c.at(c.At)()
	if !c.dtyped {
		if len(c.Tracer.narrow) > 0 && slices.Contains(computing, name) {
			return c.wrapped(n, c.At, c.args[:min(2, len(c.args))]...)
		}
		return n
	}
	if n.Poisoned() || n.DType() != graph.Int {
		return n
	}
	if slices.Contains(holding, name) {
		for _, v := range c.args {
			if !c.fits(v, c.narrow, c.At) {
				c.Refuse(c.At, CodeOverflow, "%s", outOfBounds(v, c.narrow))
				return c.poisonedNode()
			}
		}
	}
	return c.Narrowed(n, c.narrow)
}
