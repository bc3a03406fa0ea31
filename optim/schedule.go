package optim

import (
	"math"

	"github.com/descent-ml/descent/graph"
)

// Schedule changes the learning rate from step to step. It is computed by the host
// in float64, from the number of the step alone, so a resumed run goes on with it.
type Schedule interface {
	// At returns what the learning rate is multiplied by at a step, counted from 1.
	At(step int64) float64
}

// Rated is implemented by optimisers that can tell their learning rate.
type Rated interface {
	// LearningRate returns the learning rate of a step, counted from 1, and whether
	// there is one to tell.
	LearningRate(step int64) (rate float64, known bool)
}

// LearningRate returns the learning rate of o at a step, counted from 1, and whether o
// tells it.
func LearningRate(o Optimizer, step int64) (rate float64, known bool) {
	if r, ok := o.(Rated); ok {
		return r.LearningRate(step)
	}
	return 0, false
}

// LearningRate implements [Rated].
func (o Adam) LearningRate(step int64) (float64, bool) { return o.rate().at(step), true }

// LearningRate implements [Rated].
func (o AdamW) LearningRate(step int64) (float64, bool) { return o.adam().LearningRate(step) }

// LearningRate implements [Rated].
func (o SGD) LearningRate(step int64) (float64, bool) { return o.rate().at(step), true }

// LearningRate implements [Rated]: it is that of the rule whose gradient is clipped.
func (c ClipNorm) LearningRate(step int64) (float64, bool) { return LearningRate(c.Of, step) }

// LearningRate implements [Rated]: it is that of the rule whose gradient is clipped.
func (c ClipValue) LearningRate(step int64) (float64, bool) { return LearningRate(c.Of, step) }

// LearningRate implements [Rated]: it is that of the rule whose weights are averaged.
func (e EMA) LearningRate(step int64) (float64, bool) { return LearningRate(e.Of, step) }

// StepDecay multiplies the learning rate by By after every so many steps: By^⌊(t−1)/Every⌋.
type StepDecay struct {
	Every int64   // at least 1
	By    float64 // in (0, 1]
}

// At implements [Schedule].
func (s StepDecay) At(step int64) float64 {
	return math.Pow(s.By, math.Floor(float64(step-1)/float64(s.Every)))
}

// Cosine raises the learning rate from 0 in a straight line over the steps of Warmup,
// then lowers it along half a cosine to Floor at step Steps, where it stays:
//
//	t / Warmup                                                    t ≤ Warmup
//	Floor + (1 − Floor)·½·(1 + cos(π·(t − Warmup)/(Steps − Warmup)))    t ≤ Steps
//
// Sources: Loshchilov & Hutter, "SGDR: Stochastic Gradient Descent with Warm
// Restarts", ICLR 2017; Goyal et al., "Accurate, Large Minibatch SGD", arXiv:1706.02677, of
// the warm-up.
type Cosine struct {
	Warmup int64   // at least 0
	Steps  int64   // of the whole run, above Warmup
	Floor  float64 // in [0, 1]
}

// At implements [Schedule].
func (c Cosine) At(step int64) float64 {
	if step <= c.Warmup {
		return float64(step) / float64(c.Warmup)
	}
	done := math.Min(1, float64(step-c.Warmup)/float64(c.Steps-c.Warmup))
	return c.Floor + (1-c.Floor)*0.5*(1+math.Cos(math.Pi*done))
}

// scheduled is implemented by schedules with fields that may make no sense.
type scheduled interface{ settings() []setting }

func (s StepDecay) settings() []setting {
	return []setting{
		{"Every", float64(s.Every), graph.Interval{Lo: 1, Hi: math.Inf(1), HiOpen: true}},
		{"By", s.By, graph.Interval{Lo: 0, Hi: 1, LoOpen: true}},
	}
}

func (c Cosine) settings() []setting {
	return []setting{
		below("Warmup", float64(c.Warmup), math.Inf(1)),
		{"Steps", float64(c.Steps), graph.Interval{Lo: float64(c.Warmup), LoOpen: true, Hi: math.Inf(1), HiOpen: true}},
		{"Floor", c.Floor, graph.Within(0, 1)},
	}
}

// rate is a learning rate, with a schedule or without.
type rate struct {
	lr float64
	by Schedule
}

// at returns the learning rate of a step.
func (r rate) at(step int64) float64 {
	if r.by == nil {
		return r.lr
	}
	return r.lr * r.by.At(step)
}

// times multiplies n by factor times the rate. Without a schedule that is a number of
// the program.
func (r rate) times(n *graph.Node, name string, factor float64) *graph.Node {
	if r.by == nil {
		return n.Scale(r.lr * factor)
	}
	return n.Mul(n.Graph().Scheduled(name, func(step int64) float64 { return r.at(step) * factor }))
}

// settings are the rate's own and those of its schedule.
func (r rate) settings(g *graph.Graph) []setting {
	list := []setting{below(g.Say("LR", "learning_rate"), r.lr, math.Inf(1))}
	if s, ok := r.by.(scheduled); ok {
		list = append(list, s.settings()...)
	}
	return list
}
