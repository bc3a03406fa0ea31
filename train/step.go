package train

import (
	"fmt"
	"math"
	"slices"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/nn"
)

// An Objective is the loss of one batch: one number, made from what the step
// offers. It is called once for the graph that trains and once for the one that
// judges, and must build the same thing in both, but for what [Step.Training]
// decides. That is all there is to a training step of one's own.
type Objective func(s *Step) *graph.Node

// Prediction is the output that [Supervised] and the judging of a run go by.
const Prediction = "prediction"

// Supervised is the objective of a model that learns from pairs: the loss l of
// m's prediction for x, the target y, and the weights w if the data has any.
func Supervised(m nn.Layer, l loss.Loss) Objective {
	return supervisedAt(graph.Position{}, m, graph.Position{}, l, nil)
}

// supervisedAt is [Supervised] of a model and a loss that a recipe names in those
// places. Where rows judge, correct is applied to the prediction first, unless it is
// nil.
func supervisedAt(model graph.Position, m nn.Layer, objective graph.Position, l loss.Loss, correct func(*graph.Node) *graph.Node) Objective {
	return func(s *Step) *graph.Node {
		in := loss.In{Target: s.Input("y")}
		if s.inputs.w != nil {
			in.Weight = s.Input("w")
		}
		x := s.inputs.scale.of(s.Input("x"))
		nn.Bind(s.Graph(), m)
		back := s.at(model)
		in.Pred = m.Forward(x)
		if correct != nil && !s.Training() {
			in.Pred = correct(in.Pred)
		}
		back()
		s.Output(Prediction, in.Pred)
		s.supervised = &supervision{l, in, objective}
		defer s.at(objective)()
		return l.Apply(in)
	}
}

// at makes p the position of the nodes to come, unless it is unknown.
func (s *Step) at(p graph.Position) (restore func()) {
	if p.IsZero() {
		return func() {}
	}
	return s.g.At(p)
}

// A Step is what an objective is built from: the inputs of one batch, and places
// for what else it makes.
type Step struct {
	g       *graph.Graph
	inputs  inputs
	used    []string // inputs asked for, in order
	reports []named
	outputs []named

	supervised *supervision // nil for another objective than [Supervised]
}

type named struct {
	name string
	node *graph.Node
}

// Graph returns the graph that the step is built in.
func (s *Step) Graph() *graph.Graph { return s.g }

// Training reports whether the graph is the one that trains.
func (s *Step) Training() bool { return s.g.Mode == graph.Training }

// Input returns a part of the batch:
//
//	x  [N Width]        what the model learns from
//	y  [N TargetWidth]  the target: labels 0 or 1, one-hot classes, or a number
//	w  [N]              the weights of the rows, if the data has any
//
// Of images they are [N H W C], [N H W 1] or one-hot [N H W K], and [N H W].
func (s *Step) Input(name string) *graph.Node {
	in, known := s.inputs.describe(name)
	if !known {
		return s.g.Poison(graph.Diagnostic{
			Code:    graph.CodeUnknownWord,
			Message: fmt.Sprintf("a step has no input %.40q", name),
			Notes:   graph.Columns(append([]string{"inputs"}, s.inputs.names()...)),
		})
	}
	if !slices.Contains(s.used, name) {
		s.used = append(s.used, name)
	}
	n := s.g.InputFrom(name, in.origin, in.shape, in.rng)
	if in.sums != nil {
		n.SumRows(*in.sums)
	}
	return n
}

// Report names a number to show beside the loss: its mean over the rows of an
// epoch, and its value on the whole valid part.
func (s *Step) Report(name string, n *graph.Node) { s.reports = append(s.reports, named{name, n}) }

// Output names a value that is kept of a batch when the model is used, such as
// its prediction. A second one of a name takes its place.
func (s *Step) Output(name string, n *graph.Node) {
	for i := range s.outputs {
		if s.outputs[i].name == name {
			s.outputs[i].node = n
			return
		}
	}
	s.outputs = append(s.outputs, named{name, n})
}

func (s *Step) output(name string) *graph.Node {
	for _, o := range s.outputs {
		if o.name == name {
			return o.node
		}
	}
	return nil
}

