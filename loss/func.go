package loss

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// Func makes a loss of a function of prediction and target, as http.HandlerFunc
// makes a handler.
//
// Shapes: a function that gives one number is taken as it is; the data's weights
// cannot reach it, which is noted [weight-scalar]. One that gives a value per
// element or row is averaged as by [Mean], which is noted [loss-averaged].
func Func(f func(p, y *graph.Node) *graph.Node) Loss { return function(f) }

type function func(p, y *graph.Node) *graph.Node

func (f function) Apply(in In) *graph.Node {
	v := f(in.Pred, in.Target)
	if v.Poisoned() {
		return v
	}
	g := v.Graph()
	if v.Rank() > 0 {
		g.Report(averaged(v))
		return reduced{how: mean}.apply(v, in)
	}
	if in.Weight != nil {
		g.Report(graph.Diagnostic{
			Code: CodeWeightScalar, Severity: graph.Note, Pos: v.Pos(),
			Message: fmt.Sprintf("the loss is one number before weights could act: the weights %v of the data do not reach it", in.Weight.Shape()),
			Fixes:   []string{g.Say("return a value per row and use loss.Mean(f)", "return a value per row and use mean(f)")},
		})
	}
	return v
}

// averaged says which one number is made of the values of v, and which other it may be.
func averaged(v *graph.Node) graph.Diagnostic {
	g := v.Graph()
	d := graph.Diagnostic{
		Code: CodeAveraged, Severity: graph.Note, Pos: v.Pos(),
		Message: fmt.Sprintf("the loss gives %v, not one number: its mean is used", v.Shape()),
		Fixes:   []string{g.Say("loss.Mean(f) says it, and takes weights", "mean(f) says it, and takes weights")},
	}
	if n, ok := perRow(v.Shape()); ok && n > 1 {
		d.Message = fmt.Sprintf("the loss gives %v, not one number: the mean over rows and over the %d values of a row is used", v.Shape(), n)
		d.Notes = graph.Columns([]string{"would", fmt.Sprintf("make a term that belongs to the whole row, as a KL divergence does, %d times too small.", n)})
		d.Fixes = append(d.Fixes, g.Say(
			"for such a term: loss.SumPerSample(f), the sum over a row and the mean over rows",
			"for such a term: sum_per_sample(f), the sum over a row and the mean over rows"))
	}
	return d
}
