package torch

import (
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// aliases are the names that PyTorch takes from NumPy beside its own.
var aliases = map[string]string{"axis": "dim", "keepdims": "keepdim", "x": "input", "a": "input"}

// elementwise are functions of each element, under torch and as methods of tensors.
func elementwise() []*tracer.Builtin {
	var rows []ops.Function
	for _, r := range []struct {
		names []string
		node  func(*graph.Node) *graph.Node
	}{
		{[]string{"exp"}, (*graph.Node).Exp},
		{[]string{"expm1"}, (*graph.Node).Expm1},
		{[]string{"log"}, (*graph.Node).Log},
		{[]string{"log1p"}, (*graph.Node).Log1p},
		{[]string{"log2"}, ops.Log2},
		{[]string{"log10"}, ops.Log10},
		{[]string{"sqrt"}, (*graph.Node).Sqrt},
		{[]string{"rsqrt"}, ops.Rsqrt},
		{[]string{"square"}, (*graph.Node).Square},
		{[]string{"abs", "absolute"}, (*graph.Node).Abs},
		{[]string{"neg", "negative"}, (*graph.Node).Neg},
		{[]string{"reciprocal"}, ops.Reciprocal},
		{[]string{"sign"}, (*graph.Node).Sign},
		{[]string{"floor"}, (*graph.Node).Floor},
		{[]string{"ceil"}, ops.Ceil},
		{[]string{"trunc", "fix"}, ops.Trunc},
		{[]string{"sigmoid"}, (*graph.Node).Sigmoid},
		{[]string{"tanh"}, (*graph.Node).Tanh},
		{[]string{"cosh"}, ops.Cosh},
		{[]string{"sinh"}, ops.Sinh},
		{[]string{"erf"}, (*graph.Node).Erf},
		{[]string{"erfc"}, func(x *graph.Node) *graph.Node { return x.Erf().OneMinus() }},
		{[]string{"lgamma", "gammaln"}, (*graph.Node).Lgamma},
		{[]string{"digamma", "psi"}, (*graph.Node).Digamma},
		{[]string{"relu"}, (*graph.Node).Relu},
		{[]string{"logical_not"}, (*graph.Node).Not},
		{[]string{"isnan"}, ops.IsNaN},
		{[]string{"isfinite"}, ops.IsFinite},
	} {
		for _, name := range r.names {
			rows = append(rows, ops.Function{Signature: name + "(input, *, out=None)", Do: ops.One(r.node, nil)})
		}
	}
	for _, r := range []struct {
		names []string
		node  func(a, b *graph.Node) *graph.Node
	}{
		{[]string{"mul", "multiply"}, (*graph.Node).Mul},
		{[]string{"true_divide"}, (*graph.Node).Div},
		{[]string{"floor_divide"}, ops.FloorDiv},
		{[]string{"remainder"}, ops.Mod},
		{[]string{"maximum"}, (*graph.Node).Max},
		{[]string{"minimum"}, (*graph.Node).Min},
		{[]string{"eq"}, (*graph.Node).Equal},
		{[]string{"ne", "not_equal"}, (*graph.Node).NotEqual},
		{[]string{"gt", "greater"}, (*graph.Node).Greater},
		{[]string{"ge", "greater_equal"}, (*graph.Node).GreaterEqual},
		{[]string{"lt", "less"}, (*graph.Node).Less},
		{[]string{"le", "less_equal"}, (*graph.Node).LessEqual},
		{[]string{"logical_and"}, (*graph.Node).And},
		{[]string{"logical_or"}, (*graph.Node).Or},
		{[]string{"logical_xor"}, ops.Xor},
		{[]string{"matmul"}, ops.MatMul},
		{[]string{"mm", "bmm", "dot", "mv"}, ops.MatMul},
		{[]string{"xlogy"}, ops.XLogY},
	} {
		for _, name := range r.names {
			rows = append(rows, ops.Function{Signature: name + "(input, other, *, out=None)", Do: ops.Two(r.node)})
		}
	}
	rows = append(rows,
		ops.Function{Signature: "add(input, other, *, alpha=1, out=None)", Do: scaledBy((*graph.Node).Add)},
		ops.Function{Signature: "sub(input, other, *, alpha=1, out=None)", Do: scaledBy((*graph.Node).Sub)},
		ops.Function{Signature: "subtract(input, other, *, alpha=1, out=None)", Do: scaledBy((*graph.Node).Sub)},
		ops.Function{Signature: "div(input, other, *, rounding_mode=None, out=None)", Do: divide},
		ops.Function{Signature: "divide(input, other, *, rounding_mode=None, out=None)", Do: divide},
		ops.Function{Signature: "pow(input, exponent, *, out=None)", Do: ops.Two((*graph.Node).Pow)},
		ops.Function{Signature: "round(input, *, decimals=0, out=None)", Do: round},
		ops.Function{Signature: "clamp(input, min=None, max=None, *, out=None)", Do: tracer.Clamp},
		ops.Function{Signature: "clip(input, min=None, max=None, *, out=None)", Do: tracer.Clamp},
		ops.Function{Signature: "nan_to_num(input, nan=0.0, posinf=None, neginf=None)", Do: func(c *tracer.Call) tracer.Value {
			x, v := c.TensorArg(0), c.Float(1)
			return c.Node(func() *graph.Node { return ops.NaNToNum(x, v) })
		}},
		ops.Function{Signature: "lerp(input, end, weight)", Do: func(c *tracer.Call) tracer.Value {
			a, b, w := c.TensorArg(0), c.TensorArg(1), c.TensorArg(2)
			return c.Node(func() *graph.Node { return a.Add(w.Mul(b.Sub(a))) })
		}},
	)
	return ops.Table(aliases, rows...)
}

func scaledBy(node func(a, b *graph.Node) *graph.Node) func(*tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value {
		a, b, alpha := c.TensorArg(0), c.TensorArg(1), c.Float(2)
		return c.Node(func() *graph.Node {
			if alpha != 1 {
				b = b.Scale(alpha)
			}
			return node(a, b)
		})
	}
}

func divide(c *tracer.Call) tracer.Value {
	a, b, mode := c.TensorArg(0), c.TensorArg(1), ""
	if !c.IsNone(2) {
		mode = c.Choice(2, "floor", "trunc")
	}
	return c.Node(func() *graph.Node {
		switch mode {
		case "floor":
			return ops.FloorDiv(a, b)
		case "trunc":
			return ops.Trunc(a.Div(b))
		}
		return a.Div(b)
	})
}

func round(c *tracer.Call) tracer.Value {
	x, scale := c.TensorArg(0), math.Pow(10, float64(c.Int(1)))
	return c.Node(func() *graph.Node {
		if scale == 1 {
			return x.Round()
		}
		return x.Scale(scale).Round().Scale(1 / scale)
	})
}
