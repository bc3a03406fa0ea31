package torch

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// lossRow is a loss function of torch.nn.functional and its class in torch.nn.
type lossRow struct {
	function, class string
	// settings are the parameters after the tensors, in PyTorch's order. The class has the
	// same ones, but for extra, which the function alone takes after them.
	settings, extra string
	// terms returns the values to reduce, and what their mean is divided by where that is
	// not their number. They are of no matter when an argument was refused.
	terms   func(c *lossCall) (terms, weight *graph.Node)
	choices []string // of reduction, beside none, mean and sum
}

// lossCall is a call of a loss: its tensors, and its settings by name.
type lossCall struct {
	*tracer.Call
	p, y *graph.Node // input and target
}

// losses lists the losses of an input and a target, in PyTorch's order.
func lossRows() []lossRow {
	const how = "size_average=None, reduce=None, reduction='mean'"
	weighted := func(f loss.Pointwise) func(*lossCall) (*graph.Node, *graph.Node) {
		return func(c *lossCall) (*graph.Node, *graph.Node) { return c.weighedAlike(f(c.p, c.y)) }
	}
	return []lossRow{
		{"binary_cross_entropy", "BCELoss", "weight=None, " + how, "", func(c *lossCall) (*graph.Node, *graph.Node) {
			return c.weighed(loss.BCE(c.p, c.y)), nil
		}, nil},
		{"binary_cross_entropy_with_logits", "BCEWithLogitsLoss", "weight=None, " + how + ", pos_weight=None", "", bceWithLogits, nil},
		{"cross_entropy", "CrossEntropyLoss", "weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean', label_smoothing=0.0", "", crossEntropy, nil},
		{"nll_loss", "NLLLoss", "weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'", "", nll, nil},
		{"mse_loss", "MSELoss", how, "weight=None", weighted(loss.SquaredError), nil},
		{"l1_loss", "L1Loss", how, "weight=None", weighted(loss.AbsoluteError), nil},
		{"smooth_l1_loss", "SmoothL1Loss", how + ", beta=1.0", "", smoothL1, nil},
		{"huber_loss", "HuberLoss", "reduction='mean', delta=1.0", "weight=None", func(c *lossCall) (*graph.Node, *graph.Node) {
			delta := c.number("delta")
			if !c.OK() {
				return nil, nil
			}
			terms, _ := c.weighedAlike(loss.Huber(delta)(c.p, c.y))
			return terms, nil // its mean is one of all terms
		}, nil},
		{"kl_div", "KLDivLoss", how + ", log_target=False", "", klDiv, []string{"batchmean"}},
		{"soft_margin_loss", "SoftMarginLoss", how, "", func(c *lossCall) (*graph.Node, *graph.Node) {
			return alike(c, func() *graph.Node { return c.y.Mul(c.p).Neg().Softplus() }), nil
		}, nil},
		{"poisson_nll_loss", "PoissonNLLLoss", "log_input=True, full=False, size_average=None, eps=1e-8, reduce=None, reduction='mean'", "", poissonNLL, nil},
		{"hinge_embedding_loss", "HingeEmbeddingLoss", "margin=1.0, " + how, "", func(c *lossCall) (*graph.Node, *graph.Node) {
			margin := c.number("margin")
			return alike(c, func() *graph.Node {
				return c.y.Greater(c.Graph().Const(0)).Where(c.p, c.p.Neg().Shift(margin).Relu())
			}), nil
		}, nil},
	}
}

// alike makes the terms of a loss that package loss does not have, for an input and a
// target of one shape, which is checked as its losses check it.
func alike(c *lossCall, terms func() *graph.Node) *graph.Node {
	if checked := loss.AbsoluteError(c.p, c.y); checked.Poisoned() {
		return checked
	}
	return terms()
}

// index returns the place of a parameter.
func (c *lossCall) index(name string) int {
	for i, p := range c.Fn.Params() {
		if p.Name == name {
			return i
		}
	}
	panic(fmt.Sprintf("torch: %s has no parameter %s", c.Fn.Name, name))
}

func (c *lossCall) number(name string) float64 { return c.Float(c.index(name)) }

