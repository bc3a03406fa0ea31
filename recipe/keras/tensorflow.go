package keras

import (
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
)

// tfAliases are the names that TensorFlow's functions give their arguments.
var tfAliases = map[string]string{
	"input_tensor": "x", "tensor": "x", "t": "x", "input": "x", "features": "x", "value": "x", "values": "x", "a": "x", "b": "y", "keep_dims": "keepdims",
	"logits": "x", "dim": "axis", "multiples": "n", "perm": "pattern",
}

// tensorflow are the functions of tf, most of which tf.math has too.
func tensorflow() []*tracer.Builtin {
	transpose := func(c *tracer.Call) tracer.Value {
		x := c.TensorArg(0)
		if c.IsNone(1) {
			return c.Node(func() *graph.Node { return x.Transpose() })
		}
		order := c.AxesArg(1)
		return c.Node(func() *graph.Node { return x.Transpose(order...) })
	}
	rows := []ops.Function{
		{Signature: "reduce_prod(x, axis=None, keepdims=False)", Do: prod},
		{Signature: "reduce_any(x, axis=None, keepdims=False)", Do: ops.Reduce(ops.Any, ops.AnyKeep)},
		{Signature: "reduce_all(x, axis=None, keepdims=False)", Do: ops.Reduce(ops.All, ops.AllKeep)},
		{Signature: "reduce_euclidean_norm(x, axis=None, keepdims=False)", Do: func(c *tracer.Call) tracer.Value {
			x, axes, keep := c.TensorArg(0), c.AxesArg(1), c.Bool(2)
			return c.Node(func() *graph.Node { return ops.Norm(x, 2, axes, keep) })
		}},
		{Signature: "norm(x, ord='euclidean', axis=None, keepdims=False)", Do: norm},
		{Signature: "lgamma(x)", Do: ops.One((*graph.Node).Lgamma, nil)},
		{Signature: "digamma(x)", Do: ops.One((*graph.Node).Digamma, nil)},
		{Signature: "transpose(x, pattern=None)", Do: transpose},
		{Signature: "reverse(x, axis)", Do: reverse},
		{Signature: "gather(params, indices, axis=0, batch_dims=0)", Do: gather},
		{Signature: "fill(dims, value)", Do: func(c *tracer.Call) tracer.Value {
			v := c.TensorArg(1)
			return ops.OfShape(c, 0, v.BroadcastTo)
		}},
		{Signature: "zeros(shape, dtype=None)", Do: filled(0)},
		{Signature: "ones(shape, dtype=None)", Do: filled(1)},
		{Signature: "zeros_like(x, dtype=None)", Do: like(0)},
		{Signature: "ones_like(x, dtype=None)", Do: like(1)},
		{Signature: "constant(value, dtype=None, shape=None)", Do: tracer.Constant},
		{Signature: "convert_to_tensor(value, dtype=None)", Do: func(c *tracer.Call) tracer.Value { return ops.Array(c, 0, 1) }},
		{Signature: "Variable(initial_value, trainable=None, validate_shape=True, dtype=None, shape=None)", Do: func(c *tracer.Call) tracer.Value { return array(c, 0, 3) }},
		{Signature: "range(start, limit=None, delta=1, dtype=None)", Do: arange},
		{Signature: "size(x, out_type=None)", Do: size},
		{Signature: "shape(x, out_type=None)", Do: func(c *tracer.Call) tracer.Value { return shapeOf(c) }},
		{Signature: "rank(x)", Do: func(c *tracer.Call) tracer.Value { return tracer.NewInt(int64(c.TensorArg(0).Rank())) }},
		{Signature: "split(x, num_or_size_splits, axis=0)", Do: split},
		{Signature: "unstack(x, num=None, axis=0)", Do: func(c *tracer.Call) tracer.Value { return unstack(c, 2) }},
		{Signature: "pad(x, paddings, mode='CONSTANT', constant_values=0)", Do: pad},
		{Signature: "add_n(inputs)", Do: func(c *tracer.Call) tracer.Value {
			list := c.TensorsArg(0)
			return c.Node(func() *graph.Node {
				total := list[0]
				for _, x := range list[1:] {
					total = total.Add(x)
				}
				return total
			})
		}},
		{Signature: "matmul(x, y, transpose_a=False, transpose_b=False)", Do: func(c *tracer.Call) tracer.Value {
			x, y, turnX, turnY := c.TensorArg(0), c.TensorArg(1), c.Bool(2), c.Bool(3)
			return c.Node(func() *graph.Node {
				if turnX {
					x = ops.SwapAxes(x, -1, -2)
				}
				if turnY {
					y = ops.SwapAxes(y, -1, -2)
				}
				return ops.MatMul(x, y)
			})
		}},
		{Signature: "where(condition, x=None, y=None)", Do: where},
		{Signature: "boolean_mask(x, mask, axis=None)", Do: ops.Masked},
		{Signature: "is_tensor(x)", Do: isTensorValue},
		{Signature: "l2_normalize(x, axis=None, epsilon=1e-12)", Do: normalize},
		{Signature: "one_hot(indices, depth, on_value=None, off_value=None, axis=-1, dtype=None)", Do: oneHot},
		{Signature: "argsort(x, axis=-1, direction='ASCENDING')", Do: argsort},
		{Signature: "moments(x, axes, keepdims=False)", Do: moments},
	}
	for i := range rows {
		rows[i].Signature = rows[i].Signature[:len(rows[i].Signature)-1] + ", name=None)"
	}
	rows = append(rows,
		ops.Function{Signature: "function(func=None, **kwargs)", Do: func(c *tracer.Call) tracer.Value { return c.Arg(0) }},
		ops.Function{Signature: "print(*inputs, **kwargs)", Do: func(c *tracer.Call) tracer.Value { return tracer.None{} }},
		ops.Function{Signature: "name_scope(name)", Do: func(c *tracer.Call) tracer.Value { return nameScope{} }},
	)
	return ops.Table(tfAliases, rows...)
}

