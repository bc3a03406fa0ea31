package loss_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// golden is a case of testdata/cases.json.
type golden struct {
	ID        string
	Inputs    map[string]json.RawMessage
	Args      map[string]json.RawMessage
	Expected  map[string]json.RawMessage
	Tolerance float64
}

// flat reads a number or nested lists of numbers in row-major order.
func flat(t *testing.T, raw json.RawMessage) []float64 {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	var out []float64
	var read func(any)
	read = func(v any) {
		switch v := v.(type) {
		case float64:
			out = append(out, v)
		case []any:
			for _, e := range v {
				read(e)
			}
		default:
			t.Fatalf("%v is no number", v)
		}
	}
	read(v)
	return out
}

func (c golden) numbers(t *testing.T, key string) []float64 {
	t.Helper()
	for _, m := range []map[string]json.RawMessage{c.Inputs, c.Args, c.Expected} {
		if raw, ok := m[key]; ok {
			return flat(t, raw)
		}
	}
	t.Fatalf("%s has no %q", c.ID, key)
	return nil
}

func (c golden) number(t *testing.T, key string) float64 { return c.numbers(t, key)[0] }

// check compares terms, mean, sum and gradient of the mean with what is expected.
func (c golden) check(t *testing.T, s *scene, f loss.Pointwise) {
	t.Helper()
	mean, grad := s.apply(t, loss.Mean(f))
	sum, _ := s.apply(t, loss.Sum(f))
	for key, got := range map[string][]float64{"none": s.terms(t, f), "mean": {mean}, "sum": {sum}, "grad_mean": grad} {
		if _, ok := c.Expected[key]; ok {
			wantAll(t, key, got, c.numbers(t, key), c.Tolerance)
		}
	}
}

// wantRefused checks that applying a loss gives one diagnostic of that code.
func wantRefused(t *testing.T, s *scene, l loss.Loss, code graph.Code) {
	t.Helper()
	if out := l.Apply(s.in); !out.Poisoned() {
		t.Errorf("accepted, want %s", code)
	}
	ds := s.in.Pred.Graph().Diagnostics()
	if len(ds) != 1 || ds[0].Code != code {
		t.Errorf("got %v, want one %s", ds, code)
	}
}

var pixels = graph.Rows(2, 2)

