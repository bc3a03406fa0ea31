package tracer

import (
	"fmt"
	"math"
	"strconv"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/recipe/syntax"
)

// at makes a place of the file the position of the nodes made until the returned
// function is called.
func (t *Tracer) at(at syntax.Span) (restore func()) { return t.g.At(t.Position(at)) }

// made counts the nodes that an operation added.
func (t *Tracer) made(n *graph.Node, at syntax.Span) Value {
	if n.Poisoned() {
		return Poison
	}
	if n.ID() >= t.config.Limits.Nodes {
		t.exceed(at, limits.Refusal{What: "nodes of the graph", Value: int64(n.ID() + 1), Limit: int64(t.config.Limits.Nodes)})
	}
	if t.lastGraph == t.g && n.ID() > t.lastNode {
		t.charge(at, nodeBytes*(n.ID()-t.lastNode))
	}
	if t.frozen && !t.changes.held[n] && n.DType() == graph.Float && len(n.Inputs()) > 0 && n.Op().Name() != "StopGradient" {
		n = n.StopGradient()
	}
	t.lastGraph, t.lastNode = t.g, n.ID()
	return n
}

// Frozen makes what is computed until leave is called a constant to derivatives, or, inside
// such a block, no longer.
func (t *Tracer) Frozen(frozen bool) (leave func()) {
	before := t.frozen
	t.frozen = frozen
	return func() { t.frozen = before }
}

// nameView calls a tensor that only moves elements by the text that made it, since
// its op's name says nothing: "y_pred[:, 0]" where Slice would be said.
func (t *Tracer) nameView(n *graph.Node, at syntax.Span) {
	const most = 30
	if text := t.Brief(at); len(text) <= most && !n.Poisoned() {
		switch n.Op().Name() {
		case "Reshape", "Slice", "Transpose":
			n.Named(text)
		}
	}
}

// Tensor makes a tensor of v: a number, a length, or a list of numbers becomes a
// constant. ok is false where v cannot be one; nothing is reported then.
func (t *Tracer) Tensor(v Value, at syntax.Span) (n *graph.Node, ok bool) {
	defer t.at(at)()
	switch v := v.(type) {
	case *graph.Node:
		v = t.changes.latest(v)
		if v.Graph() != t.g && !v.Poisoned() {
			return t.transplant(v, at), true
		}
		return v, true
	case Bool:
		f, _ := Number(v)
		return t.g.Const(f).Cast(graph.Bool), true
	case Int, Float:
		f, _ := Number(v)
		return t.g.Const(f), true
	case Length:
		return t.g.Count(v.Dim), true
	case *List, Tuple:
		return t.array(v, at)
	}
	return nil, false
}

// array makes a constant of nested lists of numbers, all rows of which have one length.
func (t *Tracer) array(v Value, at syntax.Span) (*graph.Node, bool) {
	var dims []int
	var data []float64
	var fill func(v Value, axis int) bool
	fill = func(v Value, axis int) bool {
		t.step(at)
		list, isList := v.(*List)
		tuple, isTuple := v.(Tuple)
		if isList {
			tuple = list.Elems
		}
		if !isList && !isTuple {
			f, ok := Number(v)
			t.charge(at, 8)
			data = append(data, f)
			return ok && axis == len(dims)
		}
		if axis >= limits.TensorRank {
			return false
		}
		if axis == len(dims) {
			if len(data) > 0 {
				return false
			}
			dims = append(dims, len(tuple))
		}
		if dims[axis] != len(tuple) {
			return false
		}
		for _, e := range tuple {
			if !fill(e, axis+1) {
				return false
			}
		}
		return true
	}
	if !fill(v, 0) || len(data) == 0 {
		return nil, false
	}
	return t.g.Array(dims, data), true
}

