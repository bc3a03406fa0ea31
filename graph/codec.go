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
var vocabulary = []word{
	{inputOp{}, 0}, {paramOp{}, 0}, {constOp{}, 0}, {countOp{}, 0},
	{addOp{}, 2}, {subOp{}, 2}, {mulOp{}, 2}, {divOp{}, 2}, {negOp{}, 1},
	{powOp{}, 2}, {powConstOp{}, 1}, {maxOp{}, 2}, {minOp{}, 2}, {xlogyOp{}, 2},
	{expOp{}, 1}, {logOp{}, 1}, {log1pOp{}, 1}, {expm1Op{}, 1}, {sqrtOp{}, 1}, {squareOp{}, 1}, {absOp{}, 1},
	{sigmoidOp{}, 1}, {tanhOp{}, 1}, {reluOp{}, 1}, {reluGradOp{}, 2}, {softplusOp{}, 1}, {erfOp{}, 1}, {logCoshOp{}, 1}, {lgammaOp{}, 1}, {polygammaOp{}, 1},
	{softmaxOp{}, 1}, {logSoftmaxOp{}, 1}, {logSumExpOp{}, 1},
	{roundOp{}, 1}, {floorOp{}, 1}, {signOp{}, 1}, {clipOp{}, 1},
	{compareOp{"Greater"}, 2}, {compareOp{"GreaterEqual"}, 2}, {compareOp{"Less"}, 2}, {compareOp{"LessEqual"}, 2},
	{compareOp{"Equal"}, 2}, {compareOp{"NotEqual"}, 2},
	{logicalOp{"And"}, 2}, {logicalOp{"Or"}, 2}, {logicalOp{"Not"}, 1},
	{whereOp{}, 3}, {castOp{}, 1}, {stopGradientOp{}, 1},
	{reshapeOp{}, 1}, {broadcastOp{}, 1}, {transposeOp{}, 1}, {concatOp{}, -1}, {sliceOp{}, 1}, {padOp{}, 1}, {oneHotOp{}, 1},
	{sumOp{}, 1}, {extremeOp{}, 1}, {extremeOp{Least: true}, 1}, {argMaxOp{}, 1}, {matMulOp{}, 2},
	{gatherOp{}, 2}, {scatterAddOp{}, 2}, {cumSumOp{}, 1}, {topKOp{}, 1},
	{conv2DOp{}, 2}, {conv2DTransposeOp{}, 2}, {conv2DFilterOp{}, 2},
	{maxPool2DOp{}, 1}, {maxPool2DGradOp{}, 3}, {avgPool2DOp{}, 1}, {avgPool2DGradOp{}, 1}, {resize2DOp{}, 1}, {resize2DGradOp{}, 1},
}

type word struct {
	op     Op
	inputs int
}

func lookUp(name string) (word, bool) {
	i := slices.IndexFunc(vocabulary, func(w word) bool { return w.op.Name() == name })
	if i < 0 {
		return word{}, false
	}
	return vocabulary[i], true
}

// OpNames lists the names of all ops that a node may have, for the coverage tests
// of tables outside this package.
func OpNames() []string {
	names := []string{randomOp{}.Name(), scheduleOp{}.Name()}
	for _, w := range vocabulary {
		names = append(names, w.op.Name())
	}
	return names
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
// schedules have no place in a file and are refused. Positions, labels and ranges
// are not kept.
func Encode(outputs map[string]*Node) (*Encoded, error) {
	names := slices.Sorted(maps.Keys(outputs))
	roots := make([]*Node, len(names))
	for i, name := range names {
		roots[i] = outputs[name]
	}
	e := &Encoded{Outputs: map[string]int{}}
	place := map[*Node]int{}
	for _, n := range Reachable(roots...) {
		if _, known := lookUp(n.op.Name()); !known {
			return nil, fmt.Errorf("graph: %s (%v) cannot be saved: it belongs to training", n.Word(), n.pos)
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

// Decode builds the graph that Encode wrote and returns its outputs. It trusts
// nothing: unknown ops, fields and wrong references, shapes and kinds are errors,
// named by the position of the node. It allocates in proportion to e, whatever
// lengths e claims.
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
	for _, name := range slices.Sorted(maps.Keys(e.Outputs)) {
		at := e.Outputs[name]
		if at < 0 || at >= len(nodes) {
			return nil, nil, fmt.Errorf("graph: output %.40q is node %d of %d", name, at, len(nodes))
		}
		outputs[name] = nodes[at]
	}
	return g, outputs, nil
}

func (g *Graph) decode(en EncodedNode, earlier []*Node) (*Node, error) {
	known, ok := lookUp(en.Op)
	if !ok {
		return nil, fmt.Errorf("no such op")
	}
	if len(en.In) != known.inputs && !(known.inputs < 0 && len(en.In) > 0) {
		return nil, fmt.Errorf("it has %d inputs, it takes %d", len(en.In), max(known.inputs, 1))
	}
	in := make([]*Node, len(en.In))
	for i, at := range en.In {
		if at < 0 || at >= len(earlier) {
			return nil, fmt.Errorf("input %d is node %d, which does not come before it", i, at)
		}
		in[i] = earlier[at]
	}
	value := reflect.New(reflect.TypeOf(known.op))
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
	t, refusal := op.Infer(in)
	if refusal != nil {
		return nil, fmt.Errorf("%s", refusal.Message)
	}
	if err := t.Shape.bounded(); err != nil {
		return nil, err
	}
	switch op := op.(type) {
	case inputOp:
		if g.inputs[op.ID] != nil {
			return nil, fmt.Errorf("input %.80q is declared twice", op.ID)
		}
		return g.Input(op.ID, op.Size, Unknown), nil
	case paramOp:
		if g.params[op.ID] != nil {
			return nil, fmt.Errorf("parameter %.80q is declared twice", op.ID)
		}
		if op.Size.Depends() {
			return nil, fmt.Errorf("parameter %.80q depends on the batch", op.ID)
		}
		return g.Param(Param{Name: op.ID, Shape: op.Size.At(0)}), nil
	case countOp:
		if err := (Shape{op.Size}).bounded(); err != nil {
			return nil, err
		}
	}
	return g.add(op, t, in...), nil
}

// Limits of what a file may ask for.
const (
	maxRank     = 8
	maxElements = 1 << 31 // of one row's worth of a value
)

// bounded refuses shapes that no value of ours has: too many axes, negative
// lengths, more elements than can be computed.
func (s Shape) bounded() error {
	if len(s) > maxRank {
		return fmt.Errorf("%d axes, above the limit of %d", len(s), maxRank)
	}
	size := 1
	for _, d := range s {
		if !(Dim{}).atMost(d) {
			return fmt.Errorf("%v has a negative length", s)
		}
		if d.Rows > maxElements || d.Const > maxElements || d.Const < -maxElements || max(d.At(1), 1) > maxElements/size {
			return fmt.Errorf("%v has more than %d elements", s, maxElements)
		}
		size *= max(d.At(1), 1)
	}
	return nil
}
