package keras

import (
	"fmt"
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/layer"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
)

// step is one trace of a train_step.
type step struct {
	weights []tracer.Value // of the model, as train_step sees them
	loss    *graph.Node    // what the tape was asked for; nil before
	applied bool
}

// TrainStep is the train_step of a class of the file.
type TrainStep struct {
	Objective *tracer.Builtin // of a step and the model: the loss of a batch
	At        syntax.Span
}

// trainStep returns that of a model; nil if its class has none.
func (d *dialect) trainStep(self *tracer.Instance) *TrainStep {
	f, own := d.function(self, "train_step")
	if !own {
		return nil
	}
	return &TrainStep{d.objective(self, f.NameSpan()), f.NameSpan()}
}

// objective is the model's train_step as the loss of a batch.
func (d *dialect) objective(self *tracer.Instance, at syntax.Span) *tracer.Builtin {
	return tracer.NewBuiltin("train_step(step, net)", func(c *tracer.Call) tracer.Value {
		s := &step{weights: weightsOf(self)}
		d.step = s
		defer func() { d.step = nil }()
		defer c.Stepping()()
		method, _ := c.Find(self, "train_step", c.At)
		results := c.Call(method, at, batchOf(c))
		switch {
		case c.Graph().Diagnostics().Refused() || tracer.Poisoned(results):
			return tracer.Poison
		case s.loss == nil:
			return c.Report(at, graph.Diagnostic{
				Code: tracer.CodeValue, Message: "train_step asks no tape for gradients: there is no loss",
				Fixes: []string{"grads = tape.gradient(loss, self.trainable_weights)"},
			})
		case !s.applied:
			return c.Report(at, graph.Diagnostic{
				Code: tracer.CodeValue, Message: "train_step never applies its gradients: no weight would move",
				Fixes: []string{"self.optimizer.apply_gradients(zip(grads, self.trainable_weights))"},
			})
		}
		if shown, ok := results.(*tracer.Dict); ok {
			s.report(c, shown)
		}
		return s.loss
	})
}

// report shows what train_step returned, but for the loss itself, which is shown anyway.
func (s *step) report(c *tracer.Call, shown *tracer.Dict) {
	report, ok := c.Arg(0).(tracer.Attributer).Attr(c.Tracer, "report", c.At)
	shown.Each(func(key, v tracer.Value) {
		name, isName := key.(tracer.Str)
		n, isTensor := v.(*graph.Node)
		if ok && isName && isTensor && n != s.loss && n.Rank() == 0 && name != "loss" {
			c.Call(report, c.At, name, n)
		}
	})
}

// batchOf is what fit hands to train_step: a pair, or the rows alone where there is no target.
func batchOf(c *tracer.Call) tracer.Value {
	of := c.Arg(0).(tracer.Attributer)
	x, _ := of.Attr(c.Tracer, "x", c.At)
	if !slices.Contains(of.Attrs(), "y") {
		return x
	}
	y, _ := of.Attr(c.Tracer, "y", c.At)
	return tracer.Tuple{x, y}
}

// weight stands for the weights of one layer in a train_step: something to ask a tape for.
type weight struct{ owner any }

// TypeName is what messages call it.
func (weight) TypeName() string { return "weight of a layer" }

// gradient is the derivative of a loss by a weight, for an optimizer.
type gradient struct {
	loss *graph.Node
	of   weight
}

// TypeName is what messages call it.
func (gradient) TypeName() string { return "gradient" }

// weightsOf lists what a model trains.
func weightsOf(self *tracer.Instance) (list []tracer.Value) {
	layer.Walk(self, func(owner any, _ string) {
		switch o := owner.(type) {
		case *layer.Variable:
			list = append(list, weight{o})
		case *host:
			if o.build != nil {
				list = append(list, weight{o})
			}
		}
	})
	return list
}

// tape is tf.GradientTape: what is computed is in the graph already.
type tape struct{ *dialect }

// TypeName is what messages call it.
func (tape) TypeName() string { return "GradientTape" }

// Attrs implements [tracer.Attributer].
func (tape) Attrs() []string { return []string{"gradient", "watch"} }

// Attr implements [tracer.Attributer].
func (t tape) Attr(_ *tracer.Tracer, name string, _ syntax.Span) (tracer.Value, bool) {
	switch name {
	case "watch":
		return tracer.NewBuiltin("watch(tensor)", func(c *tracer.Call) tracer.Value { return tracer.None{} }), true
	case "gradient":
		return tracer.NewBuiltin("gradient(target, sources, output_gradients=None, unconnected_gradients=None)", t.gradient), true
	}
	return nil, false
}

