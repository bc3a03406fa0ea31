package nn

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// Conv2D is y = act(conv(x, W) + b) of images.   x: [N H W In] → y: [N OH OW Out]
//
// See [graph.Node.Conv2D] for the formula. A convolution with as many groups as
// channels is called depthwise. Its parameters are NAME.Weight, [KH KW In/Groups Out],
// and NAME.Bias, [Out].
type Conv2D struct {
	In, Out  int
	Kernel   int  // side of the kernel
	Stride   int  // 0 for 1
	Dilation int  // 0 for 1
	Groups   int  // 0 for 1
	Valid    bool // only where the whole kernel is inside of the image; else OH = ⌈H/Stride⌉
	// Window replaces Stride, Dilation, Groups and Valid where it is given: any paddings,
	// and others along the height than along the width.
	Window *graph.Window
	Act    Activation // nil for none
	NoBias bool

	WeightInit graph.Initializer // nil for GlorotUniform, as in Keras
	BiasInit   graph.Initializer // nil for zeros
}

// Forward applies the layer.
func (c *Conv2D) Forward(x *graph.Node) *graph.Node {
	return c.layer("nn.Conv2D").apply(c, x, func(x, kernel *graph.Node) *graph.Node { return x.Conv2D(kernel, c.window()) })
}

func (c *Conv2D) window() graph.Window {
	if c.Window != nil {
		return *c.Window
	}
	return graph.Window{Stride: [2]int{c.Stride, c.Stride}, Dilation: [2]int{c.Dilation, c.Dilation}, Groups: c.Groups, Same: !c.Valid}
}

func (c *Conv2D) layer(literal string) convolution {
	return convolution{"Conv2D", literal, c.In, c.Out, []int{c.Kernel, c.Kernel, c.In / max(c.window().Groups, 1), c.Out}, c.Act, c.NoBias, c.WeightInit, c.BiasInit}
}

func (c *Conv2D) describe() (size, act string) { return c.layer("").describe() }

// convolution is what layers of convolutions share.
type convolution struct {
	kind, literal string
	in, out       int
	kernel        []int // shape of the weights
	act           Activation
	noBias        bool
	weight, bias  graph.Initializer
}

func (c convolution) describe() (size, act string) {
	return fmt.Sprintf("%d -> %d, %dx%d", c.in, c.out, c.kernel[0], c.kernel[1]), c.act.String()
}

// apply is f of the images and the kernel, with bias and activation.
func (c convolution) apply(owner any, x *graph.Node, f func(x, kernel *graph.Node) *graph.Node) *graph.Node {
	if x.Poisoned() {
		return x
	}
	g := x.Graph()
	name := g.NameOf(owner, c.kind)
	size, act := c.describe()
	defer g.Enter(scope(name, c.kind, size+" "+act))()
	if min(c.in, c.out, c.kernel[0], c.kernel[2]) < 1 {
		return g.Poison(graph.Diagnostic{
			Code:    CodeArgument,
			Message: fmt.Sprintf("%s: In is %d, Out %d and Kernel %d, but all are at least 1, and In is not below Groups", name, c.in, c.out, c.kernel[0]),
		})
	}
	if refused := refuseImages(name, c.in, x, fmt.Sprintf("%s{In: %%v, Out: %d, Kernel: %d}", c.literal, c.out, c.kernel[0])); refused != nil {
		return refused
	}
	y := f(x, g.Param(graph.Param{Name: name + ".Weight", Shape: c.kernel, Init: orElse(c.weight, GlorotUniform{})}))
	if !c.noBias && !y.Poisoned() {
		y = y.Add(g.Param(graph.Param{Name: name + ".Bias", Shape: []int{c.out}, Init: orElse(c.bias, Constant(0))}))
	}
	if c.act != nil {
		y = c.act(y)
	}
	return y
}

// refuseImages returns a poisoned node if x is no images with that many channels;
// literal spells the layer for a number of channels.
func refuseImages(name string, channels int, x *graph.Node, literal string) *graph.Node {
	s, g := x.Shape(), x.Graph()
	refusal := graph.Diagnostic{
		Code:    graph.CodeShape,
		Message: fmt.Sprintf("%s takes images [N height width %d], but its input is %v", name, channels, s),
		Notes:   graph.Columns([]string{"input", s.String(), x.Origin()}),
	}
	switch {
	case len(s) == 3 && channels == 1:
		refusal.Fixes = []string{g.Say("give the images an axis of one channel: x.ExpandDims(-1)", "give the images an axis of one channel: layers.Reshape((height, width, 1))")}
	case len(s) != 4:
	case s[3] == graph.Fixed(channels):
		return nil
	case !s[3].Depends():
		refusal.Fixes = []string{"take what comes in: " + fmt.Sprintf(literal, s[3])}
	}
	return g.Poison(refusal)
}
