package torch

import (
	"fmt"
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/recipe/internal/layer"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// forwarder is the Go side of a layer of one input.
type forwarder interface {
	Forward(x *graph.Node) *graph.Node
}

func forward(c *tracer.Call, host any) tracer.Value { return onTensor(c, host.(forwarder).Forward) }

// fixed is a layer without parameters.
type fixed func(x *graph.Node) *graph.Node

func (f fixed) apply(c *tracer.Call, _ any) tracer.Value { return onTensor(c, f) }

// layerClasses are the layers of nn.
func layerClasses(base *tracer.Class) []*tracer.Class {
	var out []*tracer.Class
	add := func(name, settings string, init func(c *tracer.Call) any) {
		out = append(out, class(base, name, settings, func(c *tracer.Call, _ *tracer.Instance) any { return init(c) }, forward))
	}
	const where = ", device=None, dtype=None"
	linear := class(base, "Linear", "in_features, out_features, bias=True"+where, newLinear, forward)
	conv := class(base, "Conv2d", "in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True, padding_mode='zeros'"+where, newConv, forward)
	embedding := class(base, "Embedding", "num_embeddings, embedding_dim, padding_idx=None"+where, func(c *tracer.Call, _ *tracer.Instance) any {
		positive(c, 1, 2)
		return &nn.Embedding{Size: c.Int(1), Out: c.Int(2), Init: &layer.Start{Of: layer.Normal{SD: 1}}}
	}, forward)
	out = append(out, linear, conv, embedding)
	add("ConvTranspose2d", "in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1, bias=True, dilation=1"+where, newConvTranspose)
	out = append(out, class(base, "Dropout", "p=0.5, inplace=False", func(c *tracer.Call, _ *tracer.Instance) any {
		return &dropoutLayer{nn.Dropout{Rate: c.Float(1)}, c.Bool(2)}
	}, func(c *tracer.Call, host any) tracer.Value { return host.(*dropoutLayer).forward(c) }))
	for _, name := range []string{"BatchNorm1d", "BatchNorm2d"} {
		add(name, "num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True"+where, func(c *tracer.Call) any {
			return newBatchNorm(c, name)
		})
	}
	add("LayerNorm", "normalized_shape, eps=1e-5, elementwise_affine=True, bias=True"+where, newLayerNorm)
	add("GroupNorm", "num_groups, num_channels, eps=1e-5, affine=True"+where, newGroupNorm)
	add("PReLU", "num_parameters=1, init=0.25"+where, func(c *tracer.Call) any {
		return &prelu{layer.Variable{Kind: "PReLU", Shape: []int{max(1, c.Int(1))}, Init: nn.Constant(c.Float(2))}}
	})
	for _, c := range out {
		switch c.Name {
		case "Linear", "Conv2d", "ConvTranspose2d", "BatchNorm1d", "BatchNorm2d", "LayerNorm", "GroupNorm":
			c.Attrs["bias"] = tracer.Property(tracer.NewBuiltin("bias(self)", biasOf))
			fallthrough
		case "Embedding", "PReLU":
			c.Attrs["weight"] = tracer.Property(tracer.NewBuiltin("weight(self)", weightOf))
		}
	}
	add("MaxPool2d", "kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False", func(c *tracer.Call) any { return newPool(c, "MaxPool2d", false) })
	add("AvgPool2d", "kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True", func(c *tracer.Call) any { return newPool(c, "AvgPool2d", true) })
	add("AdaptiveAvgPool2d", "output_size", newAdaptivePool)
	add("Upsample", "size=None, scale_factor=None, mode='nearest', align_corners=None", newUpsample)
	return append(out, shapeModules(base)...)
}

// shapeModules are the modules without parameters that are no activations of elements.
func shapeModules(base *tracer.Class) []*tracer.Class {
	make := func(name, settings string, f func(c *tracer.Call) fixed) *tracer.Class {
		return class(base, name, settings, func(c *tracer.Call, _ *tracer.Instance) any { return f(c) },
			func(c *tracer.Call, host any) tracer.Value { return host.(fixed).apply(c, nil) })
	}
	along := func(name string, f func(*graph.Node, int) *graph.Node) *tracer.Class {
		return make(name, "dim=None", func(c *tracer.Call) fixed {
			if c.IsNone(1) {
				return func(x *graph.Node) *graph.Node {
					axis, refused := guessedAxis(name, x)
					if refused != nil {
						return refused
					}
					return f(x, axis)
				}
			}
			axis := c.AxisArg(1)
			return func(x *graph.Node) *graph.Node { return f(x, axis) }
		})
	}
	return []*tracer.Class{
		along("Softmax", (*graph.Node).Softmax),
		along("LogSoftmax", (*graph.Node).LogSoftmax),
		make("Softmax2d", "", func(c *tracer.Call) fixed {
			return func(x *graph.Node) *graph.Node { return x.Softmax(1) }
		}),
		make("Identity", "*args, **kwargs", func(c *tracer.Call) fixed { return func(x *graph.Node) *graph.Node { return x } }),
		make("Flatten", "start_dim=1, end_dim=-1", func(c *tracer.Call) fixed {
			start, end := c.AxisArg(1), c.AxisArg(2)
			return func(x *graph.Node) *graph.Node { return ops.FlattenFrom(x, start, end) }
		}),
		make("Unflatten", "dim, unflattened_size", func(c *tracer.Call) fixed {
			axis := c.AxisArg(1)
			sizes, _ := c.Shape(c.Arg(2), c.Span(2))
			return func(x *graph.Node) *graph.Node { return unflatten(x, axis, sizes) }
		}),
	}
}

// unflatten cuts an axis into several.
func unflatten(x *graph.Node, axis int, sizes graph.Shape) *graph.Node {
	if x.Poisoned() {
		return x
	}
	if axis < 0 {
		axis += x.Rank()
	}
	if axis < 0 || axis >= x.Rank() {
		return x.Index(axis, 0) // which says that there is no such axis
	}
	s := x.Shape()
	return x.ReshapeTo(append(append(append(graph.Shape{}, s[:axis]...), sizes...), s[axis+1:]...))
}

// byFan is PyTorch's start of weights and biases alike: uniform in ±1/√(inputs).
func byFan(inputs int) graph.Initializer {
	return &layer.Start{Of: nn.Uniform(1 / math.Sqrt(math.Max(1, float64(inputs))))}
}

// constant is a start that may be changed.
func constant(v float64) graph.Initializer { return &layer.Start{Of: nn.Constant(v)} }

// positive refuses settings that are not at least 1.
func positive(c *tracer.Call, indices ...int) {
	for _, i := range indices {
		if n := c.Int(i); c.Fine(i) && n < 1 {
			c.RefuseArg(i, tracer.CodeValue, "%s is a whole number of at least 1, not %d", c.Fn.Params()[i].Name, n)
		}
	}
}

func newLinear(c *tracer.Call, self *tracer.Instance) any {
	positive(c, 1, 2)
	a := &layer.Affine{Kind: "Linear", In: c.Int(1), Out: c.Int(2), NoBias: !c.Bool(3)}
	a.WeightInit, a.BiasInit = byFan(a.In), byFan(a.In)
	self.Set("in_features", c.Arg(1))
	self.Set("out_features", c.Arg(2))
	return a
}

func newConv(c *tracer.Call, _ *tracer.Instance) any {
	positive(c, 1, 2, 7)
	c.Choice(9, "zeros")
	k := &layer.Conv{
		Kind: "Conv2d", In: c.Int(1), Out: c.Int(2), Kernel: ops.Pair(c, 3), Window: window(c, 4, 5, 6, 7),
		ChannelsFirst: true, NoBias: !c.Bool(8),
	}
	fan := k.In / max(1, k.Window.Groups) * k.Kernel[0] * k.Kernel[1]
	k.WeightInit, k.BiasInit = byFan(fan), byFan(fan)
	return k
}

func newConvTranspose(c *tracer.Call) any {
	positive(c, 1, 2, 7)
	k := &layer.ConvTranspose{Conv: layer.Conv{
		Kind: "ConvTranspose2d", In: c.Int(1), Out: c.Int(2), Kernel: ops.Pair(c, 3), Window: window(c, 4, 5, 9, 7),
		ChannelsFirst: true, NoBias: !c.Bool(8),
	}, Extra: ops.Pair(c, 6)}
	fan := k.Out / max(1, k.Window.Groups) * k.Kernel[0] * k.Kernel[1]
	k.WeightInit, k.BiasInit = byFan(fan), byFan(fan)
	return k
}

// dropoutLayer is nn.Dropout, which may change its input.
type dropoutLayer struct {
	of      nn.Dropout
	inPlace bool
}

func (d *dropoutLayer) forward(c *tracer.Call) tracer.Value {
	v := onTensor(c, d.of.Forward)
	if n, ok := v.(*graph.Node); ok && d.inPlace {
		return c.Renew(c.PlaceArg(1), n, "Dropout(inplace=True)", c.At)
	}
	return v
}

// channelNorm normalises along axis 1, where PyTorch has the channels.
type channelNorm struct {
	name string
	size int
	of   *nn.BatchNorm
}

// in names the parameters in g.
func (n *channelNorm) in(g *graph.Graph) *nn.BatchNorm {
	g.Bind(n.of, g.NameOf(n, n.name))
	return n.of
}

func (n *channelNorm) Forward(x *graph.Node) *graph.Node {
	if x.Poisoned() {
		return x
	}
	if x.Rank() < 2 || x.Shape()[1] != graph.Fixed(n.size) {
		return x.Graph().Poison(graph.Diagnostic{
			Code:    graph.CodeShape,
			Message: fmt.Sprintf("%s takes %d channels on axis 1, but its input is %v", n.name, n.size, x.Shape()),
			Notes:   graph.Columns([]string{x.Display(), x.Shape().String(), x.Origin()}),
		})
	}
	return ops.MoveAxis(n.in(x.Graph()).Forward(ops.MoveAxis(x, 1, -1)), -1, 1)
}

func newBatchNorm(c *tracer.Call, name string) any {
	positive(c, 1)
	for _, i := range []int{4, 5} {
		if !c.Bool(i) && c.OK() {
			c.RefuseArg(i, tracer.CodeUnsupported, "%s = False is not supported", c.Fn.Params()[i].Name)
		}
	}
	return &channelNorm{name, c.Int(1), &nn.BatchNorm{
		Size: c.Int(1), Eps: c.Float(2), Momentum: 1 - c.Float(3), GammaInit: constant(1), BetaInit: constant(0),
	}}
}

// shapeNorm normalises over the last axes, laid out as one.
type shapeNorm struct {
	shape []int
	of    *nn.LayerNorm
}

// in names the parameters in g.
func (n *shapeNorm) in(g *graph.Graph) *nn.LayerNorm {
	g.Bind(n.of, g.NameOf(n, "LayerNorm"))
	return n.of
}

// laidOut gives a parameter the shape that PyTorch has it in.
func (n *shapeNorm) laidOut(p *graph.Node) *graph.Node {
	if len(n.shape) == 1 {
		return p
	}
	return p.Reshape(n.shape...)
}

func (n *shapeNorm) Forward(x *graph.Node) *graph.Node {
	if x.Poisoned() {
		return x
	}
	at := x.Rank() - len(n.shape)
	if at < 0 || !x.Shape()[max(at, 0):].Equal(graph.Dims(n.shape...)) {
		return x.Graph().Poison(graph.Diagnostic{
			Code:    graph.CodeShape,
			Message: fmt.Sprintf("LayerNorm takes %v on the last axes, but its input is %v", n.shape, x.Shape()),
			Notes:   graph.Columns([]string{x.Display(), x.Shape().String(), x.Origin()}),
		})
	}
	of := n.in(x.Graph())
	if len(n.shape) == 1 && x.Rank() > 1 {
		return of.Forward(x)
	}
	return of.Forward(ops.FlattenFrom(x, at, -1)).ReshapeTo(x.Shape())
}

func newLayerNorm(c *tracer.Call) any {
	shape := ops.Ints(c, 1)
	if !c.Bool(3) && c.OK() {
		c.RefuseArg(3, tracer.CodeUnsupported, "elementwise_affine = False is not supported")
	}
	return &shapeNorm{shape, &nn.LayerNorm{Size: graph.Size(shape), Eps: c.Float(2), GammaInit: constant(1), BetaInit: constant(0)}}
}

// groupNorm normalises groups of channels of each row.
type groupNorm struct {
	groups, channels int
	eps              float64
}

func newGroupNorm(c *tracer.Call) any {
	positive(c, 1, 2)
	n := &groupNorm{c.Int(1), c.Int(2), c.Float(3)}
	if c.OK() && n.channels%n.groups != 0 {
		c.RefuseArg(2, tracer.CodeValue, "%d channels cannot be parted into %d groups of equal size", n.channels, n.groups)
	}
	return n
}

// Forward is (x − m)/√(v + eps), with mean and variance of each row and group, then
// scaled and shifted by channel.
func (n *groupNorm) Forward(x *graph.Node) *graph.Node {
	if x.Poisoned() {
		return x
	}
	g, s := x.Graph(), x.Shape()
	name := g.NameOf(n, "GroupNorm")
	defer g.Enter(graph.Scope{Name: name, Detail: fmt.Sprintf("GroupNorm %d", n.channels), Layer: true})()
	if len(s) < 2 || s[1] != graph.Fixed(n.channels) || s[1:].Depends() {
		return g.Poison(graph.Diagnostic{
			Code:    graph.CodeShape,
			Message: fmt.Sprintf("%s takes %d channels on axis 1, but its input is %v", name, n.channels, s),
			Notes:   graph.Columns([]string{x.Display(), s.String(), x.Origin()}),
		})
	}
	grouped := x.ReshapeTo(graph.Shape{s[0], graph.Fixed(n.groups), graph.Infer})
	centred := grouped.Sub(grouped.MeanKeep(2))
	y := centred.Div(centred.Square().MeanKeep(2).Shift(n.eps).Sqrt()).ReshapeTo(s)
	byChannel := graph.Dims(n.channels)
	for range len(s) - 2 {
		byChannel = append(byChannel, graph.Fixed(1))
	}
	return y.Mul(n.gamma(g).ReshapeTo(byChannel)).Add(n.beta(g).ReshapeTo(byChannel))
}

// gamma is the scale of each channel in g, and beta its shift.
func (n *groupNorm) gamma(g *graph.Graph) *graph.Node {
	return g.Param(graph.Param{Name: g.NameOf(n, "GroupNorm") + ".Gamma", Shape: []int{n.channels}, Init: nn.Constant(1)})
}

func (n *groupNorm) beta(g *graph.Graph) *graph.Node {
	return g.Param(graph.Param{Name: g.NameOf(n, "GroupNorm") + ".Beta", Shape: []int{n.channels}, Init: nn.Constant(0)})
}

// prelu is x above 0, else a slope that is learned times x.
type prelu struct{ slope layer.Variable }

// weight is the slope in g.
func (p *prelu) weight(g *graph.Graph) *graph.Node {
	return g.Param(graph.Param{Name: g.NameOf(p, "PReLU") + ".Weight", Shape: p.slope.Shape, Init: p.slope.Init})
}

// Forward applies the layer.
func (p *prelu) Forward(x *graph.Node) *graph.Node {
	if x.Poisoned() {
		return x
	}
	g := x.Graph()
	name := g.NameOf(p, "PReLU")
	defer g.Enter(graph.Scope{Name: name, Detail: "PReLU", Layer: true})()
	slope := p.weight(g)
	if p.slope.Shape[0] > 1 && x.Rank() > 2 {
		slope = slope.ReshapeTo(append(graph.Dims(p.slope.Shape[0]), graph.Dims(ones(x.Rank()-2)...)...))
	}
	return x.Relu().Sub(slope.Mul(x.Neg().Relu()))
}

func ones(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = 1
	}
	return out
}

