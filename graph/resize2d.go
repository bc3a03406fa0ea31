package graph

import (
	"fmt"
	"math"
)

// Resize2D enlarges images [N H W C] by whole factors to [N H·fh W·fw C]. Each pixel is
// repeated, or with linear the result is interpolated between the four nearest pixels,
// whose centres lie at half positions and which the image's edge repeats: PyTorch's
// align_corners = False, and what Keras and TensorFlow 2 do.
func (n *Node) Resize2D(height, width int, linear bool) *Node {
	if n.poisoned {
		return n
	}
	return apply(resize2DOp{resize{Factor: [2]int{height, width}, Linear: linear}}, n)
}

// resize is what Resize2D and its derivative share.
type resize struct {
	smooth
	Factor [2]int `json:"factor"`
	Linear bool   `json:"linear"`
}

func (r resize) scale() (factor [2]int, linear bool) { return r.Factor, r.Linear }

func (r resize) refused(what string, x *Node) *Refusal {
	s := x.shape
	switch {
	case len(s) != 4:
		return &Refusal{Code: CodeShape, Message: fmt.Sprintf("%s: it takes images [N H W C], not %v", what, s), Notes: facts(x)}
	case s[1:].Depends():
		return &Refusal{Code: CodeShape, Message: fmt.Sprintf("%s: height, width and channels may not depend on the batch: %v", what, s), Notes: facts(x)}
	case min(r.Factor[0], r.Factor[1]) < 1 || max(r.Factor[0], r.Factor[1]) > longest:
		return &Refusal{Code: CodeShape, Message: fmt.Sprintf("%s: factors of %v: they lie in 1 to %d", what, r.Factor, longest)}
	}
	return nil
}

// terms calls f for every term of the result: the flat places in the small and in the
// large image, and the weight.
func (r resize) terms(small, large []int, f func(s, l int, weight float64)) {
	ss, ls := strides(small), strides(large)
	for n := range large[0] {
		for i := range large[1] {
			r.sources(0, i, small[1], func(a int, wa float64) {
				for j := range large[2] {
					r.sources(1, j, small[2], func(b int, wb float64) {
						for c := range large[3] {
							f(n*ss[0]+a*ss[1]+b*ss[2]+c, n*ls[0]+i*ls[1]+j*ls[2]+c, wa*wb)
						}
					})
				}
			})
		}
	}
}

// sources calls f with the pixels that place i of the large axis is made of.
func (r resize) sources(axis, i, n int, f func(a int, weight float64)) {
	if !r.Linear {
		f(i/r.Factor[axis], 1)
		return
	}
	at := (float64(i)+0.5)/float64(r.Factor[axis]) - 0.5
	first := math.Floor(at)
	t := at - first
	f(min(max(int(first), 0), n-1), 1-t)
	f(min(max(int(first)+1, 0), n-1), t)
}

type resize2DOp struct{ resize }

func (resize2DOp) Name() string { return "Resize2D" }
func (op resize2DOp) Infer(in []*Node) (Type, *Refusal) {
	if refusal := op.refused("resize2d", in[0]); refusal != nil {
		return Type{}, refusal
	}
	s := in[0].shape
	return Type{Shape: Shape{s[0], Fixed(s[1].Const * op.Factor[0]), Fixed(s[2].Const * op.Factor[1]), s[3]}, DType: Float}, nil
}
func (op resize2DOp) Range(in []*Node) Range {
	if op.Linear {
		return only(in[0].rng.Interval)
	}
	return in[0].rng.rearranged()
}
func (op resize2DOp) Grad(n, dy *Node) []*Node { return []*Node{apply(resize2DGradOp(op), dy)} }
func (op resize2DOp) Ref(rows int, out Array, in []Array) {
	op.terms(in[0].Dims, out.Dims, func(s, l int, weight float64) { out.Data[l] += weight * in[0].Data[s] })
}

// resize2DGradOp is the derivative of Resize2D to its images, from that to its result.
type resize2DGradOp struct{ resize }

func (resize2DGradOp) Name() string { return "Resize2DGrad" }
func (op resize2DGradOp) Infer(in []*Node) (Type, *Refusal) {
	const what = "resize2d_grad"
	if refusal := op.refused(what, in[0]); refusal != nil {
		return Type{}, refusal
	}
	s := in[0].shape
	if s[1].Const%op.Factor[0] != 0 || s[2].Const%op.Factor[1] != 0 {
		return Type{}, &Refusal{Code: CodeShape, Message: fmt.Sprintf("%s: %v was not enlarged by %v", what, s, op.Factor), Notes: facts(in[0])}
	}
	return Type{Shape: Shape{s[0], Fixed(s[1].Const / op.Factor[0]), Fixed(s[2].Const / op.Factor[1]), s[3]}, DType: Float}, nil
}
func (op resize2DGradOp) Range(in []*Node) Range {
	reach := func(f int) float64 { // of the weights that one pixel has
		if op.Linear {
			return float64(2 * f)
		}
		return float64(f)
	}
	return only(in[0].rng.Hull(Within(0, 0)).mul(Within(1, reach(op.Factor[0])*reach(op.Factor[1]))))
}
func (op resize2DGradOp) Grad(n, dy *Node) []*Node { return []*Node{apply(resize2DOp(op), dy)} }
func (op resize2DGradOp) Ref(rows int, out Array, in []Array) {
	op.terms(out.Dims, in[0].Dims, func(s, l int, weight float64) { out.Data[s] += weight * in[0].Data[l] })
}
