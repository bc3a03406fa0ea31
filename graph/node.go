package graph

import (
	"fmt"
	"strings"
)

// Mode says what a graph is built for: layers such as dropout differ.
type Mode uint8

const (
	// Inference graphs predict and judge.
	Inference Mode = iota
	// Training graphs are differentiated and update parameters.
	Training
)

// Language is the one in which fixes are written.
type Language uint8

const (
	// Go programs call methods of nodes.
	Go Language = iota
	// Python is the syntax of recipes.
	Python
)

// Graph holds nodes and what was found wrong while they were made. It is used
// by one goroutine.
type Graph struct {
	Mode     Mode
	Language Language

	nodes  []*Node
	diags  Diagnostics
	params map[string]*Node
	inputs map[string]*Node
	order  []*Node // parameters in the order in which they were declared
	owners map[any]string
	used   map[string]int

	at    *Position
	scope *Scope
}

// New returns an empty graph.
func New(m Mode) *Graph {
	return &Graph{
		Mode: m, params: map[string]*Node{}, inputs: map[string]*Node{},
		owners: map[any]string{}, used: map[string]int{},
	}
}

// Scope is a part of the program that messages name as one thing: a loss, a
// layer, a function of the user's.
type Scope struct {
	Name   string // "bce", "Encoder[1]"
	Detail string // "Dense 64 -> 1", or ""
	Layer  bool   // a layer of the model: values come *from* it
	Pos    Position
	Outer  *Scope
}

// Enter opens a scope around the nodes made until the returned function is called.
func (g *Graph) Enter(s Scope) (leave func()) {
	outer := g.scope
	s.Outer = outer
	if s.Pos.IsZero() {
		s.Pos = g.position()
	}
	g.scope = &s
	return func() { g.scope = outer }
}

// At makes p the position of all nodes made until the returned function is
// called; recipes and gradients use it in place of the Go call stack.
func (g *Graph) At(p Position) (restore func()) {
	old := g.at
	g.at = &p
	return func() { g.at = old }
}

func (g *Graph) position() Position {
	if g.at != nil {
		return *g.at
	}
	return caller()
}

// Bind names an owner of parameters, such as a layer, by its place in the model.
func (g *Graph) Bind(owner any, name string) { g.owners[owner] = name }

// NameOf returns the name that owner was bound to; an owner that was not bound
// is given the next free name made from kind.
func (g *Graph) NameOf(owner any, kind string) string {
	if name, ok := g.owners[owner]; ok {
		return name
	}
	name := g.Unique(kind)
	g.owners[owner] = name
	return name
}

// Unique returns name, or name_1, name_2, ... where it was taken before.
func (g *Graph) Unique(name string) string {
	k := g.used[name]
	g.used[name]++
	if k == 0 {
		return name
	}
	return fmt.Sprintf("%s_%d", name, k)
}

// Report adds a diagnostic. Its position is filled in if it has none.
func (g *Graph) Report(d Diagnostic) {
	if d.Pos.IsZero() {
		d.Pos = g.position()
	}
	for _, old := range g.diags {
		if old.Code == d.Code && old.Pos == d.Pos && old.Message == d.Message {
			return // the same statement, traced again
		}
	}
	g.diags = append(g.diags, &d)
}

// Diagnostics returns what was found so far.
func (g *Graph) Diagnostics() Diagnostics { return g.diags }

// Params returns the parameters in the order of their declaration.
func (g *Graph) Params() []*Node { return g.order }

// Say returns the text in the language that the user writes.
func (g *Graph) Say(goText, python string) string {
	if g.Language == Python {
		return python
	}
	return goText
}

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
	n.rng = r
	return n
}

// Poison returns a node that stands for a value that could not be made, and
// keeps d as the reason.
func (g *Graph) Poison(d Diagnostic) *Node {
	g.Report(d)
	return g.poison()
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
		return g.Poison(Diagnostic{
			Code: refusal.Code, Message: refusal.Message, Notes: refusal.Notes, Fixes: refusal.Fixes,
		})
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
// shape by NumPy's rule. Two shapes are refused although NumPy would take them:
// the batch symbol on two axes, and two operands that both depend on the batch
// and are smaller than the result.
func binary(op Op, a, b *Node) *Node {
	if a.poisoned || b.poisoned {
		return a.g.poison()
	}
	shape, ok := broadcast(a.shape, b.shape)
	if !ok || crosses(a.shape, b.shape, shape) {
		return a.g.Poison(mismatch(op.Name(), a, b, shape))
	}
	return apply(op, a.BroadcastTo(shape), b.BroadcastTo(shape))
}

// crosses reports whether broadcasting would compare rows with other rows.
func crosses(a, b, out Shape) bool {
	batchAxes := 0
	for _, d := range out {
		if d.Depends() {
			batchAxes++
		}
	}
	if batchAxes > 1 && !(a.Equal(out) || b.Equal(out)) {
		return true
	}
	return a.Depends() && b.Depends() && !a.Equal(out) && !b.Equal(out) && grows(a, out) && grows(b, out)
}

func grows(a, out Shape) bool {
	sa, okA := a.Size()
	so, okO := out.Size()
	return okA && okO && sa != so
}

// Origin says where n's values come from, for the notes of a message: the
// layer, the data column, or the line that made it.
func (n *Node) Origin() string {
	at := n
	for {
		switch op := at.op.(type) {
		case inputOp:
			if op.Origin != "" {
				return "from " + op.Origin
			}
			return "input " + op.ID
		case paramOp:
			return "parameter " + op.ID
		case constOp:
			return "constant"
		}
		for s := at.scope; s != nil; s = s.Outer {
			if s.Layer {
				return "from " + s.describe()
			}
		}
		if _, ok := at.op.(interface{ view() }); ok && len(at.in) == 1 {
			at = at.in[0]
			continue
		}
		if n.pos.IsZero() {
			return "from " + n.Word()
		}
		return fmt.Sprintf("from %s (%s)", n.Word(), n.pos)
	}
}

func (s *Scope) describe() string {
	text := s.Name
	if s.Detail != "" {
		text += " " + s.Detail
	}
	if !s.Pos.IsZero() {
		text += " (" + s.Pos.String() + ")"
	}
	return text
}

// Word is what messages call n: the scope it belongs to where that is a
// function of ours such as a loss or mean, else its op.
func (n *Node) Word() string {
	if n.scope != nil && !n.scope.Layer && n.scope.Pos == n.pos {
		return n.scope.Name
	}
	return strings.ToLower(n.op.Name())
}

// Display names n for a message: the user's name for it, else what it is.
func (n *Node) Display() string {
	if n.label != "" {
		return n.label
	}
	switch op := n.op.(type) {
	case inputOp:
		return op.ID
	case paramOp:
		return op.ID
	case constOp:
		if len(op.Values) == 1 {
			return number(op.Values[0])
		}
	case broadcastOp:
		return n.in[0].Display()
	}
	return n.Word()
}

type poisonOp struct{ source }

func (poisonOp) Name() string                        { return "Poison" }
func (poisonOp) Infer(in []*Node) (Type, *Refusal)   { return Type{DType: Float}, nil }
func (poisonOp) Range(in []*Node) Range              { return Unknown }
func (poisonOp) Ref(rows int, out Array, in []Array) {}
