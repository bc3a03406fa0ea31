package graph

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// vocabulary lists every op that a file may hold, with its number of inputs; −1
// stands for one or more.
var vocabulary = []struct {
	op     Op
	inputs int
}{
	{inputOp{}, 0}, {paramOp{}, 0}, {constOp{}, 0}, {countOp{}, 0},
	{addOp{}, 2}, {subOp{}, 2}, {mulOp{}, 2}, {divOp{}, 2}, {negOp{}, 1},
	{powOp{}, 2}, {powConstOp{}, 1}, {maxOp{}, 2}, {minOp{}, 2}, {xlogyOp{}, 2},
	{expOp{}, 1}, {logOp{}, 1}, {log1pOp{}, 1}, {expm1Op{}, 1}, {sqrtOp{}, 1}, {squareOp{}, 1}, {absOp{}, 1},
	{sigmoidOp{}, 1}, {tanhOp{}, 1}, {reluOp{}, 1}, {reluGradOp{}, 2}, {softplusOp{}, 1}, {erfOp{}, 1},
	{softmaxOp{}, 1}, {logSoftmaxOp{}, 1}, {logSumExpOp{}, 1},
	{roundOp{}, 1}, {floorOp{}, 1}, {signOp{}, 1}, {clipOp{}, 1},
	{compareOp{}, 2}, {logicalOp{Kind: "And"}, 2}, {logicalOp{Kind: "Or"}, 2}, {logicalOp{Kind: "Not"}, 1},
	{whereOp{}, 3}, {castOp{}, 1}, {stopGradientOp{}, 1},
	{reshapeOp{}, 1}, {broadcastOp{}, 1}, {transposeOp{}, 1}, {concatOp{}, -1}, {sliceOp{}, 1}, {padOp{}, 1}, {oneHotOp{}, 1},
	{sumOp{}, 1}, {extremeOp{}, 1}, {argMaxOp{}, 1}, {matMulOp{}, 2},
}

// Encoded is a graph as data: what model files hold.
type Encoded struct {
	Nodes   []EncodedNode  `json:"nodes"`
	Outputs map[string]int `json:"outputs"`
}

// EncodedNode is one node; In are positions of earlier nodes.
type EncodedNode struct {
	Op    string          `json:"op"`
	Attrs json.RawMessage `json:"attrs,omitempty"`
	In    []int           `json:"in,omitempty"`
}

// Encode writes the nodes that outputs are computed from. Random nodes and
// schedules have no place in a file and are refused.
func Encode(outputs map[string]*Node) (*Encoded, error) {
	names := slices.Sorted(maps.Keys(outputs))
	roots := make([]*Node, len(names))
	for i, name := range names {
		roots[i] = outputs[name]
	}
	e := &Encoded{Outputs: map[string]int{}}
	place := map[*Node]int{}
	for _, n := range Reachable(roots...) {
		if _, known := opType(n.op.Name()); !known {
			return nil, fmt.Errorf("graph: %s cannot be saved: it belongs to training", n.op.Name())
		}
		attrs, err := json.Marshal(n.op)
		if err != nil {
			return nil, fmt.Errorf("graph: %s: %w", n.op.Name(), err)
		}
		if bytes.Equal(attrs, []byte("{}")) {
			attrs = nil
		}
		in := make([]int, len(n.in))
		for i, x := range n.in {
			in[i] = place[x]
		}
		place[n] = len(e.Nodes)
		e.Nodes = append(e.Nodes, EncodedNode{Op: n.op.Name(), Attrs: attrs, In: in})
	}
	for i, name := range names {
		at, ok := place[roots[i]]
		if !ok {
			return nil, fmt.Errorf("graph: output %s could not be made", name)
		}
		e.Outputs[name] = at
	}
	return e, nil
}

// opType returns the type of the op of that name and its number of inputs.
func opType(name string) (t reflect.Type, known bool) {
	for _, v := range vocabulary {
		if v.op.Name() == name || isRelation(v.op, name) {
			return reflect.TypeOf(v.op), true
		}
	}
	return nil, false
}

