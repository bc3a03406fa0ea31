package train

import (
	"math"
	"slices"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
)

// shares are how frequent each class is among the rows as they are, and as training
// with balanced classes sees them.
type shares struct{ actual, trained []float64 }

// sharesOf returns the shares of a set's classes, by the rows' weights.
func sharesOf(set *data.Set) shares {
	weight, rows := make([]float64, len(set.Counts)), make([]float64, len(set.Counts))
	for i, c := range set.Class {
		w := 1.0
		if set.Weight != nil {
			w = float64(set.Weight[i])
		}
		weight[c] += w
		rows[c]++
	}
	s := shares{slices.Clone(weight), make([]float64, len(rows))}
	for c := range rows {
		if rows[c] > 0 { // each class is as frequent as any other, so that its mean weight counts
			s.trained[c] = weight[c] / rows[c]
		}
	}
	for _, of := range [][]float64{s.actual, s.trained} {
		total := 0.0
		for _, x := range of {
			total += x
		}
		for c := range of {
			of[c] /= total
		}
	}
	return s
}

// correct moves probabilities p, or scores, of a model that was trained on balanced
// classes to the classes as they are. It is [metric.CorrectPriors] in the graph, so
// that the model keeps it; scores are moved by the logarithm of what odds are
// multiplied by.
func (s shares) correct(p *graph.Node) *graph.Node {
	if p.Poisoned() {
		return p
	}
	g, ratios := p.Graph(), make([]float64, len(s.actual))
	logs := make([]float64, len(ratios))
	for c := range ratios {
		ratios[c] = 1
		if s.trained[c] > 0 { // else all its rows have weight 0, and nothing is known
			ratios[c] = s.actual[c] / s.trained[c]
		}
		logs[c] = math.Log(ratios[c])
	}
	probable := graph.Within(0, maxProbability).Contains(p.Range().Interval)
	if len(ratios) == 2 && !(p.Rank() > 1 && p.Shape()[1] == graph.Fixed(2)) { // one number a row
		shift := logs[1] - logs[0]
		switch behind := p.Score(); {
		case behind != nil:
			return behind.Shift(shift).Sigmoid()
		case probable && p.Range().Tag != graph.Score:
			yes, no := p.Scale(ratios[1]), p.OneMinus().Scale(ratios[0])
			return yes.Div(yes.Add(no))
		}
		return p.Shift(shift)
	}
	move := func(score *graph.Node) *graph.Node {
		return score.Add(g.Array([]int{len(logs)}, logs).BroadcastTo(score.Shape()))
	}
	switch {
	case p.Op().Name() == "Softmax":
		return move(p.In(0)).Softmax(-1)
	case probable && p.Range().Tag != graph.Score:
		weighed := p.Mul(g.Array([]int{len(ratios)}, ratios).BroadcastTo(p.Shape()))
		return weighed.Div(weighed.SumKeep(-1))
	}
	return move(p)
}
