package recipe

import (
	"fmt"
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/optim"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
	"github.com/descent-ml/descent/train"
)

// optimizerWords are the rules for the weights, and what changes their learning rate.
var optimizerWords = []word{
	{`adam(learning_rate=1e-3, betas=(0.9, 0.999), epsilon=1e-8)`, adamWord},
	{`adamw(learning_rate=1e-3, weight_decay=0.01, betas=(0.9, 0.999), epsilon=1e-8)`, adamwWord},
	{`sgd(learning_rate, momentum=0.9)`, sgdWord},
	{`constant()`, constantWord},
	{`cosine(warmup=0, floor=0)`, cosineWord},
	{`step(every, by)`, stepWord},
}

// optimizer updates the weights, with a learning rate that a schedule may change.
type optimizer struct {
	declaration
	rule func(optim.Schedule) optim.Optimizer
	name string  // with its settings, for the first screen
	clip float64 // the length that the gradients have at most; 0 for none
}

// Attrs implements [tracer.Attributer].
func (o *optimizer) Attrs() []string { return []string{"apply_gradients"} }

// Attr implements [tracer.Attributer]: a train_step may ask more than one optimizer for a step.
func (o *optimizer) Attr(_ *tracer.Tracer, name string, _ syntax.Span) (tracer.Value, bool) {
	if name != "apply_gradients" {
		return nil, false
	}
	return tracer.NewBuiltin("apply_gradients(grads_and_vars, name=None)", func(c *tracer.Call) tracer.Value {
		return c.Report(c.At, graph.Diagnostic{
			Code: tracer.CodeUnsupported, Message: "train_step uses another optimizer than that of compile(), and a run here takes one step a batch",
			Fixes: []string{"self.optimizer.apply_gradients(zip(grads, self.trainable_weights)) of one loss", "two runs, one after the other"},
		})
	}), true
}

// schedule changes the learning rate over the steps of a run.
type schedule struct {
	declaration
	of   func(train.Steps) optim.Schedule // nil for a constant rate
	name string
}

func learningRate(c *tracer.Call) float64 {
	return within(c, 0, positive, math.MaxFloat64, "a finite number above 0")
}

// moments reads betas and epsilon, at i and behind it, and how they are named where they
// are not those of the paper.
func moments(c *tracer.Call, i int) (beta1, beta2, epsilon float64, name string) {
	const what = "two numbers above 0 and below 1"
	pair, ok := c.Arg(i).(tracer.Tuple)
	if list, isList := c.Arg(i).(*tracer.List); isList {
		pair, ok = list.Elems, true
	}
	if !ok || len(pair) != 2 {
		c.Want(i, what)
	} else {
		for k, into := range []*float64{&beta1, &beta2} {
			b, isNumber := tracer.Number(pair[k])
			if !isNumber || !(b > 0 && b < 1) {
				c.Want(i, what)
			}
			*into = b
		}
	}
	epsilon = within(c, i+1, positive, math.MaxFloat64, "a finite number above 0")
	if beta1 != 0.9 || beta2 != 0.999 {
		name += fmt.Sprintf(", betas %g and %g", beta1, beta2)
	}
	if epsilon != 1e-8 {
		name += fmt.Sprintf(", epsilon %g", epsilon)
	}
	return beta1, beta2, epsilon, name
}

func adamWord(c *tracer.Call) tracer.Value {
	lr := learningRate(c)
	b1, b2, eps, more := moments(c, 1)
	return &optimizer{declaration{"optimizer", c}, func(s optim.Schedule) optim.Optimizer {
		return optim.Adam{LR: lr, Beta1: b1, Beta2: b2, Eps: eps, Schedule: s}
	}, fmt.Sprintf("adam, learning rate %g%s", lr, more), 0}
}

func adamwWord(c *tracer.Call) tracer.Value {
	lr := learningRate(c)
	decay := within(c, 1, 0, math.MaxFloat64, "a finite number of at least 0")
	b1, b2, eps, more := moments(c, 2)
	return &optimizer{declaration{"optimizer", c}, func(s optim.Schedule) optim.Optimizer {
		if decay == 0 {
			return optim.Adam{LR: lr, Beta1: b1, Beta2: b2, Eps: eps, Schedule: s}
		}
		return optim.AdamW{LR: lr, Beta1: b1, Beta2: b2, Eps: eps, WeightDecay: decay, Schedule: s}
	}, fmt.Sprintf("adamw, learning rate %g, weight decay %g%s", lr, decay, more), 0}
}

func sgdWord(c *tracer.Call) tracer.Value {
	lr := learningRate(c)
	momentum := within(c, 1, 0, math.Nextafter(1, 0), "a number from 0 to below 1")
	return &optimizer{declaration{"optimizer", c}, func(s optim.Schedule) optim.Optimizer {
		return optim.SGD{LR: lr, Momentum: momentum, Schedule: s}
	}, fmt.Sprintf("sgd, learning rate %g, momentum %g", lr, momentum), 0}
}

func constantWord(c *tracer.Call) tracer.Value {
	return &schedule{declaration: declaration{"schedule", c}}
}

