package graph

import "fmt"

// Input declares a value that is fed at every run. The same name gives the same
// node; r is what its data is known to be.
func (g *Graph) Input(name string, shape Shape, r Range) *Node {
	return g.InputFrom(name, "", shape, r)
}

// InputFrom is Input with a phrase for messages that says where the values come
// from, such as `data column "age"`.
func (g *Graph) InputFrom(name, origin string, shape Shape, r Range) *Node {
	if old, ok := g.inputs[name]; ok {
		if !old.shape.Equal(shape) {
			return g.refuse(&Refusal{
				Code:    CodeShape,
				Message: fmt.Sprintf("input %s is declared as %v and as %v", name, old.shape, shape),
				Notes:   Columns([]string{"first", old.shape.String(), old.pos.String()}),
			})
		}
		return old
	}
	n := g.add(inputOp{ID: name, Size: shape, Origin: origin}, Type{Shape: shape, DType: Float})
	n.rng = r
	g.inputs[name] = n
	return n
}

type inputOp struct {
	source
	ID     string `json:"name"`
	Size   Shape  `json:"shape"`
	Origin string `json:"-"`
}

func (inputOp) Name() string                         { return "Input" }
func (op inputOp) Infer(in []*Node) (Type, *Refusal) { return Type{Shape: op.Size, DType: Float}, nil }
func (inputOp) Range(in []*Node) Range               { return Unknown }
func (inputOp) Ref(rows int, out Array, in []Array) {
	panic("graph: an input has no reference; it is fed")
}

// InputName returns the name of an input node, and whether n is one.
func (n *Node) InputName() (string, bool) {
	op, ok := n.op.(inputOp)
	return op.ID, ok
}
