package graph

import (
	"math"
	"testing"
)

// TestActivations compares with the formulas of the doc comments, in value and
// derivative, at 0 and where exponentials overflow.
func TestActivations(t *testing.T) {
	phi := func(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) }
	density := func(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }
	const alpha, lambda = 1.6732632423543772848, 1.0507009873554804934
	elu := func(a, l float64) (f, d func(float64) float64) {
		return func(x float64) float64 {
				if x > 0 {
					return l * x
				}
				return l * a * (math.Exp(x) - 1)
			}, func(x float64) float64 {
				if x > 0 {
					return l
				}
				return l * a * math.Exp(x)
			}
	}
	eluF, eluD := elu(1, 1)
	seluF, seluD := elu(alpha, lambda)
	tanhIn := func(x float64) float64 { return math.Sqrt(2/math.Pi) * (x + 0.044715*x*x*x) }
	for _, c := range []struct {
		name  string
		apply func(*Node) *Node
		f, d  func(float64) float64
	}{
		{"leaky relu", func(x *Node) *Node { return x.LeakyRelu(0.1) },
			func(x float64) float64 { return math.Max(x, 0) + 0.1*math.Min(x, 0) },
			func(x float64) float64 {
				if x > 0 {
					return 1
				}
				return 0.1
			}},
		{"elu", func(x *Node) *Node { return x.Elu(1) }, eluF, eluD},
		{"selu", (*Node).Selu, seluF, seluD},
		{"silu", (*Node).Silu, func(x float64) float64 { return x * logistic(x) },
			func(x float64) float64 { s := logistic(x); return s + x*s*(1-s) }},
		{"gelu", (*Node).Gelu, func(x float64) float64 { return x * phi(x) },
			func(x float64) float64 { return phi(x) + x*density(x) }},
		{"gelu by tanh", (*Node).GeluTanh, func(x float64) float64 { return 0.5 * x * (1 + math.Tanh(tanhIn(x))) },
			func(x float64) float64 {
				th := math.Tanh(tanhIn(x))
				return 0.5*(1+th) + 0.5*x*(1-th*th)*math.Sqrt(2/math.Pi)*(1+3*0.044715*x*x)
			}},
		{"log cosh", (*Node).LogCosh, func(x float64) float64 { return math.Abs(x) + math.Log((1+math.Exp(-2*math.Abs(x)))/2) }, math.Tanh},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := New(Training)
			x := g.Input("x", Rows(), Unknown)
			y := c.apply(x)
			at := []float64{-1000, -89, -3, -0.5, -1e-3, 0, 1e-3, 0.5, 2, 89, 1000}
			values := evalOf(t, len(at), y, map[*Node][]float64{x: at})
			slopes := evalOf(t, len(at), Gradient(y.Sum(), []*Node{x})[0], map[*Node][]float64{x: at})
			for i, v := range at {
				if !(math.Abs(values[i]-c.f(v)) <= 1e-12*math.Max(1, math.Abs(v))) {
					t.Errorf("at %v: got %v, want %v", v, values[i], c.f(v))
				}
				if !(math.Abs(slopes[i]-c.d(v)) <= 1e-12) {
					t.Errorf("slope at %v: got %v, want %v", v, slopes[i], c.d(v))
				}
			}
		})
	}
}