// nameScope is tf.name_scope("..."), which has no effect.
type nameScope struct{}

// TypeName implements [tracer.Named].
func (nameScope) TypeName() string { return "name_scope" }

// Enter implements [tracer.Manager].
func (nameScope) Enter(t *tracer.Tracer, at syntax.Span) (tracer.Value, func()) {
	return tracer.None{}, func() {}
}

func norm(c *tracer.Call) tracer.Value {
	x, axes, keep, p := c.TensorArg(0), c.AxesArg(2), c.Bool(3), 2.0
	switch v := c.Arg(1).(type) {
	case tracer.Str:
		c.Choice(1, "euclidean", "fro")
	case tracer.None:
	default:
		if f, ok := tracer.Number(v); ok && f > 0 {
			p = f
		} else {
			c.Want(1, "a number above 0")
		}
	}
	return c.Node(func() *graph.Node { return ops.Norm(x, p, axes, keep) })
}

func normalize(c *tracer.Call) tracer.Value {
	x, over, eps := c.TensorArg(0), c.AxesArg(1), c.Float(2)
	return c.Node(func() *graph.Node { return ops.Normalize(x, math.Sqrt(eps), over...) })
}

func gather(c *tracer.Call) tracer.Value {
	x, at, axis, batch := c.TensorArg(0), c.TensorArg(1), c.AxisArg(2), c.Int(3)
	if batch == 0 || !c.OK() {
		return c.Node(func() *graph.Node { return x.Gather(at, axis) })
	}
	if axis < 0 {
		axis += x.Rank()
	}
	if x.Rank() != 2 || at.Rank() != 1 || batch != 1 || axis != 1 {
		return c.Refuse(c.At, tracer.CodeUnsupported, "gather() with batch_dims picks one element of each row here: x [N K], indices [N], axis 1")
	}
	return c.Node(func() *graph.Node { return x.TakeAlong(at.ExpandDims(1), 1).Squeeze(1) })
}

