package graph

// Greater returns whether a > b, element by element.
func (n *Node) Greater(b *Node) *Node { return binary(compareOp{"Greater"}, n, b) }

// GreaterEqual returns whether a ≥ b, element by element.
func (n *Node) GreaterEqual(b *Node) *Node { return binary(compareOp{"GreaterEqual"}, n, b) }

// Less returns whether a < b, element by element.
func (n *Node) Less(b *Node) *Node { return binary(compareOp{"Less"}, n, b) }

// LessEqual returns whether a ≤ b, element by element.
func (n *Node) LessEqual(b *Node) *Node { return binary(compareOp{"LessEqual"}, n, b) }

// Equal returns whether a = b, element by element.
func (n *Node) Equal(b *Node) *Node { return binary(compareOp{"Equal"}, n, b) }

// NotEqual returns whether a ≠ b, element by element.
func (n *Node) NotEqual(b *Node) *Node { return binary(compareOp{"NotEqual"}, n, b) }

type compareOp struct {
	Relation string `json:"relation"`
}

func (op compareOp) Name() string { return op.Relation }
func (op compareOp) Diff() (Diff, string) {
	return Discrete, "returns true or false: " + unmoved
}
func (compareOp) Infer(in []*Node) (Type, *Refusal) {
	return alike(in, Bool)
}
func (compareOp) Range(in []*Node) Range   { return Range{Interval: Within(0, 1), Tag: Label} }
func (compareOp) Grad(n, dy *Node) []*Node { return []*Node{nil, nil} }
func (op compareOp) Ref(rows int, out Array, in []Array) {
	for i, a := range in[0].Data {
		if op.holds(a, in[1].Data[i]) {
			out.Data[i] = 1
		}
	}
}

func (op compareOp) holds(a, b float64) bool {
	switch op.Relation {
	case "Greater":
		return a > b
	case "GreaterEqual":
		return a >= b
	case "Less":
		return a < b
	case "LessEqual":
		return a <= b
	case "Equal":
		return a == b
	}
	return a != b
}
