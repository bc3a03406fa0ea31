package train

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/optim"
)

// countF1 is a loss of whole batches: one minus the F1 of expected counts.
var countF1 = loss.Func(func(p, y *graph.Node) *graph.Node {
	return p.Mul(y).Sum().Scale(2).Div(p.Sum().Add(y.Sum())).OneMinus()
})

// labelled makes rows of three numbers with labels that follow from them.
func labelled(n int) *data.Set {
	return rows(n, 3, true, func(x []float32) float32 {
		if x[0]+x[1]*x[2] > 0.3 {
			return 1
		}
		return 0
	})
}

func dropped() nn.Layer {
	return nn.Chain{&nn.Dense{In: 3, Out: 16, Act: nn.Relu}, &nn.Dropout{Rate: 0.2}, &nn.Dense{In: 16, Out: 1, Act: nn.Sigmoid}}
}

// TestAccumulate holds that batches of 32 in steps of 3 train as batches of 96 do,
// whatever the loss, and where one step takes all rows.
func TestAccumulate(t *testing.T) {
	for name, tc := range map[string]struct {
		rows int
		loss loss.Loss
	}{"bce": {250, loss.Mean(loss.BCE)}, "counts": {250, countF1}, "one step": {96, loss.Mean(loss.BCE)}} {
		t.Run(name, func(t *testing.T) {
			set, valid := labelled(tc.rows), labelled(60)
			fit := func(batch, accumulate int) *Fitted {
				f, err := Fit(context.Background(), set, Config{
					Objective: Supervised(dropped(), tc.loss), Optimizer: optim.Adam{LR: 1e-2},
					Epochs: 4, Batch: batch, Accumulate: accumulate, Seed: 1, Validate: valid, Workers: 2,
				})
				if err != nil {
					t.Fatal(err)
				}
				return f
			}
			whole, parts := fit(96, 1), fit(32, 3)
			if whole.Steps != parts.Steps {
				t.Errorf("%d steps, in parts %d", whole.Steps, parts.Steps)
			}
			for i, e := range whole.History {
				for _, m := range e.Train {
					got, _ := parts.History[i].Train.Get(m.Name)
					if !near(got, m.Value, 1e-4) {
						t.Errorf("epoch %d: train.%s %v, in parts %v", e.Epoch, m.Name, m.Value, got)
					}
				}
			}
		})
	}
}

// TestAccumulateRefuses holds that a loss in which parts of a batch cannot stand for
// the whole is refused with the reason, and trains in whole batches.
func TestAccumulateRefuses(t *testing.T) {
	centred := loss.Func(func(p, y *graph.Node) *graph.Node {
		e := p.Sub(y)
		return e.Sub(e.Mean()).Square().Mean().Add(e.Square().Mean())
	})
	config := Config{Objective: Supervised(dropped(), centred), Optimizer: optim.SGD{LR: 0.1}, Epochs: 1, Batch: 32, Accumulate: 3}
	_, err := Fit(context.Background(), labelled(100), config)
	var ds graph.Diagnostics
	if !errors.As(err, &ds) || ds[0].Code != graph.CodeBatchSum {
		t.Fatalf("got %v, want a refusal [%s]", err, graph.CodeBatchSum)
	}
	config.Accumulate = 1
	if _, err := Fit(context.Background(), labelled(100), config); err != nil {
		t.Errorf("in whole batches: %v", err)
	}
}

// TestJudgedInPieces holds that a part too large for one run is judged as a whole.
func TestJudgedInPieces(t *testing.T) {
	large := labelled(2*predictRows + 17)
	for name, l := range map[string]loss.Loss{"bce": loss.Mean(loss.BCE), "counts": countF1} {
		f, err := Fit(context.Background(), labelled(100), Config{
			Objective: Supervised(dropped(), l), Optimizer: optim.Adam{}, Epochs: 1, Batch: 50, Validate: large, Workers: 2,
		})
		if err != nil {
			t.Fatal(err)
		}
		got, _ := f.History[0].Valid.Get("loss")
		p, err := f.Output(context.Background(), Prediction, large)
		if err != nil {
			t.Fatal(err)
		}
		g := graph.New(graph.Inference)
		pn := g.Input("p", graph.Rows(1), graph.Range{Interval: graph.Within(0, 1), Tag: graph.Probability})
		yn := g.Input("y", graph.Rows(1), graph.Unknown)
		want, err := graph.Eval(graph.Feed{Rows: large.Rows, Values: map[*graph.Node]graph.Array{
			pn: graph.ArrayOf(wide(p), large.Rows, 1), yn: graph.ArrayOf(wide(large.Y), large.Rows, 1),
		}}, l.Apply(loss.In{Pred: pn, Target: yn}))
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got-want[0].Data[0]) > 1e-5 {
			t.Errorf("%s: %v in pieces, %v of all rows", name, got, want[0].Data[0])
		}
	}
}
