package optim_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/optim"
)

// start and target of two parameters of unlike sizes; the gradient of parameter θ is
// that of Σ cᵢ·(θᵢ−tᵢ)⁴, which changes its size and sign on the way.
var (
	start  = []float64{1, -0.5, 3}
	target = []float64{0.5, 0.25, -1}
	slope  = []float64{1, 30, 0.01}
)

func gradient(theta []float64) []float64 {
	g := make([]float64, len(theta))
	for i := range theta {
		g[i] = slope[i] * 4 * math.Pow(theta[i]-target[i], 3)
	}
	return g
}

// run applies an optimiser's updates in the reference evaluator for some steps and
// returns the parameter after each.
func run(t *testing.T, o optim.Optimizer, steps int) [][]float64 {
	t.Helper()
	return runAll(t, o, steps)["w"]
}

// runAll returns every parameter after each step, by name.
func runAll(t *testing.T, o optim.Optimizer, steps int) map[string][][]float64 {
	t.Helper()
	g := graph.New(graph.Training)
	theta := g.Param(graph.Param{Name: "w", Shape: []int{len(start)}})
	away := theta.Sub(g.Array([]int{len(start)}, target))
	loss := away.PowConst(4).Mul(g.Array([]int{len(start)}, slope)).Sum()
	updates := o.Updates(g, []*graph.Node{theta}, graph.Gradient(loss, []*graph.Node{theta}))
	if err := g.Diagnostics().Err(); err != nil {
		t.Fatal(err)
	}
	values := map[*graph.Node]graph.Array{}
	for _, p := range g.Params() {
		values[p] = graph.NewArray(len(start))
	}
	values[theta] = graph.ArrayOf(start, len(start))
	path := map[string][][]float64{}
	for step := range steps {
		next := map[*graph.Node]graph.Array{}
		for _, u := range updates { // every value is computed before any is set
			out, err := graph.Eval(graph.Feed{Rows: 1, Step: int64(step + 1), Values: values}, u.Value)
			if err != nil {
				t.Fatal(err)
			}
			next[u.Param] = out[0]
		}
		values = next
		for n, v := range values {
			p, _ := n.Param()
			path[p.Name] = append(path[p.Name], v.Data)
		}
	}
	return path
}

// The rules as their papers write them, element by element.

// always is a learning rate that stays.
func always(lr float64) func(step int) float64 { return func(int) float64 { return lr } }

// changed are gradients that are clipped first.
func changed(clip func(g []float64) []float64, theta []float64) []float64 {
	if clip == nil {
		return gradient(theta)
	}
	return clip(gradient(theta))
}

func sgd(lr func(step int) float64, momentum float64, nesterov bool, clip func(g []float64) []float64) func(steps int) [][]float64 {
	return func(steps int) (path [][]float64) {
		theta, v := append([]float64(nil), start...), make([]float64, len(start))
		for t := 1; t <= steps; t++ {
			for i, g := range changed(clip, theta) {
				v[i] = momentum*v[i] + g
				if nesterov {
					theta[i] -= lr(t) * (g + momentum*v[i])
				} else {
					theta[i] -= lr(t) * v[i]
				}
			}
			path = append(path, append([]float64(nil), theta...))
		}
		return path
	}
}

func adam(lr func(step int) float64, b1, b2, eps, decay float64, clip func(g []float64) []float64) func(steps int) [][]float64 {
	return func(steps int) (path [][]float64) {
		theta := append([]float64(nil), start...)
		m, v := make([]float64, len(start)), make([]float64, len(start))
		for t := 1; t <= steps; t++ {
			for i, g := range changed(clip, theta) {
				m[i] = b1*m[i] + (1-b1)*g
				v[i] = b2*v[i] + (1-b2)*g*g
				mHat := m[i] / (1 - math.Pow(b1, float64(t)))
				vHat := v[i] / (1 - math.Pow(b2, float64(t)))
				theta[i] -= lr(t)*decay*theta[i] + lr(t)*mHat/(math.Sqrt(vHat)+eps)
			}
			path = append(path, append([]float64(nil), theta...))
		}
		return path
	}
}

// clipNorm and clipValue are the rules of the doc comments.
func clipNorm(limit float64) func(g []float64) []float64 {
	return func(g []float64) []float64 {
		norm := 0.0
		for _, x := range g {
			norm += x * x
		}
		if norm = math.Sqrt(norm); norm > limit {
			for i := range g {
				g[i] *= limit / norm
			}
		}
		return g
	}
}