// binaryTensor makes the node of an operator, at the operator's place.
func (t *Tracer) binaryTensor(op syntax.Operator, a, b Value, at syntax.Span) Value {
	x, okX := t.operand(a, at)
	y, okY := t.operand(b, at)
	if !okX || !okY {
		return t.refuseOperands(op, a, b, at)
	}
	defer t.at(at)()
	var n *graph.Node
	switch op {
	case syntax.Add:
		n = x.Add(y)
	case syntax.Sub:
		n = x.Sub(y)
	case syntax.Mult:
		n = x.Mul(y)
	case syntax.Div:
		n = x.Div(y)
	case syntax.FloorDiv:
		n = x.Div(y).Floor()
	case syntax.Mod:
		n = x.Sub(x.Div(y).Floor().Mul(y))
	case syntax.Pow:
		if i, ok := b.(Int); ok && i.big.Sign() < 0 && wholeKinds(a, b) {
			return t.Refuse(at, CodeValue, "Integers to negative integer powers are not allowed.")
		}
		if n = x.Pow(y); n == x && t.changes.allowed {
			n = t.Copy(x)
		}
	case syntax.MatMult:
		n = x.MatMul(y)
	case syntax.BitAnd, syntax.BitOr, syntax.BitXor:
		if v, ok := t.logical(op, x, y, at); ok {
			n = v
		} else {
			return Poison
		}
	default:
		return t.refuseOperands(op, a, b, at)
	}
	switch op {
	case syntax.Add, syntax.Sub, syntax.Mult, syntax.FloorDiv, syntax.Mod, syntax.Pow:
		n = t.wrapped(n, at, a, b)
		if wholeKinds(a, b) {
			n = n.Cast(graph.Int)
		}
	}
	return t.made(n, at)
}

// wholeKinds reports whether arithmetic of two values gives whole numbers: of whole numbers,
// not only truth values.
func wholeKinds(a, b Value) bool {
	whole := false
	for _, v := range []Value{a, b} {
		switch v := v.(type) {
		case Bool:
		case Int:
			whole = true
		case *graph.Node:
			if v.DType() == graph.Float {
				return false
			}
			whole = whole || v.DType() == graph.Int
		default:
			return false
		}
	}
	return whole
}

// operand is Tensor for operators: lists are no numbers there.
func (t *Tracer) operand(v Value, at syntax.Span) (*graph.Node, bool) {
	switch v.(type) {
	case *List, Tuple:
		return nil, false
	}
	return t.Tensor(v, at)
}

// logical is &, | and ^, which hold between truth values.
func (t *Tracer) logical(op syntax.Operator, x, y *graph.Node, at syntax.Span) (*graph.Node, bool) {
	for _, n := range []*graph.Node{x, y} {
		if !n.Poisoned() && n.DType() != graph.Bool {
			t.Report(at, graph.Diagnostic{
				Code:    CodeType,
				Message: fmt.Sprintf("%s needs tensors of true and false, but %s is %s", op, n.Display(), dtypeWord(n.DType())),
				Fixes:   []string{"compare first: (a > 0.5) " + op.String() + " (b > 0.5)"},
			})
			return nil, false
		}
	}
	switch op {
	case syntax.BitAnd:
		return x.And(y), true
	case syntax.BitOr:
		return x.Or(y), true
	}
	return x.NotEqual(y), true
}

// compareTensor makes the node of a comparison, at the operator's place.
func (t *Tracer) compareTensor(op syntax.Operator, a, b Value, at syntax.Span) Value {
	if _, none := a.(None); none {
		return Bool(op == syntax.NotEq)
	}
	if _, none := b.(None); none {
		return Bool(op == syntax.NotEq)
	}
	x, okX := t.operand(a, at)
	y, okY := t.operand(b, at)
	if !okX || !okY {
		return t.Refuse(at, CodeType, "'%s' not supported between instances of '%s' and '%s'", op, TypeName(a), TypeName(b))
	}
	defer t.at(at)()
	var n *graph.Node
	switch op {
	case syntax.Eq:
		n = x.Equal(y)
	case syntax.NotEq:
		n = x.NotEqual(y)
	case syntax.Lt:
		n = x.Less(y)
	case syntax.LtE:
		n = x.LessEqual(y)
	case syntax.Gt:
		n = x.Greater(y)
	default:
		n = x.GreaterEqual(y)
	}
	return t.made(n, at)
}

