package train

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/nn"
)

// oddsTable has rows whose classes are drawn by softmax scores of two numbers, so that
// an affine model can know their probabilities.
func oddsTable(rows int, scores func(x, z float64) []float64) string {
	var b strings.Builder
	b.WriteString("x,z,target\n")
	for i := range rows {
		u := func(k int) float64 { return uniform(mix(171+uint64(k)), uint64(i)) }
		x, z := 2*u(0)-1, 2*u(1)-1
		odds, sum := scores(x, z), 0.0
		for k := range odds {
			odds[k] = math.Exp(odds[k])
			sum += odds[k]
		}
		class, left := 0, u(2)*sum
		for class < len(odds)-1 && left >= odds[class] {
			left -= odds[class]
			class++
		}
		fmt.Fprintf(&b, "%.4f,%.4f,%c\n", x, z, 'a'+class)
	}
	return b.String()
}

func rareOdds(x, z float64) []float64  { return []float64{0, 2*x + z - 3} }
func threeOdds(x, z float64) []float64 { return []float64{0, x - z - 1, 2*z - 3} }

// affineJob learns such a table with a single layer.
func affineJob(text string, l loss.Loss) *Job {
	j := tableJob(text)
	j.Model = func(s ModelSpec) (nn.Layer, error) {
		if s.Task == data.MultiClass {
			return nn.MLP(nn.MLPConfig{In: s.Width, Head: nn.ClassHead(s.Outputs)}), nil
		}
		return nn.MLP(nn.MLPConfig{In: s.Width, Head: nn.BinaryHead()}), nil
	}
	j.Epochs, j.Batch, j.EarlyStop, j.Loss = 12, 64, nil, l
	return j
}

// Without their class weights, probabilities are as right as those of a model that was
// never weighed, and what run.json and the notes say is what the model does.
func TestPriorCorrection(t *testing.T) {
	for name, tc := range map[string]struct {
		scores            func(x, z float64) []float64
		plain, weighed    loss.Loss
		weights           []float64
		rows              int
		said              string
		least, difference float64 // ECE of the weighed model; between corrected and plain
	}{
		"yes or no": {rareOdds, loss.Mean(loss.BCE), loss.Mean(loss.BCE, loss.ByClass(1, 12)), []float64{1, 12}, 6000, "of class weights 1 : 12;", 0.2, 0.015},
		"of one's own": {rareOdds, loss.Mean(loss.BCE), loss.Func(func(p, y *graph.Node) *graph.Node {
			return y.Mul(p.Log()).Scale(12).Add(y.OneMinus().Mul(p.OneMinus().Log())).Neg().Mean()
		}), []float64{1, 12}, 6000, "of class weights 1 : 12;", 0.2, 0.015},
		"classes": {threeOdds, loss.Mean(loss.CrossEntropy), loss.Mean(loss.CrossEntropy, loss.ByClass(1, 3, 12)), []float64{1, 3, 12}, 6000, "of class weights 1 : 3 : 12;", 0.08, 0.015},
	} {
		t.Run(name, func(t *testing.T) {
			text := oddsTable(tc.rows, tc.scores)
			run := func(l loss.Loss, c Calibrate) *Result {
				j := affineJob(text, l)
				j.Calibrate = c
				_, r := trained(t, j)
				return r
			}
			r, plain := run(tc.weighed, PriorCorrection), run(tc.plain, PriorCorrection)
			c := r.Calibration
			if c == nil || c.Part != "" || c.Rows != 0 || c.JudgedOn != "test" || len(c.Weights) != 1 {
				t.Fatalf("%+v", c)
			}
			for k, w := range tc.weights {
				if !near(c.Weights[0][k], w, 1e-4) || !near(plain.Calibration.Weights[0][k], 1, 1e-9) {
					t.Errorf("weights %v, without any %v", c.Weights, plain.Calibration.Weights)
				}
			}
			if d := c.After.ECE - plain.Calibration.Before.ECE; c.Before.ECE < tc.least || math.Abs(d) > tc.difference {
				t.Errorf("ece %.4f weighed, %.4f corrected, %.4f never weighed", c.Before.ECE, c.After.ECE, plain.Calibration.Before.ECE)
			}
			if d := c.After.Brier - plain.Calibration.Before.Brier; math.Abs(d) > 0.01 {
				t.Errorf("brier %.4f weighed, %.4f corrected, %.4f never weighed", c.Before.Brier, c.After.Brier, plain.Calibration.Before.Brier)
			}
			if plain.Calibration.Before != plain.Calibration.After {
				t.Errorf("without weights: %+v", plain.Calibration)
			}
			said := ""
			for _, n := range r.Notes {
				if n.Code == "calibrated" {
					said = n.Text
				}
			}
			if !strings.Contains(said, "prior_correction() "+tc.said) {
				t.Errorf("said %q", said)
			}
		})
	}
}