// inputs is what a graph must know of the data before it sees any.
type inputs struct {
	x, y, w graph.Shape     // of each input; y and w are nil where the data has none
	pixels  bool            // x holds images, and y a class for each pixel
	classes bool            // the target has classes
	labels  bool            // the target has several labels
	target  graph.Interval  // of a target without classes
	sums    *graph.Interval // of the rows of several columns, those of zeros left out
	column  string          // name of the target's column; "" if it has none
	scale   *scaling        // of the channels of images, before the model sees them; nil for none
}

// scaling brings channels to mean 0 and deviation 1.
type scaling struct{ mean, deviation []float64 }

// of is x with its channels scaled.
func (s *scaling) of(x *graph.Node) *graph.Node {
	if s == nil {
		return x
	}
	g := x.Graph()
	defer g.Enter(graph.Scope{Name: "scaling"})()
	return x.Sub(g.Array([]int{len(s.mean)}, s.mean)).Div(g.Array([]int{len(s.deviation)}, s.deviation))
}

// inputsOf describes rows to train on and rows to judge by, which may be nil.
func inputsOf(set, validate *data.Set, column string) inputs {
	in := inputs{x: graph.Rows(set.Width), classes: set.Class != nil, labels: set.MultiLabel, column: column}
	if set.Weight != nil {
		in.w = graph.Rows()
	}
	if set.TargetWidth == 0 {
		return in
	}
	in.y = graph.Rows(set.TargetWidth)
	if in.classes {
		return in
	}
	none := graph.Within(math.Inf(1), math.Inf(-1))
	values, sums := none, none
	for _, part := range []*data.Set{set, validate} {
		if part == nil {
			continue
		}
		for row := range slices.Chunk(part.Y, set.TargetWidth) {
			sum, zeros := 0.0, true
			for _, y := range row {
				values = values.Hull(graph.Within(float64(y), float64(y)))
				sum, zeros = sum+float64(y), zeros && y == 0
			}
			if !zeros {
				sums = sums.Hull(graph.Within(sum, sum))
			}
		}
	}
	if set.TargetWidth > 1 && sums != none {
		in.sums = &sums
	}
	if !in.labels {
		in.target = values
	}
	return in
}

func (in inputs) names() []string {
	names := []string{"x"}
	if in.y != nil {
		names = append(names, "y")
	}
	if in.w != nil {
		names = append(names, "w")
	}
	return names
}

type input struct {
	origin string
	shape  graph.Shape
	rng    graph.Range
	sums   *graph.Interval // of its rows, if they were looked at
}

func (in inputs) describe(name string) (input, bool) {
	if !slices.Contains(in.names(), name) {
		return input{}, false
	}
	switch name {
	case "x":
		origin := "data columns"
		if in.pixels {
			origin = "data images"
		}
		return input{origin: origin, shape: in.x, rng: graph.Unknown}, true
	case "w":
		return input{origin: "data weights", shape: in.w, rng: graph.Range{Interval: graph.Within(0, math.Inf(1))}}, true
	}
	origin := "data target"
	if in.pixels {
		origin = "data masks"
	}
	if in.column != "" {
		origin = fmt.Sprintf("data column %.80q", in.column)
	}
	if in.labels {
		origin = fmt.Sprintf("data columns %.80s", in.column)
	}
	rng := graph.Range{Interval: in.target, Tag: graph.Seen}
	switch {
	case in.labels || in.classes && in.y[len(in.y)-1].IsOne():
		rng = graph.Range{Interval: graph.Within(0, 1), Tag: graph.Label}
	case in.classes:
		rng = graph.Range{Interval: graph.Within(0, 1), Tag: graph.OneHot}
	}
	return input{origin, in.y, rng, in.sums}, true
}

// rows returns the values of the named input for rows from, from+1, ... below to of a set.
func (in inputs) rows(set *data.Set, name string, from, to int) []float32 {
	switch name {
	case "x":
		return set.X[from*set.Width : to*set.Width]
	case "y":
		return set.Y[from*set.TargetWidth : to*set.TargetWidth]
	}
	return set.Weight[from:to]
}
