package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/optim"
	"github.com/descent-ml/descent/program"
)

// workload is a training step: data, and a loss built in a graph.
type workload struct {
	batch       int // the peers'
	batches     int // made beforehand and taken in turn
	width, outs int // numbers a row of x and of y; no y if outs is 0
	data        func(r *rand.Rand, x, y []float32)
	loss        func(g *graph.Graph, x, y *graph.Node) *graph.Node
	macs        float64 // multiply-adds a row of forward, backward and weight gradients
}

func runSteps(o options, w workload) (any, error) {
	if o.Batch == 0 {
		o.Batch = w.batch
	}
	n := o.Batch * w.batches
	x, y := make([]float32, n*w.width), make([]float32, n*w.outs)
	w.data(rand.New(rand.NewPCG(0, 0)), x, y)
	p, err := w.program(o)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	if o.Profile {
		text, err := p.Describe(o.Batch, true)
		fmt.Print(text)
		return nil, err
	}

	inputs := map[string][]float32{}
	times, losses, err := timed(o, func(i int) (float64, error) {
		at := i % w.batches * o.Batch
		inputs["x"], inputs["y"] = x[at*w.width:(at+o.Batch)*w.width], y[at*w.outs:(at+o.Batch)*w.outs]
		err := p.Run(context.Background(), program.Batch{Rows: o.Batch, Step: int64(i + 1), Inputs: inputs})
		if err != nil {
			return 0, err
		}
		return float64(p.Output("loss")[0]), nil
	})
	if err != nil {
		return nil, err
	}
	r := o.result(spreadOf(times), len(times), 2*float64(o.Batch)*w.macs/1e9)
	r.LossFirst, r.LossLast = losses[0], mean(losses[len(losses)-max(1, min(5, len(losses)/4)):])
	return r, nil
}

