package main

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/optim"
	"github.com/descent-ml/descent/program"
)

const w1Width = 32

// runW1 times training steps over batches that were made beforehand.
func runW1(o options) (*result, error) {
	if o.Batch == 0 {
		o.Batch = 64
	}
	const batches = 20
	x, y := w1Data(o.Batch * batches)
	p, err := w1Program(o)
	if err != nil {
		return nil, err
	}
	defer p.Close()

	inputs := map[string][]float32{}
	times, losses, err := timed(o, func(i int) (float64, error) {
		at := i % batches * o.Batch
		inputs["x"], inputs["y"] = x[at*w1Width:(at+o.Batch)*w1Width], y[at:at+o.Batch]
		err := p.Run(context.Background(), program.Batch{Rows: o.Batch, Step: int64(i + 1), Inputs: inputs})
		if err != nil {
			return 0, err
		}
		return float64(p.Output("loss")[0]), nil
	})
	if err != nil {
		return nil, err
	}
	gflop := 2 * float64(o.Batch) * (2*w1Width*256 + 3*256*256 + 3*256) / 1e9
	s := spreadOf(times)
	last := losses[len(losses)-max(1, min(5, len(losses)/4)):]
	return &result{
		Peer: "descent", Workload: o.Workload, Batch: o.Batch, Workers: o.Workers, Kernels: program.Kernels(),
		StepMS: s, Steps: len(times), GflopPerStep: gflop, Gflops: gflop / (s.Median / 1e3),
		LossFirst: losses[0], LossLast: mean(last), PeakRSSMB: peakRSS(), Go: runtime.Version(),
	}, nil
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

// w1Program is forward, loss, backward and Adam as one program.
func w1Program(o options) (*program.Program, error) {
	g := graph.New(graph.Training)
	model := nn.MLP(nn.MLPConfig{In: w1Width, Hidden: []int{256, 256}, Head: nn.BinaryHead()})
	nn.Bind(g, model)
	x := g.Input("x", graph.Rows(w1Width), graph.Unknown)
	y := g.Input("y", graph.Rows(1), graph.Range{Interval: graph.Within(0, 1), Tag: graph.Label})
	proof := graph.Prove(loss.Mean(loss.BCE).Apply(loss.In{Pred: model.Forward(x), Target: y}))
	if err := g.Diagnostics().Err(); err != nil {
		return nil, err
	}
	return program.Compile(program.NewState(1, g.Params()...), program.Spec{
		Outputs: map[string]*graph.Node{"loss": proof.Loss},
		Updates: optim.Adam{LR: 1e-3}.Updates(g, proof.Params, proof.Grads),
		Guard:   append(proof.Grads, proof.Loss),
		Workers: o.Workers,
	})
}

// w1Data draws normal columns and labels from a logistic model of them with one
// product, as the peers' data.
func w1Data(rows int) (x, y []float32) {
	r := rand.New(rand.NewPCG(0, 0))
	var v [w1Width]float64
	for i := range v {
		v[i] = r.NormFloat64()
	}
	x, y = make([]float32, rows*w1Width), make([]float32, rows)
	for i := range y {
		row := x[i*w1Width : (i+1)*w1Width]
		score := 0.0
		for j := range row {
			row[j] = float32(r.NormFloat64())
			score += float64(row[j]) * v[j]
		}
		score += 0.5 * float64(row[0]) * float64(row[1])
		if 1/(1+math.Exp(-score)) > r.Float64() {
			y[i] = 1
		}
	}
	return x, y
}
