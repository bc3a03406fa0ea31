package graph

// Add returns a + b, element by element.
//
// Shapes: as NumPy broadcasts, but never rows against other rows.
func (n *Node) Add(b *Node) *Node { return binary(addOp{}, n, b) }

// Shift returns n + c.
func (n *Node) Shift(c float64) *Node { return n.Add(n.g.Const(c)) }

type addOp struct {
	elementwise
	smooth
}

func (addOp) Name() string { return "Add" }
func (addOp) Range(in []*Node) Range {
	return Range{Interval: in[0].rng.add(in[1].rng.Interval), Tag: shifted(in[0], in[1])}
}

// shifted keeps the tag Score where a score meets a value that is not computed
// from anything: a bias, a constant, an input. A score less its own mean need not
// reach every value.
func shifted(a, b *Node) Tag {
	if a.rng.Tag == Score && b.given() || b.rng.Tag == Score && a.given() {
		return Score
	}
	return Untagged
}
func (addOp) Grad(n, dy *Node) []*Node { return []*Node{dy, dy} }
func (addOp) Ref(rows int, out Array, in []Array) {
	for i := range out.Data {
		out.Data[i] = in[0].Data[i] + in[1].Data[i]
	}
}
