package nn

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// Dropout sets each element to 0 with probability Rate and divides the others by
// 1 − Rate, so that the expected value stays. It acts in graphs for training only.
//
// Shapes: any. Domain: 0 ≤ Rate < 1. The draws are those of [graph.Graph.Random]
// under the name NAME.Mask.
// Source: Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov, "Dropout: A Simple
// Way to Prevent Neural Networks from Overfitting", JMLR 15 (2014).
type Dropout struct{ Rate float64 }

// Forward applies the layer.
func (d *Dropout) Forward(x *graph.Node) *graph.Node {
	if x.Poisoned() {
		return x
	}
	g := x.Graph()
	name := g.NameOf(d, "Dropout")
	size, _ := d.describe()
	defer g.Enter(scope(name, "Dropout", size))()
	if !(d.Rate >= 0 && d.Rate < 1) {
		return g.Poison(graph.Diagnostic{
			Code:    CodeArgument,
			Message: fmt.Sprintf("%s: the rate is %v, but it must lie in [0, 1)", name, d.Rate),
			Notes:   []string{"A rate of 1 would drop everything."},
		})
	}
	if g.Mode != graph.Training || d.Rate == 0 {
		return x
	}
	kept := g.Random(name+".Mask", graph.StandardUniform, x.Shape()).GreaterEqual(g.Const(d.Rate))
	return kept.Where(x.Scale(1/(1-d.Rate)), g.Const(0))
}

func (d *Dropout) describe() (size, act string) { return fmt.Sprint(d.Rate), "" }