// goldens compares each case with the losses; the key is its id.
var goldens = map[string]func(t *testing.T, c golden){
	"bce-logits-basic":   bothForms(loss.BCEWithLogits, loss.BCE),
	"bce-logits-extreme": bothForms(loss.BCEWithLogits, loss.BCE),
	"bce-prob-saturated": func(t *testing.T, c golden) {
		s := newScene(4, probabilities, rows(c.numbers(t, "prob")...), rows(c.numbers(t, "target")...))
		wantAll(t, "terms", s.terms(t, loss.BCE), c.numbers(t, "torch_log_clamp_minus_100"), c.Tolerance)
	},
	"shape-silent-broadcast": func(t *testing.T, c golden) {
		pred := grid(graph.Rows(1), c.numbers(t, "pred")...)
		wantRefused(t, newScene(4, scores, pred, rows(c.numbers(t, "target")...)), loss.Mean(loss.SquaredError), graph.CodeLossShape)
		v, _ := newScene(4, scores, pred, grid(graph.Rows(1), c.numbers(t, "target")...)).apply(t, loss.Mean(loss.SquaredError))
		wantNear(t, "of equal shapes", v, c.number(t, "right_value"), c.Tolerance)
	},
	"shape-64x2-vs-64x1": func(t *testing.T, c golden) {
		for _, f := range []loss.Pointwise{loss.BCE, loss.SquaredError} {
			s := newScene(64, sigmoids, grid(graph.Rows(2), make([]float64, 128)...), grid(graph.Rows(1), make([]float64, 64)...))
			wantRefused(t, s, loss.Mean(f), graph.CodeLossShape)
		}
	},
	"range-logits-as-prob": func(t *testing.T, c golden) {
		s := newScene(2, scores, rows(c.numbers(t, "logits")...), rows(c.numbers(t, "target")...))
		s.in.Pred.Declare(graph.Range{Interval: graph.Everything, Tag: graph.Score})
		wantRefused(t, s, loss.Mean(loss.BCE), graph.CodeLossDomain)
	},
	"focal-a025-g3": func(t *testing.T, c golden) {
		f := loss.Focal{Gamma: c.number(t, "gamma"), Alpha: c.number(t, "alpha")}
		bothForms(f.WithLogits, f.Pointwise)(t, c)
		s := newScene(5, scores, rows(c.numbers(t, "logits")...), rows(c.numbers(t, "target")...))
		const positives = 3
		v, _ := s.apply(t, loss.Scale(1./positives, loss.Sum(f.WithLogits)))
		wantNear(t, "per positive", v, c.number(t, "sum_over_positives"), c.Tolerance)
	},
	"focal-extreme-gamma-half": func(t *testing.T, c golden) {
		f := loss.Focal{Gamma: c.number(t, "gamma"), Alpha: c.number(t, "alpha")}
		bothForms(f.WithLogits, f.Pointwise)(t, c)
		// Far below the tolerance lies the gradient of an easy row; it is exact as well.
		s := newScene(5, scores, rows(c.numbers(t, "logits")...), rows(c.numbers(t, "target")...))
		_, grad := s.apply(t, loss.Mean(f.WithLogits))
		if want := c.numbers(t, "grad_mean")[4]; math.Abs(grad[4]/want-1) > 1e-6 {
			t.Errorf("gradient of the easy row: got %g, want %g", grad[4], want)
		}
	},
	"keras-focal-dead-gradient": func(t *testing.T, c golden) {
		f := loss.Focal{Gamma: c.number(t, "gamma")}
		s := newScene(4, scores, rows(c.numbers(t, "logits")...), rows(c.numbers(t, "target")...))
		wantAll(t, "terms", s.terms(t, f.WithLogits), c.numbers(t, "ours_value"), c.Tolerance)
		_, grad := s.apply(t, loss.Mean(f.WithLogits))
		wantAll(t, "gradient", grad, c.numbers(t, "ours_grad_of_mean"), c.Tolerance)
	},
	"focal-libraries-saturated": func(t *testing.T, c golden) {
		f := loss.Focal{Gamma: c.number(t, "gamma")}
		s := newScene(2, scores, rows(c.numbers(t, "logits")...), rows(c.numbers(t, "target")...))
		_, grad := s.apply(t, loss.Mean(f.WithLogits))
		wantAll(t, "gradient", grad, c.numbers(t, "ours_grad"), c.Tolerance)
	},
	"class-weight-balanced": func(t *testing.T, c golden) {
		n := c.numbers(t, "counts")
		one := func(p, y *graph.Node) *graph.Node { return p.Sub(p).Shift(1) }
		for class, want := range c.numbers(t, "sklearn_balanced") {
			s := newScene(1, scores, rows(0), rows(float64(class)))
			v, _ := s.apply(t, loss.Mean(one, loss.Balanced(int(n[0]), int(n[1]))))
			wantNear(t, "weight", v, want, c.Tolerance)
		}
		y := make([]float64, 1000)
		for i := range 100 {
			y[i] = 1
		}
		v, _ := newScene(1000, scores, rows(make([]float64, 1000)...), rows(y...)).apply(t, loss.Mean(one, loss.Balanced(900, 100)))
		wantNear(t, "mean weight", v, c.number(t, "mean_weight_balanced"), c.Tolerance)
	},
	"class-weight-pixelwise": func(t *testing.T, c golden) {
		var w map[string]float64
		if err := json.Unmarshal(c.Inputs["class_weight"], &w); err != nil {
			t.Fatal(err)
		}
		s := newScene(2, probabilities, grid(pixels, c.numbers(t, "prob")...), grid(pixels, c.numbers(t, "mask")...))
		by := loss.ByClass(w["0"], w["1"])
		wantAll(t, "weights", s.eval(t, by(s.in, loss.BCE(s.in.Pred, s.in.Target)).Values)[0], c.numbers(t, "weight_map"), c.Tolerance)
		c.checkReductions(t, s, by)
		v, _ := s.apply(t, loss.Sum(loss.BCE, by))
		wantNear(t, "sum", v, c.number(t, "sum_w_loss"), c.Tolerance)
	},
	"sample-weight-per-pixel": func(t *testing.T, c golden) {
		for _, shape := range []graph.Shape{pixels, graph.Rows(2, 2, 1)} {
			s := newScene(2, probabilities, grid(graph.Rows(2, 2, 1), c.numbers(t, "prob")...), grid(graph.Rows(2, 2, 1), c.numbers(t, "mask")...),
				grid(shape, c.numbers(t, "sample_weight")...))
			dice, _ := s.apply(t, loss.Dice{Smooth: 1})
			wantNear(t, "dice", dice, c.number(t, "dice_weighted"), c.Tolerance)
			c.checkReductions(t, s)
			c.checkReductions(t, s, loss.ByElement)
		}
	},
	"all-ignored": func(t *testing.T, c golden) {
		logits, target := grid(graph.Rows(3), c.numbers(t, "logits")...), rows(c.numbers(t, "target")...)
		ignore := loss.Ignore(c.number(t, "ignore_index"))
		ofClass0, zero := rows(0, 0, 0, 0), rows(0, 0, 0, 0)
		f := loss.SparseCrossEntropyWithLogits
		for name, v := range map[string]struct {
			scene *scene
			loss  loss.Loss
		}{
			"ignored, mean":              {newScene(4, scores, logits, target), loss.Mean(f, ignore)},
			"ignored, weighted mean":     {newScene(4, scores, logits, target), loss.WeightedMean(f, ignore)},
			"ignored, per sample":        {newScene(4, scores, logits, target), loss.SumPerSample(f, ignore)},
			"weights 0, weighted mean":   {newScene(4, scores, logits, ofClass0, zero), loss.WeightedMean(f)},
			"weights 0, mean":            {newScene(4, scores, logits, ofClass0, zero), loss.Mean(f)},
			"weights 0, by sample":       {newScene(4, scores, logits, ofClass0, zero), loss.WeightedMean(f, loss.BySample)},
			"masked, mean":               {newScene(4, scores, logits, ofClass0, zero), loss.Mean(f, loss.Mask)},
			"class without weight, mean": {newScene(4, scores, logits, ofClass0), loss.WeightedMean(f, loss.ByClass(0, 1, 1))},
		} {
			value, grad := v.scene.apply(t, v.loss)
			wantNear(t, name, value, c.number(t, "ours_value"), 0)
			wantAll(t, name, grad, make([]float64, 12), 0)
		}
	},
	"multilabel-class-weight": func(t *testing.T, c golden) {
		y := grid(graph.Rows(3), c.numbers(t, "y")...)
		wantRefused(t, newScene(3, sigmoids, grid(graph.Rows(3), make([]float64, 9)...), y), loss.Mean(loss.BCE, loss.ByClass(1, 5, 7)), graph.CodeWeightShape)
		v, _ := newScene(3, sigmoids, grid(graph.Rows(3), make([]float64, 9)...), y).apply(t, loss.Mean(loss.BCE, loss.ByLabel(1, 5, 7)))
		wantNear(t, "one weight a column", v, math.Ln2*(1+5+7)/3, c.Tolerance)
	},
	"accumulate-weighted-mean": func(t *testing.T, c golden) {
		s := newScene(4, scores, grid(graph.Rows(3), c.numbers(t, "logits")...), rows(c.numbers(t, "target")...))
		v, _ := s.apply(t, loss.WeightedMean(loss.SparseCrossEntropyWithLogits, loss.ByClass(c.numbers(t, "class_weight")...)))
		wantNear(t, "weighted mean", v, c.number(t, "exact"), c.Tolerance)
	},
	"keras-fit-sample-weight-columns": func(t *testing.T, c golden) {
		shape := graph.Shape{graph.Batch, graph.Fixed(4), graph.Fixed(4), graph.Fixed(1)}
		pred := make([]float64, 64)
		for i := range pred {
			pred[i] = float64(i)
		}
		s := newScene(4, scores, grid(shape, pred...), grid(shape, make([]float64, 64)...), rows(c.numbers(t, "sample_weight")...))
		v, grad := s.apply(t, loss.WeightedMean(loss.SquaredError))
		want := 0.0
		for _, p := range pred[:16] {
			want += p * p / 16
		}
		wantNear(t, "first image alone", v, want, 1e-12)
		wantAll(t, "gradient of the other images", grad[16:], make([]float64, 48), 0)
	},
	"keras-class-weight-error": func(t *testing.T, c golden) {
		shape := graph.Rows(4, 4, 1)
		s := newScene(4, sigmoids, grid(shape, make([]float64, 64)...), grid(shape, make([]float64, 64)...))
		v, _ := s.apply(t, loss.Mean(loss.BCE, loss.ByClass(0.5, 5)))
		wantNear(t, "pixels of class 0", v, 0.5*math.Ln2, 1e-12)
	},
	"kl-reductions": func(t *testing.T, c golden) {
		s := newScene(2, scores, grid(graph.Rows(3), c.numbers(t, "mean")...), grid(graph.Rows(3), c.numbers(t, "log_var")...))
		wantAll(t, "element", s.terms(t, loss.GaussianKL), c.numbers(t, "element"), c.Tolerance)
		perSample, grad := s.apply(t, loss.SumPerSample(loss.GaussianKL))
		wantNear(t, "per sample", perSample, c.number(t, "sum_latent_mean_batch"), c.Tolerance)
		wantAll(t, "gradient to the mean", grad, c.numbers(t, "grad_mean"), c.Tolerance)
		kl := loss.SumPerSample(loss.GaussianKL).Apply(s.in)
		toLogVar := graph.Gradient(kl, []*graph.Node{s.in.Target})[0]
		wantAll(t, "gradient to log_var", s.eval(t, toLogVar)[0], c.numbers(t, "grad_log_var"), c.Tolerance)
		mean, _ := s.apply(t, loss.Mean(loss.GaussianKL))
		wantNear(t, "mean of all", mean, c.number(t, "mean_all"), c.Tolerance)
		sum, _ := s.apply(t, loss.Sum(loss.GaussianKL))
		wantNear(t, "sum of all", sum, c.number(t, "sum_all"), c.Tolerance)
	},
	"elbo-scale": func(t *testing.T, c golden) {
		s := newScene(2, probabilities, grid(graph.Rows(2), c.numbers(t, "recon")...), grid(graph.Rows(2), c.numbers(t, "x")...))
		kl := c.number(t, "kl_sum_latent_mean_batch")
		sum, _ := s.apply(t, loss.SumPerSample(loss.BCE))
		wantNear(t, "reconstruction", sum, c.number(t, "recon_sum"), c.Tolerance)
		wantNear(t, "bound", sum+kl, c.number(t, "elbo_loss"), c.Tolerance)
		mean, _ := s.apply(t, loss.Mean(loss.BCE))
		wantNear(t, "mean over features", mean, c.number(t, "recon_mean"), c.Tolerance)
	},
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
		for _, l := range []loss.Loss{loss.Dice{}, loss.Jaccard{}, loss.Tversky{}, loss.FocalTversky{}, loss.SoftF1{}, loss.SoftPrecision{}, loss.SoftRecall{}} {
			s := newScene(2, scores, grid(pixels, c.numbers(t, "logits")...), grid(pixels, c.numbers(t, "mask")...))
			s.in.Pred.Declare(graph.Range{Interval: graph.Everything, Tag: graph.Score})
			wantRefused(t, s, l, graph.CodeLossDomain)
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
	"keras-mse-broadcast": func(t *testing.T, c golden) {
		s := newScene(4, scores, grid(graph.Rows(2), c.numbers(t, "pred")...), grid(graph.Rows(1), c.numbers(t, "target")...))
		wantRefused(t, s, loss.Mean(loss.SquaredError), graph.CodeLossShape)
	},
}

func second(_ float64, grad []float64) []float64 { return grad }

// bothForms checks a loss from scores, and the same loss of sigmoids of them.
func bothForms(ofScores, ofProbabilities loss.Pointwise) func(*testing.T, golden) {
	return func(t *testing.T, c golden) {
		t.Helper()
		z, y := rows(c.numbers(t, "logits")...), rows(c.numbers(t, "target")...)
		c.check(t, newScene(len(z.data), scores, z, y), ofScores)
		c.check(t, newScene(len(z.data), sigmoids, z, y), ofProbabilities)
	}
}

func (c golden) checkReductions(t *testing.T, s *scene, by ...loss.Weighting) {
	t.Helper()
	v, _ := s.apply(t, loss.Mean(loss.BCE, by...))
	wantNear(t, "mean", v, c.number(t, "mean_div_n"), c.Tolerance)
	v, _ = s.apply(t, loss.WeightedMean(loss.BCE, by...))
	wantNear(t, "weighted mean", v, c.number(t, "mean_div_sum_w"), c.Tolerance)
}

func TestGoldenCases(t *testing.T) {
	raw, err := os.ReadFile("testdata/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []golden }
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) != len(goldens) {
		t.Errorf("%d cases, %d checks", len(file.Cases), len(goldens))
	}
	for _, c := range file.Cases {
		t.Run(c.ID, func(t *testing.T) {
			check, ok := goldens[c.ID]
			if !ok {
				t.Fatal("no check for this case")
			}
			check(t, c)
		})
	}
}
