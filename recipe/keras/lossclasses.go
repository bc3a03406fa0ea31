package keras

import (
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/recipe/tracer"
)

// reduction is what is kept of a loss of a class: how it becomes one number, and for
// losses here their settings.
type reduction struct {
	how      string
	settings []tracer.Value
}

// reductions are the names that Keras 2 and 3 have for them.
var reductions = []string{"sum_over_batch_size", "mean", "auto", "sum", "none", "mean_with_sample_weight"}

// newLossClass is keras.losses.Loss.
func (d *dialect) newLossClass() *tracer.Class {
	init := tracer.NewBuiltin("__init__(self, name=None, reduction='sum_over_batch_size', dtype=None, **kwargs)", withSelf(func(c *tracer.Call, self *tracer.Instance) tracer.Value {
		self.Host = &reduction{how: reductionArg(c, 2)}
		return tracer.None{}
	}))
	call := tracer.NewBuiltin("__call__(self, y_true, y_pred, sample_weight=None)", withSelf(func(c *tracer.Call, self *tracer.Instance) tracer.Value {
		method, ok := c.Find(self, "call", c.At)
		if !ok {
			return c.Report(c.At, graph.Diagnostic{
				Code: tracer.CodeType, Message: "a " + self.Class.Name + " cannot be called: its class has no method call",
				Fixes: []string{"def call(self, y_true, y_pred): return ..."},
			})
		}
		y, p := c.TensorArg(1), c.TensorArg(2)
		var weight *graph.Node
		if !c.IsNone(3) {
			weight = c.TensorArg(3)
		}
		result := c.Call(method, c.At, y, p)
		terms, ok := c.Tensor(result, c.At)
		if !ok || tracer.Poisoned(result) || !c.OK() {
			if !ok && !tracer.Poisoned(result) {
				return c.Refuse(c.At, tracer.CodeType, "a loss returns a tensor, but the call of %s returns %s", self.Class.Name, tracer.Describe(result))
			}
			return tracer.Poison
		}
		return c.Node(func() *graph.Node { return reduced(terms, p, y, weight, howOf(self)) })
	}))
	return tracer.NewClass("Loss", map[string]tracer.Value{"__init__": init.Method(), "__call__": call.Method()})
}

// reductionArg reads the keyword of that name, None as "none".
func reductionArg(c *tracer.Call, i int) string {
	if c.IsNone(i) {
		return "none"
	}
	return c.Choice(i, reductions...)
}

func howOf(self *tracer.Instance) string {
	if r, ok := self.Host.(*reduction); ok {
		return r.how
	}
	return "mean"
}

// reduced makes one number of terms, with weights that align from the batch axis.
func reduced(terms, p, y, weight *graph.Node, how string) *graph.Node {
	if terms.Poisoned() {
		return terms
	}
	f := func(_, _ *graph.Node) *graph.Node { return terms }
	in := loss.In{Pred: p, Target: y, Weight: weight}
	switch {
	case terms.Rank() == 0 && weight == nil:
		return terms
	case how == "sum":
		return loss.Sum(f).Apply(in)
	case how == "none" && weight == nil:
		return terms
	case how == "none":
		return terms.Mul(weight)
	case how == "mean_with_sample_weight":
		return loss.WeightedMean(f).Apply(in)
	}
	return loss.Mean(f).Apply(in)
}

// lossNames are the names of keras.losses.
func (d *dialect) lossNames() map[string]tracer.Value {
	out := map[string]tracer.Value{"Loss": d.lossClass}
	for _, r := range lossRows() {
		out[r.class] = d.lossOf(r)
	}
	named := map[string]tracer.Value{}
	for constant, how := range map[string]string{"NONE": "none", "SUM": "sum", "SUM_OVER_BATCH_SIZE": "sum_over_batch_size", "AUTO": "auto"} {
		named[constant] = tracer.Str(how)
	}
	out["Reduction"] = tracer.NewModule("losses.Reduction", nil, named)
	return out
}

// lossOf makes the class of a loss.
func (d *dialect) lossOf(r lossRow) *tracer.Class {
	settings := r.settings
	if settings != "" {
		settings += ", "
	}
	count := 0
	init := tracer.NewBuiltin("__init__(self, "+settings+"reduction='sum_over_batch_size', name=None, dtype=None)", withSelf(func(c *tracer.Call, self *tracer.Instance) tracer.Value {
		kept := make([]tracer.Value, count)
		for i := range kept {
			kept[i] = c.Arg(1 + i)
		}
		self.Host = &reduction{reductionArg(c, 1+count), kept}
		return tracer.None{}
	}))
	count = len(init.Params()) - 4
	parameters := ""
	if r.settings != "" {
		parameters = ", " + r.settings
	}
	function := tracer.NewBuiltin(r.class+"(y_true, y_pred"+parameters+")", func(c *tracer.Call) tracer.Value {
		return r.perSample(c, r.class, c.TensorArg(0), c.TensorArg(1))
	})
	call := tracer.NewBuiltin("call(self, y_true, y_pred)", withSelf(func(c *tracer.Call, self *tracer.Instance) tracer.Value {
		kept, ok := self.Host.(*reduction)
		if !ok || len(kept.settings) != count {
			return c.Refuse(c.At, tracer.CodeType, "this %s was not made: its __init__ was not called", r.class)
		}
		return c.Call(function, c.At, append([]tracer.Value{c.Arg(1), c.Arg(2)}, kept.settings...)...)
	}))
	init.Name, call.Name = r.class, r.class
	return tracer.NewClass(r.class, map[string]tracer.Value{"__init__": init.Method(), "call": call.Method()}, d.lossClass)
}

// Loss returns what an instance of keras.losses.Loss computes per row, the method call, and
// how it becomes one number, so that the weights of the data can act in between.
func Loss(t *tracer.Tracer, v tracer.Value) (call tracer.Value, how string, ok bool) {
	i, isInstance := v.(*tracer.Instance)
	if !isInstance {
		return nil, "", false
	}
	if _, isLoss := i.Host.(*reduction); !isLoss {
		return nil, "", false
	}
	method, found := t.Find(i, "call", i.Class.Span())
	return method, howOf(i), found
}
