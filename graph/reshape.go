package graph

import "fmt"

// Reshape returns n's elements in another shape, in the same row-major order.
// One length may be -1 and follows from the others: y.Reshape(-1, 1) gives each
// of N rows a last axis of one, for any N.
func (n *Node) Reshape(dims ...int) *Node {
	shape := Dims(dims...)
	return n.ReshapeTo(shape)
}

// ReshapeTo is Reshape for lengths that may depend on the batch; one of them may
// be [Infer].
func (n *Node) ReshapeTo(shape Shape) *Node {
	if n.poisoned {
		return n
	}
	full, refusal := n.inferShape(shape)
	if refusal != nil {
		return n.g.Poison(Diagnostic{Code: refusal.Code, Message: refusal.Message, Notes: refusal.Notes, Fixes: refusal.Fixes})
	}
	if full.Equal(n.shape) {
		return n
	}
	return apply(reshapeOp{Size: full}, n)
}

func (n *Node) inferShape(shape Shape) (Shape, *Refusal) {
	full := shape.clone()
	unknown := -1
	rest := Fixed(1)
	ok := true
	for i, d := range full {
		if d == Infer {
			ok = ok && unknown < 0
			unknown = i
			continue
		}
		var fits bool
		rest, fits = rest.product(d)
		ok = ok && fits
	}
	size, sized := n.shape.Size()
	if unknown >= 0 && ok && sized {
		full[unknown], ok = size.quotient(rest)
		rest = size
	}
	if !ok || !sized || rest != size {
		return nil, &Refusal{
			Code:    CodeShape,
			Message: fmt.Sprintf("reshape: %v has %s elements, which cannot be laid out as %s", n.shape, terms(n.shape), asked(shape)),
			Notes:   Columns([]string{n.Display(), n.shape.String(), n.Origin()}),
		}
	}
	return full, nil
}

func asked(s Shape) string {
	text := "["
	for i, d := range s {
		if i > 0 {
			text += " "
		}
		if d == Infer {
			text += "-1"
		} else {
			text += d.String()
		}
	}
	return text + "]"
}

// Squeeze drops an axis of one. Negative axes count from the last.
func (n *Node) Squeeze(axis int) *Node {
	if n.poisoned {
		return n
	}
	i, ok := n.shape.axis(axis)
	if !ok || !n.shape[i].IsOne() {
		return n.g.Poison(Diagnostic{
			Code:    CodeShape,
			Message: fmt.Sprintf("squeeze: axis %d of %v does not have length 1", axis, n.shape),
			Notes:   Columns([]string{n.Display(), n.shape.String(), n.Origin()}),
		})
	}
	return n.ReshapeTo(append(n.shape[:i].clone(), n.shape[i+1:]...))
}

// ExpandDims inserts an axis of one before axis; -1 appends it.
func (n *Node) ExpandDims(axis int) *Node {
	if n.poisoned {
		return n
	}
	if axis < 0 {
		axis += len(n.shape) + 1
	}
	if axis < 0 || axis > len(n.shape) {
		return n.g.Poison(Diagnostic{
			Code:    CodeShape,
			Message: fmt.Sprintf("expand_dims: %v has no place for an axis %d", n.shape, axis),
		})
	}
	return n.ReshapeTo(append(append(n.shape[:axis].clone(), Fixed(1)), n.shape[axis:]...))
}

type reshapeOp struct {
	viewing
	Size Shape `json:"shape"`
}

func (reshapeOp) Name() string { return "Reshape" }
func (reshapeOp) view()        {}
func (op reshapeOp) Infer(in []*Node) (Type, *Refusal) {
	return Type{Shape: op.Size, DType: in[0].dtype}, nil
}
func (reshapeOp) Grad(n, dy *Node) []*Node            { return []*Node{dy.ReshapeTo(n.in[0].shape)} }
func (reshapeOp) Ref(rows int, out Array, in []Array) { copy(out.Data, in[0].Data) }
