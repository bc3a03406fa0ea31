package torch

import (
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// where it is made and whether it is watched are no matter here.
const elsewhere = ", device=None, requires_grad=False, layout=None, pin_memory=False, generator=None, out=None)"

// creation are functions that make tensors.
func creation() []*tracer.Builtin {
	var rows []ops.Function
	sized := func(name string, do func(c *tracer.Call, s graph.Shape) *graph.Node) {
		rows = append(rows, ops.Function{Signature: name + "(*shape, size=None, dtype=None" + elsewhere, Do: func(c *tracer.Call) tracer.Value {
			v := ops.Sizes(c)
			if !c.IsNone(1) {
				v = c.Arg(1)
			}
			return typed(c, 2, ops.ShapeOf(c, v, c.At, func(s graph.Shape) *graph.Node { return do(c, s) }))
		}})
	}
	like := func(name string, do func(c *tracer.Call, s graph.Shape) *graph.Node) {
		rows = append(rows, ops.Function{Signature: name + "(input, *, dtype=None" + elsewhere, Do: func(c *tracer.Call) tracer.Value {
			return typed(c, 1, ops.Like(c, func(g *graph.Graph, s graph.Shape) *graph.Node { return do(c, s) }))
		}})
	}
	constant := func(v float64) func(*tracer.Call, graph.Shape) *graph.Node {
		return func(c *tracer.Call, s graph.Shape) *graph.Node { return ops.Filled(c.Graph(), v, s) }
	}
	for name, make := range map[string]func(*tracer.Call, graph.Shape) *graph.Node{
		"zeros": constant(0), "ones": constant(1), "empty": constant(0),
		"randn": func(c *tracer.Call, s graph.Shape) *graph.Node { return ops.Normal(c, "randn", s, 0, 1) },
		"rand":  func(c *tracer.Call, s graph.Shape) *graph.Node { return ops.Uniform(c, "rand", s, 0, 1) },
	} {
		sized(name, make)
		like(name+"_like", make)
	}
	rows = append(rows,
		ops.Function{Signature: "tensor(data, *, dtype=None" + elsewhere, Do: func(c *tracer.Call) tracer.Value { return ops.Array(c, 0, 1) }},
		ops.Function{Signature: "as_tensor(data, dtype=None" + elsewhere, Do: func(c *tracer.Call) tracer.Value { return ops.Array(c, 0, 1) }},
		ops.Function{Signature: "from_numpy(ndarray)", Do: func(c *tracer.Call) tracer.Value { return ops.Array(c, 0, -1) }},
		ops.Function{Signature: "full(size, fill_value, *, dtype=None" + elsewhere, Do: func(c *tracer.Call) tracer.Value {
			v := c.TensorArg(1)
			return typed(c, 2, ops.OfShape(c, 0, func(s graph.Shape) *graph.Node { return v.BroadcastTo(s) }))
		}},
		ops.Function{Signature: "full_like(input, fill_value, *, dtype=None" + elsewhere, Do: func(c *tracer.Call) tracer.Value {
			v := c.TensorArg(1)
			return typed(c, 2, ops.Like(c, func(g *graph.Graph, s graph.Shape) *graph.Node { return v.BroadcastTo(s) }))
		}},
		ops.Function{Signature: "eye(n, m=None, *, dtype=None" + elsewhere, Do: func(c *tracer.Call) tracer.Value {
			return typed(c, 2, ops.EyeOf(c, 1))
		}},
		ops.Function{Signature: "arange(start, end=None, step=1, *, dtype=None" + elsewhere, Do: arange},
		ops.Function{Signature: "linspace(start, end, steps, *, dtype=None" + elsewhere, Do: linspace},
		ops.Function{Signature: "randperm(n, *, dtype=None" + elsewhere, Do: func(c *tracer.Call) tracer.Value {
			s, ok := c.Shape(c.Arg(0), c.Span(0))
			if !ok || !c.OK() || len(s) != 1 || !fewEnough(c, s[0].At(1), 1) {
				c.Want(0, "a length")
				return tracer.Poison
			}
			return typed(c, 1, c.Node(func() *graph.Node {
				_, order := ops.Uniform(c, "randperm", s, 0, 1).Sort(0)
				return order
			}))
		}},
		ops.Function{Signature: "randint(low, high=None, size=None, *, dtype=None" + elsewhere, Do: randint},
		ops.Function{Signature: "normal(mean=0.0, std=1.0, size=None, *, generator=None, out=None)", Do: normal},
		ops.Function{Signature: "bernoulli(input, *, generator=None, out=None)", Do: func(c *tracer.Call) tracer.Value {
			return ops.Like(c, func(g *graph.Graph, s graph.Shape) *graph.Node {
				return ops.Uniform(c, "bernoulli", s, 0, 1).Less(c.TensorArg(0)).Cast(graph.Float)
			})
		}},
	)
	return ops.Table(nil, rows...)
}

// typed casts what was made to the kind that argument i says, if any.
func typed(c *tracer.Call, i int, v tracer.Value) tracer.Value {
	n, ok := v.(*graph.Node)
	if !ok || c.IsNone(i) {
		return v
	}
	kind, ok := c.DTypeArg(i)
	if !ok {
		return tracer.Poison
	}
	return c.Node(func() *graph.Node { return n.Cast(kind) })
}

// fewEnough charges for constants of that many elements.
func fewEnough(c *tracer.Call, n, m int) bool {
	const most = 1 << 22
	if n > 0 && m > 0 && n <= most/m {
		return true
	}
	c.Refuse(c.At, tracer.CodeLimit, "%s() of %d x %d elements: it makes at least 1 and at most %d", c.Fn.Name, n, m, most)
	return false
}

func arange(c *tracer.Call) tracer.Value {
	if from, n, ok := alongBatch(c); ok {
		return typed(c, 3, c.Node(func() *graph.Node { return c.Graph().Positions(n).Add(c.Graph().Count(from)).Cast(graph.Int) }))
	}
	start, end, step := 0.0, 0.0, c.Float(2)
	if c.IsNone(1) {
		end = c.Float(0)
	} else {
		start, end = c.Float(0), c.Float(1)
	}
	n := 0
	if c.OK() {
		for x := start; step > 0 && x < end || step < 0 && x > end; x = start + float64(n)*step {
			if n++; n > 1<<22 {
				break
			}
		}
	}
	if !c.OK() || !fewEnough(c, n, 1) {
		return tracer.Poison
	}
	values := make([]float64, n)
	for i := range values {
		values[i] = start + float64(i)*step
	}
	kind := max(ops.Kind(c.Arg(0)), ops.Kind(c.Arg(2)))
	if !c.IsNone(1) {
		kind = max(kind, ops.Kind(c.Arg(1)))
	}
	return typed(c, 3, c.Node(func() *graph.Node { return c.Graph().Array([]int{n}, values).Cast(kind) }))
}

// alongBatch returns the start and the length of arange's numbers, in steps of 1, where
// one of them depends on the batch.
func alongBatch(c *tracer.Call) (from, n graph.Dim, ok bool) {
	end, okEnd := tracer.Dim(c.Arg(0))
	if !c.IsNone(1) {
		from = end
		end, ok = tracer.Dim(c.Arg(1))
		okEnd = okEnd && ok
	}
	if step, ok := tracer.Dim(c.Arg(2)); !okEnd || !ok || !step.IsOne() || !from.Depends() && !end.Depends() {
		return from, n, false
	}
	n = graph.Dim{Rows: end.Rows - from.Rows, Const: end.Const - from.Const}
	return from, n, n.Rows >= 0 && (n.Rows > 0 || n.Const > 0)
}

func linspace(c *tracer.Call) tracer.Value {
	start, end, n := c.Float(0), c.Float(1), c.Int(2)
	if !c.OK() || !fewEnough(c, n, 1) {
		return tracer.Poison
	}
	values := make([]float64, n)
	for i := range values {
		values[i] = start
		if n > 1 {
			values[i] += (end - start) * float64(i) / float64(n-1)
		}
	}
	return typed(c, 3, c.Node(func() *graph.Node { return c.Graph().Array([]int{n}, values) }))
}

// randint is randint(high, size) and randint(low, high, size).
func randint(c *tracer.Call) tracer.Value {
	low, high, size := 0, 0, 2
	switch {
	case c.Given(2):
		low, high = c.Int(0), c.Int(1)
	case c.IsNone(1):
		return c.Refuse(c.At, tracer.CodeType, "randint() needs a size")
	default:
		high, size = c.Int(0), 1
	}
	if c.OK() && high <= low {
		c.RefuseArg(0, tracer.CodeValue, "randint() draws from %d up to, not with, %d: there is no such number", low, high)
	}
	return typed(c, 3, ops.OfShape(c, size, func(s graph.Shape) *graph.Node { return ops.Whole(c, "randint", s, low, high) }))
}

// normal takes numbers and a size, or tensors of means and deviations.
func normal(c *tracer.Call) tracer.Value {
	mean, sd := c.TensorArg(0), c.TensorArg(1)
	if !c.IsNone(2) {
		return ops.OfShape(c, 2, func(s graph.Shape) *graph.Node { return mean.Add(sd.Mul(ops.Normal(c, "normal", s, 0, 1))) })
	}
	return c.Node(func() *graph.Node {
		both := mean.Add(sd)
		if both.Poisoned() {
			return both
		}
		return mean.Add(sd.Mul(ops.Normal(c, "normal", both.Shape(), 0, 1)))
	})
}
