package graph

import "fmt"

// Initializer fills a parameter before the first step. It is a function of seed
// and name alone, so that adding a layer leaves the others' start unchanged.
type Initializer interface {
	Fill(dst []float32, shape []int, seed uint64, name string)
}

// Param describes a parameter: a value that the program keeps between runs.
type Param struct {
	Name   string
	Shape  []int
	Init   Initializer
	Frozen bool // not trained: running statistics, the optimiser's moments
}

// Param declares a parameter. The same name gives the same node, so that layers
// may be applied more than once; another shape under the same name is refused.
func (g *Graph) Param(p Param) *Node {
	if old, ok := g.params[p.Name]; ok {
		if !old.shape.Equal(Dims(p.Shape...)) {
			return g.refuse(&Refusal{
				Code:    CodeParamShape,
				Message: fmt.Sprintf("parameter %s is declared as %v and as %v", p.Name, old.shape, Dims(p.Shape...)),
				Notes:   Columns([]string{"first", old.shape.String(), old.pos.String()}),
				Fixes:   []string{"give the second layer a name of its own"},
			})
		}
		return old
	}
	n := g.add(paramOp{ID: p.Name, Size: Dims(p.Shape...), Param: p}, Type{Shape: Dims(p.Shape...), DType: Float})
	g.params[p.Name] = n
	g.order = append(g.order, n)
	return n
}

type paramOp struct {
	source
	ID    string `json:"name"`
	Size  Shape  `json:"shape"`
	Param Param  `json:"-"`
}

func (paramOp) Name() string                         { return "Param" }
func (op paramOp) Infer(in []*Node) (Type, *Refusal) { return Type{Shape: op.Size, DType: Float}, nil }
func (paramOp) Range(in []*Node) Range               { return Unknown }
func (paramOp) Ref(rows int, out Array, in []Array) {
	panic("graph: a parameter has no reference; it is fed")
}

// Param returns the description of a parameter node, and whether n is one.
func (n *Node) Param() (Param, bool) {
	op, ok := n.op.(paramOp)
	return op.Param, ok
}

// Trainable returns the graph's parameters that gradients move.
func (g *Graph) Trainable() []*Node {
	var out []*Node
	for _, p := range g.order {
		if d, _ := p.Param(); !d.Frozen {
			out = append(out, p)
		}
	}
	return out
}
