package train

import (
	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/program"
)

// startAtRate sets the bias of a model's last layer so that the first prediction
// is the mean of the target over the rows that train: the rate of each class, or the
// mean of the numbers. Any model will do whose prediction is an affine layer, with a
// sigmoid or softmax or without. A bias that starts at something else than 0 was
// meant so and stays. It reports whether it set one.
func startAtRate(s *program.State, prediction *graph.Node, task data.Task, mean []float64) bool {
	bias := headBias(prediction, task)
	if bias == nil {
		return false
	}
	p, _ := bias.Param()
	v, ok := s.Get(p.Name)
	if !ok || v.Len() != len(mean) {
		return false
	}
	numbers := v.Numbers()
	for _, b := range numbers {
		if b != 0 {
			return false
		}
	}
	switch task {
	case data.Regression:
		for i, m := range mean {
			numbers[i] = float32(m)
		}
	case data.MultiLabel:
		for i, m := range mean { // each label is a sigmoid of its own
			nn.Prior(m).Fill(numbers[i:i+1], []int{1}, 0, p.Name)
		}
	default:
		nn.Prior(mean...).Fill(numbers, v.Shape, 0, p.Name)
	}
	v.Set(numbers)
	return true
}

// headBias returns the parameter that is added last to the scores behind a
// prediction, or nil.
func headBias(prediction *graph.Node, task data.Task) *graph.Node {
	score := withoutViews(prediction)
	if name := score.Op().Name(); task != data.Regression && (name == "Sigmoid" || name == "Softmax") {
		score = withoutViews(score.In(0))
	}
	if score.Op().Name() != "Add" {
		return nil
	}
	for _, n := range score.Inputs() {
		n = withoutViews(n)
		if p, ok := n.Param(); ok && !p.Frozen && len(p.Shape) == 1 {
			return n
		}
	}
	return nil
}

// withoutViews returns the node whose elements n shows in another shape.
func withoutViews(n *graph.Node) *graph.Node {
	for n.Op().Name() == "Reshape" || n.Op().Name() == "Broadcast" {
		n = n.In(0)
	}
	return n
}

// targetMean returns the mean of each column of the target, by the rows' weights.
func targetMean(set *data.Set) []float64 {
	mean := make([]float64, set.TargetWidth)
	total := 0.0
	for i := range set.Rows {
		w := 1.0
		if set.Weight != nil {
			w = float64(set.Weight[i])
		}
		total += w
		for k := range mean {
			mean[k] += w * float64(set.Y[i*set.TargetWidth+k])
		}
	}
	for k := range mean {
		mean[k] /= total
	}
	return mean
}
