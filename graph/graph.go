package graph

import (
	"fmt"
	"reflect"
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
	said   map[said]bool
	params map[string]*Node
	inputs map[string]*Node
	order  []*Node // parameters in the order in which they were declared
	owners map[any]string
	used   map[string]int

	updates []Update

	at    *Position
	scope *Scope
}

// New returns an empty graph.
func New(m Mode) *Graph {
	return &Graph{
		Mode: m, params: map[string]*Node{}, inputs: map[string]*Node{},
		owners: map[any]string{}, used: map[string]int{}, said: map[said]bool{},
	}
}

// At makes p the position of all nodes made until the returned function is
// called; recipes and gradients use it in place of the Go call stack.
func (g *Graph) At(p Position) (restore func()) {
	old := g.at
	g.at = &p
	return func() { g.at = old }
}

// like makes the place and scope of n those of all nodes made until the returned
// function is called.
func (g *Graph) like(n *Node) (restore func()) {
	back, scope := g.At(n.pos), g.scope
	g.scope = n.scope
	return func() { back(); g.scope = scope }
}

func (g *Graph) position() Position {
	if g.at != nil {
		return *g.at
	}
	return caller()
}

// Bind names an owner of parameters, such as a layer, by its place in the model.
//
// An owner that cannot be told apart from others, such as a struct that holds a
// slice, stays unnamed.
func (g *Graph) Bind(owner any, name string) {
	if !reflect.ValueOf(owner).Comparable() {
		return
	}
	g.owners[owner] = name
	g.used[name] = max(g.used[name], 1)
}

// NameOf returns the name that owner was bound to; an owner that was not bound
// is given the next free name made from kind.
func (g *Graph) NameOf(owner any, kind string) string {
	if !reflect.ValueOf(owner).Comparable() {
		return g.Unique(kind)
	}
	if name, ok := g.owners[owner]; ok {
		return name
	}
	name := g.Unique(kind)
	g.owners[owner] = name
	return name
}

// Unique returns name, or name_1, name_2, ... where it was taken before.
func (g *Graph) Unique(name string) string {
	free := name
	for g.used[free] > 0 {
		free = fmt.Sprintf("%s_%d", name, g.used[name])
		g.used[name]++
	}
	g.used[free]++
	return free
}

// Report adds a diagnostic. Its position is filled in if it has none.
func (g *Graph) Report(d Diagnostic) {
	if d.Pos.IsZero() {
		d.Pos = g.position()
	}
	key := said{d.Code, d.Pos, d.Message}
	if g.said[key] {
		return // the same statement, traced again
	}
	g.said[key] = true
	g.diags = append(g.diags, &d)
}

// said tells diagnostics apart.
type said struct {
	code    Code
	pos     Position
	message string
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
