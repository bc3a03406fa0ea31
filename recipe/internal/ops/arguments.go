package ops

import (
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
)

// Function is a row of a table of functions: a signature and what it does.
type Function struct {
	Signature string
	Do        func(c *tracer.Call) tracer.Value
}

// Table makes functions of rows. Aliases are other names of keywords that all of them
// take.
func Table(aliases map[string]string, rows ...Function) []*tracer.Builtin {
	out := make([]*tracer.Builtin, len(rows))
	for i, r := range rows {
		out[i] = tracer.NewBuiltin(r.Signature, r.Do)
		out[i].Aliases = aliases
	}
	return out
}

// One is a function of one tensor; a number stays a number where number says how.
func One(node func(*graph.Node) *graph.Node, number func(float64) float64) func(*tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value {
		if number != nil {
			return c.Elementwise(node, number)
		}
		x := c.TensorArg(0)
		return c.Node(func() *graph.Node { return node(x) })
	}
}

// Two is a function of two tensors or numbers.
func Two(node func(a, b *graph.Node) *graph.Node) func(*tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value {
		a, b := c.TensorArg(0), c.TensorArg(1)
		return c.Node(func() *graph.Node { return node(a, b) })
	}
}

// Reduce is a function (x, axis, keepdims).
func Reduce(drop, keep Reduction) func(*tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value {
		x, axes, keepdims := c.TensorArg(0), c.AxesArg(1), c.Bool(2)
		return c.Node(func() *graph.Node {
			if keepdims {
				return keep(x, axes...)
			}
			return drop(x, axes...)
		})
	}
}

// AlongAxis is a function (x, axis).
func AlongAxis(node func(x *graph.Node, axis int) *graph.Node) func(*tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value {
		x, axis := c.TensorArg(0), c.AxisArg(1)
		return c.Node(func() *graph.Node { return node(x, axis) })
	}
}

// OfShape makes a tensor from the shape that argument i lists.
func OfShape(c *tracer.Call, i int, make func(graph.Shape) *graph.Node) tracer.Value {
	return ShapeOf(c, c.Arg(i), c.Span(i), make)
}

// ShapeOf is OfShape for a shape that is no single argument.
func ShapeOf(c *tracer.Call, v tracer.Value, at syntax.Span, make func(graph.Shape) *graph.Node) tracer.Value {
	if !c.OK() {
		return tracer.Poison
	}
	shape, ok := c.Shape(v, at)
	if !ok {
		return tracer.Poison
	}
	return c.Node(func() *graph.Node { return make(shape) })
}

// Sizes returns what *size holds: lengths, or one list of them.
func Sizes(c *tracer.Call) tracer.Value {
	if len(c.Rest) == 1 {
		switch c.Rest[0].(type) {
		case *tracer.List, tracer.Tuple:
			return c.Rest[0]
		}
	}
	return tracer.Tuple(c.Rest)
}

// List returns the elements of a list or tuple.
func List(v tracer.Value) []tracer.Value {
	if l, ok := v.(*tracer.List); ok {
		return l.Elems
	}
	list, _ := v.(tracer.Tuple)
	return list
}

// Kind returns the kind of elements that NumPy and PyTorch give nested lists of
// numbers: bools, whole numbers, or floats where there is one.
func Kind(v tracer.Value) graph.DType {
	switch v := v.(type) {
	case tracer.Bool:
		return graph.Bool
	case tracer.Int:
		return graph.Int
	case *graph.Node:
		return v.DType()
	case *tracer.List:
		return kindOf(v.Elems)
	case tracer.Tuple:
		return kindOf(v)
	}
	return graph.Float
}

func kindOf(list []tracer.Value) graph.DType {
	if len(list) == 0 {
		return graph.Float
	}
	kind := graph.Bool
	for _, v := range list {
		kind = max(kind, Kind(v))
	}
	return kind
}

// Array makes a tensor of argument i, with the kind of elements that it has unless
// argument dtype says another; dtype is negative where there is none.
func Array(c *tracer.Call, i, dtype int) tracer.Value {
	x := tensorOf(c, c.Arg(i), c.Span(i))
	if x == nil {
		c.Want(i, "numbers, or lists of them of equal lengths")
		return tracer.Poison
	}
	kind := Kind(c.Arg(i))
	if dtype >= 0 && !c.IsNone(dtype) {
		var ok bool
		if kind, ok = c.DTypeArg(dtype); !ok {
			return tracer.Poison
		}
	}
	return c.Node(func() *graph.Node { return x.Cast(kind) })
}

