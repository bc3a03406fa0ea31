package torch

import (
	"math"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// functional are the functions of torch.nn.functional beside losses.
func functional() []*tracer.Builtin {
	var rows []ops.Function
	for _, a := range activations {
		rows = append(rows, ops.Function{Signature: a.function + a.signature, Do: overwriting(a.apply)})
	}
	for _, r := range lossRows() {
		rows = append(rows, lossFunction(r))
	}
	rows = append(rows,
		ops.Function{Signature: "softmax(input, dim=None, _stacklevel=3, dtype=None)", Do: alongClasses((*graph.Node).Softmax)},
		ops.Function{Signature: "log_softmax(input, dim=None, _stacklevel=3, dtype=None)", Do: alongClasses((*graph.Node).LogSoftmax)},
		ops.Function{Signature: "softmin(input, dim=None)", Do: alongClasses(func(x *graph.Node, axis int) *graph.Node { return x.Neg().Softmax(axis) })},
		ops.Function{Signature: "one_hot(tensor, num_classes=-1)", Do: oneHotOf},
		ops.Function{Signature: "normalize(input, p=2.0, dim=1, eps=1e-12)", Do: normalize},
		ops.Function{Signature: "cosine_similarity(x1, x2, dim=1, eps=1e-8)", Do: cosine},
		ops.Function{Signature: "pairwise_distance(x1, x2, p=2.0, eps=1e-6, keepdim=False)", Do: func(c *tracer.Call) tracer.Value {
			a, b, p, eps, keep := c.TensorArg(0), c.TensorArg(1), c.Float(2), c.Float(3), c.Bool(4)
			return c.Node(func() *graph.Node { return ops.Norm(a.Sub(b).Shift(eps), p, []int{-1}, keep) })
		}},
		ops.Function{Signature: "linear(input, weight, bias=None)", Do: func(c *tracer.Call) tracer.Value {
			x, w := c.TensorArg(0), c.TensorArg(1)
			return c.Node(func() *graph.Node {
				y := ops.MatMul(x, w.Transpose())
				if !c.IsNone(2) {
					y = y.Add(c.TensorArg(2))
				}
				return y
			})
		}},
		ops.Function{Signature: "embedding(input, weight)", Do: func(c *tracer.Call) tracer.Value {
			x, w := c.TensorArg(0), c.TensorArg(1)
			return c.Node(func() *graph.Node { return w.Gather(x, 0) })
		}},
		ops.Function{Signature: "dropout(input, p=0.5, training=True, inplace=False)", Do: overwriting(dropout(dropped))},
		ops.Function{Signature: "alpha_dropout(input, p=0.5, training=False, inplace=False)", Do: overwriting(dropout(alphaDropped))},
		ops.Function{Signature: "layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5)", Do: layerNorm},
		ops.Function{Signature: "pad(input, pad, mode='constant', value=None)", Do: pad},
		ops.Function{Signature: "conv2d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1)", Do: conv2d},
		ops.Function{Signature: "gaussian_nll_loss(input, target, var, full=False, eps=1e-6, reduction='mean')", Do: gaussianNLL},
		ops.Function{Signature: "margin_ranking_loss(input1, input2, target, margin=0.0, size_average=None, reduce=None, reduction='mean')", Do: marginRanking},
		ops.Function{Signature: "triplet_margin_loss(anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, size_average=None, reduce=None, reduction='mean')", Do: tripletMargin},
		ops.Function{Signature: "cosine_embedding_loss(input1, input2, target, margin=0.0, size_average=None, reduce=None, reduction='mean')", Do: cosineEmbedding},
	)
	rows = append(rows, pools()...)
	out := sharing(ops.Table(map[string]string{"axis": "dim"}, rows...))
	return append(out, activationsInPlace("relu", "leaky_relu", "elu", "selu", "celu", "hardtanh", "threshold")...)
}

// activation is a function of torch.nn.functional with its module in torch.nn.
type activation struct {
	function  string
	signature string // of the function
	module    string
	settings  string // of the module's __init__
	apply     func(c *tracer.Call) tracer.Value
}

// activations lists both; parameters from the second on are alike in function and module.
var activations = []activation{
	{"relu", "(input, inplace=False)", "ReLU", "inplace=False", plain((*graph.Node).Relu)},
	{"relu6", "(input, inplace=False)", "ReLU6", "inplace=False", plain(ops.Relu6)},
	{"leaky_relu", "(input, negative_slope=0.01, inplace=False)", "LeakyReLU", "negative_slope=0.01, inplace=False", by((*graph.Node).LeakyRelu)},
	{"elu", "(input, alpha=1.0, inplace=False)", "ELU", "alpha=1.0, inplace=False", by((*graph.Node).Elu)},
	{"celu", "(input, alpha=1.0, inplace=False)", "CELU", "alpha=1.0, inplace=False", by(celuOf)},
	{"selu", "(input, inplace=False)", "SELU", "inplace=False", plain((*graph.Node).Selu)},
	{"gelu", "(input, approximate='none')", "GELU", "approximate='none'", gelu},
	{"silu", "(input, inplace=False)", "SiLU", "inplace=False", plain((*graph.Node).Silu)},
	{"mish", "(input, inplace=False)", "Mish", "inplace=False", plain(ops.Mish)},
	{"sigmoid", "(input)", "Sigmoid", "", plain((*graph.Node).Sigmoid)},
	{"logsigmoid", "(input)", "LogSigmoid", "", plain(ops.LogSigmoid)},
	{"tanh", "(input)", "Tanh", "", plain((*graph.Node).Tanh)},
	{"hardtanh", "(input, min_val=-1.0, max_val=1.0, inplace=False)", "Hardtanh", "min_val=-1.0, max_val=1.0, inplace=False", hardTanh},
	{"hardsigmoid", "(input, inplace=False)", "Hardsigmoid", "inplace=False", plain(ops.HardSigmoid)},
	{"hardswish", "(input, inplace=False)", "Hardswish", "inplace=False", plain(ops.HardSwish)},
	{"softplus", "(input, beta=1.0, threshold=20.0)", "Softplus", "beta=1.0, threshold=20.0", softplus},
	{"softsign", "(input)", "Softsign", "", plain(ops.Softsign)},
	{"tanhshrink", "(input)", "Tanhshrink", "", plain(func(x *graph.Node) *graph.Node { return x.Sub(x.Tanh()) })},
	{"softshrink", "(input, lambd=0.5)", "Softshrink", "lambd=0.5", by(softShrink)},
	{"hardshrink", "(input, lambd=0.5)", "Hardshrink", "lambd=0.5", by(hardShrink)},
	{"threshold", "(input, threshold, value, inplace=False)", "Threshold", "threshold, value, inplace=False", threshold},
	{"glu", "(input, dim=-1)", "GLU", "dim=-1", glu},
}

// onLayer applies the module of an activation in the scope of the layer that its input comes
// from, which messages then call "fc Linear 16 -> 2 sigmoid".
func onLayer(name string, apply func(*tracer.Call) tracer.Value) func(*tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value {
		x, ok := c.Arg(0).(*graph.Node)
		if !ok || x.Poisoned() || x.Scope() == nil || !x.Scope().Layer || x.Scope().Detail == "" || x.Graph() != c.Graph() {
			return apply(c)
		}
		s := *x.Scope()
		s.Detail = strings.TrimRight(s.Detail, " ") + " " + name
		defer c.Graph().Enter(s)()
		return apply(c)
	}
}

func plain(node func(*graph.Node) *graph.Node) func(*tracer.Call) tracer.Value {
	return ops.One(node, nil)
}

// by is an activation with one number.
func by(node func(x *graph.Node, v float64) *graph.Node) func(*tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value {
		x, v := c.TensorArg(0), c.Float(1)
		return c.Node(func() *graph.Node { return node(x, v) })
	}
}

func gelu(c *tracer.Call) tracer.Value {
	x, how := c.TensorArg(0), c.Choice(1, "none", "tanh")
	return c.Node(func() *graph.Node {
		if how == "tanh" {
			return x.GeluTanh()
		}
		return x.Gelu()
	})
}

// celuOf is x above 0, else alpha·(e^(x/alpha) − 1).
func celuOf(x *graph.Node, alpha float64) *graph.Node { return x.Scale(1 / alpha).Elu(1).Scale(alpha) }

// softShrink brings x closer to 0 by at most a bound.
func softShrink(x *graph.Node, bound float64) *graph.Node { return x.Sub(x.Clip(-bound, bound)) }

// hardShrink is 0 where |x| is at most a bound, else x.
func hardShrink(x *graph.Node, bound float64) *graph.Node {
	zero := x.Graph().Const(0)
	return x.Abs().LessEqual(x.Graph().Const(bound)).Where(zero, x)
}

// threshold is x above a bound, else another value.
func threshold(c *tracer.Call) tracer.Value {
	x, bound, v := c.TensorArg(0), c.Float(1), c.Float(2)
	return c.Node(func() *graph.Node { return x.Greater(c.Graph().Const(bound)).Where(x, c.Graph().Const(v)) })
}

// glu is the first half along an axis times the sigmoid of the second.
func glu(c *tracer.Call) tracer.Value {
	at, length, ok := fixedAxis(c, c.TensorArg(0), c.AxisArg(1))
	if !ok {
		return tracer.Poison
	}
	if length%2 != 0 {
		return c.Refuse(c.At, graph.CodeShape, "glu() halves an axis, but axis %d has length %d", at, length)
	}
	x := c.TensorArg(0)
	return c.Node(func() *graph.Node {
		parts := ops.Parts(x, at, []int{length / 2, length / 2})
		return parts[0].Mul(parts[1].Sigmoid())
	})
}

func hardTanh(c *tracer.Call) tracer.Value {
	x, lo, hi := c.TensorArg(0), c.Float(1), c.Float(2)
	return c.Node(func() *graph.Node { return x.Clip(lo, hi) })
}

// softplus is ln(1 + e^(beta·x))/beta. PyTorch goes over to x above the threshold, which
// differs by less than float32 resolves.
func softplus(c *tracer.Call) tracer.Value {
	x, beta := c.TensorArg(0), c.Float(1)
	return c.Node(func() *graph.Node {
		if beta == 1 {
			return x.Softplus()
		}
		return x.Scale(beta).Softplus().Scale(1 / beta)
	})
}

// oneHotOf needs to be told the number of classes, which PyTorch takes from the data.
func oneHotOf(c *tracer.Call) tracer.Value {
	x, n := c.TensorArg(0), c.Int(1)
	if !c.OK() {
		return tracer.Poison
	}
	if n < 0 {
		if a, known := c.Known(x, c.At); known {
			for _, v := range a.Data {
				n = max(n, int(v)+1)
			}
		} else {
			return c.Report(c.At, graph.Diagnostic{
				Code:    tracer.CodeValue,
				Message: "one_hot() needs the number of classes: the largest one is only known while training runs",
				Fixes:   []string{"num_classes = 10"},
			})
		}
	}
	return c.Node(func() *graph.Node { return x.OneHot(n).Cast(graph.Int) })
}

func normalize(c *tracer.Call) tracer.Value {
	x, p, axis, eps := c.TensorArg(0), c.Float(1), c.AxisArg(2), c.Float(3)
	return c.Node(func() *graph.Node {
		if p == 2 {
			return ops.Normalize(x, eps, axis)
		}
		return x.Div(ops.Norm(x, p, []int{axis}, true).Clip(eps, math.Inf(1)))
	})
}

// cosine is a·b/√(max(|a|², eps²)·max(|b|², eps²)), whose derivative is finite at 0.
func cosine(c *tracer.Call) tracer.Value {
	a, b, axis, eps := c.TensorArg(0), c.TensorArg(1), c.AxisArg(2), c.Float(3)
	return c.Node(func() *graph.Node { return cosineOf(a, b, axis, eps) })
}

func cosineOf(a, b *graph.Node, axis int, eps float64) *graph.Node {
	if a.Poisoned() {
		return a
	}
	defer a.Graph().Enter(graph.Scope{Name: "cosine_similarity"})()
	return ops.Normalize(a, eps, axis).Mul(ops.Normalize(b, eps, axis)).Sum(axis)
}

// dropout acts where training says so, and in training only.
func dropout(drop func(c *tracer.Call, x *graph.Node, p float64) *graph.Node) func(c *tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value {
		x, p, training := c.TensorArg(0), c.Float(1), c.Bool(2)
		if c.Fine(1) && !(p >= 0 && p <= 1) {
			c.RefuseArg(1, tracer.CodeValue, "dropout probability has to be between 0 and 1, but got %v", p)
		}
		return c.Node(func() *graph.Node {
			if !training || x.Poisoned() || x.Graph().Mode != graph.Training || p == 0 {
				return x
			}
			defer x.Graph().Enter(graph.Scope{Name: "dropout"})()
			return drop(c, x, p)
		})
	}
}

// survives says which elements a dropout leaves, each with probability 1 − p.
func survives(x *graph.Node, shape graph.Shape, p float64) *graph.Node {
	return x.Graph().Random("dropout", graph.StandardUniform, shape).GreaterEqual(x.Graph().Const(p))
}

// dropped sets elements to 0 with probability p.
func dropped(c *tracer.Call, x *graph.Node, p float64) *graph.Node {
	zero := x.Graph().Const(0)
	if p == 1 {
		return x.Mul(zero)
	}
	return survives(x, x.Shape(), p).Where(x.Scale(1/(1-p)), zero)
}

// alphaDropped sets elements to the value that SELU goes to, and keeps mean and variance.
//
// Source: Klambauer et al., "Self-Normalizing Neural Networks", NeurIPS 2017.
func alphaDropped(c *tracer.Call, x *graph.Node, p float64) *graph.Node {
	const least = -1.7580993408473766 // −λα
	if p == 1 {
		return x.Mul(x.Graph().Const(0))
	}
	scale := 1 / math.Sqrt((1-p)*(1+p*least*least))
	return survives(x, x.Shape(), p).Where(x, x.Graph().Const(least)).Scale(scale).Shift(-scale * p * least)
}

func layerNorm(c *tracer.Call) tracer.Value {
	x, axes, eps := c.TensorArg(0), lastAxes(len(ops.Ints(c, 1))), c.Float(4)
	return c.Node(func() *graph.Node {
		centred := x.Sub(x.MeanKeep(axes...))
		y := centred.Div(centred.Square().MeanKeep(axes...).Shift(eps).Sqrt())
		if !c.IsNone(2) {
			y = y.Mul(c.TensorArg(2))
		}
		if !c.IsNone(3) {
			y = y.Add(c.TensorArg(3))
		}
		return y
	})
}

// lastAxes lists the last n axes.
func lastAxes(n int) (axes []int) {
	for i := range n {
		axes = append(axes, i-n)
	}
	return axes
}

// pad takes pairs of lengths, that of the last axis first.
func pad(c *tracer.Call) tracer.Value {
	x, list := c.TensorArg(0), ops.Ints(c, 1)
	c.Choice(2, "constant")
	v := 0.0
	if !c.IsNone(3) {
		v = c.Float(3)
	}
	if c.OK() && (len(list)%2 != 0 || len(list)/2 > x.Rank()) {
		c.RefuseArg(1, tracer.CodeValue, "pad takes two lengths for each axis, the last axis first, not %v for %v", list, x.Shape())
	}
	return c.Node(func() *graph.Node {
		pads := make([][2]int, x.Rank())
		for i := 0; i+1 < len(list); i += 2 {
			pads[x.Rank()-1-i/2] = [2]int{list[i], list[i+1]}
		}
		return ops.Pad(x, pads, v)
	})
}

// conv2d takes images [N C H W] and a kernel [Out C/groups KH KW].
func conv2d(c *tracer.Call) tracer.Value {
	x, k := c.TensorArg(0), c.TensorArg(1)
	w := window(c, 3, 4, 5, 6)
	return c.Node(func() *graph.Node {
		if x.Poisoned() || k.Poisoned() {
			return c.Graph().Const(0).Add(x).Add(k)
		}
		if x.Rank() != 4 || k.Rank() != 4 {
			return x.Conv2D(k, w) // which refuses it
		}
		y := x.Transpose(0, 2, 3, 1).Conv2D(k.Transpose(2, 3, 1, 0), w).Transpose(0, 3, 1, 2)
		if !c.IsNone(2) {
			y = y.Add(c.TensorArg(2).Reshape(-1, 1, 1))
		}
		return y
	})
}

// window reads stride, padding, dilation and groups.
func window(c *tracer.Call, stride, padding, dilation, groups int) graph.Window {
	w := graph.Window{Stride: ops.Pair(c, stride), Dilation: ops.Pair(c, dilation), Groups: c.Int(groups)}
	if _, isStr := c.Arg(padding).(tracer.Str); isStr {
		if c.Choice(padding, "valid", "same") == "same" {
			w.Same = true
			if w.Stride != [2]int{1, 1} && c.OK() {
				c.RefuseArg(padding, tracer.CodeValue, "padding = \"same\" goes with strides of 1 only, in PyTorch and here")
			}
		}
		return w
	}
	for i, p := range ops.Pair(c, padding) {
		w.Pad[i] = [2]int{p, p}
	}
	return w
}