func clipValue(limit float64) func(g []float64) []float64 {
	return func(g []float64) []float64 {
		for i := range g {
			g[i] = math.Max(-limit, math.Min(limit, g[i]))
		}
		return g
	}
}

// halved is the learning rate of a StepDecay; warmed that of a Cosine of 2 steps of
// warm-up, 7 steps in all and floor 0.1.
func halved(lr float64) func(step int) float64 {
	return func(step int) float64 { return lr * []float64{1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25}[step-1] }
}

func warmed(lr float64) func(step int) float64 {
	return func(step int) float64 {
		switch {
		case step <= 2:
			return lr * float64(step) / 2
		case step >= 7:
			return lr * 0.1
		}
		return lr * (0.1 + 0.45*(1+math.Cos(math.Pi*float64(step-2)/5)))
	}
}

// TestRules compares every step of every optimiser with its rule; the last rows
// have settings that no two terms of the rule share.
func TestRules(t *testing.T) {
	for _, c := range []struct {
		name string
		o    optim.Optimizer
		want func(steps int) [][]float64
	}{
		{"sgd", optim.SGD{LR: 0.003}, sgd(always(0.003), 0, false, nil)},
		{"sgd, defaults", optim.SGD{}, sgd(always(0.01), 0, false, nil)},
		{"momentum", optim.SGD{LR: 0.003, Momentum: 0.8}, sgd(always(0.003), 0.8, false, nil)},
		{"nesterov", optim.SGD{LR: 0.003, Momentum: 0.8, Nesterov: true}, sgd(always(0.003), 0.8, true, nil)},
		{"adam, defaults", optim.Adam{}, adam(always(0.001), 0.9, 0.999, 1e-8, 0, nil)},
		{"adam", optim.Adam{LR: 0.1, Beta1: 0.7, Beta2: 0.95, Eps: 0.3}, adam(always(0.1), 0.7, 0.95, 0.3, 0, nil)},
		{"adamw, defaults", optim.AdamW{}, adam(always(0.001), 0.9, 0.999, 1e-8, 0.01, nil)},
		{"adamw", optim.AdamW{LR: 0.1, Beta1: 0.7, Beta2: 0.95, Eps: 0.3, WeightDecay: 0.4}, adam(always(0.1), 0.7, 0.95, 0.3, 0.4, nil)},
		{"sgd with steps", optim.SGD{LR: 0.003, Momentum: 0.5, Schedule: optim.StepDecay{Every: 3, By: 0.5}}, sgd(halved(0.003), 0.5, false, nil)},
		{"adam with a cosine", optim.Adam{LR: 0.1, Schedule: optim.Cosine{Warmup: 2, Steps: 7, Floor: 0.1}}, adam(warmed(0.1), 0.9, 0.999, 1e-8, 0, nil)},
		{"adamw with a cosine", optim.AdamW{LR: 0.1, WeightDecay: 0.4, Schedule: optim.Cosine{Warmup: 2, Steps: 7, Floor: 0.1}}, adam(warmed(0.1), 0.9, 0.999, 1e-8, 0.4, nil)},
		{"clipped norm", optim.ClipNorm{Max: 3, Of: optim.SGD{LR: 0.1}}, sgd(always(0.1), 0, false, clipNorm(3))},
		{"clipped values", optim.ClipValue{Max: 2, Of: optim.Adam{LR: 0.1, Eps: 1}}, adam(always(0.1), 0.9, 0.999, 1, 0, clipValue(2))},
		{"clipped in both ways", optim.ClipValue{Max: 2, Of: optim.ClipNorm{Max: 1, Of: optim.SGD{LR: 0.1}}}, sgd(always(0.1), 0, false, func(g []float64) []float64 { return clipNorm(1)(clipValue(2)(g)) })},
		{"beside an average", optim.EMA{Of: optim.SGD{LR: 0.003}}, sgd(always(0.003), 0, false, nil)},
	} {
		t.Run(c.name, func(t *testing.T) {
			const steps = 9
			got, want := run(t, c.o, steps), c.want(steps)
			for k := range want {
				for i := range want[k] {
					if d := math.Abs(got[k][i] - want[k][i]); !(d < 1e-12) {
						t.Errorf("step %d, element %d: got %v, want %v", k+1, i, got[k][i], want[k][i])
					}
				}
			}
			if math.Abs(want[steps-1][0]-start[0]) < 1e-4 {
				t.Error("the test does not move")
			}
		})
	}
}

