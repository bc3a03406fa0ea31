package nn_test

import (
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/nn"
)

// TestRefusals compares the whole text of each refusal, beside a neighbour that is
// accepted.
func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		name           string
		refused, legal nn.Layer
		shape          graph.Shape
		want           string
	}{
		{
			"another width", &nn.Dense{In: 4, Out: 2}, &nn.Dense{In: 3, Out: 2}, graph.Rows(3),
			"main.go:7: Dense takes rows of length 4, but its input is [N 3] [shape]\n" +
				"\tinput  [N 3]  from data column \"age\"\n" +
				"\tfix: take what comes in: nn.Dense{In: 3, Out: 2}",
		},
		{
			"no axis of numbers", &nn.Dense{In: 1, Out: 2}, nn.Chain{reshape{}, &nn.Dense{In: 1, Out: 2}}, graph.Rows(),
			"main.go:7: Dense takes rows of length 1, but its input is [N] [shape]\n" +
				"\tinput  [N]  from data column \"age\"\n" +
				"\tfix: give the input a last axis: x.Reshape(-1, 1)",
		},
		{
			"no outputs", &nn.Dense{In: 3}, &nn.Dense{In: 3, Out: 1}, graph.Rows(3),
			"main.go:7: Dense: In is 3 and Out is 0, but both are at least 1 [layer-argument]",
		},
		{
			"dropping everything", &nn.Dropout{Rate: 1}, &nn.Dropout{Rate: 0.99}, graph.Rows(3),
			"main.go:7: Dropout: the rate is 1, but it must lie in [0, 1) [layer-argument]\n" +
				"\tA rate of 1 would drop everything.",
		},
		{
			"the second of two layers", nn.Chain{&nn.Dense{In: 3, Out: 8}, &nn.Dense{In: 9, Out: 1}}, nn.Chain{&nn.Dense{In: 3, Out: 8}, &nn.Dense{In: 8, Out: 1}}, graph.Rows(3),
			"main.go:7: Dense[1] takes rows of length 9, but its input is [N 8] [shape]\n" +
				"\tinput  [N 8]  from Dense[0] 3 -> 8 linear (main.go:7)\n" +
				"\tfix: take what comes in: nn.Dense{In: 8, Out: 1}",
		},
		{
			"a layer in a field", &twoFields{nn.Dense{In: 3, Out: 8, Act: nn.Tanh}, nn.Dense{In: 9, Out: 1}}, &twoFields{nn.Dense{In: 3, Out: 8}, nn.Dense{In: 8, Out: 1}}, graph.Rows(3),
			"main.go:7: Second takes rows of length 9, but its input is [N 8] [shape]\n" +
				"\tinput  [N 8]  from First Dense 3 -> 8 tanh (main.go:7)\n" +
				"\tfix: take what comes in: nn.Dense{In: 8, Out: 1}",
		},
		{
			"a layer that is nil", nn.Chain{&nn.Dense{In: 3, Out: 8}, nil}, nn.Chain{&nn.Dense{In: 3, Out: 8}}, graph.Rows(3),
			"main.go:7: layer 1 of the chain is nil [layer-argument]",
		},
		{
			"normalising another width", &nn.LayerNorm{Size: 4}, &nn.LayerNorm{Size: 3}, graph.Rows(3),
			"main.go:7: LayerNorm takes rows of length 4, but its input is [N 3] [shape]\n" +
				"\tinput  [N 3]  from data column \"age\"\n" +
				"\tfix: take what comes in: nn.LayerNorm{Size: 3}",
		},
		{
			"normalising nothing", &nn.BatchNorm{}, &nn.BatchNorm{Size: 3}, graph.Rows(3),
			"main.go:7: BatchNorm: Size is 0, but it is at least 1 [layer-argument]",
		},
		{
			"a negative epsilon", &nn.BatchNorm{Size: 3, Eps: -1}, &nn.BatchNorm{Size: 3, Eps: 1e-12}, graph.Rows(3),
			"main.go:7: BatchNorm: Eps is -1, but it must be above 0 [layer-argument]\n" +
				"\tWhere all values are equal, their variance is 0 and a division by it is NaN.",
		},
		{
			"statistics that stay where they start", &nn.BatchNorm{Size: 3, Momentum: 1}, &nn.BatchNorm{Size: 3, Momentum: 0.999}, graph.Rows(3),
			"main.go:7: BatchNorm: Momentum is 1, but it must lie in (0, 1) [layer-argument]\n" +
				"\tA momentum of 1 would keep the statistics where they start.",
		},
		{
			"vectors without length", &nn.Embedding{Size: 3}, &nn.Embedding{Size: 3, Out: 1}, graph.Rows(3),
			"main.go:7: Embedding: Size is 3 and Out is 0, but both are at least 1 [layer-argument]",
		},
		{
			"numbers beyond the table", numbered{&nn.Embedding{Size: 4, Out: 2}}, numbered{&nn.Embedding{Size: 5, Out: 2}}, graph.Rows(),
			"main.go:7: Layer has vectors for the numbers 0 to 3, but its input lies in [0, 4] [shape]\n" +
				"\tinput  [N]  from data column \"age\"\n" +
				"\tfix: nn.Embedding{Size: 5, Out: 2}",
		},
		{
			"probabilities as numbers of things", nn.Chain{&nn.Dense{In: 3, Out: 3, Act: nn.Softmax}, &nn.Embedding{Size: 3, Out: 2}},
			nn.Chain{&nn.Dense{In: 3, Out: 3, Act: nn.Softmax}, argMax{}, &nn.Embedding{Size: 3, Out: 2}}, graph.Rows(3),
			"main.go:7: Embedding[0] takes numbers of things, but its input is a probability in (0, 1) [shape]\n" +
				"\tinput  [N 3]  from Dense[0] 3 -> 3 softmax (main.go:7)",
		},
		{
			"one variance for three means", &latent{nn.Dense{In: 3, Out: 3}, nn.Dense{In: 3, Out: 1}, nn.GaussianSample{}},
			&latent{nn.Dense{In: 3, Out: 3}, nn.Dense{In: 3, Out: 3}, nn.GaussianSample{}}, graph.Rows(3),
			"main.go:7: Sample: mean [N 3] and log-variance [N 1] must have the same shape [shape]\n" +
				"\tmean          [N 3]  from Mean Dense 3 -> 3 linear (main.go:7)\n" +
				"\tlog-variance  [N 1]  from LogVar Dense 3 -> 1 linear (main.go:7)",
		},
		{
			"a negative limit", &latent{nn.Dense{In: 3, Out: 3}, nn.Dense{In: 3, Out: 3}, nn.GaussianSample{Limit: -1}},
			&latent{nn.Dense{In: 3, Out: 3}, nn.Dense{In: 3, Out: 3}, nn.GaussianSample{Limit: 10}}, graph.Rows(3),
			"main.go:7: Sample: Limit is -1, but it must be at least 0 [layer-argument]",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			apply := func(m nn.Layer) error {
				g := graph.New(graph.Training)
				g.At(graph.Position{File: "main.go", Line: 7})
				nn.Bind(g, m)
				m.Forward(g.InputFrom("x", `data column "age"`, c.shape, graph.Unknown))
				return g.Diagnostics().Err()
			}
			if err := apply(c.refused); err == nil || err.Error() != c.want {
				t.Errorf("got\n%v\nwant\n%s", err, c.want)
			}
			if err := apply(c.legal); err != nil {
				t.Errorf("the neighbour is refused: %v", err)
			}
		})
	}
}

// twoFields is a model of one's own.
type twoFields struct{ First, Second nn.Dense }

func (m *twoFields) Forward(x *graph.Node) *graph.Node { return m.Second.Forward(m.First.Forward(x)) }

// reshape gives rows of one number an axis for it.
type reshape struct{}

func (reshape) Forward(x *graph.Node) *graph.Node { return x.Reshape(-1, 1) }

// numbered says of its input that it counts five things.
type numbered struct{ Layer nn.Layer }

func (n numbered) Forward(x *graph.Node) *graph.Node {
	return n.Layer.Forward(x.Declare(graph.Range{Interval: graph.Within(0, 4), Tag: graph.Index}))
}

type argMax struct{}

func (argMax) Forward(x *graph.Node) *graph.Node { return x.ArgMax(-1) }

// latent is the middle of a variational autoencoder.
type latent struct {
	Mean, LogVar nn.Dense
	Sample       nn.GaussianSample
}

func (m *latent) Forward(x *graph.Node) *graph.Node {
	return m.Sample.Forward(m.Mean.Forward(x), m.LogVar.Forward(x))
}
