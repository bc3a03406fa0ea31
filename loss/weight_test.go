package loss_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// drawShape draws the shape [N ...] of one to four axes.
func drawShape(t *rapid.T) graph.Shape {
	return graph.Rows(rapid.SliceOfN(rapid.IntRange(1, 3), 0, 3).Draw(t, "shape")...)
}

func drawValues(t *rapid.T, what string, n int, lo, hi float64) []float64 {
	return rapid.SliceOfN(rapid.Float64Range(lo, hi), n, n).Draw(t, what)
}

// TestWeightsAreCopies checks at any rank that a row of weight k is worth k copies
// of it: exactly so under WeightedMean and Sum, and times the number of rows under
// Mean and SumPerSample, which count a row once.
func TestWeightsAreCopies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := drawShape(t)
		n := rapid.IntRange(1, 5).Draw(t, "rows")
		weights := rapid.SliceOfN(rapid.IntRange(0, 3), n, n).Draw(t, "weights")
		width := graph.Size(shape[1:].At(0))
		pred := drawValues(t, "pred", n*width, -5, 5)
		target := drawValues(t, "target", n*width, 0, 1)

		var w, predCopies, targetCopies []float64
		for i, k := range weights {
			w = append(w, float64(k))
			for range k {
				predCopies = append(predCopies, pred[i*width:(i+1)*width]...)
				targetCopies = append(targetCopies, target[i*width:(i+1)*width]...)
			}
		}
		copies := len(predCopies) / width
		if copies == 0 {
			return // TestGoldenCases has the batch without weight
		}
		for name, of := range map[string]struct {
			reduce func(loss.Pointwise, ...loss.Weighting) loss.Loss
			factor float64
		}{
			"WeightedMean": {loss.WeightedMean, 1},
			"Sum":          {loss.Sum, 1},
			"Mean":         {loss.Mean, float64(copies) / float64(n)},
			"SumPerSample": {loss.SumPerSample, float64(copies) / float64(n)},
		} {
			l := of.reduce(loss.BCEWithLogits)
			got, grad := newScene(n, scores, grid(shape, pred...), grid(shape, target...), rows(w...)).apply(t, l)
			want, gradCopies := newScene(copies, scores, grid(shape, predCopies...), grid(shape, targetCopies...)).apply(t, l)
			wantNear(t, name, got, want*of.factor, 1e-12)
			at := 0
			for i, k := range weights {
				for j := range width {
					sum := 0.0
					for c := range k {
						sum += gradCopies[(at+c)*width+j]
					}
					wantNear(t, name+" gradient", grad[i*width+j], sum*of.factor, 1e-12)
				}
				at += k
			}
		}
	})
}

// TestWeightsAlign checks weights of every number of leading axes, with and without
// axes of one after them, against a loop.
func TestWeightsAlign(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := drawShape(t)
		n := rapid.IntRange(1, 4).Draw(t, "rows")
		axes := rapid.IntRange(1, len(shape)).Draw(t, "axes of the weights")
		ones := rapid.IntRange(0, 3).Draw(t, "axes of one after them")
		weightShape := shape[:axes:axes]
		for range ones {
			weightShape = append(weightShape, graph.Fixed(1))
		}
		size := graph.Size(shape.At(n))
		repeat := graph.Size(shape[axes:].At(n))
		w := drawValues(t, "weights", size/repeat, 0, 4)
		pred := drawValues(t, "pred", size, -3, 3)

		want, weights := 0.0, 0.0
		for i, p := range pred {
			want += w[i/repeat] * p * p
			weights += w[i/repeat]
		}
		s := newScene(n, scores, grid(shape, pred...), grid(shape, make([]float64, size)...), grid(weightShape, w...))
		got, _ := s.apply(t, loss.Sum(loss.SquaredError))
		wantNear(t, "sum", got, want, 1e-12)
		got, _ = s.apply(t, loss.Mean(loss.SquaredError))
		wantNear(t, "mean", got, want/float64(size), 1e-12)
		got, _ = s.apply(t, loss.SumPerSample(loss.SquaredError))
		wantNear(t, "per sample", got, want/float64(n), 1e-12)
		if weights > 1e-9 {
			got, _ = s.apply(t, loss.WeightedMean(loss.SquaredError))
			wantNear(t, "weighted mean", got, want/weights, 1e-9)
		}
	})
}

// TestMasksAreAbsence checks that a term left out by Mask or Ignore is as if it were
// not there, under every reduction that counts terms.
func TestMasksAreAbsence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "rows")
		pred := drawValues(t, "pred", n, -5, 5)
		keep := rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "keep")
		const marker = -7
		var mask, marked, predKept, targetKept, target []float64
		for i, k := range keep {
			y := float64(i % 2)
			target = append(target, y)
			if k {
				mask, marked = append(mask, 2.5), append(marked, y)
				predKept, targetKept = append(predKept, pred[i]), append(targetKept, y)
			} else {
				mask, marked = append(mask, 0), append(marked, marker)
			}
		}
		if len(predKept) == 0 {
			return
		}
		for name, reduce := range map[string]func(loss.Pointwise, ...loss.Weighting) loss.Loss{
			"Mean": loss.Mean, "WeightedMean": loss.WeightedMean, "Sum": loss.Sum,
		} {
			want, _ := newScene(len(predKept), scores, rows(predKept...), rows(targetKept...)).apply(t, reduce(loss.BCEWithLogits))
			got, _ := newScene(n, scores, rows(pred...), rows(target...), rows(mask...)).apply(t, reduce(loss.BCEWithLogits, loss.Mask))
			wantNear(t, name+" under Mask", got, want, 1e-12)
			got, _ = newScene(n, scores, rows(pred...), rows(marked...)).apply(t, reduce(loss.BCEWithLogits, loss.Ignore(marker)))
			wantNear(t, name+" under Ignore", got, want, 1e-12)
		}
	})
}

