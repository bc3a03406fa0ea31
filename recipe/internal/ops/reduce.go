package ops

import (
	"math"
	"slices"

	"github.com/descent-ml/descent/graph"
)

// Reduction reduces axes of a value, all when none is named.
type Reduction func(x *graph.Node, axes ...int) *graph.Node

// ArgMin returns the position of the smallest element along an axis, the first of
// several equal ones.
func ArgMin(x *graph.Node, axis int) *graph.Node {
	return in(x, "argmin", func() *graph.Node { return x.Neg().ArgMax(axis) })
}

// Any returns whether one of the elements holds.
func Any(x *graph.Node, axes ...int) *graph.Node {
	return in(x, "any", func() *graph.Node { return truths(x).ReduceMax(axes...).Cast(graph.Bool) })
}

// AnyKeep is Any with the reduced axes kept as axes of one.
func AnyKeep(x *graph.Node, axes ...int) *graph.Node {
	return in(x, "any", func() *graph.Node { return truths(x).ReduceMaxKeep(axes...).Cast(graph.Bool) })
}

// All returns whether all of the elements hold.
func All(x *graph.Node, axes ...int) *graph.Node {
	return in(x, "all", func() *graph.Node { return truths(x).ReduceMin(axes...).Cast(graph.Bool) })
}

// AllKeep is All with the reduced axes kept as axes of one.
func AllKeep(x *graph.Node, axes ...int) *graph.Node {
	return in(x, "all", func() *graph.Node { return truths(x).ReduceMinKeep(axes...).Cast(graph.Bool) })
}

func truths(x *graph.Node) *graph.Node { return x.Cast(graph.Bool).Cast(graph.Int) }

// Variance returns the mean of squares around the mean, divided by n − correction in
// place of n elements: 0 as NumPy and Keras have it, 1 as PyTorch. root takes its square
// root.
func Variance(correction float64, root, keep bool) Reduction {
	name := "var"
	if root {
		name = "std"
	}
	return func(x *graph.Node, axes ...int) *graph.Node {
		return in(x, name, func() *graph.Node {
			squares := x.Sub(x.MeanKeep(axes...)).Square()
			out := squares.SumKeep(axes...)
			if !keep {
				out = squares.Sum(axes...)
			}
			if out.Poisoned() {
				return out
			}
			out = out.Div(elements(x, axes).Shift(-correction))
			if root {
				return out.Sqrt()
			}
			return out
		})
	}
}

// elements returns how many elements reducing axes brings together.
func elements(x *graph.Node, axes []int) *graph.Node {
	n := x.Graph().Const(1)
	for i, d := range x.Shape() {
		if len(axes) == 0 || slices.Contains(axes, i) || slices.Contains(axes, i-x.Rank()) {
			n = n.Mul(x.Graph().Count(d))
		}
	}
	return n
}

// Norm returns the p-norm over axes, of all elements when none is named: p = 2 is the
// root of the sum of squares, p = +Inf the largest absolute value.
func Norm(x *graph.Node, p float64, axes []int, keep bool) *graph.Node {
	sum, most := (*graph.Node).Sum, (*graph.Node).ReduceMax
	if keep {
		sum, most = (*graph.Node).SumKeep, (*graph.Node).ReduceMaxKeep
	}
	return in(x, "norm", func() *graph.Node {
		switch {
		case p == 1:
			return sum(x.Abs(), axes...)
		case p == 2:
			return sum(x.Square(), axes...).Sqrt()
		case math.IsInf(p, 1):
			return most(x.Abs(), axes...)
		}
		return sum(x.Abs().PowConst(p), axes...).PowConst(1 / p)
	})
}

// Normalize returns x divided by its Euclidean norm over axes, which is taken as at
// least eps.
func Normalize(x *graph.Node, eps float64, axes ...int) *graph.Node {
	return in(x, "normalize", func() *graph.Node {
		square := x.Square().SumKeep(axes...)
		return x.Div(square.Clip(eps*eps, math.Inf(1)).Sqrt())
	})
}

// Prod multiplies the elements of one axis, whose length may not depend on the batch.
func Prod(x *graph.Node, axis int, keep bool) *graph.Node {
	return in(x, "prod", func() *graph.Node {
		at, d, refused := axisOf(x, axis, "prod")
		if refused != nil {
			return refused
		}
		out := x.Graph().Const(1)
		for i := range d {
			out = out.Mul(x.Index(at, i))
		}
		if keep {
			out = out.ExpandDims(at)
		}
		return out
	})
}

// CumProd returns products along an axis, element k that of the elements 0 to k.
func CumProd(x *graph.Node, axis int) *graph.Node {
	return in(x, "cumprod", func() *graph.Node {
		at, d, refused := axisOf(x, axis, "cumprod")
		if refused != nil {
			return refused
		}
		product, parts := x.Graph().Const(1), []*graph.Node{}
		for i := range d {
			product = product.Mul(x.Index(at, i))
			parts = append(parts, product.ExpandDims(at))
		}
		return graph.Concat(at, parts...)
	})
}

// mostFactors bounds the nodes that a product over an axis is made of.
const mostFactors = 4096

// axisOf resolves an axis of fixed length.
func axisOf(x *graph.Node, axis int, what string) (at, length int, refused *graph.Node) {
	at = axis
	if at < 0 {
		at += x.Rank()
	}
	if at < 0 || at >= x.Rank() {
		return 0, 0, x.Slice(axis, graph.Fixed(0), graph.Fixed(1)) // which says that there is none
	}
	d := x.Shape()[at]
	if d.Depends() || d.Const > mostFactors || d.Const < 1 {
		return 0, 0, x.Graph().Poison(graph.Diagnostic{
			Code:    graph.CodeShape,
			Message: what + ": axis " + graph.Fixed(axis).String() + " of " + x.Shape().String() + " has a length that depends on the batch, or is 0, or above 4096",
			Fixes:   []string{"of positive numbers: K.exp(K.sum(K.log(x), axis = 0))"},
		})
	}
	return at, d.Const, nil
}
