package torch

import (
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/recipe/internal/layer"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// tensorMethods are the methods and attributes of PyTorch's tensors, but for backward.
func tensorMethods() []*tracer.Builtin {
	out := tensorFunctions()
	out = append(out, sharing(slices.Concat(shaping(), casting(), making(), attributes()))...)
	return append(out, inPlace()...)
}

// PairMethods are the attributes of PyTorch's pairs of values and indices.
func PairMethods() []*tracer.Builtin {
	part := func(name string, i int) *tracer.Builtin {
		return tracer.NewAttribute(name+"(self)", func(c *tracer.Call) tracer.Value {
			if pair, ok := c.Arg(0).(tracer.Tuple); ok && len(pair) == 2 {
				return pair[i]
			}
			return c.Refuse(c.At, graph.CodeUnknownWord, "a tuple has no %q", name)
		})
	}
	return []*tracer.Builtin{part("values", 0), part("indices", 1)}
}

// shaping are methods whose lengths are arguments of their own: x.view(n, -1).
func shaping() []*tracer.Builtin {
	lay := func(c *tracer.Call) tracer.Value { return c.Reshape(c.TensorArg(0), ops.Sizes(c), c.At) }
	show := func(c *tracer.Call) tracer.Value {
		return c.ReshapeBy(c.TensorArg(0), ops.Sizes(c), c.At, func(x *graph.Node, s graph.Shape) *graph.Node { return viewed(c, x, s) })
	}
	as := func(f func(x, y *graph.Node) *graph.Node) func(*tracer.Call) tracer.Value {
		return ops.Two(func(x, y *graph.Node) *graph.Node {
			if x.Poisoned() || y.Poisoned() {
				return x.Add(y)
			}
			return f(x, y)
		})
	}
	return ops.Table(aliases,
		ops.Function{Signature: "view(input, *shape)", Do: show},
		ops.Function{Signature: "reshape(input, *shape)", Do: lay},
		ops.Function{Signature: "view_as(input, other)", Do: func(c *tracer.Call) tracer.Value {
			return as(func(x, y *graph.Node) *graph.Node { return viewed(c, x, y.Shape()) })(c)
		}},
		ops.Function{Signature: "reshape_as(input, other)", Do: as(func(x, y *graph.Node) *graph.Node { return x.ReshapeTo(y.Shape()) })},
		ops.Function{Signature: "permute(input, *dims)", Do: func(c *tracer.Call) tracer.Value {
			x, order := c.TensorArg(0), []int{}
			for _, v := range ops.List(ops.Sizes(c)) {
				d, ok := tracer.Dim(v)
				if !ok || d.Depends() {
					return c.Refuse(c.At, tracer.CodeType, "permute() takes the numbers of axes, not %s", tracer.Describe(v))
				}
				if d.Const < 0 {
					d.Const += x.Rank()
				}
				order = append(order, d.Const)
			}
			return c.Node(func() *graph.Node { return x.Transpose(order...) })
		}},
		ops.Function{Signature: "expand(input, *sizes)", Do: expand},
		ops.Function{Signature: "expand_as(input, other)", Do: as(func(x, y *graph.Node) *graph.Node { return x.BroadcastTo(y.Shape()) })},
		ops.Function{Signature: "repeat(input, *sizes)", Do: func(c *tracer.Call) tracer.Value {
			x := c.TensorArg(0)
			times := ops.Times(c, ops.Sizes(c))
			return c.Node(func() *graph.Node { return ops.Tile(x, times) })
		}},
		ops.Function{Signature: "size(input, dim=None)", Do: size},
		ops.Function{Signature: "dim(input)", Do: func(c *tracer.Call) tracer.Value { return tracer.NewInt(int64(c.TensorArg(0).Rank())) }},
		ops.Function{Signature: "ndimension(input)", Do: func(c *tracer.Call) tracer.Value { return tracer.NewInt(int64(c.TensorArg(0).Rank())) }},
		ops.Function{Signature: "nelement(input)", Do: numel},
		ops.Function{Signature: "where(self, condition, other)", Do: func(c *tracer.Call) tracer.Value {
			x, condition, y := c.TensorArg(0), c.TensorArg(1), c.TensorArg(2)
			return c.Node(func() *graph.Node { return condition.Where(x, y) })
		}},
	)
}

// expand repeats axes of one; -1 keeps the length of an axis.
func expand(c *tracer.Call) tracer.Value {
	x := c.TensorArg(0)
	if !c.OK() || x.Poisoned() {
		return tracer.Poison
	}
	list := ops.List(ops.Sizes(c))
	shape := make(graph.Shape, len(list))
	for i, v := range list {
		d, ok := tracer.Dim(v)
		at := i - len(list) + x.Rank()
		switch {
		case !ok:
			return c.Refuse(c.At, tracer.CodeType, "expand() takes whole numbers, not %s", tracer.Describe(v))
		case d == graph.Infer && at >= 0:
			d = x.Shape()[at]
		}
		shape[i] = d
	}
	return c.Node(func() *graph.Node { return x.BroadcastTo(shape) })
}

func size(c *tracer.Call) tracer.Value {
	x := c.TensorArg(0)
	if !c.OK() || x.Poisoned() {
		return tracer.Poison
	}
	if c.IsNone(1) {
		return ops.ShapeTuple(c, x)
	}
	at := c.AxisArg(1)
	if at < 0 {
		at += x.Rank()
	}
	if c.OK() && (at < 0 || at >= x.Rank()) {
		return c.Refuse(c.At, tracer.CodeIndex, "size(): %v has no axis %d", x.Shape(), c.AxisArg(1))
	}
	if !c.OK() {
		return tracer.Poison
	}
	return c.LengthOf(x.Shape()[at])
}

// casting are methods that change the kind of elements, or nothing that matters here.
func casting() []*tracer.Builtin {
	var rows []ops.Function
	for _, k := range []struct {
		kind  graph.DType
		names []string // PyTorch's default first
	}{
		{graph.Float, []string{"float", "double", "half", "bfloat16"}}, {graph.Int, []string{"long", "int", "short", "byte"}}, {graph.Bool, []string{"bool"}},
	} {
		for i, name := range k.names {
			rows = append(rows, ops.Function{Signature: name + "(input)", Do: castKind(tracer.DType{DType: k.kind, Narrow: tracer.NarrowKind(name).Narrow}, i > 0)})
		}
	}
	for _, s := range []string{"cuda(input, device=None, non_blocking=False)", "cpu(input)", "numpy(input)", "requires_grad_(input, requires_grad=True)", "pin_memory(input)"} {
		rows = append(rows, ops.Function{Signature: s, Do: itself})
	}
	stop := ops.One((*graph.Node).StopGradient, nil)
	rows = append(rows,
		ops.Function{Signature: "detach(input)", Do: stop},
		ops.Function{Signature: "contiguous(input, *, memory_format=None)", Do: contiguous},
		ops.Function{Signature: "is_contiguous(input, *, memory_format=None)", Do: isContiguous},
		ops.Function{Signature: "to(input, *args, **kwargs)", Do: to},
		ops.Function{Signature: "type(input, dtype=None)", Do: func(c *tracer.Call) tracer.Value {
			if c.IsNone(1) {
				return tracer.Str("torch.FloatTensor")
			}
			return castTo(c, c.Arg(1))
		}},
		ops.Function{Signature: "type_as(input, other)", Do: ops.Two(func(x, y *graph.Node) *graph.Node { return x.Cast(y.DType()) })},
		ops.Function{Signature: "item(input)", Do: item},
		ops.Function{Signature: "tolist(input)", Do: toList},
	)
	return ops.Table(nil, rows...)
}

// to heeds a dtype, or a tensor whose kind is meant, and whether it copies, but no device.
func to(c *tracer.Call) tracer.Value {
	out, copies := itself(c), false
	for _, v := range c.Rest {
		switch v := v.(type) {
		case tracer.DType, *graph.Node:
			out = castTo(c, v)
		}
	}
	for _, k := range c.Extra {
		switch k.Name {
		case "dtype":
			out = castTo(c, k.Value)
		case "copy":
			copies, _ = tracer.Truth(k.Value)
		}
	}
	if n, ok := out.(*graph.Node); ok && copies {
		return c.Node(func() *graph.Node { return c.Copy(n) })
	}
	return out
}

func castTo(c *tracer.Call, v tracer.Value) tracer.Value {
	x := c.TensorArg(0)
	var kind graph.DType
	var bits tracer.Narrow
	switch v := v.(type) {
	case tracer.DType:
		kind = v.DType
		bits = v.Narrow
	case *graph.Node:
		kind = v.DType()
	case *tracer.Builtin: // torch.FloatTensor
		k, ok := tensorKinds[v.Name[lastDot(v.Name)+1:]]
		if !ok {
			return c.Refuse(c.At, tracer.CodeType, "%s is no kind of elements", v.Name)
		}
		kind, bits = k, tracer.NarrowKind(v.Name[lastDot(v.Name)+1:]).Narrow
	case tracer.Str:
		k, ok := tensorKinds[string(v)[lastDot(string(v))+1:]]
		if !ok {
			return c.Refuse(c.At, tracer.CodeType, "%q is no kind of elements", string(v))
		}
		kind, bits = k, tracer.NarrowKind(string(v)[lastDot(string(v))+1:]).Narrow
	default:
		return c.Refuse(c.At, tracer.CodeType, "%s is no kind of elements", tracer.Describe(v))
	}
	return c.Node(func() *graph.Node { return c.Narrowed(x.Cast(kind), bits) })
}

// tensorKinds are the kinds of the types that PyTorch had before dtypes.
var tensorKinds = map[string]graph.DType{
	"FloatTensor": graph.Float, "DoubleTensor": graph.Float, "HalfTensor": graph.Float, "Tensor": graph.Float,
	"LongTensor": graph.Int, "IntTensor": graph.Int, "ShortTensor": graph.Int, "ByteTensor": graph.Int, "BoolTensor": graph.Bool,
}

func lastDot(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '.' {
			return i
		}
	}
	return -1
}