// Enter implements [tracer.Manager].
func (t tape) Enter(*tracer.Tracer, syntax.Span) (tracer.Value, func()) { return t, func() {} }

func (d *dialect) newTape(c *tracer.Call) tracer.Value {
	if d.step == nil {
		return c.Report(c.At, graph.Diagnostic{
			Code: tracer.CodeUnsupported, Message: "tf.GradientTape() has no place outside of a train_step: the derivatives of a loss are derived before training",
			Fixes: []string{"a train_step of a class of keras.Model, and fit()", "train(data, model, loss = ...)"},
		})
	}
	return tape{d}
}

// gradient gives what an optimizer takes. A target of several numbers counts as their sum,
// as in TensorFlow.
func (t tape) gradient(c *tracer.Call) tracer.Value {
	s, target := t.dialect.step, c.TensorArg(0)
	if s == nil {
		return c.Refuse(c.At, tracer.CodeUnsupported, "the tape is of a train_step that has ended")
	}
	if !c.OK() || target.Poisoned() {
		return tracer.Poison
	}
	if !c.IsNone(2) {
		return c.Refuse(c.Span(2), tracer.CodeUnsupported, "output_gradients weighs a loss behind its back: multiply the loss")
	}
	if target.Rank() > 0 {
		c.Report(c.Span(0), graph.Diagnostic{
			Code: graph.CodeLossScalar, Severity: graph.Warning,
			Message: fmt.Sprintf("the tape is asked for the gradient of %v, which TensorFlow takes for that of the sum", target.Shape()),
			Notes:   []string{"would   take steps that grow with the number of rows in a batch."},
			Fixes:   []string{"tf.reduce_mean(" + c.Brief(c.Span(0)) + ")"},
		})
		target = target.Sum()
	}
	if s.loss != nil && s.loss != target {
		return severalSteps(c, "train_step asks for the gradients of two losses")
	}
	s.loss = target
	list, isList := c.Arg(1).(*tracer.List)
	if !isList {
		list = &tracer.List{Elems: []tracer.Value{c.Arg(1)}}
	}
	out := &tracer.List{}
	for _, v := range list.Elems {
		w, ok := v.(weight)
		if !ok {
			return c.Report(c.Span(1), graph.Diagnostic{
				Code: tracer.CodeUnsupported, Message: "a tape gives the gradients of weights here, not those of " + tracer.Describe(v),
				Fixes: []string{"tape.gradient(loss, self.trainable_weights)"},
			})
		}
		out.Elems = append(out.Elems, gradient{target, w})
	}
	if !isList {
		return out.Elems[0]
	}
	return out
}

func severalSteps(c *tracer.Call, what string) tracer.Value {
	return c.Report(c.At, graph.Diagnostic{
		Code: tracer.CodeUnsupported, Message: what + ", and a run here takes one step a batch",
		Fixes: []string{"one loss, the sum of both, and one apply_gradients", "two runs, one after the other"},
	})
}

// optimizer is self.optimizer in a train_step: that of compile.
type optimizer struct{ *dialect }

// TypeName is what messages call it.
func (optimizer) TypeName() string { return "optimizer" }

// Attrs implements [tracer.Attributer].
func (o optimizer) Attrs() []string { return []string{"apply_gradients", "apply"} }

// Attr implements [tracer.Attributer].
func (o optimizer) Attr(_ *tracer.Tracer, name string, _ syntax.Span) (tracer.Value, bool) {
	switch name {
	case "apply_gradients":
		return tracer.NewBuiltin("apply_gradients(grads_and_vars, name=None)", func(c *tracer.Call) tracer.Value {
			var grads, weights []tracer.Value
			for _, v := range c.Elements(0) {
				pair, ok := v.(tracer.Tuple)
				if !ok || len(pair) != 2 {
					c.Want(0, "pairs: zip(grads, self.trainable_weights)")
					break
				}
				grads, weights = append(grads, pair[0]), append(weights, pair[1])
			}
			return o.apply(c, grads, weights)
		}), true
	case "apply":
		return tracer.NewBuiltin("apply(grads, trainable_variables=None)", func(c *tracer.Call) tracer.Value {
			grads := c.Elements(0)
			weights := grads
			if !c.IsNone(1) {
				weights = c.Elements(1)
			}
			return o.apply(c, grads, weights)
		}), true
	}
	return nil, false
}

