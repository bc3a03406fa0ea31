package torch

import (
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// neverInPlace are the functions of elements that have no twin with an underscore.
var neverInPlace = []string{"maximum", "minimum", "matmul", "mm", "bmm", "dot", "mv", "isnan", "isfinite", "gammaln", "psi"}

// computedInPlace are the methods that put what a function computes of a tensor into it:
// x.mul_(2) for x.mul(2).
func computedInPlace() []*tracer.Builtin {
	var out []*tracer.Builtin
	for _, f := range elementwise() {
		if !slices.Contains(neverInPlace, f.Name) {
			out = append(out, renewing(f))
		}
	}
	for _, f := range slices.Concat(reductions(), layout(), scattering(), further()) {
		switch f.Name {
		case "cumsum", "cumprod", "masked_fill", "scatter", "scatter_add", "index_add", "tril", "triu", "addmm", "baddbmm", "addcmul", "addcdiv":
			out = append(out, renewing(f))
		}
	}
	return out
}

// renewing is the function with an underscore.
func renewing(f *tracer.Builtin) *tracer.Builtin {
	name := f.Name + "_"
	return tracer.NewBuiltin(name+"(input, *args, **kwargs)", func(c *tracer.Call) tracer.Value {
		if !isTensor(c.Arg(0)) {
			c.Want(0, "a tensor")
			return tracer.Poison
		}
		return renew(c, c.CallWith(f.Method(), c.At, append([]tracer.Value{c.Arg(0)}, c.Rest...), c.Extra), name+"()")
	})
}

// functionsInPlace are those of them that torch has as functions, too.
func functionsInPlace() []*tracer.Builtin {
	var out []*tracer.Builtin
	for _, f := range elementwise() {
		switch f.Name {
		case "abs", "ceil", "clamp", "clip", "cosh", "erf", "erfc", "exp", "expm1", "fix", "floor", "log", "log10", "log1p", "log2", "nan_to_num", "neg", "negative",
			"reciprocal", "relu", "round", "rsqrt", "sigmoid", "sinh", "sqrt", "square", "tanh", "trunc", "xlogy":
			out = append(out, renewing(f))
		}
	}
	for _, f := range inPlace() {
		if f.Name == "zero_" || f.Name == "fill_" {
			out = append(out, f)
		}
	}
	return append(out, activationsInPlace("selu", "celu", "threshold")...)
}

// activationsInPlace are activations by their names with an underscore.
func activationsInPlace(names ...string) []*tracer.Builtin {
	var rows []ops.Function
	for _, a := range activations {
		if slices.Contains(names, a.function) {
			rows = append(rows, ops.Function{Signature: a.function + "_" + a.signature, Do: func(c *tracer.Call) tracer.Value {
				return renew(c, a.apply(c), a.function+"_()")
			}})
		}
	}
	return ops.Table(nil, rows...)
}

// overwriting makes a function change its input where the call says inplace=True.
func overwriting(do func(c *tracer.Call) tracer.Value) func(c *tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value {
		v := do(c)
		inPlace, given := c.ArgNamed("inplace")
		if truth, _ := tracer.Truth(inPlace); !given || !truth {
			return v
		}
		return renew(c, v, c.Fn.Name+"(inplace=True)")
	}
}

// renew puts v, computed of argument 0, into it.
func renew(c *tracer.Call, v tracer.Value, what string) tracer.Value {
	n, ok := v.(*graph.Node)
	if !ok || !c.OK() {
		return tracer.Poison
	}
	return c.Renew(c.PlaceArg(0), n, what, c.At)
}

// fillDiagonal puts a number on the diagonal of a matrix.
func fillDiagonal() *tracer.Builtin {
	return tracer.NewBuiltin("fill_diagonal_(input, fill_value, wrap=False)", func(c *tracer.Call) tracer.Value {
		x, v := c.TensorArg(0), c.Float(1)
		if c.Bool(2) && c.OK() {
			c.RefuseArg(2, tracer.CodeUnsupported, "wrap = True is not supported")
		}
		return renew(c, c.Node(func() *graph.Node {
			if x.Poisoned() {
				return x
			}
			s := x.Shape()
			if len(s) != 2 {
				return c.Graph().Poison(graph.Diagnostic{
					Code: graph.CodeShape, Message: "fill_diagonal_() takes a matrix here, but " + x.Display() + " is " + s.String(),
					Notes: graph.Columns([]string{x.Display(), s.String(), x.Origin()}),
				})
			}
			return ops.Band(c.Graph(), s[0], s[1], 0, 0).Where(c.Graph().Const(v).Cast(x.DType()), x)
		}), "fill_diagonal_()")
	})
}
