package recipe

import (
	"fmt"
	"slices"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/recipe/tracer"
	"github.com/descent-ml/descent/train"
)

// activations are those that mlp takes by name.
var activations = []nn.Activation{
	nn.Relu, nn.LeakyRelu, nn.Elu, nn.Selu, nn.Gelu, nn.Silu, nn.Sigmoid, nn.Tanh, nn.Softplus, nn.Linear,
}

// activation reads the name of one of them.
func activation(c *tracer.Call, i int) nn.Activation {
	names := make([]string, len(activations))
	for k, a := range activations {
		names[k] = a.String()
	}
	if k := slices.Index(names, c.Choice(i, names...)); k >= 0 {
		return activations[k]
	}
	return nil
}

// mlpWord is a multilayer perceptron, whose head follows from the target: one
// sigmoid for two classes or for each label, a softmax for more classes, a linear
// output for a number.
func (f *File) mlpWord(c *tracer.Call) tracer.Value {
	hidden := widths(c, 0)
	act := activation(c, 1)
	dropout := within(c, 2, 0, 1, "a share from 0 to below 1")
	if c.Fine(2) && dropout == 1 {
		c.RefuseArg(2, tracer.CodeValue, "dropout is a share from 0 to below 1: 1 would drop everything")
	}
	linear := c.Choice(3, "auto", "linear") == "linear"
	heads := headsOf(c, 4, 5)
	at := f.tracer.Position(c.At)
	if heads != nil {
		build := func(train.ModelSpec) (nn.Layer, error) {
			return nil, graph.Diagnostics{{
				Code: tracer.CodeValue, Pos: at, Message: "heads and out are for a model that an objective calls; this one predicts the target, which says what it puts out",
				Fixes: []string{"leave heads and out away", "or train(data, parts(encode = mlp(...)), objective = f)"},
			}}
		}
		return &model{declaration{"model", c}, build, &stack{hidden: hidden, act: act, dropout: dropout, heads: heads, at: at}}
	}
	return &model{declaration{"model", c}, func(spec train.ModelSpec) (nn.Layer, error) {
		if err := fits(spec, hidden, at); err != nil {
			return nil, err
		}
		head := headOf(spec)
		if linear {
			head.Act = nil
		}
		return nn.MLP(nn.MLPConfig{In: spec.Width, Hidden: hidden, Act: act, Dropout: dropout, Head: head}), nil
	}, nil}
}

func headOf(spec train.ModelSpec) nn.Head {
	switch spec.Task {
	case data.Binary:
		return nn.BinaryHead()
	case data.MultiClass:
		return nn.ClassHead(spec.Outputs)
	case data.MultiLabel:
		return nn.LabelHead(spec.Outputs)
	}
	return nn.RealHead(spec.Outputs)
}

// widths reads the numbers of outputs of the hidden layers.
func widths(c *tracer.Call, i int) []int {
	var out []int
	for _, v := range c.Elements(i) {
		n, ok := v.(tracer.Int)
		w, small := int64(0), false
		if ok {
			w, small = n.Int64()
		}
		if !ok || small && w < 1 {
			c.RefuseArg(i, tracer.CodeValue, "hidden lists whole numbers of at least 1, one a layer, not %s", tracer.Repr(v))
			return nil
		}
		if !small || w > limits.TensorElements {
			c.RefuseArg(i, tracer.CodeLimit, "%s", &limits.Refusal{What: "layer", Value: w, Limit: limits.TensorElements, Unit: "outputs"})
			return nil
		}
		out = append(out, int(w))
	}
	return out
}

// fits refuses a network whose weights, gradients and Adam's two moments are more
// than the memory.
func fits(spec train.ModelSpec, hidden []int, at graph.Position) error {
	const bytesEach = 16 // four numbers of four bytes
	budget := limits.Memory()
	total, in := int64(0), int64(spec.Width)
	for _, out := range append(append([]int(nil), hidden...), spec.Outputs) {
		n, ok := limits.Mul64(in+1, int64(out))
		if !ok || n > limits.TensorElements || total+n > budget.Bytes/bytesEach {
			return graph.Diagnostics{{
				Code: CodeMemory, Pos: at,
				Message: fmt.Sprintf("this model does not fit: a layer of %d x %d weights", in, out),
				Notes: []string{
					fmt.Sprintf("needs      %s of weights by then, %s with gradients and Adam's moments", limits.Size(4*(total+n)), limits.Size(bytesEach*(total+n))),
					"available  " + budget.String(),
				},
				Fixes: []string{"make the layers smaller: mlp(hidden = [64, 32])"},
			}}
		}
		total, in = total+n, int64(out)
	}
	return nil
}