// apply notes that a step was taken. It refuses gradients that are not those that the tape
// gave of the same weight, since they would be changed behind the proof's back.
func (o optimizer) apply(c *tracer.Call, grads, weights []tracer.Value) tracer.Value {
	s := o.dialect.step
	switch {
	case !c.OK():
		return tracer.Poison
	case s == nil:
		return c.Refuse(c.At, tracer.CodeUnsupported, "apply_gradients() has no place outside of a train_step")
	case s.applied:
		return severalSteps(c, "train_step applies gradients twice")
	case len(grads) != len(weights):
		return c.Refuse(c.Span(0), tracer.CodeValue, "apply() takes a gradient for each weight, not %d for %d", len(grads), len(weights))
	}
	trained := map[any]bool{}
	for i, v := range grads {
		g, ok := v.(gradient)
		w, isWeight := weights[i].(weight)
		if !isWeight && len(weights) > 0 && ok {
			w, isWeight = g.of, true
		}
		if !ok || !isWeight || g.of != w {
			return c.Report(c.Span(0), graph.Diagnostic{
				Code: tracer.CodeUnsupported, Message: "gradients are applied as the tape gave them, each to its weight; this is " + tracer.Describe(v) + " for " + tracer.Describe(weights[i]),
				Fixes: []string{"zip(grads, self.trainable_weights)", "to clip them: keras.optimizers.Adam(global_clipnorm = 1.0)"},
			})
		}
		trained[w.owner] = true
	}
	for _, v := range s.weights {
		if !trained[v.(weight).owner] {
			return c.Report(c.Span(0), graph.Diagnostic{
				Code: tracer.CodeUnsupported, Message: fmt.Sprintf("gradients are applied to %d of the %d layers of the model: a run here trains all", len(trained), len(s.weights)),
				Fixes: []string{"tape.gradient(loss, self.trainable_weights)"},
			})
		}
	}
	s.applied = true
	return tracer.None{}
}

// clippedAside are functions that change gradients, which an optimizer's keyword stands for.
func clippedAside() []*tracer.Builtin {
	row := func(signature, keyword string) ops.Function {
		return ops.Function{Signature: signature, Do: func(c *tracer.Call) tracer.Value {
			return c.Report(c.At, graph.Diagnostic{
				Code: tracer.CodeUnsupported, Message: c.Fn.Name + "() changes gradients behind the proof's back",
				Fixes: []string{"keras.optimizers.Adam(" + keyword + ")"},
			})
		}}
	}
	return ops.Table(nil, row("clip_by_global_norm(t_list, clip_norm, use_norm=None, name=None)", "global_clipnorm = 1.0"),
		row("clip_by_norm(t, clip_norm, axes=None, name=None)", "global_clipnorm = 1.0"))
}

// tracker is keras.metrics.Mean: what it is told is shown by the name under which
// train_step returns it.
type tracker struct {
	name  string
	value tracer.Value // what it was told last
}

// TypeName is what messages call it.
func (*tracker) TypeName() string { return "metric" }

// Attrs implements [tracer.Attributer].
func (*tracker) Attrs() []string {
	return []string{"name", "update_state", "result", "reset_state", "reset_states"}
}

// Attr implements [tracer.Attributer].
func (m *tracker) Attr(_ *tracer.Tracer, name string, _ syntax.Span) (tracer.Value, bool) {
	switch name {
	case "name":
		return tracer.Str(m.name), true
	case "update_state":
		return tracer.NewBuiltin("update_state(values, sample_weight=None)", func(c *tracer.Call) tracer.Value {
			n := c.TensorArg(0)
			if c.OK() && n.Rank() > 0 {
				m.value = c.Node(func() *graph.Node { return n.Mean() })
			} else {
				m.value = n
			}
			return tracer.None{}
		}), true
	case "result":
		return tracer.NewBuiltin("result()", func(c *tracer.Call) tracer.Value {
			switch {
			case m.value == nil && c.Graph().Diagnostics().Refused():
				return tracer.Poison // what it was to be told was refused
			case m.value == nil:
				return c.Refuse(c.At, tracer.CodeValue, "metric %q was told nothing: its mean is that of no number", m.name)
			}
			return m.value
		}), true
	case "reset_state", "reset_states":
		return tracer.NewBuiltin(name+"()", func(c *tracer.Call) tracer.Value { return tracer.None{} }), true
	}
	return nil, false
}

// trackers are keras.metrics.
func trackers() []*tracer.Builtin {
	return ops.Table(nil, ops.Function{Signature: "Mean(name='mean', dtype=None)", Do: func(c *tracer.Call) tracer.Value {
		return &tracker{name: c.Str(0)}
	}})
}
