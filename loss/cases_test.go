package loss_test

import (
	"encoding/json"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/sebdah/goldie/v2"

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

// wantRefused checks that applying a loss gives one diagnostic, that of
// testdata/refused/NAME.golden, and that the nearest legal scene has a value.
func wantRefused(t *testing.T, name string, s *scene, l loss.Loss, legal *scene, legalLoss loss.Loss) {
	t.Helper()
	if out := l.Apply(s.in); !out.Poisoned() {
		t.Errorf("%s: accepted", name)
	}
	ds := s.in.Pred.Graph().Diagnostics()
	if len(ds) != 1 {
		t.Errorf("%s: %d messages:\n%v", name, len(ds), ds)
	}
	goldie.New(t, goldie.WithFixtureDir("testdata/refused")).Assert(t, name, []byte(ds.Error()+"\n"))
	legal.apply(t, legalLoss)
}

var pixels = graph.Rows(2, 2)

// pointwiseGoldens compares each case with the losses; the key is its id.
var pointwiseGoldens = map[string]func(t *testing.T, c golden){
	"bce-logits-basic":   bothForms(loss.BCEWithLogits, loss.BCE),
	"bce-logits-extreme": bothForms(loss.BCEWithLogits, loss.BCE),
	"bce-prob-saturated": func(t *testing.T, c golden) {
		s := newScene(4, probabilities, rows(c.numbers(t, "prob")...), rows(c.numbers(t, "target")...))
		wantAll(t, "terms", s.terms(t, loss.BCE), c.numbers(t, "torch_log_clamp_minus_100"), c.Tolerance)
	},
	"shape-silent-broadcast": func(t *testing.T, c golden) {
		pred := grid(graph.Rows(1), c.numbers(t, "pred")...)
		mean := loss.Mean(loss.SquaredError)
		legal := newScene(4, scores, pred, grid(graph.Rows(1), c.numbers(t, "target")...))
		wantRefused(t, c.ID, newScene(4, scores, pred, rows(c.numbers(t, "target")...)), mean, legal, mean)
		v, _ := legal.apply(t, mean)
		wantNear(t, "of equal shapes", v, c.number(t, "right_value"), c.Tolerance)
	},
	"shape-64x2-vs-64x1": func(t *testing.T, c golden) {
		two, one := grid(graph.Rows(2), make([]float64, 128)...), grid(graph.Rows(1), make([]float64, 64)...)
		wantRefused(t, c.ID, newScene(64, sigmoids, two, one), loss.Mean(loss.BCE),
			newScene(64, sigmoids, one, one), loss.Mean(loss.BCE))
		wantRefused(t, c.ID+"-squared-error", newScene(64, sigmoids, two, one), loss.Mean(loss.SquaredError),
			newScene(64, softmaxes, two, rows(make([]float64, 64)...)), loss.Mean(loss.SparseCrossEntropy))
	},
	"range-logits-as-prob": func(t *testing.T, c golden) {
		s := newScene(2, scores, rows(c.numbers(t, "logits")...), rows(c.numbers(t, "target")...))
		s.in.Pred.Declare(graph.Range{Interval: graph.Everything, Tag: graph.Score})
		legal := newScene(2, sigmoids, rows(c.numbers(t, "logits")...), rows(c.numbers(t, "target")...))
		wantRefused(t, c.ID, s, loss.Mean(loss.BCE), legal, loss.Mean(loss.BCE))
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
		column := graph.Rows(2, 2, 1)
		s = newScene(2, probabilities, grid(column, c.numbers(t, "prob")...), grid(column, c.numbers(t, "mask")...))
		v, _ = s.apply(t, loss.Sum(func(p, y *graph.Node) *graph.Node { return loss.BCE(p, y).Mean(-1) }, by)) // as Keras's functions do
		wantNear(t, "sum of means over the last axis", v, c.number(t, "sum_w_loss"), c.Tolerance)
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
		scene := func() *scene { return newScene(3, sigmoids, grid(graph.Rows(3), make([]float64, 9)...), y) }
		byLabel := loss.Mean(loss.BCE, loss.ByLabel(1, 5, 7))
		wantRefused(t, c.ID, scene(), loss.Mean(loss.BCE, loss.ByClass(1, 5, 7)), scene(), byLabel)
		v, _ := scene().apply(t, byLabel)
		wantNear(t, "one weight a column", v, math.Ln2*(1+5+7)/3, c.Tolerance)
	},
	"accumulate-weighted-mean": func(t *testing.T, c golden) {
		s := newScene(4, scores, grid(graph.Rows(3), c.numbers(t, "logits")...), rows(c.numbers(t, "target")...))
		weighted := loss.WeightedMean(loss.SparseCrossEntropyWithLogits, loss.ByClass(c.numbers(t, "class_weight")...))
		v, _ := s.apply(t, weighted)
		wantNear(t, "of the whole batch", v, c.number(t, "exact"), c.Tolerance)
		var at int
		var totals, means []float64
		var last *scene
		var sums *graph.BatchSums
		for _, size := range c.numbers(t, "split") { // one row, then three
			from, to := at, at+int(size)
			last = newScene(to-from, scores, grid(graph.Rows(3), c.numbers(t, "logits")[3*from:3*to]...), rows(c.numbers(t, "target")[from:to]...))
			v, _ := last.apply(t, weighted)
			means = append(means, v)
			var refused *graph.Diagnostic
			if sums, refused = graph.SumsOverBatch(graph.Rewrite(weighted.Apply(last.in))[0]); refused != nil {
				t.Fatal(refused)
			}
			for i, sum := range last.eval(t, sums.Sums...) {
				if from == 0 {
					totals = append(totals, 0)
				}
				totals[i] += sum[0]
			}
			at = to
		}
		for i, v := range sums.Values {
			last.feed.Values[v] = graph.ArrayOf(totals[i:i+1], v.Shape().At(1)...)
		}
		wantNear(t, "of sums over its parts", last.eval(t, sums.Results[0])[0][0], c.number(t, "exact"), c.Tolerance)
		wantNear(t, "mean of the parts' means", (means[0]+means[1])/2, c.number(t, "mean_of_means_wrong"), c.Tolerance)
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
	"vae-collapse-alarm": func(t *testing.T, c golden) {
		s := newScene(4, scores, grid(graph.Rows(2), c.numbers(t, "mean")...), grid(graph.Rows(2), c.numbers(t, "log_var")...))
		perDim := loss.GaussianKL(s.in.Pred, s.in.Target).Mean(0)
		wantAll(t, "divergence of each latent dimension", s.eval(t, perDim)[0], c.numbers(t, "kl_per_dim"), c.Tolerance)
	},
	"keras-mse-broadcast": func(t *testing.T, c golden) {
		pred, target := grid(graph.Rows(2), c.numbers(t, "pred")...), c.numbers(t, "target")
		mean := loss.Mean(loss.SquaredError)
		both := grid(graph.Rows(2), append(target, target...)...)
		wantRefused(t, c.ID, newScene(4, scores, pred, grid(graph.Rows(1), target...)), mean, newScene(4, scores, pred, both), mean)
	},
	"static-gradcheck": func(t *testing.T, c golden) {
		bound := c.number(t, "max_relative_error")
		r := rand.New(rand.NewPCG(1, 2))
		for _, f := range formulas {
			pred := make([]float64, formulaRows*formulaClasses)
			for i := range pred {
				pred[i] = 0.1 + 0.8*r.Float64()
			}
			s := newScene(formulaRows, f.kind, grid(graph.Rows(formulaClasses), pred...), drawTarget(r, f.target))
			s.wantDerivative(t, f.name, loss.Mean(f.f), bound)
		}
		for _, f := range countLosses {
			drawMasks(r, "pixels").scene().wantDerivative(t, f.name, f.of(loss.Penalise), bound)
		}
	},
}

// wantDerivative compares the derivative of a loss with central differences of it.
func (s *scene) wantDerivative(t *testing.T, name string, l loss.Loss, bound float64) {
	t.Helper()
	node := graph.Rewrite(l.Apply(s.in))[0]
	grad := s.eval(t, graph.Gradient(node, []*graph.Node{s.leaf})[0])[0]
	v := s.feed.Values[s.leaf].Data
	at := func(i int, x float64) float64 {
		was := v[i]
		defer func() { v[i] = was }()
		v[i] = x
		out, err := graph.Eval(s.feed, node)
		if err != nil {
			t.Fatal(err)
		}
		return out[0].Data[0]
	}
	largest := 0.0
	for _, d := range grad {
		largest = max(largest, math.Abs(d))
	}
	for i, d := range grad {
		const h = 1e-6
		slope := (at(i, v[i]+h) - at(i, v[i]-h)) / (2 * h)
		if math.Abs(slope-d) > bound*largest {
			t.Errorf("%s, element %d: derivative %v, central difference %v", name, i, d, slope)
		}
	}
}

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
	goldens := maps.Clone(pointwiseGoldens)
	maps.Copy(goldens, countGoldens)
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
