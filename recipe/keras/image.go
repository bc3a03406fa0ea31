package keras

import (
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// imageFunctions are the names of tf.image that losses use.
func imageFunctions() []*tracer.Builtin {
	return ops.Table(nil, ops.Function{
		Signature: "ssim(img1, img2, max_val, filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03)", Do: ssim,
	})
}

// ssim is the structural similarity of images [N H W C], one number in [-1, 1] for each,
// 1 for equal ones: the mean over windows and channels of
//
//	(2·μx·μy + c1)/(μx² + μy² + c1) · (2·σxy + c2)/(σx² + σy² + c2)
//
// with c1 = (k1·max_val)², c2 = (k2·max_val)², and the moments of each window weighted by
// a normal density. The windows lie inside of the image, which is at least as large.
//
// Source: Wang et al., "Image Quality Assessment: From Error Visibility to Structural
// Similarity", IEEE Trans. Image Process. 13 (2004).
func ssim(c *tracer.Call) tracer.Value {
	x, y := c.TensorArg(0), c.TensorArg(1)
	size, sigma := c.Int(3), c.Float(4)
	c1, c2 := math.Pow(c.Float(5)*c.Float(2), 2), math.Pow(c.Float(6)*c.Float(2), 2)
	if !c.OK() || x.Poisoned() || y.Poisoned() {
		return tracer.Poison
	}
	const largest = 101
	switch s := x.Shape(); {
	case size < 1 || size > largest:
		c.RefuseArg(3, tracer.CodeValue, "filter_size is 1 to %d, not %d", largest, size)
	case sigma <= 0:
		c.RefuseArg(4, tracer.CodeValue, "filter_sigma is above 0, but it is %v", sigma)
	case !s.Equal(y.Shape()):
		c.RefuseArg(1, graph.CodeShape, "ssim() takes images of one shape, not %v and %v", s, y.Shape())
	case len(s) != 4 || s[1].Depends() || s[2].Depends() || s[3].Depends():
		c.RefuseArg(0, graph.CodeShape, "ssim() takes images [N H W C], not %v", s)
	case s[1].Const < size || s[2].Const < size:
		c.ReportArg(0, graph.Diagnostic{
			Code: graph.CodeShape, Message: "ssim() looks at windows inside of the image, which is smaller than one",
			Notes: graph.Columns([]string{"image", s.String()}, []string{"filter_size", tracer.Repr(c.Arg(3))}),
			Fixes: []string{"filter_size = " + tracer.Repr(tracer.NewInt(int64(min(s[1].Const, s[2].Const))))},
		})
	}
	if !c.OK() {
		return tracer.Poison
	}
	return c.Node(func() *graph.Node {
		mean := window(c.Graph(), size, sigma, x.Shape()[3].Const)
		mx, my := mean(x), mean(y)
		product, squares := mx.Mul(my).Scale(2), mx.Square().Add(my.Square())
		light := product.Shift(c1).Div(squares.Shift(c1))
		shape := mean(x.Mul(y)).Scale(2).Sub(product).Shift(c2).Div(mean(x.Square().Add(y.Square())).Sub(squares).Shift(c2))
		return light.Mul(shape).Mean(1, 2, 3)
	})
}

// window returns the mean over windows of an image, each channel by itself, with the
// weights of a normal density: along one axis, then along the other.
func window(g *graph.Graph, size int, sigma float64, channels int) func(n *graph.Node) *graph.Node {
	weights := make([]float64, size)
	sum := 0.0
	for i := range weights {
		d := float64(i) - float64(size-1)/2
		weights[i] = math.Exp(-d * d / (2 * sigma * sigma))
		sum += weights[i]
	}
	kernel := make([]float64, size*channels)
	for i, w := range weights {
		for c := range channels {
			kernel[i*channels+c] = w / sum
		}
	}
	down, across := g.Array([]int{size, 1, 1, channels}, kernel), g.Array([]int{1, size, 1, channels}, kernel)
	w := graph.Window{Groups: channels}
	return func(n *graph.Node) *graph.Node { return n.Conv2D(down, w).Conv2D(across, w) }
}
