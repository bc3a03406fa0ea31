package loss_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

var policies = map[string]loss.Empty{"penalise": loss.Penalise, "skip": loss.Skip, "zero": loss.Zero, "one": loss.One}

// drawMasks draws images without class 1, and one without any class.
func drawMasks(r *rand.Rand, weights string) masks {
	m := masks{images: 4, pixels: 3, classes: 3}
	for n := range m.images {
		for range m.pixels {
			class := r.IntN(2) * 2
			for k := range m.classes {
				m.p = append(m.p, 0.02+0.96*r.Float64())
				y := 0.0
				if n != 2 && k == class {
					y = 1
				}
				m.y = append(m.y, y)
				if weights == "pixels" {
					m.w = append(m.w, 3*r.Float64())
				}
			}
		}
		if weights == "rows" {
			m.rows = append(m.rows, 3*r.Float64())
		}
	}
	return m
}

// TestCounts compares every loss of counts with its doc comment's formula, in value
// and, by central differences of the formula, in gradient, under every policy and
// kind of weights.
func TestCounts(t *testing.T) {
	for _, c := range countLosses {
		for policy, e := range policies {
			for _, weights := range []string{"none", "rows", "pixels"} {
				t.Run(fmt.Sprintf("%s/%s/%s", c.name, policy, weights), func(t *testing.T) {
					m := drawMasks(rand.New(rand.NewPCG(5, 9)), weights)
					value, grad := m.scene().apply(t, c.of(e))
					wantNear(t, "value", value, c.formula(m, e), 1e-12)
					for i := range m.p {
						const h = 1e-6
						at := m.p[i]
						m.p[i] = at + h
						up := c.formula(m, e)
						m.p[i] = at - h
						down := c.formula(m, e)
						m.p[i] = at
						wantNear(t, "gradient", grad[i], (up-down)/(2*h), 1e-8)
					}
				})
			}
		}
	}
}

// TestCountsOfNothing checks every loss and policy where no row has a class, where
// nothing is predicted, where all is right and where nothing weighs: values and all
// that leads to them are finite, and Penalise unlearns what is predicted.
func TestCountsOfNothing(t *testing.T) {
	fill := func(v float64) []float64 {
		out := make([]float64, 4*3*3)
		for i := range out {
			out[i] = v
		}
		return out
	}
	some := drawMasks(rand.New(rand.NewPCG(1, 2)), "none")
	for name, m := range map[string]masks{
		"no class":             {p: fill(0.3), y: fill(0)},
		"no class, none said":  {p: fill(0), y: fill(0)},
		"none said":            {p: fill(0), y: some.y},
		"all right":            {p: some.y, y: some.y},
		"no weight":            {p: some.p, y: some.y, w: fill(0)},
		"no row has weight":    {p: some.p, y: some.y, rows: []float64{0, 0, 0, 0}},
		"all of all, all said": {p: fill(1), y: fill(1)},
	} {
		m.images, m.pixels, m.classes = 4, 3, 3
		for _, c := range countLosses {
			for policy, e := range policies {
				s := m.scene()
				node := graph.Rewrite(c.of(e).Apply(s.in))[0]
				grad := graph.Gradient(node, []*graph.Node{s.leaf})[0]
				all := graph.Reachable(node, grad)
				for i, values := range s.eval(t, all...) {
					for _, v := range values {
						if math.IsNaN(v) || math.Abs(v) > math.MaxFloat32 {
							t.Fatalf("%s, %s, %s: %s gives %v", c.name, policy, name, all[i].Op().Name(), v)
						}
					}
				}
				value, g := s.eval(t, node)[0][0], s.eval(t, grad)[0]
				if name == "all right" && e == loss.One && !near(value, 0, 1e-15) {
					t.Errorf("%s: what is right costs %v", c.name, value)
				}
				if name == "no class" && e == loss.Penalise && !(value > 0 && sum(g) > 0) {
					t.Errorf("%s: false alarms alone cost %v and are not unlearned: %v", c.name, value, g)
				}
				if name == "no class" && e == loss.Skip && (value != 0 || sum(g) != 0) {
					t.Errorf("%s: what is skipped costs %v", c.name, value)
				}
			}
		}
	}
}

func sum(v []float64) (s float64) {
	for _, x := range v {
		s += x
	}
	return s
}