// item is a number where it is known.
func item(c *tracer.Call) tracer.Value {
	x := c.TensorArg(0)
	if v, ok := c.Single(x, c.At); ok && c.OK() {
		return scalar(x.DType(), v)
	}
	return c.ReadOut("item()", "the tensor as it is")
}

func scalar(kind graph.DType, v float64) tracer.Value {
	switch kind {
	case graph.Bool:
		return tracer.Bool(v != 0)
	case graph.Int:
		return tracer.NewInt(int64(v))
	}
	return tracer.Float(v)
}

func toList(c *tracer.Call) tracer.Value {
	x := c.TensorArg(0)
	a, known := c.Known(x, c.At)
	if !known || !c.OK() {
		return c.ReadOut("tolist()", "the tensor as it is")
	}
	var nest func(dims []int, data []float64) tracer.Value
	nest = func(dims []int, data []float64) tracer.Value {
		if len(dims) == 0 {
			return scalar(x.DType(), data[0])
		}
		out, step := &tracer.List{}, graph.Size(dims[1:])
		for i := range dims[0] {
			out.Elems = append(out.Elems, nest(dims[1:], data[i*step:(i+1)*step]))
		}
		return out
	}
	return nest(a.Dims, a.Data)
}

// making are methods that make tensors of the same kind as another one.
func making() []*tracer.Builtin {
	of := func(v float64) func(*tracer.Call) tracer.Value {
		return func(c *tracer.Call) tracer.Value {
			kind := c.TensorArg(0).DType()
			return ops.ShapeOf(c, ops.Sizes(c), c.At, func(s graph.Shape) *graph.Node { return ops.Filled(c.Graph(), v, s).Cast(kind) })
		}
	}
	return ops.Table(nil,
		ops.Function{Signature: "new_zeros(input, *shape, dtype=None, device=None)", Do: of(0)},
		ops.Function{Signature: "new_ones(input, *shape, dtype=None, device=None)", Do: of(1)},
		ops.Function{Signature: "new_empty(input, *shape, dtype=None, device=None)", Do: of(0)},
		ops.Function{Signature: "new_full(input, size, fill_value, dtype=None, device=None)", Do: func(c *tracer.Call) tracer.Value {
			v := c.TensorArg(2)
			return ops.OfShape(c, 1, func(s graph.Shape) *graph.Node { return v.BroadcastTo(s) })
		}},
		ops.Function{Signature: "new_tensor(input, data, dtype=None, device=None)", Do: func(c *tracer.Call) tracer.Value { return ops.Array(c, 1, 2) }},
	)
}

