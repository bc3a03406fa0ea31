package nn

import "github.com/descent-ml/descent/graph"

// ConvTranspose2D is y = act(convᵀ(x, W) + b) of images, which enlarges them by Stride.
// x: [N H W In] → y: [N H·Stride W·Stride Out]
//
// See [graph.Node.Conv2DTranspose]. Its parameters are NAME.Weight, [KH KW Out In], and
// NAME.Bias, [Out].
type ConvTranspose2D struct {
	In, Out int
	Kernel  int        // side of the kernel; at least Stride, or some of the result is the bias alone
	Stride  int        // 0 for 1
	Act     Activation // nil for none
	NoBias  bool

	WeightInit graph.Initializer // nil for GlorotUniform, as in Keras
	BiasInit   graph.Initializer // nil for zeros
}

// Forward applies the layer.
func (c *ConvTranspose2D) Forward(x *graph.Node) *graph.Node {
	stride := max(c.Stride, 1)
	return c.layer().apply(c, x, func(x, kernel *graph.Node) *graph.Node {
		w := graph.Window{Stride: [2]int{stride, stride}, Same: true}
		return x.Conv2DTranspose(kernel, w, x.Shape()[1].Const*stride, x.Shape()[2].Const*stride)
	})
}

func (c *ConvTranspose2D) layer() convolution {
	return convolution{"ConvTranspose2D", "nn.ConvTranspose2D", c.In, c.Out, []int{c.Kernel, c.Kernel, c.Out, c.In}, c.Act, c.NoBias, c.WeightInit, c.BiasInit}
}

func (c *ConvTranspose2D) describe() (size, act string) { return c.layer().describe() }
