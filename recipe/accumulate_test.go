package recipe

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/optim"
	"github.com/descent-ml/descent/train"
)

// Losses with sums over the batch, as people paste them.
const (
	kerasF1 = `
import tensorflow.keras.backend as K
def f1_weighted(true, pred):
    ground_positives = K.sum(true, axis=0) + K.epsilon()
    pred_positives = K.sum(pred, axis=0) + K.epsilon()
    true_positives = K.sum(true * pred, axis=0) + K.epsilon()
    precision = true_positives / pred_positives
    recall = true_positives / ground_positives
    f1 = 2 * (precision * recall) / (precision + recall + K.epsilon())
    weighted_f1 = f1 * ground_positives / K.sum(ground_positives)
    return 1 - K.sum(weighted_f1)
`
	kerasDice = `
import tensorflow.keras.backend as K
smooth = 1.
def dice_coef(y_true, y_pred):
    y_true_f = K.flatten(y_true)
    y_pred_f = K.flatten(y_pred)
    intersection = K.sum(y_true_f * y_pred_f)
    return (2. * intersection + smooth) / (K.sum(y_true_f) + K.sum(y_pred_f) + smooth)
def dice_coef_loss(y_true, y_pred):
    return 1 - dice_coef(y_true, y_pred)
`
	torchF1 = `
import torch
def f1_loss(y_true, y_pred):
    tp = (y_true * y_pred).sum(dim=0)
    fp = ((1 - y_true) * y_pred).sum(dim=0)
    fn = (y_true * (1 - y_pred)).sum(dim=0)
    f1 = 2 * tp / (2 * tp + fp + fn + 1e-7)
    return 1 - f1.mean()
`
	torchDice = `
import torch
import torch.nn as nn
class DiceLoss(nn.Module):
    def forward(self, inputs, targets, smooth=1):
        inputs = inputs.view(-1)
        targets = targets.view(-1)
        intersection = (inputs * targets).sum()
        return 1 - (2. * intersection + smooth) / (inputs.sum() + targets.sum() + smooth)
`
	nested = `
import tensorflow.keras.backend as K
def centred(y_true, y_pred):
    e = y_true - y_pred
    return K.mean(K.square(e - K.mean(e)))
`
	statistics = `
import torch
def standardised(y_true, y_pred):
    z = (y_pred - y_pred.mean()) / (y_pred.std() + 1e-5)
    return ((z - y_true) ** 2).mean()
`
	// the nearest that parts of a batch can stand for
	expanded = `
import tensorflow.keras.backend as K
def centred(y_true, y_pred):
    e = y_true - y_pred
    return K.mean(K.square(e)) - K.square(K.mean(e))
`
	fixedStatistics = `
import torch
def standardised(y_true, y_pred):
    z = (y_pred - 0.5) / (0.3 + 1e-5)
    return ((z - y_true) ** 2).mean()
`
)

// pastedLoss is the loss of a file.
func pastedLoss(t *testing.T, source string) loss.Loss {
	t.Helper()
	f, found := Load(write(t, t.TempDir(), "x.py", source), Options{})
	if found.Refused() {
		t.Fatal(found)
	}
	l, _, ok := f.findLoss()
	if !ok {
		t.Fatal("no loss found")
	}
	return l
}

var accumulated = map[string]string{
	"keras F1": kerasF1, "keras dice": kerasDice, "torch F1": torchF1, "torch dice": torchDice, "keras variance": expanded, "torch, fixed statistics": fixedStatistics,
}

// netOf is a net with dropout and a loss, in float64.
type netOf struct {
	x, y   *graph.Node
	params []*graph.Node
	loss   *graph.Node
	values map[*graph.Node]graph.Array
}

const netIn, netHidden, netOut = 3, 8, 4