// TestState checks the names of what a rule remembers, that it is frozen, starts at
// 0, and is updated for every parameter that has a gradient and no other.
func TestState(t *testing.T) {
	for _, c := range []struct {
		name string
		o    optim.Optimizer
		want []string
	}{
		{"sgd", optim.SGD{}, []string{"a"}},
		{"momentum", optim.SGD{Momentum: 0.9}, []string{"sgd.v/a", "a"}},
		{"adam", optim.Adam{}, []string{"adam.m/a", "adam.v/a", "a"}},
		{"adamw", optim.AdamW{}, []string{"adamw.m/a", "adamw.v/a", "a"}},
		{"average", optim.EMA{Of: optim.SGD{Momentum: 0.9}}, []string{"sgd.v/a", "a", optim.AverageOf("a")}},
		{"clipped", optim.ClipNorm{Max: 1, Of: optim.ClipValue{Max: 1, Of: optim.SGD{}}}, []string{"a"}},
	} {
		g := graph.New(graph.Training)
		a := g.Param(graph.Param{Name: "a", Shape: []int{2, 3}})
		still := g.Param(graph.Param{Name: "still", Shape: []int{2, 3}})
		updates := c.o.Updates(g, []*graph.Node{a, still}, []*graph.Node{a.Square(), nil})
		var got []string
		for _, u := range updates {
			p, _ := u.Param.Param()
			got = append(got, p.Name)
			if !u.Value.Shape().Equal(graph.Dims(2, 3)) {
				t.Errorf("%s: %s becomes %v", c.name, p.Name, u.Value.Shape())
			}
			if p.Name == "a" {
				continue
			}
			start := []float32{9, 9}
			p.Init.Fill(start, []int{2}, 1, p.Name)
			if !p.Frozen || start[0] != 0 || start[1] != 0 {
				t.Errorf("%s: %s is frozen %v and starts at %v", c.name, p.Name, p.Frozen, start)
			}
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
		if n := len(g.Trainable()); n != 2 {
			t.Errorf("%s: %d parameters to train, want 2", c.name, n)
		}
	}
}

// TestRefusals checks settings at the edge of what they may be.
func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		o    optim.Optimizer
		want string
	}{
		{optim.SGD{LR: -1}, "optim.SGD: LR is -1, but it must lie in [0, +Inf) [optimizer-argument]"},
		{optim.SGD{LR: math.NaN()}, "optim.SGD: LR is NaN, but it must lie in [0, +Inf) [optimizer-argument]"},
		{optim.SGD{Momentum: 1}, "optim.SGD: Momentum is 1, but it must lie in [0, 1) [optimizer-argument]"},
		{optim.SGD{Momentum: 0.999}, ""},
		{optim.Adam{LR: math.Inf(1)}, "optim.Adam: LR is +Inf, but it must lie in [0, +Inf) [optimizer-argument]"},
		{optim.Adam{Beta1: 1}, "optim.Adam: Beta1 is 1, but it must lie in [0, 1) [optimizer-argument]"},
		{optim.Adam{Beta2: -0.1}, "optim.Adam: Beta2 is -0.1, but it must lie in [0, 1) [optimizer-argument]"},
		{optim.Adam{Eps: -1}, "optim.Adam: Eps is -1, but it must lie in [0, +Inf) [optimizer-argument]"},
		{optim.Adam{Beta1: 0.999, Beta2: 0.9999, Eps: 10}, ""},
		{optim.AdamW{WeightDecay: -0.1}, "optim.AdamW: WeightDecay is -0.1, but it must lie in [0, +Inf) [optimizer-argument]"},
		{optim.AdamW{WeightDecay: 2}, ""},
		{optim.SGD{Schedule: optim.StepDecay{By: 0.5}}, "optim.SGD: Every is 0, but it must lie in [1, +Inf) [optimizer-argument]"},
		{optim.SGD{Schedule: optim.StepDecay{Every: 1, By: 0}}, "optim.SGD: By is 0, but it must lie in (0, 1] [optimizer-argument]"},
		{optim.SGD{Schedule: optim.StepDecay{Every: 1, By: 1}}, ""},
		{optim.Adam{Schedule: optim.Cosine{Warmup: 10, Steps: 10}}, "optim.Adam: Steps is 10, but it must lie in (10, +Inf) [optimizer-argument]"},
		{optim.AdamW{Schedule: optim.Cosine{Warmup: -1, Steps: 10}}, "optim.AdamW: Warmup is -1, but it must lie in [0, +Inf) [optimizer-argument]"},
		{optim.Adam{Schedule: optim.Cosine{Steps: 10, Floor: 1.1}}, "optim.Adam: Floor is 1.1, but it must lie in [0, 1] [optimizer-argument]"},
		{optim.Adam{Schedule: optim.Cosine{Steps: 1, Floor: 1}}, ""},
		{optim.ClipNorm{Of: optim.SGD{}}, "optim.ClipNorm: Max is 0, but it must lie in (0, +Inf) [optimizer-argument]"},
		{optim.ClipValue{Max: 1}, "optim.ClipValue: Of is nil: there is no rule to apply [optimizer-argument]\n\tfix: Of: optim.Adam{LR: 1e-3}"},
		{optim.ClipValue{Max: 1e-9, Of: optim.SGD{}}, ""},
		{optim.EMA{Decay: 1, Of: optim.SGD{}}, "optim.EMA: Decay is 1, but it must lie in [0, 1) [optimizer-argument]"},
		{optim.EMA{Decay: 0.9999, Of: optim.SGD{}}, ""},
		{optim.EMA{Of: optim.ClipNorm{Max: 1, Of: optim.EMA{Of: optim.SGD{}}}}, "optim.EMA: the rule that it is of keeps an average already [optimizer-argument]"},
	} {
		g := graph.New(graph.Training)
		p := g.Param(graph.Param{Name: "a", Shape: []int{1}})
		updates := c.o.Updates(g, []*graph.Node{p}, []*graph.Node{p})
		got := ""
		for _, d := range g.Diagnostics() {
			d.Pos = graph.Position{}
			got += d.Error()
		}
		if got != c.want || (got == "") != (len(updates) > 0) {
			t.Errorf("%+v: got %q and %d updates, want %q", c.o, got, len(updates), c.want)
		}
	}
	g := graph.New(graph.Training)
	g.Language = graph.Python
	optim.AdamW{LR: -1, WeightDecay: -1}.Updates(g, nil, nil)
	if n := len(g.Diagnostics()); n != 2 || g.Diagnostics()[0].Message != "adamw: learning_rate is -1, but it must lie in [0, +Inf)" {
		t.Errorf("in a recipe: %v", g.Diagnostics())
	}
}