func newPool(c *tracer.Call, kind string, mean bool) any {
	p := &layer.Pool{Kind: kind, Mean: mean, Size: ops.Pair(c, 1), Pad: ops.Pair(c, 3), ChannelsFirst: true}
	p.Stride = p.Size
	if !c.IsNone(2) {
		p.Stride = ops.Pair(c, 2)
	}
	if mean {
		p.PadCounts = c.Bool(5)
	}
	for i, param := range c.Fn.Params() {
		if (param.Name == "ceil_mode" || param.Name == "return_indices") && c.Bool(i) && c.OK() {
			c.RefuseArg(i, tracer.CodeUnsupported, "%s = True is not supported", param.Name)
		}
	}
	return p
}

// newAdaptivePool takes the mean of a whole image.
func newAdaptivePool(c *tracer.Call) any {
	if size := ops.Pair(c, 1); size != [2]int{1, 1} && c.OK() {
		c.RefuseArg(1, tracer.CodeUnsupported, "AdaptiveAvgPool2d() gives 1 x 1 here, not %v", size)
	}
	return meanPool{}
}

type meanPool struct{}

func (meanPool) Forward(x *graph.Node) *graph.Node { return x.MeanKeep(-2, -1) }

func newUpsample(c *tracer.Call) any {
	linear := c.Choice(3, "nearest", "bilinear") == "bilinear"
	if !c.IsNone(4) && c.Bool(4) && c.OK() {
		c.RefuseArg(4, tracer.CodeUnsupported, "align_corners = True is not supported: the corners' centres lie where those of the image do")
	}
	if !c.IsNone(1) && c.OK() {
		c.RefuseArg(1, tracer.CodeUnsupported, "Upsample() takes a scale_factor, not a size")
	}
	if c.IsNone(2) {
		c.Want(2, "a whole number")
		return nil
	}
	return &layer.Upsample{Kind: "Upsample", Times: ops.Pair(c, 2), Linear: linear, ChannelsFirst: true}
}

