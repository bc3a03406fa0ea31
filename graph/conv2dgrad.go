package graph

import "fmt"

// Conv2DTranspose returns images [N H W C] of which a convolution with the kernel
// [KH KW C/Groups Out] gives images of n's shape, [N OH OW Out]: each element of n adds
// the kernel, times itself, to the places that the convolution would have made it
// from. It is the derivative of [Node.Conv2D] to its images, and the layer that Keras and
// PyTorch call a transposed convolution. Places that no window reaches are 0.
//
// Source: Zeiler, Krishnan, Taylor & Fergus, "Deconvolutional Networks", CVPR 2010.
func (n *Node) Conv2DTranspose(kernel *Node, w Window, height, width int) *Node {
	if n.poisoned || kernel.poisoned {
		return n.g.poison()
	}
	image := Shape{Batch, Fixed(height), Fixed(width), Fixed(1)}
	return apply(conv2DTransposeOp{Window: w.of(image, kernel.shape), Size: [2]int{height, width}}, n, kernel)
}

type conv2DTransposeOp struct {
	smooth
	Window
	Size [2]int `json:"size"` // height and width of the result
}

func (conv2DTransposeOp) Name() string { return "Conv2DTranspose" }
func (op conv2DTransposeOp) Infer(in []*Node) (Type, *Refusal) {
	const what = "conv2d_transpose"
	y, k := in[0], in[1]
	if refusal := op.refused(what); refusal != nil {
		return Type{}, refusal
	}
	refuse := func(format string, args ...any) (Type, *Refusal) {
		return Type{}, &Refusal{Code: CodeShape, Message: what + ": " + fmt.Sprintf(format, args...), Notes: facts(y, k)}
	}
	switch {
	case len(y.shape) != 4 || len(k.shape) != 4:
		return refuse("it takes images [N H W Out] and a kernel [KH KW C Out], not %v and %v", y.shape, k.shape)
	case y.shape[1:].Depends() || k.shape.Depends():
		return refuse("height, width, channels and kernel may not depend on the batch: %v and %v", y.shape, k.shape)
	case k.shape[3] != y.shape[3] || k.shape[3].Const%op.Groups != 0:
		return refuse("images have %v channels, but the kernel %v in %d groups takes %v", y.shape[3], k.shape, op.Groups, k.shape[3])
	case min(op.Size[0], op.Size[1]) < 1 || max(op.Size[0], op.Size[1]) > maxElements:
		return refuse("a result of %v is none", op.Size)
	}
	for i := range 2 {
		if n := op.outputs(i, op.Size[i], k.shape[i].Const); Fixed(n) != y.shape[1+i] {
			return refuse("a convolution of %d elements has %d, not the %v that there are", op.Size[i], n, y.shape[1+i])
		}
	}
	return Type{Shape: Shape{y.shape[0], Fixed(op.Size[0]), Fixed(op.Size[1]), Fixed(k.shape[2].Const * op.Groups)}, DType: Float}, nil
}
func (op conv2DTransposeOp) Range(in []*Node) Range {
	r := times(in[0], in[1], in[1].count([]int{0, 1, 3}))
	if !r.IsZero() && in[1].isParam() {
		r.Tag = Score
	}
	return r
}
func (op conv2DTransposeOp) Grad(n, dy *Node) []*Node {
	y, k := n.in[0], n.in[1]
	return []*Node{
		apply(conv2DOp{Window: op.Window}, dy, k),
		apply(conv2DFilterOp{Window: op.Window, Size: [2]int{k.shape[0].Const, k.shape[1].Const}}, dy, y),
	}
}
func (op conv2DTransposeOp) Ref(rows int, out Array, in []Array) {
	op.products(out.Dims, in[1].Dims, in[0].Dims, func(l line) {
		k := in[1].Data[l.k]
		for range l.n {
			out.Data[l.x] += in[0].Data[l.y] * k
			l.x, l.y = l.x+l.dx, l.y+l.dy
		}
	})
}

// conv2DFilterOp is the derivative of Conv2D to its kernel, from images [N H W C] and
// the derivative to its result [N OH OW Out].
type conv2DFilterOp struct {
	smooth
	Window
	Size [2]int `json:"size"` // height and width of the kernel
}

func (conv2DFilterOp) Name() string { return "Conv2DFilter" }
func (op conv2DFilterOp) Infer(in []*Node) (Type, *Refusal) {
	const what = "conv2d_filter"
	x, y := in[0], in[1]
	if refusal := op.refused(what); refusal != nil {
		return Type{}, refusal
	}
	refuse := func(format string, args ...any) (Type, *Refusal) {
		return Type{}, &Refusal{Code: CodeShape, Message: what + ": " + fmt.Sprintf(format, args...), Notes: facts(x, y)}
	}
	switch {
	case len(x.shape) != 4 || len(y.shape) != 4:
		return refuse("it takes images [N H W C] and [N OH OW Out], not %v and %v", x.shape, y.shape)
	case x.shape[1:].Depends() || y.shape[1:].Depends() || x.shape[0] != y.shape[0]:
		return refuse("only the first axis may depend on the batch, and must be equal: %v and %v", x.shape, y.shape)
	case x.shape[3].Const%op.Groups != 0 || y.shape[3].Const%op.Groups != 0:
		return refuse("%v and %v channels are no multiples of %d groups", x.shape[3], y.shape[3], op.Groups)
	case min(op.Size[0], op.Size[1]) < 1 || max(op.Size[0], op.Size[1]) > maxElements:
		return refuse("a kernel of %v is none", op.Size)
	}
	for i := range 2 {
		if n := op.outputs(i, x.shape[1+i].Const, op.Size[i]); Fixed(n) != y.shape[1+i] {
			return refuse("a convolution of %v elements with %d taps has %d, not the %v that there are", x.shape[1+i], op.Size[i], n, y.shape[1+i])
		}
	}
	return Type{Shape: Dims(op.Size[0], op.Size[1], x.shape[3].Const/op.Groups, y.shape[3].Const), DType: Float}, nil
}
func (op conv2DFilterOp) Range(in []*Node) Range {
	return times(in[0], in[1], in[1].count([]int{0, 1, 2}))
}
func (op conv2DFilterOp) Grad(n, dk *Node) []*Node {
	x, y := n.in[0], n.in[1]
	return []*Node{
		apply(conv2DTransposeOp{Window: op.Window, Size: [2]int{x.shape[1].Const, x.shape[2].Const}}, y, dk),
		apply(conv2DOp{Window: op.Window}, x, dk),
	}
}
func (op conv2DFilterOp) Ref(rows int, out Array, in []Array) {
	op.products(in[0].Dims, out.Dims, in[1].Dims, func(l line) {
		sum := out.Data[l.k]
		for range l.n {
			sum += in[0].Data[l.x] * in[1].Data[l.y]
			l.x, l.y = l.x+l.dx, l.y+l.dy
		}
		out.Data[l.k] = sum
	})
}