// TestEMA compares the average with the mean of all weights so far, a step's weights
// counting d times less with each step after it.
func TestEMA(t *testing.T) {
	const decay, steps = 0.7, 6
	path := runAll(t, optim.EMA{Decay: decay, Of: optim.Adam{LR: 0.1}}, steps)
	for step := 1; step <= steps; step++ {
		for i := range start {
			sum, weight := 0.0, 0.0
			for k := range step {
				w := math.Pow(decay, float64(step-1-k))
				sum += w * path["w"][k][i]
				weight += w
			}
			if got := path[optim.AverageOf("w")][step-1][i]; math.Abs(got-sum/weight) > 1e-12 {
				t.Errorf("step %d, element %d: got %v, want %v", step, i, got, sum/weight)
			}
		}
	}
}

// TestClipNothing checks that a gradient of 0 stays 0, and that a program without
// gradients has no updates.
func TestClipNothing(t *testing.T) {
	g := graph.New(graph.Training)
	w := g.Param(graph.Param{Name: "w", Shape: []int{2}})
	updates := optim.ClipNorm{Max: 1, Of: optim.SGD{LR: 1}}.Updates(g, []*graph.Node{w}, []*graph.Node{w.Sub(w)})
	out, err := graph.Eval(graph.Feed{Rows: 1, Values: map[*graph.Node]graph.Array{w: graph.ArrayOf([]float64{3, 4}, 2)}}, updates[0].Value)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]float64{3, 4}, out[0].Data); d != "" {
		t.Errorf("a gradient of 0 moves (-want +got):\n%s", d)
	}
	if n := len((optim.ClipNorm{Max: 1, Of: optim.SGD{}}).Updates(g, []*graph.Node{w}, []*graph.Node{nil})); n != 0 {
		t.Errorf("%d updates without gradients", n)
	}
}

