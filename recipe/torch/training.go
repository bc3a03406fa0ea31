package torch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/layer"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
)

// training is what one file's optimizers and loaders know of each other. A loop over a
// loader that calls backward() declares the run: its body is traced as the objective.
type training struct {
	owners     map[tracer.Value]*tracer.Instance // of what parameters() listed, and of the lists
	optimizers []*optimizer
	step       *step // of the loop that is traced now; nil outside of one
}

// listed notes whose parameters a list holds.
func (tr *training) listed(list *tracer.List, of *tracer.Instance) *tracer.List {
	tr.owners[list] = of
	for _, p := range list.Elems {
		tr.owners[p] = of
	}
	return list
}

// ownersOf are the modules whose parameters v holds.
func (tr *training) ownersOf(v tracer.Value, elems []tracer.Value) (list []*tracer.Instance) {
	add := func(of *tracer.Instance) {
		if of != nil && !slices.Contains(list, of) {
			list = append(list, of)
		}
	}
	if l, ok := v.(*tracer.List); ok {
		add(tr.owners[l])
	}
	for _, p := range elems {
		add(tr.owners[p])
	}
	return list
}

// optimizer is one of torch.optim.
type optimizer struct {
	*training
	class string
	rule  tracer.Value // what the recipe's own word for it makes
	model *tracer.Instance
	at    syntax.Span
}

// TypeName is what messages call it.
func (o *optimizer) TypeName() string { return o.class }

// Attrs implements [tracer.Attributer].
func (o *optimizer) Attrs() []string { return []string{"zero_grad", "step"} }

// Attr implements [tracer.Attributer].
func (o *optimizer) Attr(_ *tracer.Tracer, name string, _ syntax.Span) (tracer.Value, bool) {
	switch name {
	case "zero_grad":
		return tracer.NewBuiltin("zero_grad(set_to_none=True)", func(c *tracer.Call) tracer.Value { return o.training.clear(c) }), true
	case "step":
		return tracer.NewBuiltin("step(closure=None)", func(c *tracer.Call) tracer.Value {
			if o.training.step == nil {
				return outsideLoop(c, "step()")
			}
			return o.training.step.take(c)
		}), true
	}
	return nil, false
}

func outsideLoop(c *tracer.Call, what string) tracer.Value {
	return c.Report(c.At, graph.Diagnostic{
		Code: tracer.CodeUnsupported, Message: what + " has no place outside of a loop over a DataLoader: the derivatives of a loss are derived before training",
		Fixes: []string{"for x, y in DataLoader(data, batch_size = 64, shuffle = True): ...", "train(data, model, loss = ...)"},
	})
}

// step is what the body of a loop did with gradients, in the order of PyTorch's calls.
type step struct {
	cleared bool        // zero_grad() was called
	loss    *graph.Node // what backward() was called on; nil before
	clipped bool
	taken   bool // step() was called
}

func (tr *training) clear(c *tracer.Call) tracer.Value {
	s := tr.step
	switch {
	case s == nil:
	case s.loss != nil && !s.taken:
		return c.Report(c.At, graph.Diagnostic{
			Code: tracer.CodeValue, Message: "zero_grad() between backward() and step() throws the gradients away: no weight would move",
			Fixes: []string{"zero_grad() before backward()"},
		})
	default:
		s.cleared = true
	}
	return tracer.None{}
}

func (tr *training) backward(c *tracer.Call) tracer.Value {
	if tr.step == nil {
		return outsideLoop(c, "backward()")
	}
	s, n := tr.step, c.TensorArg(0)
	switch {
	case !c.OK() || n.Poisoned():
		return tracer.Poison
	case !c.IsNone(1):
		return c.Refuse(c.At, tracer.CodeUnsupported, "backward(gradient = ...) weighs the elements of a loss behind its back: multiply the loss by them")
	case n.Rank() > 0:
		return c.Report(c.At, graph.Diagnostic{
			Code: graph.CodeLossScalar, Message: fmt.Sprintf("backward() is of one number, but %s is %v", n.Display(), n.Shape()),
			Fixes: []string{c.Brief(c.At) + " of the mean: loss.mean().backward()"},
		})
	case s.taken:
		return severalSteps(c, "backward() comes after step() in one batch: that is a second step")
	case s.loss != nil: // the gradients of both add up
		s.loss = s.loss.Add(n)
	default:
		s.loss = n
	}
	return tracer.None{}
}

