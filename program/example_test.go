package program_test

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/optim"
	"github.com/descent-ml/descent/program"
)

// worker is one of two that add up their numbers: each hands its own to the other.
// Since a + b is b + a, both get the same bits.
type worker struct {
	to   chan<- []float64
	from <-chan []float64
}

// AddUp implements [program.Reducer].
func (w worker) AddUp(ctx context.Context, numbers []float64) error {
	w.to <- slices.Clone(numbers)
	select {
	case others := <-w.from:
		for i, v := range others {
			numbers[i] += v
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// step takes one step of gradient descent on the F1 of expected counts, of a batch of
// eight rows of which these are the ones from first on. It returns the loss and the weights.
func step(ctx context.Context, r program.Reducer, first int, x, y []float32) (float64, []float32, error) {
	g := graph.New(graph.Training)
	w := g.Param(graph.Param{Name: "w", Shape: []int{2, 1}})
	target := g.Input("y", graph.Rows(1), graph.Unknown)
	p := g.Input("x", graph.Rows(2), graph.Unknown).MatMul(w).Sigmoid()
	f1 := p.Mul(target).Sum().Scale(2).Div(p.Sum().Add(target.Sum()))

	params := []*graph.Node{w}
	state := program.NewState(1, params...)
	a, err := program.NewAccumulated(state, program.Training{
		Loss: f1.OneMinus(), Params: params, Workers: 1, Reducer: r,
		Updates: func(grads []*graph.Node) []graph.Update { return optim.SGD{LR: 1}.Updates(g, params, grads) },
	})
	if err != nil {
		return 0, nil, err
	}
	defer a.Close()
	err = a.Run(ctx, 8, 1, func(part int) (program.Batch, bool) {
		inputs := map[string][]float32{"x": x, "y": y}
		return program.Batch{Rows: len(y), Step: 1, FirstRow: first, Inputs: inputs}, part == 0
	})
	v, _ := state.Get("w")
	return a.Result("loss"), v.Numbers(), err
}

// Two workers hold three and five rows of a batch. The F1 of all rows is no mean of theirs,
// yet each takes the step that one worker takes on all eight.
func ExampleReducer() {
	x := []float32{1, 0.5, 0.2, -1, 0.3, 0.3, -0.4, 1, 0.9, 0, -1, -0.2, 0.1, 0.8, 0.5, -0.5}
	y := []float32{1, 0, 1, 0, 1, 0, 0, 1}

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	there, back := make(chan []float64, 1), make(chan []float64, 1)
	var losses [2]float64
	var weights [2][]float32
	failed := make(chan error)
	for i, own := range []struct {
		worker
		from, to int
	}{{worker{there, back}, 0, 3}, {worker{back, there}, 3, 8}} {
		go func() {
			var err error
			losses[i], weights[i], err = step(ctx, own, own.from, x[2*own.from:2*own.to], y[own.from:own.to])
			if err != nil {
				cancel() // or the other one would wait for ever
			}
			failed <- err
		}()
	}
	err := errors.Join(<-failed, <-failed)
	loss, alone, failure := step(ctx, nil, 0, x, y)
	fmt.Println(err, failure)
	fmt.Printf("one worker   loss %.6f, weights %.6f\n", loss, alone)
	for i := range losses {
		fmt.Printf("worker %d     loss %.6f, weights %.6f\n", i, losses[i], weights[i])
	}
	// Output:
	// <nil> <nil>
	// one worker   loss 0.500000, weights [0.143750 0.004688]
	// worker 0     loss 0.500000, weights [0.143750 0.004688]
	// worker 1     loss 0.500000, weights [0.143750 0.004688]
}
