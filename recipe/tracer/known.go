package tracer

import (
	"math"
	"math/rand/v2"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/recipe/syntax"
)

// Value evaluates a tensor that depends on no input: constants, random numbers that
// were drawn while the file was read, and weights at their start.
func (t *Tracer) Value(n *graph.Node, at syntax.Span) (graph.Array, bool) {
	feed := graph.Feed{Rows: 1, Values: map[*graph.Node]graph.Array{}, Random: t.draw}
	for _, x := range graph.Reachable(n) {
		if _, isInput := x.InputName(); isInput || x.Shape().Depends() {
			return graph.Array{}, false
		}
		if _, isCount := x.Counted(); isCount {
			return graph.Array{}, false
		}
		elements, err := limits.Elements("tensor", x.Shape().At(1))
		if err != nil {
			return graph.Array{}, false
		}
		t.charge64(at, elements, 8)
		t.charge(at, 0)
		t.work(at, int(elements))
		if p, isParam := x.Param(); isParam {
			feed.Values[x] = t.start(p)
		}
	}
	out, err := graph.Eval(feed, n)
	if err != nil {
		return graph.Array{}, false
	}
	return out[0], true
}

// start returns what a parameter starts from, by the seed of the file's random
// numbers.
func (t *Tracer) start(p graph.Param) graph.Array {
	values := make([]float32, graph.Size(p.Shape))
	if p.Init != nil {
		p.Init.Fill(values, p.Shape, t.seed, p.Name)
	}
	a := graph.NewArray(p.Shape...)
	for i, v := range values {
		a.Data[i] = float64(v)
	}
	return a
}

// Known returns the value of a tensor that depends on no input and on no weight.
func (t *Tracer) Known(n *graph.Node, at syntax.Span) (graph.Array, bool) {
	for _, x := range graph.Reachable(n) {
		if _, isParam := x.Param(); isParam {
			return graph.Array{}, false
		}
	}
	return t.Value(n, at)
}

// transplant brings a tensor of the file's top level into the graph of a training
// program: a weight by its name, anything else by its value.
func (t *Tracer) transplant(n *graph.Node, at syntax.Span) *graph.Node {
	if p, isParam := n.Param(); isParam {
		return t.g.Param(p)
	}
	a, ok := t.Known(n, at)
	if !ok {
		return t.g.Poison(graph.Diagnostic{
			Code: CodeUnsupported, Pos: t.Position(at),
			Message: n.Display() + " " + n.Shape().String() + " was computed outside of this function from the inputs of a model, or from its weights",
			Fixes:   []string{"compute it inside, or give it to the function as an argument"},
		})
	}
	return t.Narrowed(t.g.Array(a.Dims, a.Data).Cast(n.DType()), t.width(n)).Named(n.Label())
}

// Single returns the value of a tensor of one element that depends on no input.
func (t *Tracer) Single(v Value, at syntax.Span) (f float64, ok bool) {
	n, isNode := v.(*graph.Node)
	if !isNode || n.Poisoned() {
		return 0, false
	}
	if size, sized := n.Shape().Size(); !sized || !size.IsOne() {
		return 0, false
	}
	a, ok := t.Value(n, at)
	if !ok {
		return 0, false
	}
	return a.Data[0], true
}

// drawn tells the random numbers apart that the file's top level drew: those of one
// seed by their order, so that setting a seed again draws the same again.
type drawn struct{ seed, number uint64 }

// Random makes random numbers. Those of the top level are values; those of a function
// that is invoked for training are fresh at every step.
func (t *Tracer) Random(name string, d graph.Distribution, shape graph.Shape) *graph.Node {
	n := t.g.Random(name, d, shape)
	if id, _, ok := n.Random(); ok && t.g == t.config.Graph {
		t.draws[id] = drawn{t.seed, uint64(len(t.draws)) - t.seeded}
	}
	return n
}

// Seed starts the random numbers of the top level anew. Before it is called their
// seed is 0.
func (t *Tracer) Seed(seed uint64) { t.seed, t.seeded = seed, uint64(len(t.draws)) }

// Drew reports whether the top level drew random numbers, and their seed now.
func (t *Tracer) Drew() (seed uint64, ok bool) { return t.seed, len(t.draws) > 0 }

// draw fills dst with the numbers of one random node of the top level. Normal ones
// are those of Box & Muller, "A Note on the Generation of Random Normal Deviates", Ann.
// Math. Statist. 29 (1958).
func (t *Tracer) draw(name string, d graph.Distribution, dst []float64) {
	key := t.draws[name]
	r := rand.New(rand.NewPCG(key.seed, key.number))
	for i := range dst {
		dst[i] = float64(r.Uint64()>>11) * 0x1p-53
		if d == graph.StandardNormal {
			angle := float64(r.Uint64()>>11) * 0x1p-53
			dst[i] = math.Sqrt(-2*math.Log1p(-dst[i])) * math.Cos(2*math.Pi*angle)
		}
	}
}