func (s *step) take(c *tracer.Call) tracer.Value {
	switch {
	case !c.IsNone(0):
		return c.Refuse(c.At, tracer.CodeUnsupported, "step(closure) evaluates the loss several times a step, which no optimizer here does")
	case s.taken:
		return severalSteps(c, "step() is called twice in one batch")
	case s.loss == nil:
		return c.Report(c.At, graph.Diagnostic{
			Code: tracer.CodeValue, Message: "step() comes before backward(): it would move the weights by the gradients of the batch before",
			Fixes: []string{"loss.backward(), then optimizer.step()"},
		})
	}
	s.taken = true
	return tracer.None{}
}

func severalSteps(c *tracer.Call, what string) tracer.Value {
	return c.Report(c.At, graph.Diagnostic{
		Code: tracer.CodeUnsupported, Message: what + ", and a run here takes one step a batch",
		Fixes: []string{"one loss of both terms, and one backward()", "two runs, one after the other"},
	})
}

// clipNorm is nn.utils.clip_grad_norm_: how far it clips was read where the loop stands.
func (tr *training) clipNorm(c *tracer.Call) tracer.Value {
	s := tr.step
	switch {
	case s == nil:
		return outsideLoop(c, "clip_grad_norm_()")
	case s.loss == nil || s.taken:
		return c.Report(c.At, graph.Diagnostic{
			Code: tracer.CodeValue, Message: "clip_grad_norm_() has an effect between backward() and step() alone",
			Fixes: []string{"loss.backward(), clip_grad_norm_(...), optimizer.step()"},
		})
	}
	s.clipped = true
	return tracer.Later{}
}

// loader is torch.utils.data.DataLoader.
type loader struct {
	*training
	data  tracer.Value
	batch tracer.Value // its size
	at    syntax.Span
}

// TypeName is what messages call it.
func (l *loader) TypeName() string { return "DataLoader" }

// Attrs implements [tracer.Attributer].
func (l *loader) Attrs() []string { return []string{"batch_size", "dataset"} }

// Attr implements [tracer.Attributer].
func (l *loader) Attr(_ *tracer.Tracer, name string, _ syntax.Span) (tracer.Value, bool) {
	switch name {
	case "batch_size":
		return l.batch, true
	case "dataset":
		return tracer.Later{}, true
	}
	return nil, false
}

func (tr *training) newLoader(c *tracer.Call) tracer.Value {
	l := &loader{training: tr, data: c.Arg(0), batch: c.Arg(1), at: c.At}
	if n := c.Int(1); c.Fine(1) && n < 1 {
		c.RefuseArg(1, tracer.CodeValue, "batch_size is a whole number of at least 1, not %d", n)
	}
	for i, p := range c.Fn.Params() {
		switch p.Name {
		case "sampler", "batch_sampler", "collate_fn":
			if !c.IsNone(i) {
				c.ReportArg(i, graph.Diagnostic{
					Code: tracer.CodeUnsupported, Message: p.Name + " is not supported: the rows of an epoch are drawn by the run's seed",
					Fixes: []string{"leave it out, with shuffle = True"},
				})
			}
		}
	}
	return l
}

// Over implements [tracer.Batches].
func (l *loader) Over(loop *tracer.Loop) {
	if _, trains := loop.Calls("backward"); !trains {
		loop.Skip()
		return
	}
	l.declare(loop)
	loop.Halt(loop.Header(), "this loop")
}

