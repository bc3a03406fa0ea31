package tracer

import (
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/recipe/syntax"
)

// shapeOps are the functions that move elements or ask for shapes.
func shapeOps() []*Builtin {
	return []*Builtin{
		NewBuiltin("reshape(x, shape)", func(c *Call) Value { return c.Reshape(c.TensorArg(0), c.Arg(1), c.Span(1)) }),
		NewBuiltin("flatten(x)", func(c *Call) Value {
			x := c.TensorArg(0)
			return c.node(func() *graph.Node { return x.Reshape(-1) })
		}),
		NewBuiltin("expand_dims(x, axis=-1)", func(c *Call) Value {
			x, axis := c.TensorArg(0), c.AxisArg(1)
			return c.node(func() *graph.Node { return x.ExpandDims(axis) })
		}),
		NewBuiltin("squeeze(x, axis)", func(c *Call) Value {
			x, axis := c.TensorArg(0), c.AxisArg(1)
			return c.node(func() *graph.Node { return x.Squeeze(axis) })
		}),
		NewBuiltin("transpose(x)", func(c *Call) Value {
			x := c.TensorArg(0)
			return c.node(func() *graph.Node { return x.Transpose() })
		}),
		NewBuiltin("permute_dimensions(x, pattern)", func(c *Call) Value {
			x, order := c.TensorArg(0), c.AxesArg(1)
			return c.node(func() *graph.Node { return x.Transpose(order...) })
		}),
		NewBuiltin("stack(x, axis=0)", func(c *Call) Value {
			list, axis := c.TensorsArg(0), c.AxisArg(1)
			return c.node(func() *graph.Node {
				for i := range list {
					list[i] = list[i].ExpandDims(axis)
				}
				return graph.Concat(axis, list...)
			})
		}),
		Concatenate("concatenate(tensors, axis=-1)"),
		NewBuiltin("shape(x)", shapeOf), NewBuiltin("int_shape(x)", shapeOf),
		NewBuiltin("ndim(x)", func(c *Call) Value {
			x := c.TensorArg(0)
			if !c.OK() {
				return Poison
			}
			return NewInt(int64(x.Rank()))
		}),
		NewBuiltin("ones_like(x)", func(c *Call) Value { return c.filled(c.TensorArg(0), 1) }),
		NewBuiltin("zeros_like(x)", func(c *Call) Value { return c.filled(c.TensorArg(0), 0) }),
		NewBuiltin("ones(shape)", func(c *Call) Value { return c.constantOf(1) }),
		NewBuiltin("zeros(shape)", func(c *Call) Value { return c.constantOf(0) }),
		NewBuiltin("constant(value, dtype=None, shape=None)", Constant),
	}
}

// Concatenate returns a function that joins tensors along an axis.
func Concatenate(sig string) *Builtin {
	return NewBuiltin(sig, func(c *Call) Value {
		list, axis := c.TensorsArg(0), c.AxisArg(1)
		return c.node(func() *graph.Node { return graph.Concat(axis, list...) })
	})
}

func shapeOf(c *Call) Value {
	x := c.TensorArg(0)
	if !c.OK() {
		return Poison
	}
	defer c.at(c.At)()
	v, _ := c.tensorAttr(x, "shape", c.At)
	return v
}

// TensorsArg returns the tensors that argument i lists.
func (c *Call) TensorsArg(i int) []*graph.Node {
	list := c.Elements(i)
	if len(list) == 0 && c.OK() {
		c.Want(i, "at least one tensor")
		return nil
	}
	nodes := make([]*graph.Node, len(list))
	for k, v := range list {
		if Poisoned(v) {
			c.Fail()
			return nil
		}
		n, ok := c.Tensor(v, c.Span(i))
		if !ok {
			c.Want(i, "a list of tensors")
			return nil
		}
		nodes[k] = n
	}
	return nodes
}

// Reshape lays x out in the lengths that v lists, of which one may be -1.
func (c *Call) Reshape(x *graph.Node, v Value, at syntax.Span) Value {
	return c.ReshapeBy(x, v, at, (*graph.Node).ReshapeTo)
}