func (t *Tracer) unaryTensor(op syntax.Operator, v *graph.Node, at, whole syntax.Span) Value {
	n, _ := t.Tensor(v, at)
	defer t.at(at)()
	switch op {
	case syntax.UAdd:
		return n
	case syntax.USub:
		return t.made(t.wrapped(n.Neg(), at, n), at)
	}
	if n.DType() != graph.Bool {
		return t.Report(at, graph.Diagnostic{
			Code:    CodeType,
			Message: fmt.Sprintf("~ needs a tensor of true and false, but %s is %s", n.Display(), dtypeWord(n.DType())),
			Fixes:   []string{"1 - " + t.Brief(syntax.Span{Start: at.End, End: whole.End})},
		})
	}
	return t.made(n.Not(), at)
}

// dtypeWord is the name that Keras gives a kind of elements.
func dtypeWord(d graph.DType) string {
	return map[graph.DType]string{graph.Bool: "bool", graph.Int: "int32", graph.Float: "float32"}[d]
}

// word is the name of the kind.
func (d DType) word() string {
	if d.Narrow != (Narrow{}) {
		return d.Narrow.String()
	}
	return dtypeWord(d.DType)
}

// ParseDType returns the kind of elements of a name such as "float32" or "int64".
func ParseDType(name string) (graph.DType, bool) {
	switch name {
	case "bool", "bool_":
		return graph.Bool, true
	case "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "int", "int_", "intc", "long", "longlong":
		return graph.Int, true
	case "float16", "float32", "float64", "bfloat16", "float", "double", "half", "single":
		return graph.Float, true
	}
	return 0, false
}

// castTo is a kind of elements as a function: np.float32(x) makes a number of a number,
// and a tensor of a tensor or of lists of numbers.
func castTo(kind DType) *Builtin {
	return NewBuiltin(kind.word()+"(x=0, /)", func(c *Call) Value {
		c.narrow, c.dtyped = kind.Narrow, true
		switch v := c.Arg(0).(type) {
		case Bool, Int, Float:
			f, _ := Number(v)
			switch {
			case kind.DType == graph.Bool:
				return Bool(f != 0)
			case kind.Narrow != (Narrow{}):
				n := c.g.Const(math.Trunc(f))
				if whole := NewInt(int64(f)); !c.fits(whole, kind.Narrow, c.At) {
					return c.Refuse(c.At, CodeOverflow, "%s", outOfBounds(whole, kind.Narrow))
				}
				return n.Cast(graph.Int)
			case kind.DType == graph.Int:
				return c.CallWith(c.builtins["int"], c.At, []Value{v}, nil)
			}
			return Float(f)
		}
		x := c.TensorArg(0)
		return c.node(func() *graph.Node { return x.Cast(kind.DType) })
	})
}

// tensor prints a tensor: its values where it has some, else its shape.
func (p *printer) tensor(n *graph.Node) {
	if p.values != nil && !n.Poisoned() {
		if a, ok := p.values(n); ok {
			p.array(a.Dims, a.Data, n.DType())
			return
		}
	}
	fmt.Fprintf(p, "<tensor %v %s>", n.Shape(), dtypeWord(n.DType()))
}

// array prints values as NumPy's lists, with the digits that a float32 has.
func (p *printer) array(dims []int, data []float64, kind graph.DType) {
	if p.full() {
		return
	}
	if len(dims) == 0 {
		switch {
		case kind == graph.Bool:
			p.repr(Bool(data[0] != 0), 0)
		case kind == graph.Int:
			fmt.Fprintf(p, "%.0f", data[0])
		default:
			short, _ := strconv.ParseFloat(strconv.FormatFloat(float64(float32(data[0])), 'g', -1, 32), 64)
			p.WriteString(floatRepr(short))
		}
		return
	}
	p.WriteByte('[')
	step := graph.Size(dims[1:])
	for i := range dims[0] {
		if i > 0 {
			p.WriteString(", ")
		}
		p.array(dims[1:], data[i*step:(i+1)*step], kind)
	}
	p.WriteByte(']')
}
