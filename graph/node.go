package graph

import "math"

// Node is one value of the computation.
type Node struct {
	g        *Graph
	id       int
	op       Op
	in       []*Node
	shape    Shape
	dtype    DType
	rng      Range
	pos      Position
	scope    *Scope
	label    string // the user's name for it
	declared bool   // rng is the user's word
	rowSums  *Interval
	poisoned bool
}

// Graph returns the graph that n belongs to.
func (n *Node) Graph() *Graph { return n.g }

// ID numbers nodes in the order in which they were made; inputs come first.
func (n *Node) ID() int { return n.id }

// Op returns the operation that makes n.
func (n *Node) Op() Op { return n.op }

// In returns input i.
func (n *Node) In(i int) *Node { return n.in[i] }

// Inputs returns the inputs; the slice must not be changed.
func (n *Node) Inputs() []*Node { return n.in }

// Shape returns the lengths of n's axes; it must not be changed.
func (n *Node) Shape() Shape { return n.shape }

// Rank returns the number of axes.
func (n *Node) Rank() int { return len(n.shape) }

// constant reports whether all elements have one value whatever n is computed from,
// so that its derivative is identically 0.
func (n *Node) constant() bool { return n.rng.Lo == n.rng.Hi && !math.IsInf(n.rng.Lo, 0) }

// DType returns the kind of n's elements.
func (n *Node) DType() DType { return n.dtype }

// Range returns what is known of n's values.
func (n *Node) Range() Range { return n.rng }

// Pos returns the place in the user's program that made n.
func (n *Node) Pos() Position { return n.pos }

// Scope returns the innermost scope that n was made in, or nil.
func (n *Node) Scope() *Scope { return n.scope }

// Poisoned reports whether n could not be made. Its diagnostic is in the graph.
func (n *Node) Poisoned() bool { return n.poisoned }

// Label returns the user's name for n, or "".
func (n *Node) Label() string { return n.label }

// Named gives n the user's name for it, if it has none.
func (n *Node) Named(label string) *Node {
	if n.label == "" {
		n.label = label
	}
	return n
}

// Declare adds to what is known of n's values: a user who knows more than the
// proof may say so. It returns n.
func (n *Node) Declare(r Range) *Node {
	n.rng, n.declared = r, true
	return n
}

// SumRows says in which interval the sums of n's last axis lie, for data whose rows were
// looked at; rows of zeros, which are no class, do not count. It returns n.
func (n *Node) SumRows(in Interval) *Node {
	n.rowSums = &in
	return n
}

// RowSums returns what [Node.SumRows] said.
func (n *Node) RowSums() (in Interval, known bool) {
	if n.rowSums == nil {
		return Interval{}, false
	}
	return *n.rowSums, true
}

// Poison returns a node that stands for a value that could not be made, and
// keeps d as the reason.
func (g *Graph) Poison(d Diagnostic) *Node {
	g.Report(d)
	return g.poison()
}

// refuse is Poison for an op that cannot be applied.
func (g *Graph) refuse(r *Refusal) *Node {
	return g.Poison(Diagnostic{Code: r.Code, Message: r.Message, Notes: r.Notes, Fixes: r.Fixes})
}

func (g *Graph) poison() *Node {
	return &Node{g: g, id: -1, op: poisonOp{}, rng: Unknown, dtype: Float, poisoned: true}
}

// apply makes a node of op, or a poisoned one.
func apply(op Op, in ...*Node) *Node {
	g := in[0].g
	for _, x := range in {
		if x.poisoned {
			return g.poison()
		}
	}
	t, refusal := op.Infer(in)
	if refusal != nil {
		return g.refuse(refusal)
	}
	return g.add(op, t, in...)
}

func (g *Graph) add(op Op, t Type, in ...*Node) *Node {
	n := &Node{
		g: g, id: len(g.nodes), op: op, in: in, shape: t.Shape, dtype: t.DType,
		pos: g.position(), scope: g.scope,
	}
	n.rng = op.Range(in)
	g.nodes = append(g.nodes, n)
	return n
}

// binary makes a node of a two-operand op after bringing both operands to one
// shape.
func binary(op Op, a, b *Node) *Node {
	if a.poisoned || b.poisoned {
		return a.g.poison()
	}
	a, b, refusal := together(op.Name(), a, b)
	if refusal != nil {
		return a.g.refuse(refusal)
	}
	return apply(op, a, b)
}

type poisonOp struct{ source }

func (poisonOp) Name() string                        { return "Poison" }
func (poisonOp) Infer(in []*Node) (Type, *Refusal)   { return Type{DType: Float}, nil }
func (poisonOp) Range(in []*Node) Range              { return Unknown }
func (poisonOp) Ref(rows int, out Array, in []Array) {}
