package loss

import "github.com/descent-ml/descent/graph"

// Empty says what a class without rows costs, or a mask without pixels: counts with
// Σ w·y = 0, of which no precision, recall or overlap can be told. Every choice is
// finite; only Penalise leaves a gradient.
type Empty uint8

const (
	// Penalise costs what is predicted of it, the mean of p: nothing where nothing is
	// predicted, and false alarms are unlearned. With Smooth above 0 the formula does
	// so itself: 1 − smooth/(Σ p + smooth) for [Dice].
	Penalise Empty = iota
	// Skip leaves it out of the average; it costs 0 where there is nothing else.
	Skip
	// Zero is a score of 0, the worst: it costs 1.
	Zero
	// One is a score of 1, the best: it costs 0 and counts in the average.
	One
)

// apply returns the cost of each count, given that of counts that are not empty, and
// how much each counts in an average, nil for all alike.
func (e Empty) apply(c Counts, cost *graph.Node, smooth bool) (costs, kept *graph.Node) {
	g := cost.Graph()
	present := c.True.Greater(g.Const(0))
	switch {
	case e == Skip:
		return present.Where(cost, g.Const(0)), present.Cast(graph.Float)
	case e == Zero:
		return present.Where(cost, g.Const(1)), nil
	case e == One:
		return present.Where(cost, g.Const(0)), nil
	case smooth:
		return cost, nil
	}
	return present.Where(cost, divide(c.Predicted, c.All)), nil
}

// average returns the mean of costs by the product of weights, each of the costs'
// shape or of its first axes, or nil.
func average(costs *graph.Node, weights ...*graph.Node) *graph.Node {
	var product *graph.Node
	for _, w := range weights {
		if w == nil {
			continue
		}
		if product != nil {
			w = product.Mul(w)
		}
		product = w
	}
	if product == nil {
		return costs.Mean()
	}
	return divide(costs.Mul(product).Sum(), product.Sum())
}