// cosineWord counts its warm-up in epochs.
func cosineWord(c *tracer.Call) tracer.Value {
	warmup := within(c, 0, 0, maxEpochs, "a number of epochs from 0 to 1,000,000")
	floor := within(c, 1, 0, 1, "a share of the learning rate from 0 to 1")
	name := "cosine"
	if warmup > 0 {
		name = fmt.Sprintf("cosine after a warm-up of %s", epochs(warmup))
	}
	return &schedule{declaration{"schedule", c}, func(s train.Steps) optim.Schedule {
		rising := min(int64(warmup*float64(s.Epoch)), s.Run-1)
		return optim.Cosine{Warmup: rising, Steps: max(s.Run, 1), Floor: floor}
	}, name}
}

// stepWord counts in epochs.
func stepWord(c *tracer.Call) tracer.Value {
	every := within(c, 0, positive, maxEpochs, "a number of epochs above 0")
	by := within(c, 1, positive, 1, "a factor above 0, up to 1")
	return &schedule{declaration{"schedule", c}, func(s train.Steps) optim.Schedule {
		return optim.StepDecay{Every: max(int64(every*float64(s.Epoch)), 1), By: by}
	}, fmt.Sprintf("%g times every %s", by, epochs(every))}
}

// kerasOptimizers are those of keras.optimizers, with Keras's settings.
func kerasOptimizers() []*tracer.Builtin {
	adam := func(c *tracer.Call, name string, decay float64) tracer.Value {
		a := optim.AdamW{LR: learningRate(c), Beta1: moment(c, 1), Beta2: moment(c, 2), Eps: within(c, 3, positive, math.MaxFloat64, "a finite number above 0"), WeightDecay: decay}
		return &optimizer{declaration{"optimizer", c}, func(s optim.Schedule) optim.Optimizer {
			if a.Schedule = s; decay > 0 {
				return a
			}
			return optim.Adam{LR: a.LR, Beta1: a.Beta1, Beta2: a.Beta2, Eps: a.Eps, Schedule: s}
		}, fmt.Sprintf("%s, learning rate %g", name, a.LR), 0}
	}
	list := []*tracer.Builtin{
		tracer.NewBuiltin("Adam(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07)", func(c *tracer.Call) tracer.Value { return adam(c, "adam", 0) }),
		tracer.NewBuiltin("AdamW(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07, weight_decay=0.004)", func(c *tracer.Call) tracer.Value {
			return adam(c, "adamw", within(c, 4, positive, math.MaxFloat64, "a finite number above 0"))
		}),
		tracer.NewBuiltin("SGD(learning_rate=0.01, momentum=0.0)", sgdWord),
	}
	for i, b := range list {
		list[i] = clipping(b)
		list[i].Aliases = map[string]string{"lr": "learning_rate"}
	}
	return list
}

// clipping is an optimizer of Keras's that takes the length of all its gradients together.
func clipping(of *tracer.Builtin) *tracer.Builtin {
	return of.Then("global_clipnorm=None", func(c *tracer.Call, made tracer.Value) tracer.Value {
		clip, i := argument(c, "global_clipnorm")
		o, ok := made.(*optimizer)
		if _, none := clip.(tracer.None); ok && !none {
			o.clip = within(c, i, positive, math.MaxFloat64, "a finite length above 0, or None")
		}
		return made
	})
}

// moment reads a decay of Adam's.
func moment(c *tracer.Call, i int) float64 {
	return within(c, i, positive, math.Nextafter(1, 0), "a number above 0 and below 1")
}

// maxEpochs bounds what a schedule counts.
const maxEpochs = 1e6

func epochs(n float64) string {
	if n == 1 {
		return "1 epoch"
	}
	return fmt.Sprintf("%g epochs", n)
}

// setOptimizer puts rule, schedule and clipping together. Where they are is said by
// the numbers of the arguments.
func (f *File) setOptimizer(c *tracer.Call, job *train.Job) {
	o := &optimizer{rule: func(s optim.Schedule) optim.Optimizer { return optim.Adam{Schedule: s} }, name: "adam, learning rate 0.001"}
	var s *schedule
	clip := 0.0
	for i, p := range c.Fn.Params() {
		switch p.Name {
		case "optimizer":
			switch v := c.Arg(i).(type) {
			case tracer.Ellipsis:
			case *optimizer:
				o = v
			case tracer.Str:
				f.wordNotString(c, i, string(v), "", "adam", "adamw", "sgd")
			default:
				c.Want(i, "an optimizer such as adam(learning_rate = 1e-3)")
			}
		case "schedule":
			switch v := c.Arg(i).(type) {
			case tracer.Ellipsis:
			case *schedule:
				s = v
			case tracer.Str:
				f.wordNotString(c, i, string(v), "", "constant", "cosine", "step")
			default:
				c.Want(i, "a schedule such as cosine(warmup = 5)")
			}
		case "clip":
			if !c.IsNone(i) {
				clip = within(c, i, positive, math.MaxFloat64, "a finite length of the gradient above 0, or None")
			}
		}
	}
	if clip == 0 {
		clip = o.clip
	}
	job.OptimizerName = o.name
	if s != nil && s.of != nil {
		job.OptimizerName += ", " + s.name
	}
	if clip > 0 {
		job.OptimizerName += fmt.Sprintf(", clip %g", clip)
	}
	job.OptimizerFor = func(steps train.Steps) optim.Optimizer {
		var rate optim.Schedule
		if s != nil && s.of != nil {
			rate = s.of(steps)
		}
		rule := o.rule(rate)
		if clip > 0 {
			rule = optim.ClipNorm{Max: clip, Of: rule}
		}
		return rule
	}
}