// isRelation reports whether a comparison may carry the name: one type serves
// all six.
func isRelation(op Op, name string) bool {
	_, ok := op.(compareOp)
	return ok && slices.Contains([]string{"Greater", "GreaterEqual", "Less", "LessEqual", "Equal", "NotEqual"}, name)
}

func inputsOf(name string) int {
	for _, v := range vocabulary {
		if v.op.Name() == name || isRelation(v.op, name) {
			return v.inputs
		}
	}
	return 0
}

// Decode builds the graph that Encode wrote and returns its outputs. It trusts
// nothing: unknown ops, fields and wrong references, shapes and kinds are errors,
// named by the position of the node.
func Decode(e *Encoded) (*Graph, map[string]*Node, error) {
	g := New(Inference)
	restore := g.At(Position{File: "model"})
	defer restore()
	nodes := make([]*Node, len(e.Nodes))
	for i, en := range e.Nodes {
		n, err := g.decode(en, nodes[:i])
		if err != nil {
			return nil, nil, fmt.Errorf("graph: node %d (%.40q): %w", i, en.Op, err)
		}
		nodes[i] = n
	}
	outputs := map[string]*Node{}
	for name, at := range e.Outputs {
		if at < 0 || at >= len(nodes) {
			return nil, nil, fmt.Errorf("graph: output %.40q is node %d of %d", name, at, len(nodes))
		}
		outputs[name] = nodes[at]
	}
	return g, outputs, nil
}

func (g *Graph) decode(en EncodedNode, earlier []*Node) (*Node, error) {
	t, known := opType(en.Op)
	if !known {
		return nil, fmt.Errorf("no such op")
	}
	want := inputsOf(en.Op)
	if len(en.In) != want && !(want < 0 && len(en.In) > 0) {
		return nil, fmt.Errorf("%d inputs, it takes %d", len(en.In), want)
	}
	in := make([]*Node, len(en.In))
	for i, at := range en.In {
		if at < 0 || at >= len(earlier) {
			return nil, fmt.Errorf("input %d is node %d, which does not come before it", i, at)
		}
		in[i] = earlier[at]
	}
	value := reflect.New(t)
	if len(en.Attrs) > 0 {
		dec := json.NewDecoder(bytes.NewReader(en.Attrs))
		dec.DisallowUnknownFields()
		if err := dec.Decode(value.Interface()); err != nil {
			return nil, err
		}
	}
	op := value.Elem().Interface().(Op)
	if op.Name() != en.Op {
		return nil, fmt.Errorf("its attributes are those of %.40q", op.Name())
	}
	return g.install(op, in)
}

// install adds a decoded node under the checks that methods apply.
func (g *Graph) install(op Op, in []*Node) (*Node, error) {
	switch op := op.(type) {
	case inputOp:
		return g.Input(op.ID, op.Size, Unknown), nil
	case paramOp:
		if op.Size.Depends() {
			return nil, fmt.Errorf("parameter %.80q depends on the batch", op.ID)
		}
		return g.Param(Param{Name: op.ID, Shape: op.Size.At(0)}), nil
	case constOp:
		if err := op.check(); err != nil {
			return nil, err
		}
	case countOp:
		return g.Count(op.Size), nil
	}
	t, refusal := op.Infer(in)
	if refusal != nil {
		return nil, fmt.Errorf("%s", refusal.Message)
	}
	return g.add(op, t, in...), nil
}

func (op constOp) check() error {
	n := 1
	for _, d := range op.Dims {
		if d < 0 || d > len(op.Values) {
			return fmt.Errorf("%d values for %v", len(op.Values), op.Dims)
		}
		n *= d
	}
	if n != len(op.Values) {
		return fmt.Errorf("%d values for %v", len(op.Values), op.Dims)
	}
	return nil
}