func like(v float64) func(c *tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value {
		made := ops.Like(c, func(g *graph.Graph, s graph.Shape) *graph.Node { return ops.Filled(g, v, s) })
		n, ok := made.(*graph.Node)
		if !ok || c.IsNone(1) {
			return made
		}
		kind, _ := c.DTypeArg(1)
		return c.Node(func() *graph.Node { return n.Cast(kind) })
	}
}

func shapeOf(c *tracer.Call) tracer.Value {
	x := c.TensorArg(0)
	if !c.OK() || x.Poisoned() {
		return tracer.Poison
	}
	return ops.ShapeTuple(c, x)
}

// arange is range(limit) and range(start, limit, delta).
func arange(c *tracer.Call) tracer.Value {
	if n, ok := c.Arg(0).(tracer.Length); ok && c.IsNone(1) && c.OK() {
		return c.Node(func() *graph.Node { return c.Graph().Positions(n.Dim).Cast(graph.Int) })
	}
	start, end, step := 0.0, 0.0, c.Float(2)
	if c.IsNone(1) {
		end = c.Float(0)
	} else {
		start, end = c.Float(0), c.Float(1)
	}
	const most = 1 << 22
	var values []float64
	for x := start; c.OK() && (step > 0 && x < end || step < 0 && x > end) && len(values) <= most; x = start + float64(len(values))*step {
		values = append(values, x)
	}
	if c.OK() && (len(values) == 0 || len(values) > most) {
		c.RefuseArg(0, tracer.CodeLimit, "%s() makes at least 1 and at most %d elements", c.Fn.Name, most)
	}
	kind := max(ops.Kind(c.Arg(0)), ops.Kind(c.Arg(2)))
	if !c.IsNone(1) {
		kind = max(kind, ops.Kind(c.Arg(1)))
	}
	if len(c.Fn.Params()) > 3 && !c.IsNone(3) {
		kind, _ = c.DTypeArg(3)
	}
	return c.Node(func() *graph.Node { return c.Graph().Array([]int{len(values)}, values).Cast(kind) })
}

// fixedAxis returns an axis whose length does not depend on the batch.
func fixedAxis(c *tracer.Call, x *graph.Node, axis int) (at, length int, ok bool) {
	if !c.OK() || x.Poisoned() {
		return 0, 0, false
	}
	at = axis
	if at < 0 {
		at += x.Rank()
	}
	switch {
	case at < 0 || at >= x.Rank():
		c.Refuse(c.At, tracer.CodeIndex, "%s(): %v has no axis %d", c.Fn.Name, x.Shape(), axis)
	case x.Shape()[at].Depends():
		c.Report(c.At, c.TracedValue(c.Fn.Name+"()", "the number of rows of a batch", "the same along another axis"))
	case x.Shape()[at].Const > 4096:
		c.Refuse(c.At, tracer.CodeLimit, "%s() into %v pieces, above the limit of 4096", c.Fn.Name, x.Shape()[at])
	default:
		return at, x.Shape()[at].Const, true
	}
	c.Fail()
	return 0, 0, false
}

// split cuts into a number of equal pieces, or into pieces of given lengths.
func split(c *tracer.Call) tracer.Value {
	x, axis := c.TensorArg(0), c.AxisArg(2)
	at, length, ok := fixedAxis(c, x, axis)
	if !ok {
		return tracer.Poison
	}
	lengths := ops.Ints(c, 1)
	if n, single := c.Arg(1).(tracer.Int); single && c.OK() {
		if lengths[0] < 1 || length%lengths[0] != 0 {
			return c.Refuse(c.Span(1), tracer.CodeValue, "split(): %d elements cannot be cut into %v equal pieces", length, n)
		}
		each := length / lengths[0]
		lengths = make([]int, lengths[0])
		for i := range lengths {
			lengths[i] = each
		}
	}
	out, from := &tracer.List{}, 0
	for _, n := range lengths {
		start := from
		out.Elems = append(out.Elems, c.Node(func() *graph.Node { return x.Slice(at, graph.Fixed(start), graph.Fixed(start+n)) }))
		from += n
	}
	if c.OK() && from != length {
		return c.Refuse(c.Span(1), tracer.CodeValue, "split() into %v does not add up to the length %d of axis %d", lengths, length, axis)
	}
	return out
}

