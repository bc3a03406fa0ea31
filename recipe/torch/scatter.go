package torch

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// scattering are the functions that put values at positions that a tensor holds.
func scattering() []*tracer.Builtin {
	return ops.Table(aliases,
		ops.Function{Signature: "scatter(input, dim, index, src=None, value=None, *, reduce=None)", Do: scatter},
		ops.Function{Signature: "scatter_add(input, dim, index, src)", Do: func(c *tracer.Call) tracer.Value {
			x, axis, index, src := c.TensorArg(0), c.AxisArg(1), c.TensorArg(2), c.TensorArg(3)
			return c.Node(func() *graph.Node {
				at, hot, values, refused := scattered(c, x, axis, index, src)
				if refused != nil {
					return refused
				}
				return x.Add(ops.MoveAxis(hot.Cast(graph.Float).Mul(values.ExpandDims(-1)).Sum(-2), -1, at).Cast(x.DType()))
			})
		}},
		ops.Function{Signature: "index_add(input, dim, index, source, *, alpha=1)", Do: func(c *tracer.Call) tracer.Value {
			x, axis, index, src, alpha := c.TensorArg(0), c.AxisArg(1), c.TensorArg(2), c.TensorArg(3), c.Float(4)
			return c.Node(func() *graph.Node {
				if x.Poisoned() || index.Poisoned() || src.Poisoned() {
					return x.Add(index).Add(src)
				}
				if index.Rank() != 1 || src.Rank() != x.Rank() {
					return refuseScatter(c, x, index, src)
				}
				at, k, ok := fixedAxis(c, x, axis)
				if !ok {
					return refuseScatter(c, x, index, src)
				}
				sums := ops.MatMul(ops.MoveAxis(src.Scale(alpha), at, -1), index.OneHot(k))
				return x.Add(ops.MoveAxis(sums, -1, at).Cast(x.DType()))
			})
		}},
	)
}

// scattered returns, with the axis as the last one, which position of it each element of
// index means, [... L K], and the values, [... L].
func scattered(c *tracer.Call, x *graph.Node, axis int, index, src *graph.Node) (at int, hot, values, refused *graph.Node) {
	if x.Poisoned() || index.Poisoned() || src.Poisoned() {
		return 0, nil, nil, c.Graph().Const(0).Add(x).Add(index).Add(src)
	}
	at, k, ok := fixedAxis(c, x, axis)
	if !ok || index.Rank() != x.Rank() || src.Rank() != 0 && !src.Shape().Equal(index.Shape()) {
		return 0, nil, nil, refuseScatter(c, x, index, src)
	}
	for i, d := range x.Shape() {
		if i != at && d != index.Shape()[i] {
			return 0, nil, nil, refuseScatter(c, x, index, src)
		}
	}
	if src.Rank() == 0 {
		src = src.BroadcastTo(index.Shape())
	}
	return at, ops.MoveAxis(index, at, -1).OneHot(k), ops.MoveAxis(src, at, -1), nil
}

func refuseScatter(c *tracer.Call, x, index, src *graph.Node) *graph.Node {
	return c.Graph().Poison(graph.Diagnostic{
		Code:    tracer.CodeUnsupported,
		Message: c.Fn.Name + "() takes an index, and values, of the input's shape but for the axis, whose length does not depend on the batch",
		Notes:   graph.Columns([]string{"input", x.Shape().String()}, []string{"index", index.Shape().String()}, []string{"values", src.Shape().String()}),
		Fixes:   []string{"for one-hot rows: F.one_hot(index, 10).float()"},
	})
}

// mostScattered bounds the elements of an index that are written one after the other.
const mostScattered = 64

// scatter writes values, the later ones over the earlier; of one number all at once.
func scatter(c *tracer.Call) tracer.Value {
	x, axis, index := c.TensorArg(0), c.AxisArg(1), c.TensorArg(2)
	from := 3
	if c.IsNone(3) {
		from = 4
	}
	src := c.TensorArg(from)
	if !c.IsNone(5) && c.OK() {
		c.RefuseArg(5, tracer.CodeUnsupported, "reduce is not supported: scatter_add adds")
	}
	return c.Node(func() *graph.Node {
		at, hot, values, refused := scattered(c, x, axis, index, src)
		if refused != nil {
			return refused
		}
		last := ops.MoveAxis(x, at, -1)
		if src.Rank() == 0 {
			return ops.MoveAxis(hot.ReduceMax(-2).Cast(graph.Bool).Where(src.Cast(x.DType()), last), -1, at)
		}
		length := values.Shape()[values.Rank()-1]
		if length.Depends() || length.Const > mostScattered {
			return c.Graph().Poison(graph.Diagnostic{
				Code:    tracer.CodeUnsupported,
				Message: fmt.Sprintf("scatter() writes at most %d values along an axis here, not %v: which of several at one position stays is not told", mostScattered, length),
				Fixes:   []string{"scatter_add, where each position occurs once"},
			})
		}
		for i := range length.Const {
			last = hot.Index(-2, i).Cast(graph.Bool).Where(values.Index(-1, i).ExpandDims(-1).Cast(x.DType()), last)
		}
		return ops.MoveAxis(last, -1, at)
	})
}