// TestByClass checks the weight of each form of target against w[class].
func TestByClass(t *testing.T) {
	w := []float64{0.5, 3, 20}
	numbers := []float64{2, 0, 1, 1}
	oneHot := []float64{0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0}
	logits := grid(graph.Rows(3), 0.2, -1, 3, 1, 1, -2, 0, 0.5, 0.1, 2, -1, 0.3)
	want := []float64{20, 0.5, 3, 3}
	for name, c := range map[string]struct {
		f      loss.Pointwise
		target array
	}{
		"one-hot":           {loss.CrossEntropyWithLogits, grid(graph.Rows(3), oneHot...)},
		"class numbers":     {loss.SparseCrossEntropyWithLogits, rows(numbers...)},
		"class numbers [1]": {loss.SparseCrossEntropyWithLogits, grid(graph.Rows(1), numbers...)},
	} {
		s := newScene(4, scores, logits, c.target)
		weights := loss.ByClass(w...)(s.in, c.f(s.in.Pred, s.in.Target)).Values
		wantAll(t, name, s.eval(t, weights)[0], want, 1e-15)
		sum, terms := 0.0, s.terms(t, c.f)
		for i, v := range terms {
			sum += want[i] * v
		}
		got, _ := s.apply(t, loss.Sum(c.f, loss.ByClass(w...)))
		wantNear(t, name+", sum", got, sum, 1e-12)
	}
	soft := newScene(2, scores, rows(1, 2), rows(0.25, 1))
	weights := loss.ByClass(1, 9)(soft.in, loss.BCEWithLogits(soft.in.Pred, soft.in.Target)).Values
	wantAll(t, "soft labels", soft.eval(t, weights)[0], []float64{0.75*1 + 0.25*9, 9}, 1e-15)
}

// TestWeightingsMultiply checks that class weights, the data's weights and a mask act
// together, the data's weights once whether they are named or not.
func TestWeightingsMultiply(t *testing.T) {
	y, w := rows(1, 0, 1, 0), rows(2, 3, 0.5, 1)
	scene := func() *scene { return newScene(4, scores, rows(0.3, -2, 1, 5), y, w) }
	terms := scene().terms(t, loss.BCEWithLogits)
	want := (4*2*terms[0] + 3*terms[1] + 4*0.5*terms[2] + 1*terms[3]) / 4
	for name, by := range map[string][]loss.Weighting{
		"unnamed":    {loss.ByClass(1, 4)},
		"by sample":  {loss.ByClass(1, 4), loss.BySample},
		"by element": {loss.ByElement, loss.ByClass(1, 4)},
	} {
		got, _ := scene().apply(t, loss.Mean(loss.BCEWithLogits, by...))
		wantNear(t, name, got, want, 1e-12)
	}
	want = (4*2*terms[0] + 4*0.5*terms[2]) / 2
	got, _ := scene().apply(t, loss.Mean(loss.BCEWithLogits, loss.ByClass(1, 4), loss.BySample, loss.Ignore(0)))
	wantNear(t, "with a mask", got, want, 1e-12)
}

// TestBalanced compares the weights with those of scikit-learn's "balanced".
func TestBalanced(t *testing.T) {
	for _, c := range []struct {
		rows []int
		want []float64
	}{
		{[]int{900, 100}, []float64{1000. / 1800, 5}},
		{[]int{51, 31, 12, 6}, []float64{100. / 204, 100. / 124, 100. / 48, 100. / 24}},
		{[]int{30, 0, 10}, []float64{40. / 60, 1, 2}},
	} {
		k := len(c.rows)
		var numbers []float64
		for i := range k {
			numbers = append(numbers, float64(i))
		}
		s := newScene(k, scores, grid(graph.Rows(k), make([]float64, k*k)...), rows(numbers...))
		terms := loss.SparseCrossEntropyWithLogits(s.in.Pred, s.in.Target)
		wantAll(t, fmt.Sprint(c.rows), s.eval(t, loss.Balanced(c.rows...)(s.in, terms).Values)[0], c.want, 1e-12)
	}
}

// TestAddAndScale checks the sum of losses, in value and gradient.
func TestAddAndScale(t *testing.T) {
	scene := func() *scene { return newScene(3, scores, rows(0.3, -2, 1), rows(1, 0, 1)) }
	a, gradA := scene().apply(t, loss.Mean(loss.BCEWithLogits))
	b, gradB := scene().apply(t, loss.Sum(loss.SquaredError))
	got, grad := scene().apply(t, loss.Add(loss.Mean(loss.BCEWithLogits), loss.Scale(0.5, loss.Sum(loss.SquaredError))))
	wantNear(t, "value", got, a+0.5*b, 1e-12)
	for i := range grad {
		wantNear(t, "gradient", grad[i], gradA[i]+0.5*gradB[i], 1e-12)
	}
}

// TestMeanOfPairs checks the count of a loss that compares rows with rows on purpose.
func TestMeanOfPairs(t *testing.T) {
	pairs := func(p, y *graph.Node) *graph.Node { return p.MatMul(p.Transpose()) }
	got, _ := newScene(3, scores, grid(graph.Rows(1), 1, 2, 4), rows(0, 0, 0)).apply(t, loss.Mean(pairs))
	if want := math.Pow(1+2+4, 2) / 9; !near(got, want, 1e-12) {
		t.Errorf("mean of [N N]: got %v, want %v", got, want)
	}
}
