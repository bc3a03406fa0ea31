package loss_test

import (
	"slices"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// countGoldens compares each case with the losses of counts; the key is its id.
var countGoldens = map[string]func(t *testing.T, c golden){
	"softf1-weighted-6x4": func(t *testing.T, c golden) {
		s := newScene(6, probabilities, grid(graph.Rows(4), c.numbers(t, "y_pred")...), grid(graph.Rows(4), c.numbers(t, "y_true")...))
		weighted, grad := s.apply(t, loss.SoftF1{Average: loss.Weighted})
		wantNear(t, "weighted", weighted, c.number(t, "exact_2tp_over_sum"), c.Tolerance)
		wantAll(t, "gradient", grad, c.numbers(t, "grad_exact"), c.Tolerance)
		macro, _ := s.apply(t, loss.SoftF1{Absent: loss.Zero})
		wantNear(t, "macro", macro, c.number(t, "macro"), c.Tolerance)
		micro, _ := s.apply(t, loss.SoftF1{Average: loss.Micro})
		wantNear(t, "micro", micro, c.number(t, "micro"), c.Tolerance)
		for k, want := range c.numbers(t, "per_class_f1_exact") {
			one, _ := s.apply(t, loss.SoftF1{Average: loss.OneClass, Class: k, Absent: loss.Zero})
			wantNear(t, "one class", one, 1-want, c.Tolerance)
		}
	},
	"softf1-perfect": func(t *testing.T, c golden) {
		for _, average := range []loss.Average{loss.Macro, loss.Weighted, loss.Micro} {
			s := newScene(6, probabilities, grid(graph.Rows(4), c.numbers(t, "y_pred")...), grid(graph.Rows(4), c.numbers(t, "y_true")...))
			v, _ := s.apply(t, loss.SoftF1{Average: average})
			wantNear(t, "value", v, c.number(t, "ours"), 0)
		}
	},
	"softf1-two-pass": func(t *testing.T, c golden) {
		s := newScene(6, probabilities, grid(graph.Rows(4), c.numbers(t, "y_pred")...), grid(graph.Rows(4), c.numbers(t, "y_true")...))
		loss.OfCounts(func(counts loss.Counts) *graph.Node {
			got := s.eval(t, counts.TP, counts.Predicted, counts.True)
			for i, key := range []string{"TP", "PP", "GP"} {
				wantAll(t, key, got[i], c.numbers(t, key), c.Tolerance)
			}
			return counts.TP.Sum()
		}).Apply(s.in)
		whole := graph.Rewrite(loss.SoftF1{Average: loss.Weighted}.Apply(s.in))[0]
		parts, refused := graph.SumsOverBatch(whole)
		if refused != nil {
			t.Fatal(refused)
		}
		sums := s.eval(t, parts.Sums...)
		for i, v := range parts.Values {
			s.feed.Values[v] = graph.ArrayOf(sums[i], v.Shape().At(1)...)
		}
		for _, n := range parts.Counts {
			s.feed.Values[n.Input] = graph.ArrayOf([]float64{float64(n.Size.At(6))})
		}
		slopes := graph.Gradient(parts.Results[0], parts.Values)
		for sum, key := range map[string]string{"TP": "dL_dTP", "PP": "dL_dPP"} {
			k := slices.IndexFunc(sums, func(got []float64) bool { return len(got) == 4 && near(got[0], c.numbers(t, sum)[0], 1e-9) })
			wantAll(t, key, s.eval(t, slopes[k])[0], c.numbers(t, key), c.Tolerance)
		}
	},
	"precision-soft-scale-free": func(t *testing.T, c golden) {
		s := newScene(4, probabilities, rows(c.numbers(t, "p")...), rows(c.numbers(t, "y")...))
		v, grad := s.apply(t, loss.SoftPrecision{})
		wantNear(t, "value", 1-v, c.number(t, "value"), c.Tolerance)
		along := 0.0
		for i, want := range c.numbers(t, "grad") {
			wantNear(t, "gradient", -grad[i], want, c.Tolerance)
			along += grad[i] * c.numbers(t, "p")[i]
		}
		wantNear(t, "gradient along p", along, c.number(t, "grad_dot_p"), c.Tolerance)
	},
	"dice-smooth1": func(t *testing.T, c golden) {
		s := newScene(2, probabilities, grid(pixels, c.numbers(t, "prob")...), grid(pixels, c.numbers(t, "mask")...))
		v, grad := s.apply(t, loss.Dice{Smooth: 1})
		wantNear(t, "all pixels", v, c.number(t, "seed_flatten_all"), c.Tolerance)
		wantAll(t, "gradient", grad, c.numbers(t, "grad"), c.Tolerance)
		v, _ = s.apply(t, loss.Dice{Smooth: 1, Per: loss.Image})
		wantNear(t, "per image", v, c.number(t, "mean_per_image"), c.Tolerance)
		v, _ = s.apply(t, loss.Dice{Smooth: 1e-5, Per: loss.Image})
		wantNear(t, "as MONAI", v, c.number(t, "monai_default_1e_5"), 1e-5)
		v, _ = s.apply(t, loss.Dice{})
		wantNear(t, "as smp", v, c.number(t, "smp_default"), 1e-6)
	},
	"bce-plus-dice": func(t *testing.T, c golden) {
		s := newScene(2, probabilities, grid(pixels, c.numbers(t, "prob")...), grid(pixels, c.numbers(t, "mask")...))
		v, _ := s.apply(t, loss.Add(loss.Mean(loss.BCE), loss.Dice{Smooth: 1}))
		wantNear(t, "sum", v, c.number(t, "total"), c.Tolerance)
	},
	"keras-dice-sample-weight": func(t *testing.T, c golden) {
		s := newScene(2, probabilities, grid(pixels, c.numbers(t, "prob")...), grid(pixels, c.numbers(t, "mask")...), rows(c.numbers(t, "sample_weight")...))
		v, _ := s.apply(t, loss.Dice{})
		wantNear(t, "weighted", v, c.number(t, "ours_weighted_smooth0"), c.Tolerance)
		none := newScene(2, probabilities, grid(pixels, c.numbers(t, "prob")...), grid(pixels, c.numbers(t, "mask")...), rows(0, 0))
		v, grad := none.apply(t, loss.Dice{})
		wantNear(t, "without weight", v, 0, 0)
		wantAll(t, "gradient without weight", grad, make([]float64, 8), 0)
	},
	"monai-dice-logits": func(t *testing.T, c golden) {
		for name, l := range map[string]loss.Loss{"": loss.Dice{}, "-jaccard": loss.Jaccard{}, "-tversky": loss.Tversky{}, "-focal-tversky": loss.FocalTversky{},
			"-soft-f1": loss.SoftF1{}, "-soft-precision": loss.SoftPrecision{}, "-soft-recall": loss.SoftRecall{}} {
			scene := func(k kind) *scene {
				return newScene(2, k, grid(pixels, c.numbers(t, "logits")...), grid(pixels, c.numbers(t, "mask")...))
			}
			s := scene(scores)
			s.in.Pred.Declare(graph.Range{Interval: graph.Everything, Tag: graph.Score})
			wantRefused(t, c.ID+name, s, l, scene(sigmoids), l)
		}
	},
	"smp-empty-mask-fp": func(t *testing.T, c golden) {
		scene := func() *scene {
			p := make([]float64, 16)
			for i := range p {
				p[i] = c.number(t, "prob")
			}
			return newScene(1, probabilities, grid(graph.Rows(4, 4), p...), grid(graph.Rows(4, 4), make([]float64, 16)...))
		}
		for _, per := range []loss.Per{loss.Batch, loss.Image} {
			v, grad := scene().apply(t, loss.Dice{Smooth: 1, Per: per})
			wantNear(t, "smooth", v, c.number(t, "seed_smooth1"), c.Tolerance)
			for name, grad := range map[string][]float64{"smooth": grad, "default": second(scene().apply(t, loss.Dice{Per: per}))} {
				for _, d := range grad {
					if !(d > 0) {
						t.Errorf("%s: false alarms on an empty mask are not unlearned: gradient %v", name, d)
					}
				}
			}
			v, _ = scene().apply(t, loss.Dice{Per: per})
			wantNear(t, "default: the mean of p", v, c.number(t, "prob"), c.Tolerance)
		}
	},
}

func second(_ float64, grad []float64) []float64 { return grad }
