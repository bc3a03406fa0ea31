package nn

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// Embedding gives a vector of its own to each of Size things, which are numbered
// from 0: words, products, categories.   x: [N ...] → y: [N ... Out]
//
// A number that is not there gives zeros and trains nothing. The vectors are the rows
// of the parameter NAME.Table, [Size Out].
// Source: Bengio, Ducharme, Vincent & Jauvin, "A Neural Probabilistic Language
// Model", JMLR 3 (2003).
type Embedding struct {
	Size, Out int
	Init      graph.Initializer // nil for Uniform(0.05), as in Keras; PyTorch draws from N(0, 1)
}

// Forward applies the layer.
func (e *Embedding) Forward(x *graph.Node) *graph.Node {
	if x.Poisoned() {
		return x
	}
	g := x.Graph()
	name := g.NameOf(e, "Embedding")
	size, _ := e.describe()
	defer g.Enter(scope(name, "Embedding", size))()
	if refused := e.refused(name, x); refused != nil {
		return refused
	}
	return e.Table(g).Gather(x, 0)
}

// Table returns the vectors in g, [Size Out].
func (e *Embedding) Table(g *graph.Graph) *graph.Node {
	return g.Param(graph.Param{Name: g.NameOf(e, "Embedding") + ".Table", Shape: []int{e.Size, e.Out}, Init: orElse(e.Init, Uniform(0.05))})
}

func (e *Embedding) describe() (size, act string) { return fmt.Sprintf("%d -> %d", e.Size, e.Out), "" }

// refused returns a poisoned node if the layer makes no sense or its input certainly
// holds no numbers of things.
func (e *Embedding) refused(name string, x *graph.Node) *graph.Node {
	g, r := x.Graph(), x.Range()
	d := graph.Diagnostic{
		Code:  graph.CodeShape,
		Notes: graph.Columns([]string{"input", x.Shape().String(), x.Origin()}),
	}
	switch {
	case e.Size < 1 || e.Out < 1:
		d = graph.Diagnostic{Code: CodeArgument, Message: fmt.Sprintf("%s: Size is %d and Out is %d, but both are at least 1", name, e.Size, e.Out)}
	case r.Tag == graph.Score || r.Tag == graph.Probability:
		d.Message = fmt.Sprintf("%s takes numbers of things, but its input is a %v in %v", name, r.Tag, r.Interval)
	case r.Tag == graph.Index && r.Hi > float64(e.Size-1):
		d.Message = fmt.Sprintf("%s has vectors for the numbers 0 to %d, but its input lies in %v", name, e.Size-1, r.Interval)
		d.Fixes = []string{fmt.Sprintf("nn.Embedding{Size: %.0f, Out: %d}", r.Hi+1, e.Out)}
	default:
		return nil
	}
	return g.Poison(d)
}