// declare makes the loop the run of the file.
func (l *loader) declare(loop *tracer.Loop) {
	refuse := func(code graph.Code, message string, fixes ...string) {
		loop.Report(loop.Header(), graph.Diagnostic{Code: code, Message: message, Fixes: fixes})
	}
	switch n := len(l.optimizers); {
	case n == 0:
		refuse(tracer.CodeValue, "the loop trains, but the file makes no optimizer", "optimizer = torch.optim.Adam(model.parameters(), lr = 1e-3)")
		return
	case n > 1:
		first, second := l.optimizers[0], l.optimizers[1]
		refuse(tracer.CodeUnsupported,
			fmt.Sprintf("the file makes several optimizers, %s and %s, and a run here has one", loop.Brief(first.at), loop.Brief(second.at)),
			"one optimizer of one nn.Module that holds both", "two files, one after the other")
		return
	case loop.Turns == 0:
		refuse(tracer.CodeUnsupported, "how many epochs these loops make is not known before they run", "for epoch in range(10): ...")
		return
	}
	o := l.optimizers[0]
	word, _ := loop.Word("train")
	at := loop.Header()
	keyword := func(name string, v tracer.Value, src syntax.Span) tracer.Keyword {
		return tracer.Keyword{Name: name, Value: v, At: src, Src: src, Func: "train"}
	}
	keywords := []tracer.Keyword{
		keyword("objective", l.objective(loop), at), keyword("optimizer", o.rule, o.at), keyword("epochs", tracer.NewInt(int64(loop.Turns)), at),
		keyword("batch_size", l.batch, l.at), keyword("early_stop", tracer.None{}, at),
	}
	if call, clips := loop.Calls("clip_grad_norm_"); clips {
		if most, src, ok := loop.Argument(call, 1, "max_norm"); ok {
			keywords = append(keywords, keyword("clip", most, src))
		}
	}
	loop.CallWith(word, at, []tracer.Value{l.data, o.model}, keywords)
}

// objective is the body of a loop as the loss of a batch.
func (l *loader) objective(loop *tracer.Loop) *tracer.Builtin {
	return tracer.NewBuiltin("loop(step, net)", func(c *tracer.Call) tracer.Value {
		s := &step{}
		l.step = s
		defer func() { l.step = nil }()
		loop.Turn(c.Graph(), batchOf(c, loop.Pairs()))
		switch missing := s.missing(); {
		case c.Graph().Diagnostics().Refused():
			return tracer.Poison
		case missing != "":
			return c.Report(loop.Header(), graph.Diagnostic{
				Code: tracer.CodeValue, Message: missing,
				Fixes: []string{"optimizer.zero_grad(), loss.backward(), optimizer.step() for every batch", "batches that are added up: train(..., accumulate = 4)"},
			})
		}
		trained := c.Graph().Params()
		for _, p := range trained {
			if d, _ := p.Param(); !d.Frozen && !holds(l.optimizers[0].model, d.Name, len(trained)) {
				return c.Report(loop.Header(), graph.Diagnostic{
					Code: tracer.CodeUnsupported, Message: fmt.Sprintf("the loss depends on %s, which is not among the parameters of the optimizer: a run here trains all", d.Name),
					Fixes: []string{"optim.Adam(model.parameters()), of a module that holds everything that is trained"},
				})
			}
		}
		return s.loss
	})
}

// holds reports whether a parameter of that name, among n, is one of the module's. A layer
// alone has no path that would name its own.
func holds(model *tracer.Instance, name string, n int) bool {
	if _, several := model.Host.(layer.Container); model.Host != nil && !several {
		return n <= len(parameters(model))
	}
	found := false
	layer.Walk(model, func(_ any, path string) {
		found = found || path != "" && (name == path || strings.HasPrefix(name, path+"."))
	})
	return found
}

// missing says which of the three calls a batch does without.
func (s *step) missing() string {
	switch {
	case s.loss == nil:
		return "the first batch never comes to backward()"
	case !s.taken:
		return "the first batch never comes to step(): no weight would move"
	case !s.cleared:
		return "nothing calls zero_grad(): PyTorch would add the gradients of each batch to those of all before"
	}
	return ""
}

// batchOf is what a DataLoader gives of a batch: a pair, or the rows alone where the data
// has no target. A name for labels that are not there stands for numbers of the training.
func batchOf(c *tracer.Call, parts int) tracer.Value {
	of := c.Arg(0).(tracer.Attributer)
	x, _ := of.Attr(c.Tracer, "x", c.At)
	if slices.Contains(of.Attrs(), "y") {
		y, _ := of.Attr(c.Tracer, "y", c.At)
		return tracer.Tuple{x, y}
	}
	switch parts {
	case 1:
		return tracer.Tuple{x}
	case 2:
		return tracer.Tuple{x, tracer.Later{}}
	}
	return x
}

