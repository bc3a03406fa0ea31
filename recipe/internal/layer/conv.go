package layer

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// Conv is a convolution of images, y = act(conv(x, W) + b).   x: [N H W In] → y: [N OH OW Out]
//
// Its parameters are NAME.Weight, [KH KW In/groups Out], and NAME.Bias, [Out].
type Conv struct {
	Kind          string
	In, Out       int
	Kernel        [2]int
	Window        graph.Window
	ChannelsFirst bool // x is [N In H W], and so is y, as in PyTorch
	NoBias        bool
	WeightInit    graph.Initializer
	BiasInit      graph.Initializer
	Activation    Activation
}

// Forward applies the layer.
func (c *Conv) Forward(x *graph.Node) *graph.Node {
	return images(c.named(), x, c.ChannelsFirst, c.In, func(x *graph.Node) *graph.Node {
		g := x.Graph()
		return c.finish(g.NameOf(c, c.Kind), x.Conv2D(c.Weight(g), c.Window))
	})
}

// finish adds the bias and applies the activation.
func (c *Conv) finish(name string, y *graph.Node) *graph.Node {
	if !c.NoBias && !y.Poisoned() {
		y = y.Add(c.bias(y.Graph(), name))
	}
	return c.Activation.on(y)
}

// Bias returns the layer's bias [Out] in g.
func (c *Conv) Bias(g *graph.Graph) *graph.Node { return c.bias(g, g.NameOf(c, c.Kind)) }

func (c *Conv) bias(g *graph.Graph, name string) *graph.Node {
	return g.Param(graph.Param{Name: name + ".Bias", Shape: []int{c.Out}, Init: c.BiasInit})
}

// Weight returns the layer's kernel [KH KW In/groups Out] in g.
func (c *Conv) Weight(g *graph.Graph) *graph.Node {
	shape := []int{c.Kernel[0], c.Kernel[1], c.In / max(c.Window.Groups, 1), c.Out}
	return g.Param(graph.Param{Name: g.NameOf(c, c.Kind) + ".Weight", Shape: shape, Init: c.WeightInit})
}

func (c *Conv) named() named {
	return named{c, c.Kind, fmt.Sprintf("%d -> %d, %dx%d %s", c.In, c.Out, c.Kernel[0], c.Kernel[1], c.Activation.Name)}
}

// ConvTranspose is a transposed convolution, y = act(convᵀ(x, W) + b).
// x: [N H W In] → y: [N OH OW Out]
//
// Its parameters are NAME.Weight, [KH KW Out/groups In], and NAME.Bias, [Out].
type ConvTranspose struct {
	Conv
	Extra [2]int // more elements than the least that a convolution would make the input from
}

// Forward applies the layer.
func (c *ConvTranspose) Forward(x *graph.Node) *graph.Node {
	n := c.named()
	n.owner = c
	return images(n, x, c.ChannelsFirst, c.In, func(x *graph.Node) *graph.Node {
		g := x.Graph()
		size := c.size(x.Shape())
		return c.finish(g.NameOf(c, c.Kind), x.Conv2DTranspose(c.Weight(g), c.Window, size[0], size[1]))
	})
}

// Weight returns the layer's kernel [KH KW Out/groups In] in g.
func (c *ConvTranspose) Weight(g *graph.Graph) *graph.Node {
	shape := []int{c.Kernel[0], c.Kernel[1], c.Out / max(c.Window.Groups, 1), c.In}
	return g.Param(graph.Param{Name: g.NameOf(c, c.Kind) + ".Weight", Shape: shape, Init: c.WeightInit})
}

// Bias returns the layer's bias [Out] in g.
func (c *ConvTranspose) Bias(g *graph.Graph) *graph.Node { return c.bias(g, g.NameOf(c, c.Kind)) }

// size is that of the result: with padding "same" stride times the input's.
func (c *ConvTranspose) size(x graph.Shape) (size [2]int) {
	for i := range size {
		w, n := c.Window, x[1+i].Const
		if w.Same {
			size[i] = n * w.Stride[i]
			continue
		}
		size[i] = (n-1)*w.Stride[i] + w.Dilation[i]*(c.Kernel[i]-1) + 1 - w.Pad[i][0] - w.Pad[i][1] + c.Extra[i]
	}
	return size
}

// named is a layer with what messages call it.
type named struct {
	owner        any
	kind, detail string
}

// images applies f to images with the channels last, after a look at their shape;
// channels is how many there must be, 0 for any.
func images(l named, x *graph.Node, channelsFirst bool, channels int, f func(x *graph.Node) *graph.Node) *graph.Node {
	if x.Poisoned() {
		return x
	}
	g := x.Graph()
	name := g.NameOf(l.owner, l.kind)
	defer enter(g, name, l.kind, l.detail)()
	at, order := 3, "[N height width channels]"
	if channelsFirst {
		at, order = 1, "[N channels height width]"
	}
	s := x.Shape()
	refuse := func(message string) *graph.Node {
		return g.Poison(graph.Diagnostic{Code: graph.CodeShape, Message: message, Notes: graph.Columns([]string{x.Display(), s.String(), x.Origin()})})
	}
	switch {
	case len(s) != 4:
		return refuse(fmt.Sprintf("%s takes images %s, but its input is %v", name, order, s))
	case s[1:].Depends():
		return refuse(fmt.Sprintf("%s takes images of one size, but its input is %v", name, s))
	case channels > 0 && s[at] != graph.Fixed(channels):
		return refuse(fmt.Sprintf("%s takes images of %d channels %s, but its input is %v", name, channels, order, s))
	}
	if !channelsFirst {
		return f(x)
	}
	y := f(x.Transpose(0, 2, 3, 1))
	if y.Poisoned() || y.Rank() != 4 {
		return y
	}
	return y.Transpose(0, 3, 1, 2)
}