func newNet(t *testing.T, l loss.Loss) *netOf {
	t.Helper()
	g := graph.New(graph.Training)
	n := &netOf{
		x: g.Input("x", graph.Rows(netIn), graph.Unknown), y: g.Input("y", graph.Rows(netOut), graph.Range{Interval: graph.Within(0, 1), Tag: graph.OneHot}),
		params: []*graph.Node{g.Param(graph.Param{Name: "a", Shape: []int{netIn, netHidden}}), g.Param(graph.Param{Name: "b", Shape: []int{netHidden, netOut}})},
		values: map[*graph.Node]graph.Array{},
	}
	h := n.x.MatMul(n.params[0]).Tanh()
	kept := g.Random("dropout", graph.StandardUniform, h.Shape()).Greater(g.Const(0.3))
	p := h.Mul(kept.Cast(graph.Float)).MatMul(n.params[1]).Softmax(-1)
	n.loss = graph.Rewrite(l.Apply(loss.In{Pred: p, Target: n.y}))[0]
	if err := g.Diagnostics().Err(); err != nil {
		t.Fatal(err)
	}
	for i, p := range n.params {
		info, _ := p.Param()
		n.values[p] = graph.ArrayOf(spread(graph.Size(info.Shape), i+1), info.Shape...)
	}
	return n
}

// spread spreads numbers over [-1, 1).
func spread(n, from int) []float64 {
	out := make([]float64, n)
	for i := range out {
		_, f := math.Modf(float64(i+37*from) * 0.6180339887498949)
		out[i] = 2*f - 1
	}
	return out
}

