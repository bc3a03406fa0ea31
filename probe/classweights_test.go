package probe

import (
	"math"
	"strings"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// weighed is a cross entropy as people paste it, with weights for yes and no.
func weighed(no, yes, eps float64) loss.Loss {
	return custom(func(p, y *graph.Node) *graph.Node {
		return y.Mul(p.Shift(eps).Log()).Scale(yes).Add(y.OneMinus().Mul(p.OneMinus().Shift(eps).Log()).Scale(no)).Neg().Mean()
	})
}

// perBatch weighs by how frequent classes are in the batch.
var perBatch = custom(func(p, y *graph.Node) *graph.Node {
	rate := y.Mean()
	w := y.Mul(rate.OneMinus()).Add(y.OneMinus().Mul(rate))
	return w.Mul(y.Mul(p.Log()).Add(y.OneMinus().Mul(p.OneMinus().Log()))).Neg().Mean()
})

// Weights are found in whatever computes a weighted cross entropy.
func TestClassWeights(t *testing.T) {
	for name, tc := range map[string]struct {
		scene scene
		loss  loss.Loss
		want  [][]float64
	}{
		"none":                   {yesNo, loss.Mean(loss.BCE), [][]float64{{1, 1}}},
		"mean":                   {yesNo, loss.Mean(loss.BCE, loss.ByClass(1, 20)), [][]float64{{1, 20}}},
		"weighted mean":          {yesNo, loss.WeightedMean(loss.BCE, loss.ByClass(1, 20)), [][]float64{{1, 20}}},
		"sum":                    {yesNo, loss.Sum(loss.BCE, loss.ByClass(2, 1)), [][]float64{{2, 1}}},
		"balanced":               {yesNo, loss.Mean(loss.BCE, loss.Balanced(900, 100)), [][]float64{{1, 9}}},
		"a vector":               {vector, loss.Mean(loss.BCE, loss.ByClass(1, 3)), [][]float64{{1, 3}}},
		"scores":                 {scores, loss.Mean(loss.BCEWithLogits, loss.ByClass(1, 3)), [][]float64{{1, 3}}},
		"scaled, and a sum":      {yesNo, loss.Add(loss.Scale(0.5, loss.Mean(loss.BCE)), loss.Scale(0.5, loss.Mean(loss.BCE, loss.ByClass(1, 5)))), [][]float64{{1, 3}}},
		"focal without a focus":  {yesNo, loss.Mean(loss.Focal{Gamma: 0}.Pointwise, loss.ByClass(1, 4)), [][]float64{{1, 4}}},
		"pasted":                 {yesNo, weighed(1, 7, 0), [][]float64{{1, 7}}},
		"pasted with an epsilon": {yesNo, weighed(1, 7, 1e-7), [][]float64{{1, 7}}},
		"classes":                {kinds, loss.Mean(loss.CrossEntropy, loss.ByClass(1, 2, 4, 8)), [][]float64{{1, 2, 4, 8}}},
		"classes, weighted mean": {kinds, loss.WeightedMean(loss.CrossEntropy, loss.ByClass(1, 2, 4, 8)), [][]float64{{1, 2, 4, 8}}},
		"classes from scores":    {kindLogs, loss.Mean(loss.CrossEntropyWithLogits, loss.ByClass(4, 2, 4, 8)), [][]float64{{2, 1, 2, 4}}},
		"labels":                 {several, loss.Mean(loss.BCE, loss.ByLabelClass([2]float64{1, 2}, [2]float64{1, 1}, [2]float64{6, 2})), [][]float64{{1, 2}, {1, 1}, {3, 1}}},
		"whole labels":           {several, loss.Mean(loss.BCE, loss.ByLabel(1, 5, 9)), [][]float64{{1, 1}, {1, 1}, {1, 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			s := tc.scene.subject(tc.loss)
			got, err := ClassWeights(s.In, s.Loss)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(tc.want) {
				t.Fatalf("got %v, want %v", got, tc.want)
			}
			for j, want := range tc.want {
				for c, w := range want {
					if math.Abs(got[j][c]-w) > 1e-4*w {
						t.Errorf("got %v, want %v", got, tc.want)
					}
				}
			}
		})
	}
}

// A loss that is no cross entropy is not taken for one, with the reason.
func TestNoClassWeights(t *testing.T) {
	f1 := custom(func(p, y *graph.Node) *graph.Node {
		return p.Mul(y).Sum().Scale(2).Div(p.Sum().Add(y.Sum())).OneMinus()
	})
	pulled := "a cross entropy pulls the score of a row by w(p - y)"
	for name, tc := range map[string]struct {
		scene scene
		loss  loss.Loss
		want  string
	}{
		"focal":                        {yesNo, loss.Mean(loss.Focal{Gamma: 2}.Pointwise, loss.ByClass(1, 20)), pulled},
		"hardly focal":                 {yesNo, loss.Mean(loss.Focal{Gamma: 0.01}.Pointwise), pulled},
		"focal of classes":             {kinds, loss.Mean(loss.Focal{Gamma: 2}.Classes), pulled},
		"soft F1":                      {yesNo, loss.SoftF1{}, pulled},
		"soft F1 of one's own":         {yesNo, f1, pulled},
		"dice":                         {yesNo, loss.Dice{Smooth: 1}, pulled},
		"cross entropy and dice":       {yesNo, loss.Add(loss.Mean(loss.BCE), loss.Dice{Smooth: 1}), pulled},
		"squares":                      {yesNo, loss.Mean(loss.SquaredError), pulled},
		"smooth labels":                {yesNo, loss.Mean(loss.SmoothLabels(0.1, loss.BCE), loss.ByClass(1, 3)), pulled},
		"smooth classes":               {kinds, loss.Mean(loss.SmoothClasses(0.1, loss.CrossEntropy)), pulled},
		"weights of the batch":         {yesNo, perBatch, "class 1 weighs 1 times as much as the least one where classes are as frequent as each other, and 3 times where they are not"},
		"a class that does not count":  {yesNo, loss.Mean(loss.BCE, loss.ByClass(0, 1)), "class 0 has the weight 0"},
		"numbers":                      {regress, loss.Mean(loss.SquaredError), "prediction [N 1] and target [N 1] are not those of classes"},
		"against the cross entropy":    {yesNo, loss.Scale(-1, loss.Mean(loss.BCE)), "class 0 has the weight -"},
		"a prediction without a slope": {yesNo, custom(func(p, y *graph.Node) *graph.Node { return p.StopGradient().Mul(y).Mean() }), "no gradient reaches the prediction"},
	} {
		t.Run(name, func(t *testing.T) {
			s := tc.scene.subject(tc.loss)
			got, err := ClassWeights(s.In, s.Loss)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, %v; want %s", got, err, tc.want)
			}
		})
	}
}
