package torch

import (
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/tracer"
)

// views are the functions whose result shows elements of their first argument: what changes
// one changes the other.
var views = []string{
	"squeeze", "unsqueeze", "flatten", "ravel", "transpose", "swapaxes", "movedim", "t", "permute", "chunk", "split", "unbind", "narrow", "select",
	"view", "reshape", "view_as", "reshape_as", "unflatten", "expand", "expand_as", "broadcast_to", "detach", "data", "mT",
}

// passing are the functions that may give an argument back as it is, or no tensor at all.
var passing = []string{
	"diagonal", "clone", "contiguous", "cuda", "cpu", "numpy", "requires_grad_", "pin_memory", "to", "type", "type_as", "float", "double", "half", "bfloat16",
	"long", "int", "short", "byte", "bool", "as_tensor", "from_numpy", "zero_", "fill_", "compile",
}

// sharing says of functions what their results have to do with their arguments: most make
// a tensor of their own, but for those that are told where.
func sharing(list []*tracer.Builtin) []*tracer.Builtin {
	for _, b := range list {
		switch {
		case slices.Contains(views, b.Name):
			b.Result = tracer.Shown
		case !slices.Contains(passing, b.Name) && !slices.ContainsFunc(b.Params(), func(p tracer.Param) bool { return p.Name == "inplace" }):
			b.Result = tracer.Own
		}
	}
	return list
}

// castKind is a method that casts to a kind of elements.
func castKind(kind tracer.DType, copies bool) func(c *tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value {
		x := c.TensorArg(0)
		return c.Node(func() *graph.Node { return c.Narrowed(cast(c, x, kind.DType, copies), kind.Narrow) })
	}
}

// cast is x with elements of another kind, x itself where they are of that kind, and a copy
// where the kind has another number of bits than PyTorch's default: 32 of floats, 64 of
// whole numbers.
func cast(c *tracer.Call, x *graph.Node, kind graph.DType, copies bool) *graph.Node {
	if copies && !x.Poisoned() && x.DType() == kind {
		return c.Copy(x)
	}
	return x.Cast(kind)
}

// contiguous gives x, or, where its elements do not lie in order, a copy.
func contiguous(c *tracer.Call) tracer.Value {
	x := c.TensorArg(0)
	if inOrder, known := c.Contiguous(x); known && !inOrder && c.OK() {
		return c.Node(func() *graph.Node { return c.Packed(x) })
	}
	return itself(c)
}

// isContiguous is a truth that is known of most tensors.
func isContiguous(c *tracer.Call) tracer.Value {
	x := c.TensorArg(0)
	if !c.OK() || x.Poisoned() {
		return tracer.Poison
	}
	inOrder, known := c.Contiguous(x)
	if !known {
		return c.Refuse(c.At, tracer.CodeUnsupported, "is_contiguous() of %s: how it lies in memory is not known here", x.Display())
	}
	return tracer.Bool(inOrder)
}

// viewed is a view in another shape, which PyTorch makes only where the elements lie in order.
func viewed(c *tracer.Call, x *graph.Node, shape graph.Shape) *graph.Node {
	y := x.ReshapeTo(shape)
	if y.Poisoned() || c.Viewable(x, y.Shape()) {
		return y
	}
	return c.Graph().Poison(graph.Diagnostic{
		Code:    graph.CodeShape,
		Message: "view size is not compatible with input tensor's size and stride: the elements of " + x.Display() + " do not lie in order",
		Notes:   graph.Columns([]string{x.Display(), x.Shape().String(), x.Origin()}, []string{"view", y.Shape().String()}),
		Fixes:   []string{"reshape in the place of view, which copies where it must", "or .contiguous().view(...)"},
	})
}
