package graph

import (
	"fmt"
	"math"
)

// Window says where a convolution looks. Of pairs the first is along the height, the
// second along the width.
type Window struct {
	Stride   [2]int    `json:"stride"`   // steps between outputs; 0 for 1
	Dilation [2]int    `json:"dilation"` // steps between the taps of the kernel; 0 for 1
	Pad      [2][2]int `json:"pad"`      // zeros before and after the image
	Groups   int       `json:"groups"`   // channels are convolved in so many groups, each on its own; 0 for 1
	Same     bool      `json:"-"`        // pad so that the output has ⌈in/stride⌉ elements, the odd zero after, as in TensorFlow
}

// Conv2D returns the convolution of images [N H W C] with a kernel [KH KW C/Groups Out],
// which is [N OH OW Out]:
//
//	y[n, i, j, o] = Σ x[n, i·stride + a·dilation − pad, j·stride + b·dilation − pad, c] · kernel[a, b, c, o]
//
// over a, b and the channels c of o's group, with zeros outside of the image. The
// kernel is not turned: it is what neural networks call a convolution, and statistics a
// cross-correlation. Along each axis the output has ⌊(in + pads − dilation·(k−1) − 1)/stride⌋
// + 1 elements. Height and width may not depend on the batch.
//
// The convolution with a parameter is tagged as a score, as a matrix product is.
// Source: LeCun et al., "Backpropagation Applied to Handwritten Zip Code Recognition",
// Neural Computation 1 (1989).
func (n *Node) Conv2D(kernel *Node, w Window) *Node {
	if n.poisoned || kernel.poisoned {
		return n.g.poison()
	}
	return apply(conv2DOp{Window: w.of(n.shape, kernel.shape)}, n, kernel)
}

// of fills in what was left out, for an image and a kernel of rank 4.
func (w Window) of(image, kernel Shape) Window {
	w.Groups = max(w.Groups, 1)
	for i := range 2 {
		if w.Stride[i] == 0 {
			w.Stride[i] = 1
		}
		if w.Dilation[i] == 0 {
			w.Dilation[i] = 1
		}
		if w.Same && len(image) == 4 && len(kernel) == 4 && w.Stride[i] > 0 {
			in, k := image[1+i].Const, kernel[i].Const
			out := (in + w.Stride[i] - 1) / w.Stride[i]
			total := max(0, (out-1)*w.Stride[i]+(k-1)*w.Dilation[i]+1-in)
			w.Pad[i] = [2]int{total / 2, total - total/2}
		}
	}
	w.Same = false
	return w
}

func (w Window) window() Window { return w }

// longest is above any stride, dilation or padding that is meant.
const longest = 1 << 20

// refused says what is wrong with the window itself.
func (w Window) refused(what string) *Refusal {
	for i, axis := range []string{"height", "width"} {
		s, d, p := w.Stride[i], w.Dilation[i], w.Pad[i]
		if s < 1 || d < 1 || p[0] < 0 || p[1] < 0 || max(s, d, p[0], p[1]) > longest {
			return &Refusal{Code: CodeShape, Message: fmt.Sprintf(
				"%s: stride %d, dilation %d and padding %v along the %s: strides and dilations are at least 1, paddings at least 0, and all at most %d", what, s, d, p, axis, longest)}
		}
	}
	if w.Groups < 1 || w.Groups > longest {
		return &Refusal{Code: CodeShape, Message: fmt.Sprintf("%s: %d groups, it takes 1 to %d", what, w.Groups, longest)}
	}
	return nil
}

// outputs returns the number of outputs along an axis of the window.
func (w Window) outputs(axis, in, k int) int {
	room := in + w.Pad[axis][0] + w.Pad[axis][1] - w.Dilation[axis]*(k-1) - 1
	if room < 0 || k < 1 {
		return 0
	}
	return room/w.Stride[axis] + 1
}