// The nodes compute q/w, scaled to sum to 1.
func TestPriorCorrectionNodes(t *testing.T) {
	z := []float64{-3, 0.5, 2, 1, -0.25, 4}
	for name, tc := range map[string]struct {
		task    data.Task
		width   int
		weights [][]float64
	}{
		"yes or no": {data.Binary, 1, [][]float64{{1, 20}}},
		"classes":   {data.MultiClass, 3, [][]float64{{1, 2, 8}}},
		"labels":    {data.MultiLabel, 2, [][]float64{{1, 20}, {3, 1}}},
	} {
		g := graph.New(graph.Inference)
		x := g.Input("z", graph.Rows(tc.width), graph.Range{Interval: graph.Everything, Tag: graph.Score})
		p := x.Sigmoid()
		if tc.task == data.MultiClass {
			p = x.Softmax(-1)
		}
		c := newCalibrator(PriorCorrection, p, tc.task, tc.width)
		c.info.Weights = tc.weights
		rows := len(z) / tc.width
		out, err := graph.Eval(graph.Feed{Rows: rows, Values: map[*graph.Node]graph.Array{x: graph.ArrayOf(z, rows, tc.width)}}, p, c.probability())
		if err != nil {
			t.Fatal(err)
		}
		q, got := out[0].Data, out[1].Data
		for i := range got {
			var want float64
			if tc.task == data.MultiClass {
				sum := 0.0
				for k, w := range tc.weights[0] {
					sum += q[i/3*3+k] / w
				}
				want = q[i] / tc.weights[0][i%3] / sum
			} else {
				w := tc.weights[i%tc.width]
				want = q[i] / w[1] / (q[i]/w[1] + (1-q[i])/w[0])
			}
			if math.Abs(got[i]-want) > 1e-12 {
				t.Errorf("%s: %v becomes %v, want %v", name, q[i], got[i], want)
			}
		}
		if tc.task != data.Binary {
			continue
		}
		const positives = 0.04 // of which the share does not matter
		trained := positives * 20 / (positives*20 + 1 - positives)
		want, err := metric.CorrectPrior(q, trained, positives)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if math.Abs(got[i]-want[i]) > 1e-12 {
				t.Errorf("package metric has %v, got %v", want[i], got[i])
			}
		}
	}
}

// A loss that is no cross entropy is refused before the first step; its neighbours that
// are one, whatever they are called, are not.
func TestPriorCorrectionRefused(t *testing.T) {
	job := func(l loss.Loss) *Job {
		j := affineJob(oddsTable(300, rareOdds), l)
		j.LossName, j.Calibrate, j.CalibratePos = "mine", PriorCorrection, graph.Position{File: "r.py", Line: 3}
		return j
	}
	for name, l := range map[string]loss.Loss{
		"focal":                  loss.Mean(loss.Focal{Gamma: 2}.Pointwise, loss.ByClass(1, 12)),
		"soft F1":                loss.SoftF1{},
		"cross entropy and dice": loss.Add(loss.Mean(loss.BCE, loss.ByClass(1, 12)), loss.Dice{Smooth: 1}),
		"smooth labels":          loss.Mean(loss.SmoothLabels(0.1, loss.BCE)),
		"a class left out":       loss.Mean(loss.BCE, loss.ByClass(0, 1)),
	} {
		_, err := job(l).Prepare()
		if err == nil || !strings.HasPrefix(err.Error(), "r.py:3: prior_correction() takes class weights out of a cross entropy, and mine is none [training-setup]\n\tfound ") ||
			!strings.HasSuffix(err.Error(), "\tfix: calibrate = platt(), which is fitted to the valid rows\n\tfix: or loss = bce(class_weight = \"balanced\")") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, l := range map[string]loss.Loss{
		"focal without a focus": loss.Mean(loss.Focal{}.Pointwise, loss.ByClass(1, 12)),
		"weighted mean":         loss.WeightedMean(loss.BCE, loss.ByClass(1, 12)),
		"two cross entropies":   loss.Add(loss.Mean(loss.BCE), loss.Mean(loss.BCE, loss.ByClass(1, 12))),
		"no weights":            loss.Mean(loss.BCE),
	} {
		if p, err := job(l).Prepare(); err != nil {
			t.Errorf("%s: %v", name, err)
		} else {
			p.Close()
		}
	}
	number := tableJob(table(80, realNumber))
	number.Calibrate = PriorCorrection
	if _, err := number.Prepare(); err == nil || !strings.Contains(err.Error(), "there is nothing to calibrate") {
		t.Errorf("a number: %v", err)
	}
}