// TestSchedules checks the ends of schedules and far beyond them.
func TestSchedules(t *testing.T) {
	for _, c := range []struct {
		s    optim.Schedule
		step int64
		want float64
	}{
		{optim.StepDecay{Every: 10, By: 0.1}, 1, 1},
		{optim.StepDecay{Every: 10, By: 0.1}, 10, 1},
		{optim.StepDecay{Every: 10, By: 0.1}, 11, 0.1},
		{optim.StepDecay{Every: 10, By: 0.1}, 31, 0.001},
		{optim.Cosine{Steps: 100}, 1, 0.5 * (1 + math.Cos(math.Pi/100))},
		{optim.Cosine{Steps: 100}, 50, 0.5},
		{optim.Cosine{Steps: 100}, 100, 0},
		{optim.Cosine{Steps: 100, Floor: 0.2}, 1e15, 0.2},
		{optim.Cosine{Warmup: 10, Steps: 100}, 1, 0.1},
		{optim.Cosine{Warmup: 10, Steps: 100}, 10, 1},
		{optim.Cosine{Warmup: 10, Steps: 100}, 55, 0.5},
	} {
		if got := c.s.At(c.step); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("%+v at step %d: got %v, want %v", c.s, c.step, got, c.want)
		}
	}
}

// TestClipNormOfAll checks that the length is that of all parameters' gradients as
// one vector, here 5.
func TestClipNormOfAll(t *testing.T) {
	g := graph.New(graph.Training)
	a, b := g.Param(graph.Param{Name: "a", Shape: []int{2}}), g.Param(graph.Param{Name: "b"})
	grads := []*graph.Node{g.Array([]int{2}, []float64{3, 0}), g.Const(4)}
	for limit, want := range map[float64][]float64{1: {-0.6, 0, -0.8}, 5: {-3, 0, -4}, 9: {-3, 0, -4}} {
		updates := optim.ClipNorm{Max: limit, Of: optim.SGD{LR: 1}}.Updates(g, []*graph.Node{a, b}, grads)
		feed := graph.Feed{Rows: 1, Values: map[*graph.Node]graph.Array{a: graph.NewArray(2), b: graph.NewArray()}}
		out, err := graph.Eval(feed, updates[0].Value, updates[1].Value)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range append(out[0].Data, out[1].Data...) {
			if math.Abs(v-want[i]) > 1e-15 {
				t.Errorf("limit %v, element %d: got %v, want %v", limit, i, v, want[i])
			}
		}
	}
}

// The rate that a rule tells is the one it moves weights by: without momentum SGD moves
// a parameter by the gradient times it, inside any number of rules around it.
func TestLearningRate(t *testing.T) {
	cosine := optim.Cosine{Warmup: 2, Steps: 6, Floor: 0.1}
	sgd := optim.SGD{LR: 0.001, Schedule: cosine}
	for _, o := range []optim.Optimizer{sgd, optim.ClipValue{Max: 1e9, Of: sgd}, optim.EMA{Of: optim.ClipNorm{Max: 1e9, Of: sgd}}} {
		before := start
		for i, after := range run(t, o, 7) {
			moved := (before[0] - after[0]) / gradient(before)[0]
			if rate, known := optim.LearningRate(o, int64(i+1)); !known || math.Abs(rate-moved) > 1e-12 {
				t.Errorf("%T, step %d: the rate is said to be %v, %v; the weight moved by %v", o, i+1, rate, known, moved)
			}
			before = after
		}
	}
	for _, c := range []struct {
		optimizer optim.Optimizer
		want      float64
	}{
		{optim.Adam{}, 0.001}, {optim.AdamW{}, 0.001}, {optim.SGD{}, 0.01}, {optim.Adam{LR: 0.5, Schedule: optim.StepDecay{Every: 2, By: 0.1}}, 0.05},
		{optim.AdamW{LR: 0.5, Schedule: optim.StepDecay{Every: 2, By: 0.1}}, 0.05},
	} {
		if rate, known := optim.LearningRate(c.optimizer, 3); !known || math.Abs(rate-c.want) > 1e-15 {
			t.Errorf("%+v: %v, %v; want %v", c.optimizer, rate, known, c.want)
		}
	}
	if rate, known := optim.LearningRate(silent{}, 1); known {
		t.Errorf("a rule that tells no rate has %v", rate)
	}
	if rate, known := optim.LearningRate(optim.ClipNorm{Of: silent{}}, 1); known {
		t.Errorf("around a rule that tells no rate: %v", rate)
	}
}

// silent is a rule that tells no learning rate.
type silent struct{}

func (silent) Updates(*graph.Graph, []*graph.Node, []*graph.Node) []graph.Update { return nil }
