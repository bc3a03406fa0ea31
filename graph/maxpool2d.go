package graph

import "math"

// MaxPool2D returns the largest element of each window of each channel of images
// [N H W C], which is [N OH OW C]; a window's elements outside of the image count for
// nothing, and one that is NaN makes the result NaN. Along each axis there are
// ⌊(in + pads − dilation·(size−1) − 1)/stride⌋ + 1 windows; what is left over at the end
// is not looked at. Windows that hold nothing of the image are refused.
//
// The derivative goes to the first largest element of a window, row by row.
// Source: Riesenhuber & Poggio, "Hierarchical Models of Object Recognition in Cortex",
// Nature Neuroscience 2 (1999).
func (n *Node) MaxPool2D(p Pooling) *Node {
	if n.poisoned {
		return n
	}
	return apply(maxPool2DOp{p.of(n.shape)}, n)
}

type maxPool2DOp struct{ Pooling }

func (maxPool2DOp) Name() string                         { return "MaxPool2D" }
func (maxPool2DOp) Diff() (Diff, string)                 { return AlmostEverywhere, "" }
func (op maxPool2DOp) Infer(in []*Node) (Type, *Refusal) { return op.result("max_pool2d", in[0]) }
func (maxPool2DOp) Range(in []*Node) Range               { return in[0].rng.rearranged() }
func (op maxPool2DOp) Grad(n, dy *Node) []*Node {
	return []*Node{apply(maxPool2DGradOp(op), n.in[0], n, dy)}
}
func (op maxPool2DOp) Ref(rows int, out Array, in []Array) {
	rowMaxima := NewArray(half(in[0].Dims, out.Dims)...)
	op.maxima(1, in[0], rowMaxima)
	op.maxima(0, rowMaxima, out)
}

// maxima sets the elements of a result to the largest of each window along one axis.
func (p Pooling) maxima(axis int, image, result Array) {
	p.lines(axis, image.Dims, result.Dims, func(y, x, n, dx int) {
		best := image.Data[x]
		for range n {
			if larger(image.Data[x], best) {
				best = image.Data[x]
			}
			x += dx
		}
		result.Data[y] = best
	})
}

// larger reports whether a takes the place of b as the largest: NaN counts as more than
// any number.
func larger(a, b float64) bool { return a > b || math.IsNaN(a) && !math.IsNaN(b) }

// largest returns the place of the first element that none is larger than.
func largest(x []float64, places []int) int {
	best := places[0]
	for _, at := range places {
		if larger(x[at], x[best]) {
			best = at
		}
	}
	return best
}

// maxPool2DGradOp is the derivative of MaxPool2D to its images, from the images, the
// result, and the derivative to it.
type maxPool2DGradOp struct{ Pooling }

func (maxPool2DGradOp) Name() string { return "MaxPool2DGrad" }
func (maxPool2DGradOp) Diff() (Diff, string) {
	return Cut, "the derivative of a derivative of max pooling is not computed"
}
func (op maxPool2DGradOp) Infer(in []*Node) (Type, *Refusal) {
	const what = "max_pool2d_grad"
	t, refusal := op.result(what, in[0])
	if refusal != nil {
		return t, refusal
	}
	for _, x := range in[1:] {
		if !x.shape.Equal(t.Shape) {
			return Type{}, &Refusal{Code: CodeShape, Message: what + ": the windows give " + t.Shape.String() + ", not " + x.shape.String(), Notes: facts(in...)}
		}
	}
	return Type{Shape: in[0].shape, DType: Float}, nil
}
func (op maxPool2DGradOp) Range(in []*Node) Range {
	return only(in[2].rng.Hull(Within(0, 0)).mul(Within(1, float64(op.Size[0]*op.Size[1]))))
}
func (op maxPool2DGradOp) Grad(n, dy *Node) []*Node { return []*Node{nil, nil, nil} }
func (op maxPool2DGradOp) Ref(rows int, out Array, in []Array) {
	op.windows(in[0].Dims, in[2].Dims, func(y int, places []int) {
		out.Data[largest(in[0].Data, places)] += in[2].Data[y]
	})
}