func unstack(c *tracer.Call, axisAt int) tracer.Value {
	x, axis := c.TensorArg(0), c.AxisArg(axisAt)
	at, length, ok := fixedAxis(c, x, axis)
	if !ok {
		return tracer.Poison
	}
	out := &tracer.List{}
	for i := range length {
		out.Elems = append(out.Elems, c.Node(func() *graph.Node { return x.Index(at, i) }))
	}
	return out
}

// pad takes a pair of lengths for each axis.
func pad(c *tracer.Call) tracer.Value {
	x, v := c.TensorArg(0), c.Float(3)
	if s, ok := c.Arg(2).(tracer.Str); !ok || s != "CONSTANT" && s != "constant" {
		c.Choice(2, "CONSTANT")
	}
	var pads [][2]int
	for _, row := range c.Elements(1) {
		pair, _ := row.(tracer.Tuple)
		if l, ok := row.(*tracer.List); ok {
			pair = l.Elems
		}
		if len(pair) != 2 {
			c.Want(1, "two lengths for each axis")
			break
		}
		before, okB := tracer.Dim(pair[0])
		after, okA := tracer.Dim(pair[1])
		if !okA || !okB || before.Depends() || after.Depends() {
			c.Want(1, "two lengths for each axis")
			break
		}
		pads = append(pads, [2]int{before.Const, after.Const})
	}
	return c.Node(func() *graph.Node { return ops.Pad(x, pads, v) })
}

func where(c *tracer.Call) tracer.Value {
	if c.IsNone(1) || c.IsNone(2) {
		return selects(c)
	}
	return tracer.Where(c)
}

// selects refuses what picks as many elements as the values say.
func selects(c *tracer.Call) tracer.Value {
	return c.Report(c.At, graph.Diagnostic{
		Code:    tracer.CodeUnsupported,
		Message: c.Fn.Name + "() picks as many elements as the values say, so its shape is only known while training runs",
		Fixes:   []string{"K.where(mask, x, 0), and a sum divided by K.sum(K.cast(mask, \"float32\"))"},
	})
}

// oneHot is a row of zeros and a one on the last axis, or another one.
func oneHot(c *tracer.Call) tracer.Value {
	x, k, on, off, axis := c.TensorArg(0), c.Int(1), 1.0, 0.0, c.AxisArg(4)
	if !c.IsNone(2) {
		on = c.Float(2)
	}
	if !c.IsNone(3) {
		off = c.Float(3)
	}
	return c.Node(func() *graph.Node {
		hot := x.OneHot(k)
		if on != 1 || off != 0 {
			hot = hot.Scale(on - off).Shift(off)
		}
		return ops.MoveAxis(hot, -1, axis)
	})
}

func argsort(c *tracer.Call) tracer.Value {
	x, axis, how := c.TensorArg(0), c.AxisArg(1), c.Choice(2, "ASCENDING", "DESCENDING")
	return c.Node(func() *graph.Node {
		if how == "DESCENDING" {
			x = x.Neg()
		}
		_, at := x.Sort(axis)
		return at
	})
}

// moments are mean and variance.
func moments(c *tracer.Call) tracer.Value {
	x, axes, keep := c.TensorArg(0), c.AxesArg(1), c.Bool(2)
	mean := c.Node(func() *graph.Node {
		if keep {
			return x.MeanKeep(axes...)
		}
		return x.Mean(axes...)
	})
	spread := c.Node(func() *graph.Node { return ops.Variance(0, false, keep)(x, axes...) })
	if tracer.Poisoned(mean) || tracer.Poisoned(spread) {
		return tracer.Poison
	}
	return tracer.Tuple{mean, spread}
}
