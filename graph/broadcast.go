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
func (broadcastOp) view()        {}
func (op broadcastOp) Infer(in []*Node) (Type, *Refusal) {
	if out, ok := broadcast(in[0].shape, op.Size); !ok || !out.Equal(op.Size) {
		return Type{}, &Refusal{
			Code:    CodeShape,
			Message: fmt.Sprintf("broadcast: %v cannot be repeated to %v", in[0].shape, op.Size),
			Notes:   Columns([]string{in[0].Display(), in[0].shape.String(), in[0].Origin()}),
		}
	}
	return Type{Shape: op.Size, DType: in[0].dtype}, nil
}
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

// sumTo adds up the axes along which shape was broadcast to n's.
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
