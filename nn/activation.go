package nn

import (
	"reflect"
	"runtime"
	"strings"
	"unicode"

	"github.com/descent-ml/descent/graph"
)

// Activation is applied to what a layer computes; nil leaves it as it is.
type Activation func(x *graph.Node) *graph.Node

// Relu is max(x, 0).
func Relu(x *graph.Node) *graph.Node { return x.Relu() }

// LeakyRelu is x above 0, else 0.01·x, as in PyTorch; for another slope there is
// [graph.Node.LeakyRelu].
func LeakyRelu(x *graph.Node) *graph.Node { return x.LeakyRelu(0.01) }

// Elu is x above 0, else eˣ − 1.
func Elu(x *graph.Node) *graph.Node { return x.Elu(1) }

// Selu is λ·x above 0, else λ·α·(eˣ − 1), with the λ and α of self-normalising networks.
func Selu(x *graph.Node) *graph.Node { return x.Selu() }

// Gelu is x·Φ(x) with the normal distribution function Φ.
func Gelu(x *graph.Node) *graph.Node { return x.Gelu() }

// GeluTanh is the approximation of [Gelu] by a hyperbolic tangent.
func GeluTanh(x *graph.Node) *graph.Node { return x.GeluTanh() }

// Silu is x·sigmoid(x); it is also called swish.
func Silu(x *graph.Node) *graph.Node { return x.Silu() }

// Sigmoid is 1/(1+e⁻ˣ): each score becomes a probability.
func Sigmoid(x *graph.Node) *graph.Node { return x.Sigmoid() }

// Tanh is the hyperbolic tangent.
func Tanh(x *graph.Node) *graph.Node { return x.Tanh() }

// Softplus is ln(1+eˣ).
func Softplus(x *graph.Node) *graph.Node { return x.Softplus() }

// Softmax is eˣ/Σeˣ over the last axis: a row of scores becomes the probabilities of
// its classes.
func Softmax(x *graph.Node) *graph.Node { return x.Softmax(-1) }

// Linear is x itself, as no activation is.
func Linear(x *graph.Node) *graph.Node { return x }

// String returns the function's name as recipes write it, such as "leaky_relu"; "linear"
// for none and "custom" for a function without a name.
func (a Activation) String() string {
	if a == nil {
		return "linear"
	}
	name := runtime.FuncForPC(reflect.ValueOf(a).Pointer()).Name()
	name = name[strings.LastIndexByte(name, '/')+1:]
	_, name, _ = strings.Cut(name, ".")
	if strings.ContainsAny(name, ".-()") {
		return "custom" // a closure, a method
	}
	return snake(name)
}

// snake writes a name in small letters, its words joined by underscores.
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