// attributes are read without a call.
func attributes() []*tracer.Builtin {
	value := func(name string, v tracer.Value) *tracer.Builtin {
		return tracer.NewAttribute(name+"(input)", func(c *tracer.Call) tracer.Value { return v })
	}
	return []*tracer.Builtin{
		value("device", device{"cpu"}), value("is_cuda", tracer.Bool(false)),
		tracer.NewAttribute("requires_grad(input)", func(c *tracer.Call) tracer.Value {
			name, _ := c.TensorArg(0).InputName()
			return tracer.Bool(name != "y") // a target is data
		}),
		tracer.NewAttribute("data(input)", ops.One((*graph.Node).StopGradient, nil)),
		tracer.NewAttribute("mT(input)", ops.One(func(x *graph.Node) *graph.Node { return ops.SwapAxes(x, -1, -2) }, nil)),
	}
}

// inPlace are the methods that change a tensor: those that compute a new value have the
// name of the function that does, and an underscore.
func inPlace() []*tracer.Builtin {
	out := computedInPlace()
	// Of a weight they say how it starts.
	filling := func(signature string, start func(c *tracer.Call) graph.Initializer, value func(c *tracer.Call, s graph.Shape) *graph.Node) {
		out = append(out, tracer.NewBuiltin(signature, func(c *tracer.Call) tracer.Value {
			x := c.PlaceArg(0)
			how := start(c)
			if !c.OK() || x.Poisoned() {
				return tracer.Poison
			}
			if _, isParam := weightIn(x).Param(); isParam {
				return restart(c, how)
			}
			name := signature[:strings.IndexByte(signature, '(')] + "()"
			defer c.Graph().At(c.Position(c.At))()
			return c.Overwrite(x, value(c, x.Shape()), name, c.At)
		}))
	}
	filling("zero_(input)", func(c *tracer.Call) graph.Initializer { return nn.Constant(0) },
		func(c *tracer.Call, s graph.Shape) *graph.Node { return c.Graph().Const(0) })
	filling("fill_(input, value)", func(c *tracer.Call) graph.Initializer {
		if v, known := c.Single(c.Arg(1), c.At); known {
			return nn.Constant(v)
		}
		if _, isTensor := c.Arg(1).(*graph.Node); isTensor {
			return nil
		}
		return nn.Constant(c.Float(1))
	}, func(c *tracer.Call, s graph.Shape) *graph.Node { return c.TensorArg(1) })
	filling("normal_(input, mean=0.0, std=1.0)", func(c *tracer.Call) graph.Initializer { return layer.Normal{Mean: c.Float(1), SD: c.Float(2)} },
		func(c *tracer.Call, s graph.Shape) *graph.Node {
			return ops.Normal(c, "normal", s, c.Float(1), c.Float(2))
		})
	filling("uniform_(input, a=0.0, b=1.0)", func(c *tracer.Call) graph.Initializer { return layer.Between{Lo: c.Float(1), Hi: c.Float(2)} },
		func(c *tracer.Call, s graph.Shape) *graph.Node {
			return ops.Uniform(c, "uniform", s, c.Float(1), c.Float(2))
		})
	out = append(out, tracer.NewBuiltin("copy_(input, src, non_blocking=False)", func(c *tracer.Call) tracer.Value {
		x, v := c.PlaceArg(0), c.TensorArg(1)
		if !c.OK() {
			return tracer.Poison
		}
		return c.Overwrite(x, v, "copy_()", c.At)
	}))
	out = append(out, fillDiagonal())
	for _, name := range []string{"index_fill", "random", "bernoulli", "squeeze", "t", "transpose", "unsqueeze", "resize"} {
		out = append(out, tracer.NewBuiltin(name+"_(input, *args, **kwargs)", func(c *tracer.Call) tracer.Value { return changed(c, name) }))
	}
	return out
}

func changed(c *tracer.Call, name string) tracer.Value {
	receiver := "x"
	text := c.Text(c.At)
	for i := range text {
		if text[i] == '.' && len(text) > i+len(name)+1 && text[i+1:i+1+len(name)] == name {
			receiver = text[:i]
			break
		}
	}
	d := graph.Diagnostic{
		Code:    tracer.CodeType,
		Message: name + "_() changes a tensor in place, but a tensor is a value here",
		Notes:   []string{"would   change it for everything that was computed from it before, too, which a proof could not see."},
		Fixes:   []string{receiver + " = " + receiver + "." + name + "(...)"},
	}
	switch name {
	case "random", "bernoulli":
		d.Fixes = []string{receiver + " = torch.randn_like(" + receiver + ")"}
	case "index_fill":
		d.Fixes = []string{"a product with one-hot rows: (F.one_hot(index, 10).float() * x).sum(0)"}
	}
	return c.Report(c.At, d)
}
