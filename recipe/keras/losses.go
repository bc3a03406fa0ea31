package keras

import (
	"math"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// lossRow is a loss of keras.losses: a function, with its other names, and a class.
type lossRow struct {
	names    []string
	class    string
	settings string // keywords behind y_true and y_pred
	// terms returns a value per element, of which the functions take the mean over the last
	// axis, or one per row. It is of no matter when an argument was refused.
	terms  func(c *lossCall) *graph.Node
	perRow bool
}

// lossCall is a call of a loss: its tensors, and its settings by name.
type lossCall struct {
	*tracer.Call
	p, y *graph.Node
}

func (c *lossCall) index(name string) int {
	for i, p := range c.Fn.Params() {
		if p.Name == name {
			return i
		}
	}
	return -1
}

func (c *lossCall) number(name string) float64 { return c.Float(c.index(name)) }

// by chooses between the forms for probabilities and for scores.
func by(probabilities, scores loss.Pointwise) func(c *lossCall) *graph.Node {
	return func(c *lossCall) *graph.Node {
		f := probabilities
		if c.Bool(c.index("from_logits")) {
			f = scores
		}
		return c.smoothed(f)
	}
}

// smoothed applies f to a target that is less sure by label_smoothing.
func (c *lossCall) smoothed(f loss.Pointwise) *graph.Node {
	i := c.index("label_smoothing")
	if i < 0 {
		return c.apply(f)
	}
	share := c.Float(i)
	switch {
	case !c.OK():
		return nil
	case share == 0:
		return c.apply(f)
	case c.perClass():
		return c.apply(loss.SmoothClasses(share, f))
	}
	return c.apply(loss.SmoothLabels(share, f))
}

// perClass reports whether the loss is of one class out of several, on an axis.
func (c *lossCall) perClass() bool {
	return strings.Contains(strings.ToLower(c.Fn.Name), "categorical")
}

// apply gives f the classes on the last axis.
func (c *lossCall) apply(f loss.Pointwise) *graph.Node {
	if !c.OK() {
		return nil
	}
	axis := -1
	if i := c.index("axis"); i >= 0 {
		if axis = c.AxisArg(i); !c.OK() {
			return nil
		}
	}
	p, y := c.p, c.y
	if axis != -1 && !p.Poisoned() && axis != p.Rank()-1 && c.perClass() {
		p = ops.MoveAxis(p, axis, -1).Named(c.p.Label())
		if !y.Poisoned() && y.Rank() == p.Rank() {
			y = ops.MoveAxis(y, axis, -1).Named(c.y.Label())
		}
	}
	return f(p, y)
}

// ways are what Keras's functions have in place of the words that package loss offers.
func (c *lossCall) ways() []string {
	if c.index("from_logits") < 0 {
		return nil
	}
	var out []string
	for _, word := range []string{"bce", "cross_entropy", "focal"} {
		out = append(out, "loss = "+word+"(from_logits = True)", "from_logits = True", "loss = "+word+"()", "from_logits = False")
	}
	return out
}

func plainLoss(f loss.Pointwise) func(c *lossCall) *graph.Node {
	return func(c *lossCall) *graph.Node { return f(c.p, c.y) }
}

// lossRows lists the losses.
func lossRows() []lossRow {
	const crossed = "from_logits=False, label_smoothing=0.0, axis=-1"
	return []lossRow{
		{[]string{"binary_crossentropy"}, "BinaryCrossentropy", crossed, by(loss.BCE, loss.BCEWithLogits), false},
		{[]string{"categorical_crossentropy"}, "CategoricalCrossentropy", crossed, by(loss.CrossEntropy, loss.CrossEntropyWithLogits), true},
		{[]string{"sparse_categorical_crossentropy"}, "SparseCategoricalCrossentropy", "from_logits=False, ignore_class=None, axis=-1", sparse, true},
		{[]string{"binary_focal_crossentropy"}, "BinaryFocalCrossentropy", "apply_class_balancing=False, alpha=0.25, gamma=2.0, " + crossed, focal, false},
		{[]string{"mean_squared_error", "mse", "MSE"}, "MeanSquaredError", "", plainLoss(loss.SquaredError), false},
		{[]string{"mean_absolute_error", "mae", "MAE"}, "MeanAbsoluteError", "", plainLoss(loss.AbsoluteError), false},
		{[]string{"mean_absolute_percentage_error", "mape", "MAPE"}, "MeanAbsolutePercentageError", "", percentage, false},
		{[]string{"mean_squared_logarithmic_error", "msle", "MSLE"}, "MeanSquaredLogarithmicError", "", logarithmic, false},
		{[]string{"huber", "huber_loss"}, "Huber", "delta=1.0", func(c *lossCall) *graph.Node {
			delta := c.number("delta")
			if !c.OK() {
				return nil
			}
			return loss.Huber(delta)(c.p, c.y)
		}, false},
		{[]string{"log_cosh", "logcosh"}, "LogCosh", "", plainLoss(loss.LogCosh), false},
		{[]string{"hinge"}, "Hinge", "", plainLoss(loss.Hinge), false},
		{[]string{"squared_hinge"}, "SquaredHinge", "", func(c *lossCall) *graph.Node {
			h := loss.Hinge(c.p, c.y)
			if h.Poisoned() {
				return h
			}
			return h.Square()
		}, false},
		{[]string{"kl_divergence", "kullback_leibler_divergence", "kld", "KLD"}, "KLDivergence", "", plainLoss(loss.KLDivergence), true},
		{[]string{"poisson"}, "Poisson", "", poisson, false},
		{[]string{"cosine_similarity", "cosine_proximity"}, "CosineSimilarity", "axis=-1", cosine, true},
		{[]string{"dice"}, "Dice", "axis=None", dice, true},
		{[]string{"tversky"}, "Tversky", "alpha=0.5, beta=0.5, axis=None", tversky, true},
	}
}

func sparse(c *lossCall) *graph.Node {
	i := c.index("ignore_class")
	f := loss.Pointwise(loss.SparseCrossEntropy)
	if c.Bool(c.index("from_logits")) {
		f = loss.SparseCrossEntropyWithLogits
	}
	terms := c.apply(f)
	if c.IsNone(i) || terms == nil || terms.Poisoned() {
		return terms
	}
	ignored := c.Int(i)
	if !c.OK() {
		return nil
	}
	g := terms.Graph()
	return c.y.ReshapeTo(terms.Shape()).NotEqual(g.Const(float64(ignored))).Where(terms, g.Const(0))
}

// focal weighs positives by alpha where apply_class_balancing says so.
func focal(c *lossCall) *graph.Node {
	f := loss.Focal{Gamma: c.number("gamma")}
	alpha := c.number("alpha")
	if c.Bool(c.index("apply_class_balancing")) {
		f.Alpha = alpha
	}
	return by(f.Pointwise, f.WithLogits)(c)
}

// checked makes the terms of a loss that package loss does not have, after its check of
// the shapes.
func checked(c *lossCall, terms func() *graph.Node) *graph.Node {
	if same := loss.AbsoluteError(c.p, c.y); same.Poisoned() {
		return same
	}
	return terms()
}

// percentage is 100·|y − p|/max(|y|, 1e-7).
func percentage(c *lossCall) *graph.Node {
	return checked(c, func() *graph.Node {
		return c.y.Sub(c.p).Div(c.y.Abs().Clip(epsilon, math.Inf(1))).Abs().Scale(100)
	})
}

// logarithmic is (ln(1 + y) − ln(1 + p))², with both at least 1e-7.
func logarithmic(c *lossCall) *graph.Node {
	return checked(c, func() *graph.Node {
		of := func(x *graph.Node) *graph.Node { return x.Clip(epsilon, math.Inf(1)).Log1p() }
		return of(c.y).Sub(of(c.p)).Square()
	})
}

// poisson is p − y·ln(p + 1e-7).
func poisson(c *lossCall) *graph.Node {
	return checked(c, func() *graph.Node { return c.p.Sub(c.y.Mul(c.p.Shift(epsilon).Log())) })
}

// cosine is minus the cosine of the angle between the rows: −1 is best.
func cosine(c *lossCall) *graph.Node {
	axis := c.AxisArg(c.index("axis"))
	if !c.OK() {
		return nil
	}
	return checked(c, func() *graph.Node {
		unit := func(x *graph.Node) *graph.Node { return ops.Normalize(x, math.Sqrt(1e-12), axis) }
		return unit(c.y).Mul(unit(c.p)).Sum(axis).Neg()
	})
}

// dice is 1 − 2·Σy·p/(Σy + Σp + 1e-7), of the whole batch or over the axes named.
func dice(c *lossCall) *graph.Node {
	axes := c.AxesArg(c.index("axis"))
	if !c.OK() {
		return nil
	}
	return checked(c, func() *graph.Node {
		both := c.y.Mul(c.p).Sum(axes...)
		return both.Scale(2).Div(c.y.Sum(axes...).Add(c.p.Sum(axes...)).Shift(epsilon)).OneMinus()
	})
}

// tversky is 1 − TP/(TP + alpha·FN + beta·FP + 1e-7) of soft counts: in Keras alpha
// weighs what was missed, though its documentation has it the other way round.
func tversky(c *lossCall) *graph.Node {
	axes, alpha, beta := c.AxesArg(c.index("axis")), c.number("alpha"), c.number("beta")
	if !c.OK() {
		return nil
	}
	return checked(c, func() *graph.Node {
		tp := c.y.Mul(c.p).Sum(axes...)
		fn := c.p.OneMinus().Mul(c.y).Sum(axes...)
		fp := c.p.Mul(c.y.OneMinus()).Sum(axes...)
		return tp.Div(tp.Add(fn.Scale(alpha)).Add(fp.Scale(beta)).Shift(epsilon)).OneMinus()
	})
}

// epsilon is Keras's K.epsilon().
const epsilon = 1e-7

// perSample applies the row under a name and gives a value per row, as the functions do.
func (r lossRow) perSample(c *tracer.Call, name string, y, p *graph.Node) tracer.Value {
	if !c.OK() {
		return tracer.Poison
	}
	l := &lossCall{Call: c, p: p, y: y}
	defer c.Graph().At(c.Position(c.At))()
	n := ops.Named(c.Graph(), name, func() *graph.Node {
		terms := r.terms(l)
		if terms == nil || terms.Poisoned() || r.perRow || terms.Rank() == 0 {
			return terms
		}
		return terms.Mean(-1)
	}, l.ways()...)
	if n == nil || n.Poisoned() {
		return tracer.Poison
	}
	return n
}

// lossFunctions are the functions of keras.losses.
func lossFunctions() []*tracer.Builtin {
	var out []*tracer.Builtin
	for _, r := range lossRows() {
		settings := r.settings
		if settings != "" {
			settings = ", " + settings
		}
		for _, name := range r.names {
			out = append(out, tracer.NewBuiltin(name+"(y_true, y_pred"+settings+")", func(c *tracer.Call) tracer.Value {
				return r.perSample(c, name, c.TensorArg(0), c.TensorArg(1))
			}))
		}
	}
	return out
}

// elementLosses are the loss functions of keras.backend and keras.ops, of (target,
// output), and give a value per element or row without a mean.
func elementLosses() []*tracer.Builtin {
	var out []*tracer.Builtin
	for _, r := range []struct {
		signature string
		of        func(c *lossCall) *graph.Node
	}{
		{"binary_crossentropy(target, output, from_logits=False)", by(loss.BCE, loss.BCEWithLogits)},
		{"categorical_crossentropy(target, output, from_logits=False, axis=-1)", by(loss.CrossEntropy, loss.CrossEntropyWithLogits)},
		{"sparse_categorical_crossentropy(target, output, from_logits=False, axis=-1)", by(loss.SparseCrossEntropy, loss.SparseCrossEntropyWithLogits)},
	} {
		name, _, _ := strings.Cut(r.signature, "(")
		out = append(out, tracer.NewBuiltin(r.signature, func(c *tracer.Call) tracer.Value {
			l := &lossCall{Call: c, y: c.TensorArg(0), p: c.TensorArg(1)}
			if !c.OK() {
				return tracer.Poison
			}
			defer c.Graph().At(c.Position(c.At))()
			if n := ops.Named(c.Graph(), name, func() *graph.Node { return r.of(l) }, l.ways()...); n != nil {
				return n
			}
			return tracer.Poison
		}))
	}
	return out
}

// tfLosses are those of tf.nn.
func tfLosses() []*tracer.Builtin {
	two := func(name string, f loss.Pointwise) func(c *tracer.Call) tracer.Value {
		return func(c *tracer.Call) tracer.Value {
			y, z := c.TensorArg(0), c.TensorArg(1)
			return c.Node(func() *graph.Node {
				return ops.Named(c.Graph(), name, func() *graph.Node { return f(z, y) })
			})
		}
	}
	const weighted = "weighted_cross_entropy_with_logits"
	return ops.Table(map[string]string{"targets": "labels"},
		ops.Function{Signature: "sigmoid_cross_entropy_with_logits(labels=None, logits=None, name=None)", Do: two("sigmoid_cross_entropy_with_logits", loss.BCEWithLogits)},
		ops.Function{Signature: "softmax_cross_entropy_with_logits(labels, logits, axis=-1, name=None)", Do: two("softmax_cross_entropy_with_logits", loss.CrossEntropyWithLogits)},
		ops.Function{Signature: "softmax_cross_entropy_with_logits_v2(labels, logits, axis=-1, name=None)", Do: two("softmax_cross_entropy_with_logits", loss.CrossEntropyWithLogits)},
		ops.Function{Signature: "sparse_softmax_cross_entropy_with_logits(labels, logits, name=None)", Do: two("sparse_softmax_cross_entropy_with_logits", loss.SparseCrossEntropyWithLogits)},
		ops.Function{Signature: weighted + "(labels, logits, pos_weight, name=None)", Do: func(c *tracer.Call) tracer.Value {
			y, z, w := c.TensorArg(0), c.TensorArg(1), c.TensorArg(2)
			return c.Node(func() *graph.Node {
				return ops.Named(c.Graph(), weighted, func() *graph.Node {
					terms := loss.BCEWithLogits(z, y)
					if terms.Poisoned() {
						return terms
					}
					return terms.Add(w.Shift(-1).Mul(y.Mul(z.Neg().Softplus())))
				})
			})
		}},
		ops.Function{Signature: "l2_loss(t, name=None)", Do: ops.One(func(x *graph.Node) *graph.Node { return x.Square().Sum().Scale(0.5) }, nil)},
	)
}
