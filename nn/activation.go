package nn

import (
	"reflect"
	"runtime"
	"strings"

	"github.com/descent-ml/descent/graph"
)

// Activation is applied to what a layer computes; nil leaves it as it is.
type Activation func(x *graph.Node) *graph.Node

// Relu is max(x, 0).
func Relu(x *graph.Node) *graph.Node { return x.Relu() }

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

// String returns the function's name in small letters, as recipes write it; "linear"
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
	return strings.ToLower(name)
}
