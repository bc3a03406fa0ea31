package graph

import "fmt"

// Reshape returns n's elements in another shape, in the same row-major order.
// One length may be -1 and follows from the others: y.Reshape(-1, 1) gives each
// of N rows a last axis of one, for any N.
func (n *Node) Reshape(dims ...int) *Node { return n.ReshapeTo(Dims(dims...)) }

// ReshapeTo is Reshape for lengths that may depend on the batch; one of them may
// be [Infer].
func (n *Node) ReshapeTo(shape Shape) *Node {
	if n.poisoned {
		return n
	}
	shape = n.shape.resolve(shape)
	if shape.Equal(n.shape) {
		return n
	}
	return apply(reshapeOp{Size: shape}, n)
}

// resolve fills in the one length of to that is left to follow from the others.
func (s Shape) resolve(to Shape) Shape {
	full := to.clone()
	at, rest := -1, Fixed(1)
	for i, d := range full {
		if d == Infer {
			if at >= 0 {
				return full
			}
			at = i
			continue
		}
		var ok bool
		if rest, ok = rest.product(d); !ok {
			return full
		}
	}
	size, sized := s.Size()
	if q, ok := size.quotient(rest); ok && sized && at >= 0 {
		full[at] = q
	}
	return full
}

// laysOutAs reports whether s and to have the same number of elements for every
// batch.
func (s Shape) laysOutAs(to Shape) bool {
	for _, d := range to {
		if !(Dim{}).atMost(d) {
			return false
		}
	}
	if s.squeezed().Equal(to.squeezed()) {
		return true // also where the batch symbol stands on two axes
	}
	a, okA := s.Size()
	b, okB := to.Size()
	return okA && okB && a == b
}

// Squeeze drops an axis of one. Negative axes count from the last.
func (n *Node) Squeeze(axis int) *Node {
	if n.poisoned {
		return n
	}
	i, ok := n.shape.axis(axis)
	if !ok || !n.shape[i].IsOne() {
		return n.g.refuse(&Refusal{
			Code:    CodeShape,
			Message: fmt.Sprintf("squeeze: axis %d of %v does not have length 1", axis, n.shape),
			Notes:   facts(n),
		})
	}
	return n.drop([]int{i})
}

// ExpandDims inserts an axis of one before axis; -1 appends it.
func (n *Node) ExpandDims(axis int) *Node {
	if n.poisoned {
		return n
	}
	at := axis
	if at < 0 {
		at += len(n.shape) + 1
	}
	if at < 0 || at > len(n.shape) {
		return n.g.refuse(noAxis("expand_dims", n, axis))
	}
	return n.ReshapeTo(append(append(n.shape[:at].clone(), Fixed(1)), n.shape[at:]...))
}

type reshapeOp struct {
	viewing
	Size Shape `json:"shape"`
}

func (reshapeOp) Name() string { return "Reshape" }
func (op reshapeOp) Infer(in []*Node) (Type, *Refusal) {
	if from := in[0].shape; !from.laysOutAs(op.Size) {
		return Type{}, &Refusal{
			Code:    CodeShape,
			Message: fmt.Sprintf("reshape: %v has %s elements, which cannot be laid out as %v", from, terms(from), op.Size),
			Notes:   facts(in[0]),
		}
	}
	return Type{Shape: op.Size, DType: in[0].dtype}, nil
}
func (reshapeOp) Range(in []*Node) Range              { return in[0].rng.rearranged() }
func (reshapeOp) Grad(n, dy *Node) []*Node            { return []*Node{dy.ReshapeTo(n.in[0].shape)} }
func (reshapeOp) Ref(rows int, out Array, in []Array) { copy(out.Data, in[0].Data) }
