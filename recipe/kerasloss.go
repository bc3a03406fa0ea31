package recipe

import (
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/recipe/tracer"
)

// kerasLosses are the loss functions of the Keras backend: a value per element or
// row, with the checks of package loss.
func kerasLosses() []*tracer.Builtin {
	cross := func(signature string, probabilities, scores loss.Pointwise) *tracer.Builtin {
		return tracer.NewBuiltin(signature, func(c *tracer.Call) tracer.Value {
			target, output, f := c.TensorArg(0), c.TensorArg(1), probabilities
			if c.Bool(2) {
				f = scores
			}
			return c.Node(func() *graph.Node { return f(output, target) })
		})
	}
	return []*tracer.Builtin{
		cross("binary_crossentropy(target, output, from_logits=False)", loss.BCE, loss.BCEWithLogits),
		cross("categorical_crossentropy(target, output, from_logits=False)", loss.CrossEntropy, loss.CrossEntropyWithLogits),
		cross("sparse_categorical_crossentropy(target, output, from_logits=False)", loss.SparseCrossEntropy, loss.SparseCrossEntropyWithLogits),
	}
}