func (o options) result(s spread, steps int, gflop float64) *result {
	return &result{
		Peer: "descent", Workload: o.Workload, Batch: o.Batch, Workers: o.Workers, Kernels: program.Kernels(),
		StepMS: s, Steps: steps, GflopPerStep: gflop, Gflops: gflop / (s.Median / 1e3), PeakRSSMB: peakRSS(), Go: runtime.Version(),
	}
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

// program is forward, loss, backward and Adam as one program.
func (w workload) program(o options) (*program.Program, error) {
	g := graph.New(graph.Training)
	x := g.Input("x", graph.Rows(w.width), graph.Unknown)
	var y *graph.Node
	if w.outs > 0 {
		y = g.Input("y", graph.Rows(w.outs), graph.Range{Interval: graph.Within(0, 1), Tag: graph.Label})
	}
	proof := graph.Prove(w.loss(g, x, y))
	if err := g.Diagnostics().Err(); err != nil {
		return nil, err
	}
	return program.Compile(program.NewState(1, g.Params()...), program.Spec{
		Outputs: map[string]*graph.Node{"loss": proof.Loss},
		Updates: optim.Adam{LR: 1e-3}.Updates(g, proof.Params, proof.Grads),
		Guard:   append(proof.Grads, proof.Loss),
		Workers: o.Workers, Seed: 1,
	})
}

var w1 = workload{
	batch: 64, batches: 20, width: 32, outs: 1, data: w1Data,
	loss: func(g *graph.Graph, x, y *graph.Node) *graph.Node {
		model := nn.MLP(nn.MLPConfig{In: 32, Hidden: []int{256, 256}, Head: nn.BinaryHead()})
		nn.Bind(g, model)
		return loss.Mean(loss.BCE).Apply(loss.In{Pred: model.Forward(x), Target: y})
	},
	macs: 2*32*256 + 3*256*256 + 3*256,
}

// w1Data draws normal columns and labels from a logistic model of them with one
// product.
func w1Data(r *rand.Rand, x, y []float32) {
	const width = 32
	var v [width]float64
	for i := range v {
		v[i] = r.NormFloat64()
	}
	for i := range y {
		row := x[i*width : (i+1)*width]
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
}

var w2 = workload{
	batch: 1024, batches: 20, width: 54, outs: 7, data: w2Data,
	loss: func(g *graph.Graph, x, y *graph.Node) *graph.Node {
		model := nn.MLP(nn.MLPConfig{In: 54, Hidden: []int{512, 256}, Head: nn.ClassHead(7)})
		nn.Bind(g, model)
		return weightedF1(model.Forward(x), y)
	},
	macs: 2*54*512 + 3*512*256 + 3*256*7,
}

// weightedF1 is one minus the F1 of expected counts, weighted by the classes' rows.
func weightedF1(p, y *graph.Node) *graph.Node {
	tp, fp, fn, is := p.Mul(y).Sum(0), p.Mul(y.OneMinus()).Sum(0), p.OneMinus().Mul(y).Sum(0), y.Sum(0)
	f1 := tp.Scale(2).Div(tp.Scale(2).Add(fp).Add(fn).Shift(1e-7))
	return f1.Mul(is).Sum().Div(is.Sum()).OneMinus()
}

// w2Data draws normal columns; the class is the largest of seven linear scores,
// whose offsets make some classes rare.
func w2Data(r *rand.Rand, x, y []float32) {
	const width, classes = 54, 7
	offset := [classes]float64{6, 4, 2, 0, 0, -1, -2}
	var v [width][classes]float64
	for i := range v {
		for k := range v[i] {
			v[i][k] = r.NormFloat64()
		}
	}
	for i := range len(x) / width {
		score := offset
		for j := range width {
			value := r.NormFloat64()
			x[i*width+j] = float32(value)
			for k := range score {
				score[k] += value * v[j][k]
			}
		}
		best := 0
		for k := range score {
			if score[k] > score[best] {
				best = k
			}
		}
		y[i*classes+best] = 1
	}
}

var w3 = workload{
	batch: 256, batches: 20, width: 64, data: w3Data,
	loss: func(g *graph.Graph, x, _ *graph.Node) *graph.Node {
		const latent = 16
		encode := nn.Chain{&nn.Dense{In: 64, Out: 256, Act: nn.Relu}, &nn.Dense{In: 256, Out: 128, Act: nn.Relu}, &nn.Dense{In: 128, Out: 2 * latent}}
		decode := nn.Chain{&nn.Dense{In: latent, Out: 128, Act: nn.Relu}, &nn.Dense{In: 128, Out: 256, Act: nn.Relu}, &nn.Dense{In: 256, Out: 64}}
		nn.Bind(g, struct{ Encode, Decode nn.Chain }{encode, decode})
		h := encode.Forward(x)
		mean, logVar := h.Slice(1, graph.Fixed(0), graph.Fixed(latent)), h.Slice(1, graph.Fixed(latent), graph.Fixed(2*latent))
		noise := g.Random("noise", graph.StandardNormal, mean.Shape())
		z := mean.Add(logVar.Scale(0.5).Exp().Mul(noise))
		error := decode.Forward(z).Sub(x).Square().Sum(1).Mean()
		kl := logVar.Shift(1).Sub(mean.Square()).Sub(logVar.Exp()).Scale(-0.5).Sum(1).Mean()
		return error.Add(kl)
	},
	macs: 2*64*256 + 3*256*128 + 3*128*32 + 3*16*128 + 3*128*256 + 3*256*64,
}

// w3Data draws rows near a curved surface of eight dimensions.
func w3Data(r *rand.Rand, x, _ []float32) {
	const width, hidden = 64, 8
	var v [hidden][width]float64
	for i := range v {
		for j := range v[i] {
			v[i][j] = r.NormFloat64()
		}
	}
	for i := range len(x) / width {
		var z [hidden]float64
		for k := range z {
			z[k] = r.NormFloat64()
		}
		for j := range width {
			sum := 0.0
			for k := range z {
				sum += z[k] * v[k][j]
			}
			x[i*width+j] = float32(math.Tanh(sum) + 0.1*r.NormFloat64())
		}
	}
}