// tensor returns an argument that may be None.
func (c *lossCall) tensor(name string) *graph.Node {
	i := c.index(name)
	if c.IsNone(i) {
		return nil
	}
	return c.TensorArg(i)
}

// weighed multiplies terms by the argument weight, as PyTorch broadcasts it.
func (c *lossCall) weighed(terms *graph.Node) *graph.Node {
	if w := c.tensor("weight"); w != nil && !terms.Poisoned() {
		return terms.Mul(w)
	}
	return terms
}

// weighedAlike is weighed for the losses whose weight has the shape of the terms. Their
// mean is divided by the sum of the weights, which is returned.
func (c *lossCall) weighedAlike(terms *graph.Node) (out, weight *graph.Node) {
	if _, has := c.ArgNamed("weight"); !has || terms.Poisoned() {
		return terms, nil
	}
	w := c.tensor("weight")
	if w == nil || w.Poisoned() {
		return terms, nil
	}
	if !w.Shape().Equal(terms.Shape()) {
		c.RefuseArg(c.index("weight"), graph.CodeWeightShape, "weight is %v, but it takes a number for each of the terms %v", w.Shape(), terms.Shape())
		return terms, nil
	}
	return terms.Mul(w), w
}

// bceWithLogits weighs the positive part by pos_weight, which aligns with the last axes
// as NumPy's rule has it.
func bceWithLogits(c *lossCall) (*graph.Node, *graph.Node) {
	terms := loss.BCEWithLogits(c.p, c.y)
	if w := c.tensor("pos_weight"); w != nil && !terms.Poisoned() {
		terms = terms.Add(w.Shift(-1).Mul(c.y.Mul(c.p.Neg().Softplus())))
	}
	return c.weighed(terms), nil
}

// smoothL1 is Huber's loss divided by beta; beta 0 is the absolute error.
func smoothL1(c *lossCall) (*graph.Node, *graph.Node) {
	beta := c.number("beta")
	if !c.OK() {
		return nil, nil
	}
	if beta == 0 {
		return loss.AbsoluteError(c.p, c.y), nil
	}
	return loss.Huber(beta)(c.p, c.y).Scale(1 / beta), nil
}

// klDiv takes the logarithms of probabilities as input: y·(ln y − input), or
// e^y·(y − input) where log_target says that y is a logarithm too.
func klDiv(c *lossCall) (*graph.Node, *graph.Node) {
	logTarget := c.Bool(c.index("log_target"))
	if r := c.p.Range(); r.Tag == graph.Probability || r.Lo >= 0 && r.Hi <= 1 && r.Lo < r.Hi {
		return c.Graph().Poison(graph.Diagnostic{
			Code:    graph.CodeLossDomain,
			Message: fmt.Sprintf("loss kl_div: %s must be the logarithm of a probability, but it is a probability in %v", named(c.p, "input"), r.Interval),
			Notes: append(graph.Columns([]string{named(c.p, "input"), c.p.Shape().String(), c.p.Origin()}),
				graph.Columns([]string{"would", "be least for a probability of 1 of every class, and not for the target's: no logarithm holds them together."})...),
			Fixes: []string{"take the logarithm first: F.log_softmax(scores, dim = 1)", "or of what is a probability already: p.log()"},
		}), nil
	}
	return alike(c, func() *graph.Node {
		if logTarget {
			return c.y.Exp().Mul(c.y.Sub(c.p))
		}
		return c.y.XLogY(c.y).Sub(c.y.Mul(c.p))
	}), nil
}

// poissonNLL is e^x − y·x for scores x, or x − y·ln(x + eps) for means x.
func poissonNLL(c *lossCall) (*graph.Node, *graph.Node) {
	logInput, full, eps := c.Bool(c.index("log_input")), c.Bool(c.index("full")), c.number("eps")
	if full {
		return c.Graph().Poison(graph.Diagnostic{
			Code:    tracer.CodeUnsupported,
			Message: "poisson_nll_loss(full=True) adds Stirling's approximation, which no gradient passes",
			Fixes:   []string{"full = False, which has the same gradients"},
		}), nil
	}
	return alike(c, func() *graph.Node {
		if logInput {
			return c.p.Exp().Sub(c.y.Mul(c.p))
		}
		return c.p.Sub(c.y.Mul(c.p.Shift(eps).Log()))
	}), nil
}

