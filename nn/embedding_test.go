package nn_test

import (
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/nn"
)

// TestEmbedding checks which vectors are taken, and which of them train.
func TestEmbedding(t *testing.T) {
	g := graph.New(graph.Training)
	x := g.Input("x", graph.Rows(2), graph.Unknown)
	y := (&nn.Embedding{Size: 3, Out: 2}).Forward(x)
	table := g.Params()[0]
	f := graph.Feed{Rows: 2, Values: map[*graph.Node]graph.Array{
		x:     graph.ArrayOf([]float64{2, 0, 2, 9}, 2, 2),
		table: graph.ArrayOf([]float64{1, 2, 3, 4, 5, 6}, 3, 2),
	}}
	wantAll(t, eval(t, f, y), []float64{5, 6, 1, 2, 5, 6, 0, 0})
	if !y.Shape().Equal(graph.Rows(2, 2)) {
		t.Errorf("shape %v", y.Shape())
	}
	wantAll(t, eval(t, f, graph.Gradient(y.Sum(), []*graph.Node{table})[0]), []float64{1, 1, 0, 0, 2, 2})
	p, _ := table.Param()
	if p.Name != "Embedding.Table" {
		t.Errorf("the table is called %s", p.Name)
	}
}