// optimizers are the classes of torch.optim.
func (tr *training) optimizerClasses() *tracer.Module {
	row := func(signature, word string, keywords func(c *tracer.Call, give func(name string, i int))) ops.Function {
		return ops.Function{Signature: signature, Do: func(c *tracer.Call) tracer.Value {
			var list []tracer.Keyword
			keywords(c, func(name string, i int) {
				list = append(list, tracer.Keyword{Name: name, Value: c.Arg(i), At: c.Span(i), Src: c.Span(i), Func: word})
			})
			return tr.newOptimizer(c, word, list)
		}}
	}
	m := tracer.NewModule("torch.optim", ops.Table(nil,
		row("Adam(params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, amsgrad=False, *, foreach=None, maximize=False, capturable=False, differentiable=False, fused=None)", "adam",
			func(c *tracer.Call, give func(string, int)) {
				give("learning_rate", 1)
				give("betas", 2)
				give("epsilon", 3)
				never(c, 4, "AdamW(..., weight_decay = ...), whose decay does not go through the moments")
				never(c, 5, "leave it out")
			}),
		row("AdamW(params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False, *, maximize=False, foreach=None, capturable=False, differentiable=False, fused=None)", "adamw",
			func(c *tracer.Call, give func(string, int)) {
				give("learning_rate", 1)
				give("betas", 2)
				give("epsilon", 3)
				give("weight_decay", 4)
				never(c, 5, "leave it out")
			}),
		row("SGD(params, lr=1e-3, momentum=0, dampening=0, weight_decay=0, nesterov=False, *, maximize=False, foreach=None, differentiable=False, fused=None)", "sgd",
			func(c *tracer.Call, give func(string, int)) {
				give("learning_rate", 1)
				give("momentum", 2)
				never(c, 3, "leave it out")
				never(c, 4, "AdamW(..., weight_decay = ...)")
				never(c, 5, "leave it out")
			}),
	), nil)
	schedules := map[string]tracer.Value{}
	for _, name := range []string{"StepLR", "MultiStepLR", "ExponentialLR", "CosineAnnealingLR", "CosineAnnealingWarmRestarts", "ReduceLROnPlateau", "OneCycleLR", "LambdaLR", "LinearLR"} {
		schedules[name] = tracer.NewBuiltin(name+"(*args, **kwargs)", func(c *tracer.Call) tracer.Value {
			return c.Report(c.At, graph.Diagnostic{
				Code: tracer.CodeUnsupported, Message: "lr_scheduler." + name + " is not read from a pasted loop: it would train at one learning rate",
				Fixes: []string{"train(data, net, objective = f, schedule = cosine(warmup = 2))", "or leave the scheduler out"},
			})
		})
	}
	m.Attrs["lr_scheduler"] = tracer.NewModule("torch.optim.lr_scheduler", nil, schedules)
	return m
}

// never refuses argument i where it is given and not its default.
func never(c *tracer.Call, i int, fix string) {
	p := c.Fn.Params()[i]
	if f, isNumber := tracer.Number(c.Arg(i)); isNumber && f == 0 {
		return
	}
	c.ReportArg(i, graph.Diagnostic{Code: tracer.CodeUnsupported, Message: c.Fn.Name + "(" + p.Name + " = ...) is not supported", Fixes: []string{fix}})
}

func (tr *training) newOptimizer(c *tracer.Call, word string, keywords []tracer.Keyword) tracer.Value {
	elems := c.Elements(0)
	if !c.OK() {
		return tracer.Poison
	}
	owners := tr.ownersOf(c.Arg(0), elems)
	if len(owners) != 1 {
		c.Fail()
		return c.Report(c.Span(0), graph.Diagnostic{
			Code: tracer.CodeUnsupported, Message: fmt.Sprintf("an optimizer takes the parameters of one module here, and these are of %d", len(owners)),
			Fixes: []string{"optim.Adam(model.parameters()), where model is one nn.Module that holds the others"},
		})
	}
	make, _ := c.Word(word)
	o := &optimizer{training: tr, class: c.Fn.Name, model: owners[0], at: c.At, rule: c.CallWith(make, c.At, nil, keywords)}
	if tracer.Poisoned(o.rule) {
		return tracer.Poison
	}
	tr.optimizers = append(tr.optimizers, o)
	return o
}

// loading is torch.utils.data.
func (tr *training) loading() *tracer.Module {
	return tracer.NewModule("torch.utils.data", ops.Table(nil,
		ops.Function{Signature: "DataLoader(dataset, batch_size=1, shuffle=None, sampler=None, batch_sampler=None, num_workers=0, collate_fn=None, pin_memory=False, drop_last=False, timeout=0, worker_init_fn=None, **kwargs)", Do: tr.newLoader},
	), nil)
}