// TestCountsOfCopies checks that an image of weight k is worth exactly k copies of it,
// in value and gradient, for every loss of counts.
func TestCountsOfCopies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(countLosses).Draw(t, "loss")
		e := rapid.SampledFrom([]loss.Empty{loss.Penalise, loss.Skip, loss.Zero, loss.One}).Draw(t, "empty")
		m := masks{images: rapid.IntRange(1, 4).Draw(t, "images"), pixels: rapid.IntRange(1, 3).Draw(t, "pixels"), classes: 3}
		size := m.pixels * m.classes
		m.p = drawValues(t, "p", m.images*size, 0.01, 0.99)
		m.y = rapid.SliceOfN(rapid.SampledFrom([]float64{0, 0, 1}), m.images*size, m.images*size).Draw(t, "y")
		copies := masks{pixels: m.pixels, classes: m.classes}
		for n := range m.images {
			k := rapid.IntRange(0, 3).Draw(t, "weight")
			m.rows = append(m.rows, float64(k))
			for range k {
				copies.images++
				copies.p = append(copies.p, m.p[n*size:(n+1)*size]...)
				copies.y = append(copies.y, m.y[n*size:(n+1)*size]...)
			}
		}
		if copies.images == 0 {
			return // TestCountsOfNothing has the batch without weight
		}
		got, grad := m.scene().apply(t, c.of(e))
		want, gradCopies := copies.scene().apply(t, c.of(e))
		wantNear(t, c.name, got, want, 1e-12)
		at := 0
		for n, w := range m.rows {
			for i := range size {
				total := 0.0
				for k := range int(w) {
					total += gradCopies[(at+k)*size+i]
				}
				wantNear(t, c.name+" gradient", grad[n*size+i], total, 1e-11)
			}
			at += int(w)
		}
	})
}

// TestCountsAddUp holds that every loss of counts can be taken apart at its sums over
// the batch, so that parts of a batch give the gradient of the whole.
func TestCountsAddUp(t *testing.T) {
	for _, c := range countLosses {
		for policy, e := range policies {
			for _, weights := range []string{"none", "rows", "pixels"} {
				m := drawMasks(rand.New(rand.NewPCG(5, 9)), weights)
				s := m.scene()
				node := graph.Rewrite(c.of(e).Apply(s.in))[0]
				parts, refused := graph.SumsOverBatch(node)
				if refused != nil {
					t.Errorf("%s, %s, weights %s: %v", c.name, policy, weights, refused)
					continue
				}
				want := s.eval(t, node)[0][0]
				got := addUp(t, m, s, parts)
				wantNear(t, c.name, got, want, 1e-12)
			}
		}
	}
}

// addUp computes a result from the sums of one image and of the rest.
func addUp(t *testing.T, m masks, s *scene, parts *graph.BatchSums) float64 {
	t.Helper()
	whole := s.feed
	part := func(from, to int) [][]float64 {
		s.feed = graph.Feed{Rows: to - from, Values: map[*graph.Node]graph.Array{}}
		for _, n := range parts.Counts {
			s.feed.Values[n.Input] = graph.ArrayOf([]float64{float64(n.Size.At(m.images))})
		}
		for x, v := range whole.Values {
			each := len(v.Data) / m.images
			s.feed.Values[x] = graph.ArrayOf(v.Data[from*each:to*each], x.Shape().At(to-from)...)
		}
		return s.eval(t, parts.Sums...)
	}
	first, rest := part(0, 1), part(1, m.images)
	for i, v := range parts.Values {
		for k := range first[i] {
			first[i][k] += rest[i][k]
		}
		s.feed.Values[v] = graph.ArrayOf(first[i], v.Shape().At(1)...)
	}
	return s.eval(t, parts.Results...)[0][0]
}

// TestCountsOfClassNumbers checks that class numbers mean their one-hot rows, and
// that weights of classes act by the class of each pixel.
func TestCountsOfClassNumbers(t *testing.T) {
	p := grid(graph.Rows(3), 0.7, 0.2, 0.1, 0.1, 0.5, 0.4, 0.3, 0.3, 0.4, 0.2, 0.6, 0.2)
	numbers := []float64{0, 2, 2, 1}
	oneHot := grid(graph.Rows(3), 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0)
	by := []loss.Weighting{loss.ByClass(1, 5, 0.5)}
	for name, l := range map[string]loss.Loss{
		"SoftF1": loss.SoftF1{By: by}, "Dice": loss.Dice{Classes: true, By: by}, "SoftRecall": loss.SoftRecall{Class: 1, MinPrecision: 0.9, By: by},
	} {
		want, gradWant := newScene(4, probabilities, p, oneHot, rows(1, 0.5, 0.5, 5)).apply(t, unweighted(l))
		for target, y := range map[string]array{"numbers": rows(numbers...), "numbers [1]": grid(graph.Rows(1), numbers...), "one-hot": oneHot} {
			got, grad := newScene(4, probabilities, p, y).apply(t, l)
			wantNear(t, name+" of "+target, got, want, 1e-12)
			wantAll(t, name+" gradient of "+target, grad, gradWant, 1e-12)
		}
	}
}

