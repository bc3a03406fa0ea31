package main

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/program"
)

// w4 is the convolutional autoencoder of nn.ConvVAE.
var w4 = workload{
	batch: 128, batches: 32, width: 28 * 28, data: w4Data,
	loss: func(g *graph.Graph, x, _ *graph.Node) *graph.Node {
		model, err := nn.ConvVAE(nn.ConvVAEConfig{Height: 28, Width: 28, Channels: 1, Latent: 2})
		if err != nil {
			return g.Poison(graph.Diagnostic{Message: err.Error()})
		}
		nn.Bind(g, model)
		mean, logVar := model.Encode(x, nil)
		scores := model.Decode(model.Sample.Forward(mean, logVar), nil)
		return loss.BCEWithLogits(scores, x).Sum(1).Mean().Add(loss.GaussianKL(mean, logVar).Sum(1).Mean())
	},
	macs: 2*14*14*9*32 + 3*(49*9*32*64+3136*16+16*4+2*3136+49*9*64*64+196*9*64*32+784*9*32),
}

// w4Data draws a spot of light of some size at some place.
func w4Data(r *rand.Rand, x, _ []float32) {
	const side = 28
	for ; len(x) > 0; x = x[side*side:] {
		cx, cy, s := 6+16*r.Float64(), 6+16*r.Float64(), 2+4*r.Float64()
		for i := range side * side {
			dx, dy := float64(i%side)-cx, float64(i/side)-cy
			x[i] = float32(math.Exp(-(dx*dx+dy*dy)/(2*s*s)) * (0.8 + 0.2*r.Float64()))
		}
	}
}

// Images of w5 get a margin, so that they can be halved four times.
const (
	w5Side   = 500
	w5Margin = 6
)

// w5 is a U-Net with weighted cross entropy and the overlap of each image.
var w5 = workload{
	batch: 4, batches: 4, width: w5Side * w5Side, outs: w5Side * w5Side, data: w5Data,
	loss: func(g *graph.Graph, x, y *graph.Node) *graph.Node {
		const foreground = 4
		image := graph.Rows(w5Side, w5Side, 1)
		z, y := w5Scores(g, x.ReshapeTo(image)), y.ReshapeTo(image)
		bce := loss.BCEWithLogits(z, y).Mul(y.Scale(foreground).Shift(1)).Mean()
		p := z.Sigmoid()
		overlap := p.Mul(y).Sum(1, 2, 3).Scale(2).Shift(1).Div(p.Sum(1, 2, 3).Add(y.Sum(1, 2, 3)).Shift(1))
		return bce.Add(overlap.OneMinus().Mean())
	},
	macs: 3*w5MACs - w5First,
}

// Multiply-adds of a forward pass, and of its first layer. All levels have the same: half as much for the first layer of the
// way down, since it sees half the channels, and twice as much on the way up.
const (
	w5Pixels = (w5Side + 2*w5Margin) * (w5Side + 2*w5Margin)
	w5Layer  = w5Pixels * 9 * 16 * 16
	w5First  = w5Layer / 16
	w5Head   = w5Pixels * 16
	w5MACs   = w5First + w5Layer + 4*(w5Layer/2+w5Layer) + 4*(w5Pixels*2*16*16+2*w5Layer+w5Layer) + w5Head
)

func w5Scores(g *graph.Graph, x *graph.Node) *graph.Node {
	model := nn.UNet(nn.UNetConfig{In: 1, Base: 16, Depth: 4, Norm: nn.Without, Head: nn.Head{Out: 1}})
	nn.Bind(g, model)
	inside := func(n *graph.Node, axis int) *graph.Node {
		return n.Slice(axis, graph.Fixed(w5Margin), graph.Fixed(w5Margin+w5Side))
	}
	z := model.Forward(x.PadAxis(1, w5Margin, w5Margin).PadAxis(2, w5Margin, w5Margin))
	return inside(inside(z, 1), 2)
}

// w5Data draws discs in noise, and where they are.
func w5Data(r *rand.Rand, x, y []float32) {
	const discs = 6
	for ; len(x) > 0; x, y = x[w5Side*w5Side:], y[w5Side*w5Side:] {
		for range discs {
			cx, cy, radius := 50+400*r.Float64(), 50+400*r.Float64(), 15+35*r.Float64()
			for i := range w5Side * w5Side {
				dx, dy := float64(i%w5Side)-cx, float64(i/w5Side)-cy
				if dx*dx+dy*dy < radius*radius {
					y[i] = 1
				}
			}
		}
		for i := range w5Side * w5Side {
			x[i] = 0.6*y[i] + 0.4*float32(r.NormFloat64())
		}
	}
}

// runPredictImage predicts the masks of images.
func runPredictImage(o options) (*result, error) {
	if o.Batch == 0 {
		o.Batch = 1
	}
	const images = 3
	n := images * o.Batch
	x, y := make([]float32, n*w5.width), make([]float32, n*w5.width)
	w5Data(rand.New(rand.NewPCG(0, 0)), x, y)
	g := graph.New(graph.Inference)
	scores := w5Scores(g, g.Input("x", graph.Rows(w5Side, w5Side, 1), graph.Unknown))
	if err := g.Diagnostics().Err(); err != nil {
		return nil, err
	}
	p, err := program.Compile(program.NewState(1, g.Params()...), program.Spec{
		Outputs: map[string]*graph.Node{"scores": scores}, Workers: o.Workers,
	})
	if err != nil {
		return nil, err
	}
	defer p.Close()
	times, _, err := timed(o, func(i int) (float64, error) {
		at := i % images * o.Batch * w5.width
		return 0, p.Run(context.Background(), program.Batch{
			Rows: o.Batch, Inputs: map[string][]float32{"x": x[at : at+o.Batch*w5.width]},
		})
	})
	if err != nil {
		return nil, err
	}
	return o.result(spreadOf(times), len(times), 2*float64(o.Batch)*w5MACs/1e9), nil
}
