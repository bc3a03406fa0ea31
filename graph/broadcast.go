package graph

import "fmt"

// BroadcastTo repeats n along the axes where it has length 1 or none, aligned
// from the right as in NumPy.
func (n *Node) BroadcastTo(shape Shape) *Node {
	if n.poisoned || n.shape.Equal(shape) {
		return n
	}
	return apply(broadcastOp{Size: shape}, n)
}

type broadcastOp struct {
	viewing
	Size Shape `json:"shape"`
}

func (broadcastOp) Name() string { return "Broadcast" }
func (op broadcastOp) Infer(in []*Node) (Type, *Refusal) {
	if out, ok := broadcast(in[0].shape, op.Size); !ok || !out.Equal(op.Size) {
		return Type{}, &Refusal{
			Code:    CodeShape,
			Message: fmt.Sprintf("broadcast: %v cannot be repeated to %v", in[0].shape, op.Size),
			Notes:   facts(in[0]),
		}
	}
	return Type{Shape: op.Size, DType: in[0].dtype}, nil
}
func (broadcastOp) Range(in []*Node) Range   { return in[0].rng }
func (broadcastOp) Grad(n, dy *Node) []*Node { return []*Node{dy.sumTo(n.in[0].shape)} }
func (op broadcastOp) Ref(rows int, out Array, in []Array) {
	step := strides(in[0].Dims)
	padded := make([]int, len(out.Dims))
	skip := len(out.Dims) - len(in[0].Dims)
	for i, d := range in[0].Dims {
		if d != 1 {
			padded[skip+i] = step[i]
		}
	}
	each(out.Dims, padded, func(flat, offset int) { out.Data[flat] = in[0].Data[offset] })
}

// sumTo adds up the axes along which shape was broadcast to n's, of which there is
// at least one.
func (n *Node) sumTo(shape Shape) *Node {
	skip := len(n.shape) - len(shape)
	var axes []int
	for i := range n.shape {
		if i < skip || shape[i-skip].IsOne() && !n.shape[i].IsOne() {
			axes = append(axes, i)
		}
	}
	return n.Sum(axes...).ReshapeTo(shape)
}

// together broadcasts two operands to one shape by NumPy's rule, unless that would
// compare rows with other rows that are not meant to be.
func together(what string, a, b *Node) (wideA, wideB *Node, refusal *Refusal) {
	shape, ok := broadcast(a.shape, b.shape)
	if !ok || crosses(a.shape, b.shape, shape) && !pairs(a, b) {
		return a, b, mismatch(what, a, b)
	}
	return a.BroadcastTo(shape), b.BroadcastTo(shape), nil
}

// crosses reports whether broadcasting a and b to out would compare rows with
// other rows: both depend on the batch, and out has more elements than each. The
// batch symbol lands on two axes only so.
func crosses(a, b, out Shape) bool {
	return a.Depends() && b.Depends() && a.grows(out) && b.grows(out)
}

// grows reports whether broadcasting s to out repeats an element.
func (s Shape) grows(out Shape) bool { return !s.squeezed().Equal(out.squeezed()) }

// broadcast returns the shape that NumPy's rule gives for two operands, aligned
// from the right. ok is false where two lengths differ and neither is 1.
func broadcast(a, b Shape) (out Shape, ok bool) {
	out = make(Shape, max(len(a), len(b)))
	for i := range out {
		da, db := a.fromRight(len(out)-i), b.fromRight(len(out)-i)
		switch {
		case da == db || db.IsOne():
			out[i] = da
		case da.IsOne():
			out[i] = db
		default:
			return nil, false
		}
	}
	return out, true
}

// fromRight returns the k-th length from the right, 1 where s has fewer axes.
func (s Shape) fromRight(k int) Dim {
	if k > len(s) {
		return Fixed(1)
	}
	return s[len(s)-k]
}