// ReshapeBy is Reshape by another way to lay a tensor out.
func (c *Call) ReshapeBy(x *graph.Node, v Value, at syntax.Span, lay func(*graph.Node, graph.Shape) *graph.Node) Value {
	if c.failed {
		return Poison
	}
	shape, ok := c.Shape(v, at)
	if !ok {
		return Poison
	}
	if f, ok := c.flattened(x, shape, c.At); ok {
		return f
	}
	return c.node(func() *graph.Node { return lay(x, shape) })
}

// Shape reads a list of lengths, or one length; -1 stands for the length that
// follows from the others, as None does.
func (t *Tracer) Shape(v Value, at syntax.Span) (graph.Shape, bool) {
	var parts []Value
	switch v := v.(type) {
	case *List, Tuple:
		parts, _ = t.elements(v, at)
	default:
		parts = []Value{v}
	}
	shape := graph.Shape{}
	for _, p := range parts {
		d, ok := Dim(p)
		switch {
		case isNone(p):
			d = graph.Infer
		case isTensor(p):
			t.Report(at, t.TracedValue("shape", "a length that the network computes", "a length that is known: an int, -1, or x.shape[0]"))
			return nil, false
		case !ok:
			t.Refuse(at, CodeType, "a shape is made of whole numbers, not %s", Describe(p))
			return nil, false
		case d.Const < 0 && !d.Depends() && d != graph.Infer:
			t.Refuse(at, CodeValue, "a shape has no negative lengths but -1, which follows from the others: %d", d.Const)
			return nil, false
		}
		shape = append(shape, d)
	}
	if _, err := limits.Elements("shape", slices.Collect(known(shape))); err != nil {
		t.Refuse(at, CodeLimit, "%s", err)
		return nil, false
	}
	return shape, true
}

// known yields the lengths of a shape for one row, -1 as 1.
func known(s graph.Shape) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for _, d := range s {
			n := d.At(1)
			if d == graph.Infer {
				n = 1
			}
			if !yield(n) {
				return
			}
		}
	}
}

// filled is a tensor of x's shape with one value.
func (c *Call) filled(x *graph.Node, v float64) Value {
	return c.node(func() *graph.Node {
		if x.Poisoned() {
			return x
		}
		return c.g.Const(v).BroadcastTo(x.Shape())
	})
}

func (c *Call) constantOf(v float64) Value {
	shape, ok := c.Shape(c.Arg(0), c.Span(0))
	if !ok {
		return Poison
	}
	return c.node(func() *graph.Node { return c.g.Const(v).BroadcastTo(shape) })
}

// Constant is K.constant: the value, repeated to a shape if one is given.
func Constant(c *Call) Value {
	x := c.TensorArg(0)
	if !c.OK() {
		return Poison
	}
	if !c.IsNone(1) {
		kind, ok := c.DTypeArg(1)
		if !ok {
			return Poison
		}
		restore := c.at(c.At)
		x = x.Cast(kind)
		restore()
	}
	if c.IsNone(2) {
		return x
	}
	shape, ok := c.Shape(c.Arg(2), c.Span(2))
	if !ok {
		return Poison
	}
	return c.node(func() *graph.Node {
		if size, _ := x.Shape().Size(); size.IsOne() {
			return x.Reshape().BroadcastTo(shape)
		}
		return x.ReshapeTo(shape)
	})
}

// DTypeArg returns argument i as a kind of elements.
func (c *Call) DTypeArg(i int) (graph.DType, bool) {
	switch v := c.Arg(i).(type) {
	case DType:
		c.narrow, c.dtyped = v.Narrow, true
		return v.DType, true
	case *Builtin: // bool, int, float
		if kind, ok := ParseDType(v.Name); ok && v.is != nil {
			c.dtyped = true
			return kind, true
		}
	case Str:
		if kind, ok := ParseDType(string(v)); ok {
			c.narrow, c.dtyped = narrowOf(string(v)), true
			return kind, true
		}
		c.Choice(i, "bool", "int32", "int64", "float16", "float32", "float64")
		return 0, false
	}
	c.Want(i, "a dtype such as \"float32\"")
	return 0, false
}