// result returns the shape of the convolution of an image with a kernel.
func (w Window) result(what string, image, kernel *Node) (Shape, *Refusal) {
	x, k := image.shape, kernel.shape
	if refusal := w.refused(what); refusal != nil {
		return nil, refusal
	}
	refuse := func(format string, args ...any) (Shape, *Refusal) {
		return nil, &Refusal{Code: CodeShape, Message: what + ": " + fmt.Sprintf(format, args...), Notes: facts(image, kernel)}
	}
	switch {
	case len(x) != 4 || len(k) != 4:
		return refuse("it takes images [N H W C] and a kernel [KH KW C Out], not %v and %v", x, k)
	case x[1:].Depends() || k.Depends():
		return refuse("height, width, channels and kernel may not depend on the batch: %v and %v", x, k)
	case k[2].Const*w.Groups != x[3].Const || k[3].Const%w.Groups != 0:
		if w.Groups > 1 {
			return refuse("%v channels in %d groups do not fit a kernel %v: it takes %v channels and gives a multiple of %[2]d", x[3], w.Groups, k, Fixed(k[2].Const*w.Groups))
		}
		return refuse("images have %v channels, but the kernel %v takes %v", x[3], k, k[2])
	}
	out := Shape{x[0], {}, {}, k[3]}
	for i := range 2 {
		n := w.outputs(i, x[1+i].Const, k[i].Const)
		if n < 1 {
			return refuse("a kernel of %v does not fit into %v elements with padding %v along the %s", k[i], x[1+i], w.Pad[i], [2]string{"height", "width"}[i])
		}
		out[1+i] = Fixed(n)
	}
	return out, nil
}

type conv2DOp struct {
	smooth
	Window
}

func (conv2DOp) Name() string { return "Conv2D" }
func (op conv2DOp) Infer(in []*Node) (Type, *Refusal) {
	shape, refusal := op.result("conv2d", in[0], in[1])
	return Type{Shape: shape, DType: Float}, refusal
}
func (op conv2DOp) Range(in []*Node) Range {
	terms := Within(1, 1)
	if len(in[1].shape) == 4 {
		terms = in[1].count([]int{0, 1, 2})
	}
	r := only(in[0].rng.mul(in[1].rng.Interval).Hull(Within(0, 0)).mul(terms))
	if !r.IsZero() && in[1].isParam() {
		r.Tag = Score
	}
	return r
}
func (op conv2DOp) Grad(n, dy *Node) []*Node {
	x, k := n.in[0], n.in[1]
	return []*Node{
		apply(conv2DTransposeOp{Window: op.Window, Size: [2]int{x.shape[1].Const, x.shape[2].Const}}, dy, k),
		apply(conv2DFilterOp{Window: op.Window, Size: [2]int{k.shape[0].Const, k.shape[1].Const}}, x, dy),
	}
}
func (op conv2DOp) Ref(rows int, out Array, in []Array) {
	op.products(in[0].Dims, in[1].Dims, out.Dims, func(l line) {
		k := in[1].Data[l.k]
		for range l.n {
			out.Data[l.y] += in[0].Data[l.x] * k
			l.x, l.y = l.x+l.dx, l.y+l.dy
		}
	})
}

// line names n products of one element of a kernel: the flat places of the first in
// image, kernel and result, and the steps to the next one along the width.
type line struct{ x, k, y, n, dx, dy int }

// products calls f for all products that a convolution is the sum of. Those of one
// element of the result come in the order of the kernel's.
func (w Window) products(image, kernel, result []int, f func(l line)) {
	xs, ks, ys := strides(image), strides(kernel), strides(result)
	inGroup, outGroup := kernel[2], kernel[3]/w.Groups
	across := w.insides(1, kernel[1], result[2], image[2])
	for n := range result[0] {
		for i := range result[1] {
			for a := range kernel[0] {
				top := w.at(0, i, a)
				if top < 0 || top >= image[1] {
					continue
				}
				for b, in := range across {
					x0, k0, y0 := n*xs[0]+top*xs[1]+w.at(1, in.first, b)*xs[2], a*ks[0]+b*ks[1], n*ys[0]+i*ys[1]+in.first*ys[2]
					for o := range kernel[3] {
						first := o / outGroup * inGroup
						for c := range inGroup {
							f(line{x0 + first + c, k0 + c*ks[2] + o, y0 + o, in.n, w.Stride[1] * xs[2], ys[2]})
						}
					}
				}
			}
		}
	}
}

// at is the place in an image that tap a of output i falls on, along an axis.
func (w Window) at(axis, i, a int) int {
	return i*w.Stride[axis] + a*w.Dilation[axis] - w.Pad[axis][0]
}

// insides returns for each tap the outputs, of so many, for which it falls into an
// image of n elements.
func (w Window) insides(axis, taps, outputs, n int) []span {
	out := make([]span, taps)
	for a := range out {
		for i := range outputs {
			if at := w.at(axis, i, a); at >= 0 && at < n {
				if out[a].n == 0 {
					out[a].first = i
				}
				out[a].n++
			}
		}
	}
	return out
}

// times returns the interval of a sum of products of which there are at most as many
// as terms says.
func times(a, b *Node, terms Interval) Range {
	return only(a.rng.mul(b.rng.Interval).Hull(Within(0, 0)).mul(Within(1, math.Max(1, terms.Hi))))
}
