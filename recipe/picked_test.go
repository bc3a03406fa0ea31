package recipe

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// Losses of what a mask picks, and the same as a loop over those elements.
var pickedLosses = map[string]struct {
	source string
	loop   func(p, y []float64) float64
}{
	"means and counts": {`
import torch
import math
def loss(pred, target):
    delta = (target - pred).abs()
    near, far = delta[delta < 1], delta[delta >= 1]
    return ((2 * torch.log(1 + near / 0.5)).sum() + (far - 0.25).sum()) / (len(near) + far.shape[0]) + near.mean() / far.size(0)
`, func(p, y []float64) float64 {
		sum, near, nears, fars := 0.0, 0.0, 0.0, 0.0
		for i := range p {
			if d := math.Abs(y[i] - p[i]); d < 1 {
				sum, near, nears = sum+2*math.Log(1+d/0.5), near+d, nears+1
			} else {
				sum, fars = sum+d-0.25, fars+1
			}
		}
		return sum/(nears+fars) + near/nears/fars
	}},
	"a logarithm that only what is picked has": {`
import torch
def loss(pred, target):
    valid = target > 0
    d = torch.log(target[valid]) - torch.log(torch.sigmoid(pred)[valid])
    return torch.sqrt((d ** 2).mean() - 0.5 * d.mean() ** 2)
`, func(p, y []float64) float64 {
		squares, sum, n := 0.0, 0.0, 0.0
		for i := range p {
			if y[i] > 0 {
				d := math.Log(y[i]) + math.Log1p(math.Exp(-p[i]))
				squares, sum, n = squares+d*d, sum+d, n+1
			}
		}
		return math.Sqrt(squares/n - 0.5*sum*sum/n/n)
	}},
	"a loss with its reduction": {`
import torch.nn as nn
import torch.nn.functional as F
smooth = nn.SmoothL1Loss()
def loss(pred, target):
    return F.mse_loss(pred[target > 0], target[target > 0], reduction="sum") + smooth(pred[target < 0], target[target < 0])
`, func(p, y []float64) float64 {
		squares, smooth, n := 0.0, 0.0, 0.0
		for i := range p {
			switch d := math.Abs(p[i] - y[i]); {
			case y[i] > 0:
				squares += d * d
			case y[i] < 0 && d < 1:
				smooth, n = smooth+d*d/2, n+1
			case y[i] < 0:
				smooth, n = smooth+d-0.5, n+1
			}
		}
		return squares + smooth/n
	}},
	"tf.boolean_mask": {`
import tensorflow as tf
def loss(y_true, y_pred):
    mask = tf.not_equal(y_true, 0.0)
    e = tf.boolean_mask(y_true, mask) - tf.boolean_mask(y_pred, mask)
    return tf.reduce_sum(tf.square(e)) / tf.cast(tf.size(e), tf.float32) + tf.reduce_mean(-e)
`, func(p, y []float64) float64 {
		sum, n := 0.0, 0.0
		for i := range p {
			if y[i] != 0 {
				e := y[i] - p[i]
				sum, n = sum+e*e-e, n+1
			}
		}
		return sum / n
	}},
	"rows": {`
import torch.nn.functional as F
def loss(pred, target):
    keep = target[:, 0] > 0
    return F.mse_loss(pred[keep], target[keep]) + (pred[keep] ** 2).sum(dim=1).mean()
`, func(p, y []float64) float64 {
		squares, own, n := 0.0, 0.0, 0.0
		for i := 0; i < len(p); i += 3 {
			if y[i] <= 0 {
				continue
			}
			n++
			for k := i; k < i+3; k++ {
				squares, own = squares+(p[k]-y[k])*(p[k]-y[k]), own+p[k]*p[k]
			}
		}
		return squares/(3*n) + own/n
	}},
}

// TestPicked compares values and slopes with the loops, and holds that what is left out is
// finite on the way.
func TestPicked(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 1))
	const rows, columns = 7, 3
	p, y := make([]float64, rows*columns), make([]float64, rows*columns)
	for i := range p {
		p[i], y[i] = 2*r.NormFloat64(), float64(r.IntN(3)-1)*1.5
	}
	for name, c := range pickedLosses {
		t.Run(name, func(t *testing.T) {
			f, found := Load("x.py", Options{Source: []byte(c.source)})
			if found.Refused() {
				t.Fatal(found)
			}
			l, _, ok := f.findLoss()
			if !ok {
				t.Fatal(f.found())
			}
			g := graph.New(graph.Training)
			shape := graph.Rows(columns)
			in := loss.In{Pred: g.Input("p", shape, graph.Unknown), Target: g.Input("y", shape, graph.Unknown)}
			value := l.Apply(in)
			if err := g.Diagnostics().Err(); err != nil {
				t.Fatal(err)
			}
			slope := graph.Gradient(value, []*graph.Node{in.Pred})[0]
			feed := graph.Feed{Rows: rows, Values: map[*graph.Node]graph.Array{
				in.Pred: graph.ArrayOf(p, rows, columns), in.Target: graph.ArrayOf(y, rows, columns),
			}}
			out, err := graph.Eval(feed, value, slope)
			if err != nil {
				t.Fatal(err)
			}
			all := graph.Reachable(value, slope)
			steps, err := graph.Eval(feed, all...)
			if err != nil {
				t.Fatal(err)
			}
			for i, a := range steps {
				for _, v := range a.Data {
					if math.IsNaN(v) || math.IsInf(v, 0) {
						t.Fatalf("%s gives %v: a weight there would have no gradient", all[i].Op().Name(), v)
					}
				}
			}
			if got, want := out[0].Data[0], c.loop(p, y); math.Abs(got-want) > 1e-12*math.Abs(want) {
				t.Errorf("the loss is %v, the loop gives %v", got, want)
			}
			for i := range p {
				at := p[i]
				p[i] = at + 1e-6
				up := c.loop(p, y)
				p[i] = at - 1e-6
				want := (up - c.loop(p, y)) / 2e-6
				p[i] = at
				if got := out[1].Data[i]; !(math.Abs(got-want) <= 1e-7*math.Max(1, math.Abs(want))) {
					t.Errorf("slope %d is %v, the loop gives %v", i, got, want)
				}
			}
		})
	}
}