// tensorOf makes a tensor of numbers, or of lists that hold numbers or tensors; nil
// where v is neither.
func tensorOf(c *tracer.Call, v tracer.Value, at syntax.Span) *graph.Node {
	if n, ok := c.Tensor(v, at); ok {
		return n
	}
	var list []tracer.Value
	switch v := v.(type) {
	case *tracer.List:
		list = v.Elems
	case tracer.Tuple:
		list = v
	}
	var parts []*graph.Node
	for _, e := range list {
		n := tensorOf(c, e, at)
		if n == nil {
			return nil
		}
		parts = append(parts, n)
	}
	if parts == nil {
		return nil
	}
	var out *graph.Node
	c.Node(func() *graph.Node { out = Stack(0, parts...); return out })
	return out
}

// Like makes a tensor of the shape of argument 0.
func Like(c *tracer.Call, make func(g *graph.Graph, s graph.Shape) *graph.Node) tracer.Value {
	x := c.TensorArg(0)
	return c.Node(func() *graph.Node {
		if x.Poisoned() {
			return x
		}
		return make(c.Graph(), x.Shape())
	})
}

// Filled is a tensor with one value.
func Filled(g *graph.Graph, v float64, shape graph.Shape) *graph.Node {
	return g.Const(v).BroadcastTo(shape)
}

// Normal draws from N(mean, sd²).
func Normal(c *tracer.Call, name string, shape graph.Shape, mean, sd float64) *graph.Node {
	n := c.Random(name, graph.StandardNormal, shape)
	if sd != 1 {
		n = n.Scale(sd)
	}
	if mean != 0 {
		n = n.Shift(mean)
	}
	return n
}

// Uniform draws from [lo, hi).
func Uniform(c *tracer.Call, name string, shape graph.Shape, lo, hi float64) *graph.Node {
	n := c.Random(name, graph.StandardUniform, shape)
	if hi-lo != 1 {
		n = n.Scale(hi - lo)
	}
	if lo != 0 {
		n = n.Shift(lo)
	}
	return n
}

// Whole draws whole numbers from lo up to, not with, hi.
func Whole(c *tracer.Call, name string, shape graph.Shape, lo, hi int) *graph.Node {
	return Uniform(c, name, shape, 0, float64(hi-lo)).Floor().Shift(float64(lo)).Cast(graph.Int)
}

// Times reads how often each axis is repeated: whole numbers or lengths of the batch.
func Times(c *tracer.Call, v tracer.Value) []graph.Dim {
	list := List(v)
	if _, single := tracer.Dim(v); single {
		list = []tracer.Value{v}
	}
	out := make([]graph.Dim, len(list))
	for i, v := range list {
		d, ok := tracer.Dim(v)
		if !ok {
			c.Refuse(c.At, tracer.CodeType, "%s() takes whole numbers, not %s", c.Fn.Name, tracer.Describe(v))
			c.Fail()
		}
		out[i] = d
	}
	return out
}

// Ints returns the numbers that argument i lists; a single one is a list of it.
func Ints(c *tracer.Call, i int) []int {
	switch c.Arg(i).(type) {
	case *tracer.List, tracer.Tuple:
	default:
		return []int{c.Int(i)}
	}
	var out []int
	for _, v := range c.Elements(i) {
		n, ok := v.(tracer.Int)
		k, small := int64(0), false
		if ok {
			k, small = n.Int64()
		}
		if !small || k != int64(int32(k)) {
			c.Want(i, "whole numbers")
			return nil
		}
		out = append(out, int(k))
	}
	return out
}

// Pair returns the two numbers that argument i lists; a single one stands for both.
func Pair(c *tracer.Call, i int) [2]int {
	list := Ints(c, i)
	switch len(list) {
	case 1:
		return [2]int{list[0], list[0]}
	case 2:
		return [2]int{list[0], list[1]}
	}
	if c.OK() {
		c.Want(i, "one or two whole numbers")
	}
	return [2]int{}
}

// ShapeTuple is the shape of x as a tuple of ints and lengths of the batch.
func ShapeTuple(c *tracer.Call, x *graph.Node) tracer.Tuple {
	out := make(tracer.Tuple, x.Rank())
	for i, d := range x.Shape() {
		out[i] = c.LengthOf(d)
	}
	return out
}