func unweighted(l loss.Loss) loss.Loss {
	switch l := l.(type) {
	case loss.SoftF1:
		l.By = nil
		return l
	case loss.Dice:
		l.By = nil
		return l
	case loss.SoftRecall:
		l.By = nil
		return l
	}
	return l
}

// TestCountsOfOneColumn checks [N], [N 1] and the weights of yes and no.
func TestCountsOfOneColumn(t *testing.T) {
	p, y := []float64{0.9, 0.4, 0.3, 0.6}, []float64{1, 1, 0, 0}
	tp, predicted, is := 3*(0.9+0.4), 3*1.3+0.9, 3*2.
	want := 1 - 2*tp/(predicted+is)
	for _, shape := range []graph.Shape{graph.Rows(), graph.Rows(1)} {
		for name, l := range map[string]loss.Loss{
			"SoftF1": loss.SoftF1{By: []loss.Weighting{loss.ByClass(1, 3)}}, "Dice": loss.Dice{By: []loss.Weighting{loss.ByClass(1, 3)}},
			"one class": loss.SoftF1{Average: loss.OneClass, By: []loss.Weighting{loss.ByClass(1, 3)}},
		} {
			got, _ := newScene(4, sigmoids, grid(shape, logits(p)...), grid(shape, y...)).apply(t, l)
			wantNear(t, name, got, want, 1e-12)
		}
	}
}

func logits(p []float64) []float64 {
	return each(func(p float64) float64 { return math.Log(p / (1 - p)) })(p)
}

// TestMasksLeaveCounts checks that pixels and rows that a mask leaves out are not there.
func TestMasksLeaveCounts(t *testing.T) {
	m := drawMasks(rand.New(rand.NewPCG(3, 3)), "none")
	short := m
	short.images = 2
	short.p, short.y = m.p[:18], m.y[:18]
	for _, c := range []struct {
		masked, plain loss.Loss
	}{
		{loss.SoftF1{By: []loss.Weighting{loss.Mask}}, loss.SoftF1{}},
		{loss.Dice{Per: loss.Image, Classes: true, Empty: loss.Skip, By: []loss.Weighting{loss.Mask}}, loss.Dice{Per: loss.Image, Classes: true, Empty: loss.Skip}},
	} {
		want, _ := short.scene().apply(t, c.plain)
		m.rows = []float64{7, 0.5, 0, 0}
		got, _ := m.scene().apply(t, c.masked)
		wantNear(t, "masked", got, want, 1e-12)
	}
	p, y := grid(graph.Rows(2), 0.7, 0.3, 0.4, 0.6, 0.2, 0.8), rows(0, 1, -100)
	got, _ := newScene(3, probabilities, p, y).apply(t, loss.SoftF1{By: []loss.Weighting{loss.Ignore(-100)}})
	want, _ := newScene(2, probabilities, grid(graph.Rows(2), p.data[:4]...), rows(0, 1)).apply(t, loss.SoftF1{})
	wantNear(t, "ignored", got, want, 1e-12)
}

// TestCountsOfSeveralLabels checks that columns of yes and no take the weights of yes
// and no, each by itself, also in rows that say no to everything.
func TestCountsOfSeveralLabels(t *testing.T) {
	shape := graph.Rows(2)
	p, y := grid(shape, 0.9, 0.8, 0.3, 0.6), grid(shape, 1, 1, 0, 0)
	s := newScene(2, probabilities, p, y)
	s.in.Target.Declare(graph.Range{Interval: graph.Within(0, 1), Tag: graph.Label})
	got, _ := s.apply(t, loss.SoftF1{By: []loss.Weighting{loss.ByClass(2, 5)}})
	want := 1 - (2*5*0.9/(5*0.9+2*0.3+5)+2*5*0.8/(5*0.8+2*0.6+5))/2
	wantNear(t, "value", got, want, 1e-12)
}