// weightOf is a layer's weight as PyTorch lays it out: [out in], [out in kh kw].
func weightOf(c *tracer.Call) tracer.Value {
	host := c.Arg(0).(*tracer.Instance).Host
	return c.Node(func() *graph.Node {
		switch l := host.(type) {
		case *layer.Affine:
			return l.Weight(c.Graph()).Transpose()
		case *layer.Conv:
			return l.Weight(c.Graph()).Transpose(3, 2, 0, 1)
		case *layer.ConvTranspose:
			return l.Weight(c.Graph()).Transpose(3, 2, 0, 1)
		case *nn.Embedding:
			return l.Table(c.Graph())
		case *channelNorm:
			return l.in(c.Graph()).Gamma(c.Graph())
		case *shapeNorm:
			return l.laidOut(l.in(c.Graph()).Gamma(c.Graph()))
		case *groupNorm:
			return l.gamma(c.Graph())
		case *prelu:
			return l.weight(c.Graph())
		}
		return c.Graph().Const(0)
	})
}

// biasOf is a layer's bias, or None.
func biasOf(c *tracer.Call) tracer.Value {
	switch l := c.Arg(0).(*tracer.Instance).Host.(type) {
	case *layer.Affine:
		if !l.NoBias {
			return c.Node(func() *graph.Node { return l.Bias(c.Graph()) })
		}
	case *layer.Conv:
		if !l.NoBias {
			return c.Node(func() *graph.Node { return l.Bias(c.Graph()) })
		}
	case *layer.ConvTranspose:
		if !l.NoBias {
			return c.Node(func() *graph.Node { return l.Bias(c.Graph()) })
		}
	case *groupNorm:
		return c.Node(func() *graph.Node { return l.beta(c.Graph()) })
	case *channelNorm:
		return c.Node(func() *graph.Node { return l.in(c.Graph()).Beta(c.Graph()) })
	case *shapeNorm:
		return c.Node(func() *graph.Node { return l.laidOut(l.in(c.Graph()).Beta(c.Graph())) })
	}
	return tracer.None{}
}