// eval computes nodes of rows from to below to, whose dropout is the whole batch's.
func (n *netOf) eval(t *testing.T, from, to int, more map[*graph.Node]graph.Array, nodes ...*graph.Node) []graph.Array {
	t.Helper()
	rows := to - from
	values := map[*graph.Node]graph.Array{
		n.x: graph.ArrayOf(spread(to*netIn, 5)[from*netIn:], rows, netIn),
		n.y: graph.NewArray(rows, netOut),
	}
	for i := range rows {
		values[n.y].Data[i*netOut+(from+i)*(from+i)%7%netOut] = 1
	}
	for _, m := range []map[*graph.Node]graph.Array{n.values, more} {
		for k, v := range m {
			values[k] = v
		}
	}
	out, err := graph.Eval(graph.Feed{Rows: rows, Step: 1, Values: values, Random: func(_ string, _ graph.Distribution, dst []float64) {
		for i, u := range spread(to*netHidden, 11)[from*netHidden:] {
			dst[i] = (u + 1) / 2
		}
	}}, nodes...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A pasted loss of sums over the batch has the whole batch's gradient in parts of it, to
// 1e-12 in float64, with dropout.
func TestPastedLossInParts(t *testing.T) {
	const rows = 24
	for name, source := range accumulated {
		t.Run(name, func(t *testing.T) {
			n := newNet(t, pastedLoss(t, source))
			want := n.eval(t, 0, rows, nil, graph.Gradient(n.loss, n.params)...)
			for _, cuts := range [][]int{{0, 24}, {0, 12, 24}, {0, 1, 9, 17, 24}} {
				got := n.inParts(t, cuts)
				for i := range want {
					for j, w := range want[i].Data {
						if d := math.Abs(got[i][j] - w); !(d <= 1e-12*max(1, math.Abs(w))) {
							t.Errorf("parts %v: gradient %d of parameter %d is %v, of the whole batch %v", cuts, j, i, got[i][j], w)
						}
					}
				}
			}
		})
	}
}

// inParts is the gradient by the two passes over parts.
func (n *netOf) inParts(t *testing.T, cuts []int) [][]float64 {
	sums, refused := graph.SumsOverBatch(n.loss)
	if refused != nil {
		t.Fatal(refused)
	}
	rows := cuts[len(cuts)-1]
	known := map[*graph.Node]graph.Array{}
	for _, c := range sums.Counts {
		known[c.Input] = graph.ArrayOf([]float64{float64(c.Size.At(rows))}, c.Input.Shape().At(1)...)
	}
	for _, v := range sums.Values {
		known[v] = graph.NewArray(v.Shape().At(1)...)
	}
	each := func(nodes []*graph.Node, add func(i int, a graph.Array)) {
		for k := range len(cuts) - 1 {
			for i, a := range n.eval(t, cuts[k], cuts[k+1], known, nodes...) {
				add(i, a)
			}
		}
	}
	totals := make([][]float64, len(sums.Sums))
	each(sums.Sums, func(i int, a graph.Array) { totals[i] = added(totals[i], a.Data) })
	for i, v := range sums.Values {
		known[v] = graph.ArrayOf(totals[i], v.Shape().At(1)...)
	}
	var outs, seeds []*graph.Node
	for i, d := range graph.Gradient(sums.Results[0], sums.Values) {
		if d == nil {
			continue
		}
		g := n.loss.Graph()
		seed := g.Input(g.Unique("seed"), sums.Sums[i].Shape(), graph.Unknown)
		known[seed] = n.eval(t, 0, 1, known, d)[0]
		outs, seeds = append(outs, sums.Sums[i]), append(seeds, seed)
	}
	grads := make([][]float64, len(n.params))
	each(graph.Backward(outs, seeds, n.params), func(i int, a graph.Array) { grads[i] = added(grads[i], a.Data) })
	return grads
}

func added(to, numbers []float64) []float64 {
	if to == nil {
		return slices.Clone(numbers)
	}
	for i, x := range numbers {
		to[i] += x
	}
	return to
}

// accumulatedSet has rows of four classes.
func accumulatedSet(n int) *data.Set {
	s := &data.Set{Rows: n, Width: netIn, TargetWidth: netOut, X: make([]float32, n*netIn), Y: make([]float32, n*netOut), Class: make([]int32, n), Counts: make([]int, netOut)}
	for i, x := range spread(n*netIn, 5) {
		s.X[i] = float32(x)
	}
	for i := range n {
		c := i * i % 7 % netOut
		s.Y[i*netOut+c], s.Class[i] = 1, int32(c)
		s.Counts[c]++
	}
	return s
}

// oneStep returns the predictions after a step of gradient descent with dropout.
func oneStep(t *testing.T, l loss.Loss, batch, parts int) ([]float32, error) {
	t.Helper()
	set := accumulatedSet(batch * parts)
	m := nn.Chain{&nn.Dense{In: netIn, Out: 16, Act: nn.Relu}, &nn.Dropout{Rate: 0.3}, &nn.Dense{In: 16, Out: netOut, Act: nn.Softmax}}
	f, err := train.Fit(context.Background(), set, train.Config{
		Objective: train.Supervised(m, l), Optimizer: optim.SGD{LR: 1}, Epochs: 1, Batch: batch, Accumulate: parts, Seed: 4, Workers: 2,
	})
	if err != nil {
		return nil, err
	}
	return f.Output(context.Background(), train.Prediction, set)
}

// In float32 a step of m batches is the step of one large one, to 2e-6 of a probability
// with learning rate 1.
func TestPastedLossAccumulates(t *testing.T) {
	for name, source := range accumulated {
		t.Run(name, func(t *testing.T) {
			want, err := oneStep(t, pastedLoss(t, source), 96, 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, parts := range []int{2, 3, 8} {
				got, err := oneStep(t, pastedLoss(t, source), 96/parts, parts)
				if err != nil {
					t.Fatal(err)
				}
				for i := range want {
					if d := math.Abs(float64(got[i] - want[i])); !(d <= 2e-6) {
						t.Fatalf("in %d parts prediction %d is %v, of the whole batch %v", parts, i, got[i], want[i])
					}
				}
			}
		})
	}
}

// Sums over the batch of what already depends on one are refused in parts, with the
// reason, and train as whole batches.
func TestPastedLossOfNestedSums(t *testing.T) {
	for name, source := range map[string]string{"nested": nested, "statistics": statistics} {
		_, err := oneStep(t, pastedLoss(t, source), 32, 3)
		var ds graph.Diagnostics
		if !errors.As(err, &ds) || ds[0].Code != graph.CodeBatchSum || ds[0].Pos.File == "" {
			t.Errorf("%s: got %v, want a refusal [%s] at a place of the file", name, err, graph.CodeBatchSum)
		}
		if _, err := oneStep(t, pastedLoss(t, source), 96, 1); err != nil {
			t.Errorf("%s in whole batches: %v", name, err)
		}
	}
}
