package graph

import "fmt"

// AvgPool2D returns the mean of each window of each channel of images [N H W C], which
// is [N OH OW C]. Windows lie as in [Node.MaxPool2D]; the mean is over the elements that
// are inside of the image, as in TensorFlow.
func (n *Node) AvgPool2D(p Pooling) *Node {
	if n.poisoned {
		return n
	}
	return apply(avgPool2DOp{p.of(n.shape)}, n)
}

type avgPool2DOp struct{ Pooling }

func (avgPool2DOp) Name() string                         { return "AvgPool2D" }
func (avgPool2DOp) Diff() (Diff, string)                 { return Smooth, "" }
func (op avgPool2DOp) Infer(in []*Node) (Type, *Refusal) { return op.result("avg_pool2d", in[0]) }
func (avgPool2DOp) Range(in []*Node) Range               { return only(in[0].rng.Interval) }
func (op avgPool2DOp) Grad(n, dy *Node) []*Node {
	s := n.in[0].shape
	return []*Node{apply(avgPool2DGradOp{op.Pooling, [2]int{s[1].Const, s[2].Const}}, dy)}
}
func (op avgPool2DOp) Ref(rows int, out Array, in []Array) {
	rowMeans := NewArray(half(in[0].Dims, out.Dims)...)
	op.means(1, in[0], rowMeans)
	op.means(0, rowMeans, out)
}

// means sets the elements of a result to the means along one axis. The mean of a window
// is that of its rows' means, which are over as many elements each.
func (p Pooling) means(axis int, image, result Array) {
	p.lines(axis, image.Dims, result.Dims, func(y, x, n, dx int) {
		for range n {
			result.Data[y] += image.Data[x]
			x += dx
		}
		result.Data[y] /= float64(n)
	})
}

// shares adds to each element of a window along one axis what the window has, in equal
// shares.
func (p Pooling) shares(axis int, image, result Array) {
	p.lines(axis, image.Dims, result.Dims, func(y, x, n, dx int) {
		for range n {
			image.Data[x] += result.Data[y] / float64(n)
			x += dx
		}
	})
}

// avgPool2DGradOp is the derivative of AvgPool2D to its images, from that to its result:
// each element of a window gets its share.
type avgPool2DGradOp struct {
	Pooling
	Image [2]int `json:"image"` // height and width
}

func (avgPool2DGradOp) Name() string         { return "AvgPool2DGrad" }
func (avgPool2DGradOp) Diff() (Diff, string) { return Smooth, "" }
func (op avgPool2DGradOp) Infer(in []*Node) (Type, *Refusal) {
	const what = "avg_pool2d_grad"
	dy := in[0]
	refuse := func(format string, args ...any) (Type, *Refusal) {
		return Type{}, &Refusal{Code: CodeShape, Message: what + ": " + fmt.Sprintf(format, args...), Notes: facts(dy)}
	}
	switch {
	case len(dy.shape) != 4 || dy.shape[1:].Depends():
		return refuse("it takes [N OH OW C], not %v", dy.shape)
	case min(op.Image[0], op.Image[1]) < 1 || max(op.Image[0], op.Image[1]) > maxElements:
		return refuse("images of %v are none", op.Image)
	}
	image := Shape{dy.shape[0], Fixed(op.Image[0]), Fixed(op.Image[1]), dy.shape[3]}
	t, refusal := op.result(what, &Node{g: dy.g, shape: image, op: dy.op})
	if refusal != nil {
		return Type{}, refusal
	}
	if !t.Shape.Equal(dy.shape) {
		return refuse("the windows of %v give %v, not %v", image, t.Shape, dy.shape)
	}
	return Type{Shape: image, DType: Float}, nil
}
func (op avgPool2DGradOp) Range(in []*Node) Range {
	return only(in[0].rng.Hull(Within(0, 0)).mul(Within(1, float64(op.Size[0]*op.Size[1]))))
}
func (op avgPool2DGradOp) Grad(n, dy *Node) []*Node {
	return []*Node{apply(avgPool2DOp{op.Pooling}, dy)}
}
func (op avgPool2DGradOp) Ref(_ int, out Array, in []Array) {
	rowShares := NewArray(half(out.Dims, in[0].Dims)...)
	op.shares(0, rowShares, in[0])
	op.shares(1, out, rowShares)
}
