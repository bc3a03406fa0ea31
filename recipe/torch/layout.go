package torch

import (
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// layout are functions that move elements, under torch and as methods of tensors.
func layout() []*tracer.Builtin {
	return ops.Table(aliases,
		ops.Function{Signature: "squeeze(input, dim=None)", Do: func(c *tracer.Call) tracer.Value {
			x, axes := c.TensorArg(0), c.AxesArg(1)
			return c.Node(func() *graph.Node { return ops.Squeeze(x, axes, true) })
		}},
		ops.Function{Signature: "unsqueeze(input, dim)", Do: ops.AlongAxis((*graph.Node).ExpandDims)},
		ops.Function{Signature: "flatten(input, start_dim=0, end_dim=-1)", Do: func(c *tracer.Call) tracer.Value {
			x, start, end := c.TensorArg(0), c.AxisArg(1), c.AxisArg(2)
			return c.Node(func() *graph.Node { return ops.FlattenFrom(x, start, end) })
		}},
		ops.Function{Signature: "ravel(input)", Do: ops.One(func(x *graph.Node) *graph.Node { return x.Reshape(-1) }, nil)},
		ops.Function{Signature: "transpose(input, dim0, dim1)", Do: swap},
		ops.Function{Signature: "swapaxes(input, axis0, axis1)", Do: swap},
		ops.Function{Signature: "movedim(input, source, destination)", Do: func(c *tracer.Call) tracer.Value {
			x, from, to := c.TensorArg(0), c.AxisArg(1), c.AxisArg(2)
			return c.Node(func() *graph.Node { return ops.MoveAxis(x, from, to) })
		}},
		ops.Function{Signature: "t(input)", Do: ops.One(func(x *graph.Node) *graph.Node { return x.Transpose() }, nil)},
		ops.Function{Signature: "flip(input, dims)", Do: func(c *tracer.Call) tracer.Value {
			x, axes := c.TensorArg(0), ops.Ints(c, 1)
			return c.Node(func() *graph.Node {
				for _, a := range axes {
					x = ops.Flip(x, a)
				}
				return x
			})
		}},
		ops.Function{Signature: "repeat_interleave(input, repeats, dim=None)", Do: func(c *tracer.Call) tracer.Value {
			x, times := c.TensorArg(0), c.Int(1)
			if c.IsNone(2) {
				return c.Node(func() *graph.Node { return ops.Repeat(x.Reshape(-1), times, 0) })
			}
			axis := c.AxisArg(2)
			return c.Node(func() *graph.Node { return ops.Repeat(x, times, axis) })
		}},
		ops.Function{Signature: "chunk(input, chunks, dim=0)", Do: chunk},
		ops.Function{Signature: "split(tensor, split_size_or_sections, dim=0)", Do: split},
		ops.Function{Signature: "unbind(input, dim=0)", Do: unbind},
		ops.Function{Signature: "narrow(input, dim, start, length)", Do: func(c *tracer.Call) tracer.Value {
			x, axis, start, n := c.TensorArg(0), c.AxisArg(1), c.Int(2), c.Int(3)
			return c.Node(func() *graph.Node { return x.Slice(axis, graph.Fixed(start), graph.Fixed(start+n)) })
		}},
		ops.Function{Signature: "gather(input, dim, index, *, sparse_grad=False)", Do: func(c *tracer.Call) tracer.Value {
			x, axis, index := c.TensorArg(0), c.AxisArg(1), c.TensorArg(2)
			return c.Node(func() *graph.Node { return x.TakeAlong(index, axis) })
		}},
		ops.Function{Signature: "index_select(input, dim, index)", Do: func(c *tracer.Call) tracer.Value {
			x, axis, index := c.TensorArg(0), c.AxisArg(1), c.TensorArg(2)
			return c.Node(func() *graph.Node { return x.Gather(index, axis) })
		}},
		ops.Function{Signature: "diagonal(input, offset=0, dim1=0, dim2=1)", Do: func(c *tracer.Call) tracer.Value {
			x, offset, first, second := c.TensorArg(0), c.Int(1), c.AxisArg(2), c.AxisArg(3)
			return c.Node(func() *graph.Node { return diagonal(c, x, offset, first, second) })
		}},
		ops.Function{Signature: "diag(input, diagonal=0)", Do: diag},
		ops.Function{Signature: "diag_embed(input)", Do: ops.One(ops.DiagonalMatrix, nil)},
		ops.Function{Signature: "trace(input)", Do: ops.One(func(x *graph.Node) *graph.Node { return ops.Diagonal(x, 0, 0, 1).Sum() }, nil)},
		ops.Function{Signature: "tril(input, diagonal=0)", Do: func(c *tracer.Call) tracer.Value {
			x, at := c.TensorArg(0), c.Int(1)
			return c.Node(func() *graph.Node { return ops.Triangle(x, math.MinInt32, at) })
		}},
		ops.Function{Signature: "triu(input, diagonal=0)", Do: func(c *tracer.Call) tracer.Value {
			x, at := c.TensorArg(0), c.Int(1)
			return c.Node(func() *graph.Node { return ops.Triangle(x, at, math.MaxInt32) })
		}},
		ops.Function{Signature: "clone(input, *, memory_format=None)", Do: func(c *tracer.Call) tracer.Value {
			x := c.TensorArg(0)
			return c.Node(func() *graph.Node { return c.Copy(x) })
		}},
		ops.Function{Signature: "numel(input)", Do: numel},
		ops.Function{Signature: "masked_select(input, mask)", Do: ops.Masked},
		ops.Function{Signature: "masked_fill(input, mask, value)", Do: func(c *tracer.Call) tracer.Value {
			x, mask, v := c.TensorArg(0), c.TensorArg(1), c.TensorArg(2)
			return c.Node(func() *graph.Node { return mask.Where(v, x) })
		}},
	)
}

// diagonal shows the elements at equal places of two axes.
func diagonal(c *tracer.Call, x *graph.Node, offset, first, second int) *graph.Node {
	again := func(x *graph.Node) *graph.Node { return ops.Diagonal(x, offset, first, second) }
	y := again(x)
	if x.Rank() != 2 || offset != 0 || y.Poisoned() {
		return c.Show(x, y, again, nil)
	}
	return c.Show(x, y, again, func(x, v *graph.Node) *graph.Node {
		return ops.Band(x.Graph(), x.Shape()[0], x.Shape()[1], 0, 0).Where(v.ExpandDims(-1), x)
	})
}

func swap(c *tracer.Call) tracer.Value {
	x, a, b := c.TensorArg(0), c.AxisArg(1), c.AxisArg(2)
	return c.Node(func() *graph.Node { return ops.SwapAxes(x, a, b) })
}

func itself(c *tracer.Call) tracer.Value {
	x := c.TensorArg(0)
	return c.Node(func() *graph.Node { return x })
}

// numel is a number, or a length of the batch.
func numel(c *tracer.Call) tracer.Value {
	x := c.TensorArg(0)
	if !c.OK() || x.Poisoned() {
		return tracer.Poison
	}
	size, ok := x.Shape().Size()
	if !ok {
		return c.Refuse(c.At, tracer.CodeValue, "numel() of %v: rows against rows have no number of elements that is a multiple of the batch", x.Shape())
	}
	return c.LengthOf(size)
}

// diag is the matrix with a vector on its diagonal, and the diagonal of a matrix.
func diag(c *tracer.Call) tracer.Value {
	x, offset := c.TensorArg(0), c.Int(1)
	if c.OK() && !x.Poisoned() && x.Rank() == 1 {
		if offset != 0 {
			return c.Refuse(c.At, tracer.CodeUnsupported, "diag() puts a vector on the main diagonal only, not on diagonal %d", offset)
		}
		return c.Node(func() *graph.Node { return ops.DiagonalMatrix(x) })
	}
	return c.Node(func() *graph.Node { return ops.Diagonal(x, offset, 0, 1) })
}

// fixedAxis returns an axis and its length, which must not depend on the batch.
func fixedAxis(c *tracer.Call, x *graph.Node, axis int) (at, length int, ok bool) {
	if !c.OK() || x.Poisoned() {
		return 0, 0, false
	}
	at = axis
	if at < 0 {
		at += x.Rank()
	}
	if at < 0 || at >= x.Rank() {
		c.Fail()
		c.Refuse(c.At, tracer.CodeIndex, "%s(): %v has no axis %d", c.Fn.Name, x.Shape(), axis)
		return 0, 0, false
	}
	d := x.Shape()[at]
	if d.Depends() {
		c.Fail()
		c.Report(c.At, c.TracedValue(c.Fn.Name+"()", "the number of rows of a batch", "the same along another axis"))
		return 0, 0, false
	}
	return at, d.Const, true
}

// pieces cuts a tensor into a tuple of tensors.
func pieces(c *tracer.Call, x *graph.Node, axis int, lengths []int) tracer.Value {
	if len(lengths) > 4096 {
		return c.Refuse(c.At, tracer.CodeLimit, "%s() into %d pieces, above the limit of 4096", c.Fn.Name, len(lengths))
	}
	var out tracer.Tuple
	at := 0
	for _, n := range lengths {
		from := at
		out = append(out, c.Node(func() *graph.Node { return x.Slice(axis, graph.Fixed(from), graph.Fixed(from+n)) }))
		at += n
	}
	return out
}

func chunk(c *tracer.Call) tracer.Value {
	x, n, axis := c.TensorArg(0), c.Int(1), c.AxisArg(2)
	at, length, ok := fixedAxis(c, x, axis)
	if !ok {
		return tracer.Poison
	}
	if n < 1 {
		c.RefuseArg(1, tracer.CodeValue, "chunk() makes 1 chunk or more, not %d", n)
		return tracer.Poison
	}
	return pieces(c, x, at, cut(length, (length+n-1)/n))
}

// cut lists the lengths of pieces of a size, of which the last may be shorter.
func cut(length, size int) (out []int) {
	for ; length > 0 && size > 0; length -= size {
		out = append(out, min(size, length))
	}
	return out
}

func split(c *tracer.Call) tracer.Value {
	x, axis := c.TensorArg(0), c.AxisArg(2)
	at, length, ok := fixedAxis(c, x, axis)
	if !ok {
		return tracer.Poison
	}
	lengths := ops.Ints(c, 1)
	if _, single := c.Arg(1).(tracer.Int); single && c.OK() {
		if lengths[0] < 1 {
			c.RefuseArg(1, tracer.CodeValue, "split() makes pieces of 1 or more, not %d", lengths[0])
			return tracer.Poison
		}
		lengths = cut(length, lengths[0])
	}
	total := 0
	for _, n := range lengths {
		total += n
	}
	if c.OK() && total != length {
		c.RefuseArg(1, tracer.CodeValue, "split() into %v does not add up to the length %d of axis %d", lengths, length, axis)
	}
	if !c.OK() {
		return tracer.Poison
	}
	return pieces(c, x, at, lengths)
}

func unbind(c *tracer.Call) tracer.Value {
	x, axis := c.TensorArg(0), c.AxisArg(1)
	at, length, ok := fixedAxis(c, x, axis)
	if !ok {
		return tracer.Poison
	}
	if length > 4096 {
		return c.Refuse(c.At, tracer.CodeLimit, "unbind() into %d pieces, above the limit of 4096", length)
	}
	out := tracer.Tuple{}
	for i := range length {
		out = append(out, c.Node(func() *graph.Node { return x.Index(at, i) }))
	}
	return out
}

// selects refuses what picks as many elements as the values say.
func selects(c *tracer.Call) tracer.Value {
	return c.Report(c.At, graph.Diagnostic{
		Code:    tracer.CodeUnsupported,
		Message: c.Fn.Name + "() picks as many elements as the values say, so its shape is only known while training runs",
		Fixes:   []string{"torch.where(mask, x, 0), and a sum divided by mask.float().sum()"},
	})
}