func named(n *graph.Node, otherwise string) string {
	if n.Label() != "" {
		return n.Label()
	}
	return otherwise
}

// lossFunction makes the function of a row.
func lossFunction(r lossRow) ops.Function {
	settings := r.settings
	if r.extra != "" {
		settings += ", " + r.extra
	}
	return ops.Function{
		Signature: r.function + "(input, target, " + settings + ")",
		Do: func(c *tracer.Call) tracer.Value {
			l := &lossCall{Call: c, p: c.TensorArg(0), y: c.TensorArg(1)}
			how := l.reduction(r.choices)
			if !c.OK() {
				return tracer.Poison
			}
			defer c.Graph().At(c.Position(c.At))()
			defer l.explain(len(c.Graph().Diagnostics()))
			return ops.Named(c.Graph(), r.function, func() *graph.Node {
				terms, weight := r.terms(l)
				if !c.OK() || terms.Poisoned() {
					return terms
				}
				return reduced(terms, weight, how)
			})
		},
	}
}

// explain adds to refusals of shapes, those from number said on, what package loss says of
// batches only: how many numbers each row has on either side, and the ways out. Tensors
// of a snippet have a fixed number of rows.
func (c *lossCall) explain(said int) {
	p, y := c.p.Shape(), c.y.Shape()
	if c.p.Poisoned() || c.y.Poisoned() || len(p) != 2 || len(y) != 2 || p[0] != y[0] || p[0].Depends() || p.Depends() || y.Depends() || p[1] == y[1] {
		return
	}
	for _, d := range c.Graph().Diagnostics()[said:] {
		if d.Code != graph.CodeLossShape || d.Fixes != nil {
			continue
		}
		d.Notes = append(d.Notes, fmt.Sprintf("Axis 0 is the %v rows of the batch. The model gives %v numbers per row and the target %v: neither squeeze nor reshape makes them equal.", p[0], p[1], y[1]))
		d.Fixes = []string{fmt.Sprintf("end the model with as many outputs as the target has: nn.Linear(n, %v)", y[1])}
		if y[1].IsOne() {
			d.Fixes = append(d.Fixes, fmt.Sprintf("or keep the %v outputs as scores of classes: nn.CrossEntropyLoss(), with class numbers as target: y.long().squeeze(1)", p[1]))
		}
	}
}

// reduction reads the keyword of that name and its two forerunners.
func (c *lossCall) reduction(more []string) string {
	how := c.Choice(c.index("reduction"), append([]string{"none", "mean", "sum"}, more...)...)
	if older, ok := forerunners(c.Call); ok {
		return older
	}
	return how
}

// forerunners returns what size_average and reduce say, which PyTorch had before
// reduction. Where one of them is given they have the last word.
func forerunners(c *tracer.Call) (how string, given bool) {
	read := func(name string) (yes, given bool) {
		v, has := c.ArgNamed(name)
		if _, none := v.(tracer.None); !has || none {
			return true, false
		}
		yes, _ = tracer.Truth(v)
		return yes, true
	}
	average, givenAverage := read("size_average")
	reduce, givenReduce := read("reduce")
	switch {
	case !reduce:
		how = "none"
	case !average:
		how = "sum"
	default:
		how = "mean"
	}
	return how, givenAverage || givenReduce
}

// reduced makes one number of terms; a weight is what their mean is divided by in
// place of their number.
func reduced(terms, weight *graph.Node, how string) *graph.Node {
	switch how {
	case "none":
		return terms
	case "sum":
		return terms.Sum()
	case "batchmean":
		if terms.Rank() == 0 {
			return terms
		}
		return terms.Sum().Div(terms.Graph().Count(terms.Shape()[0]))
	}
	if weight == nil {
		return terms.Mean()
	}
	total := weight.Sum()
	if total.Range().Lo > 0 {
		return terms.Sum().Div(total)
	}
	return ops.DivNoNaN(terms.Sum(), total)
}
