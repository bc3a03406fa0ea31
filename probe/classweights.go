package probe

import (
	"fmt"
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// ClassWeights finds out whether a loss is a cross entropy whose rows are weighed by
// their classes, and by how much. Such a loss pulls the score z of a row by w·(p − y)
// times what all rows share, where w is the weight of the row's class; no other loss
// does, whatever the predictions. It is asked of that gradient, in float64, at several
// predictions and with classes in several shares, so that a loss of one's own is known
// by what it does and not by its name.
//
// The weights of the classes stand relative to the least of them: one list for classes
// that exclude each other, no before yes, and one [no, yes] for each of several labels.
// The error says what kind of loss it is not, or that prediction and target do not tell
// what a prediction means.
//
// A model that such a loss trains says q ∝ w·p where the probabilities are p.
//
// Source: Elkan, “The Foundations of Cost-Sensitive Learning”, IJCAI 2001, theorem 2;
// King & Zeng, “Logistic Regression in Rare Events Data”, Political Analysis 9 (2001),
// section 4.1.
func ClassWeights(in loss.In, l loss.Loss) ([][]float64, error) {
	k := kindOf(in)
	if k != labels && k != classes {
		return nil, fmt.Errorf("prediction %v and target %v are not those of classes", in.Pred.Shape(), in.Target.Shape())
	}
	var weights [][]float64
	for _, other := range []int{1, 3} { // rows of the first class for each of another
		w, err := pulls(in, l, k, other)
		if err != nil {
			return nil, err
		}
		if weights == nil {
			weights = w
			continue
		}
		for j := range w {
			for c, x := range w[j] {
				if !equalWeights(x, weights[j][c]) {
					return nil, fmt.Errorf("class %d weighs %.3g times as much as the least one where classes are as frequent as each other, and %.3g times where they are not", c, weights[j][c], x)
				}
			}
		}
	}
	return weights, nil
}

// pulls returns the weights in a batch with so many rows of class 0 for each other one.
func pulls(in loss.In, l loss.Loss, k kind, other int) ([][]float64, error) {
	s := sampled{kind: k, width: width(in.Pred), raw: isRaw(in.Pred)}
	t := &trial{Subject: Subject{Loss: l, In: in}, kind: k, rows: s.rows(in, other)}
	b := t.newBench(false)
	if b == nil {
		return nil, fmt.Errorf("the loss cannot be computed of predictions and targets alone")
	}
	slope := graph.Gradient(b.value, []*graph.Node{b.pred})[0]
	if slope == nil {
		return nil, fmt.Errorf("no gradient reaches the prediction")
	}
	lists, size := 1, s.width
	if k == labels {
		lists, size = s.width, 2
	}
	found, at := make([][]float64, lists), make([][]float64, lists)
	for j := range found {
		found[j], at[j] = make([]float64, size), make([]float64, size)
		for c := range found[j] {
			found[j][c] = math.NaN()
		}
	}
	for draw := range 3 {
		z := s.draw(t.rows.N, draw)
		p := s.probabilities(z)
		fed := p
		if s.raw {
			fed = z
		}
		g, ok := b.eval(fed, slope)
		if !ok {
			return nil, fmt.Errorf("the loss cannot be computed of predictions and targets alone")
		}
		if !s.raw {
			g = s.toScores(g, p)
		}
		for i, y := range t.rows.Target {
			list, class := 0, s.class(t.rows.Target, i)
			if k == labels {
				list = i % s.width
			}
			w, before := g[i]/(p[i]-y), found[list][class]
			switch {
			case math.IsNaN(before):
				found[list][class], at[list][class] = w, p[i]
			case !equalWeights(w, before):
				return nil, fmt.Errorf("a cross entropy pulls the score of a row by w(p - y), with a weight w for each class; here that of class %d is %.3g at p = %.2f and %.3g at p = %.2f",
					class, before, at[list][class], w, p[i])
			}
		}
	}
	return relative(found)
}

// relative divides weights by the least of their list.
func relative(weights [][]float64) ([][]float64, error) {
	for _, list := range weights {
		least := list[0]
		for c, w := range list {
			if !(w > 0) || math.IsInf(w, 1) {
				return nil, fmt.Errorf("class %d has the weight %.3g: how frequent it is cannot be told from what is learned", c, w)
			}
			least = min(least, w)
		}
		for c := range list {
			list[c] /= least
		}
	}
	return weights, nil
}

// sameWeight is how far apart two measurements of one weight may be: the logarithms of
// pasted losses have an epsilon inside.
const sameWeight = 1e-4

func equalWeights(a, b float64) bool {
	return math.Abs(a-b) <= sameWeight*max(math.Abs(a), math.Abs(b))
}

// isRaw reports whether a prediction is raw scores.
func isRaw(p *graph.Node) bool {
	return ofScores(p) || !graph.Within(0, 1).Contains(p.Range().Interval)
}

// sampled is what a gradient is measured at.
type sampled struct {
	kind  kind
	width int
	raw   bool // the loss takes scores
}

// rows has every class of every label.
func (s sampled) rows(in loss.In, other int) Rows {
	r := Rows{N: 2 * (s.width + 1) * (other + 1)}
	r.Target = make([]float64, r.N*s.width)
	for i := range r.N {
		if s.kind == classes {
			k := 0
			if i%(other+1) == 0 {
				k = i / (other + 1) % s.width
			}
			r.Target[i*s.width+k] = 1
			continue
		}
		for j := range s.width {
			if (i+j)%(other+1) == 0 {
				r.Target[i*s.width+j] = 1
			}
		}
	}
	if in.Weight != nil {
		r.Weight = make([]float64, graph.Size(in.Weight.Shape().At(r.N)))
		for i := range r.Weight {
			r.Weight[i] = 1
		}
	}
	return r
}

// draw returns scores from -2 to 2, others for each draw.
func (s sampled) draw(rows, draw int) []float64 {
	z := make([]float64, rows*s.width)
	for i := range z {
		z[i] = 4*fraction(i+draw*len(z)) - 2
	}
	return z
}

// probabilities returns those of scores.
func (s sampled) probabilities(z []float64) []float64 {
	p := make([]float64, len(z))
	for i := range p {
		p[i] = math.Exp(z[i])
	}
	for i := range p {
		if s.kind == labels {
			p[i] /= 1 + p[i]
		} else if i%s.width == 0 {
			sum := 0.0
			for _, x := range p[i : i+s.width] {
				sum += x
			}
			for j := range s.width {
				p[i+j] /= sum
			}
		}
	}
	return p
}

// toScores makes a gradient by probabilities one by scores.
func (s sampled) toScores(g, p []float64) []float64 {
	out := make([]float64, len(g))
	for i := range g {
		if s.kind == labels {
			out[i] = g[i] * p[i] * (1 - p[i])
			continue
		}
		from := i / s.width * s.width
		mean := 0.0
		for j := from; j < from+s.width; j++ {
			mean += p[j] * g[j]
		}
		out[i] = p[i] * (g[i] - mean)
	}
	return out
}

// class is the class of the element i of targets.
func (s sampled) class(target []float64, i int) int {
	if s.kind == labels {
		return int(target[i])
	}
	from := i / s.width * s.width
	for k := range s.width {
		if target[from+k] == 1 {
			return k
		}
	}
	return 0
}
