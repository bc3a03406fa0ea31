package graph

// And returns whether both a and b hold (are not 0), element by element.
func (n *Node) And(b *Node) *Node { return binary(logicalOp{"And"}, n, b) }

// Or returns whether a or b holds (is not 0), element by element.
func (n *Node) Or(b *Node) *Node { return binary(logicalOp{"Or"}, n, b) }

// Not returns whether n does not hold (is 0), element by element.
func (n *Node) Not() *Node { return apply(logicalOp{"Not"}, n) }

type logicalOp struct {
	Kind string `json:"kind"`
}

func (op logicalOp) Name() string { return op.Kind }
func (logicalOp) Diff() (Diff, string) {
	return Discrete, "returns true or false: " + unmoved
}
func (logicalOp) Infer(in []*Node) (Type, *Refusal) {
	return alike(in, Bool)
}
func (logicalOp) Range(in []*Node) Range   { return Range{Interval: Within(0, 1), Tag: Label} }
func (logicalOp) Grad(n, dy *Node) []*Node { return make([]*Node, len(n.in)) }
func (op logicalOp) Ref(rows int, out Array, in []Array) {
	for i, a := range in[0].Data {
		holds := a != 0
		switch op.Kind {
		case "And":
			holds = holds && in[1].Data[i] != 0
		case "Or":
			holds = holds || in[1].Data[i] != 0
		case "Not":
			holds = !holds
		}
		if holds {
			out.Data[i] = 1
		}
	}
}
