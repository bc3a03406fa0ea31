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
	var path [][]float64
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
		path = append(path, values[theta].Data)
	}
	return path
}

// The rules as their papers write them, element by element.

func sgd(lr, momentum float64, nesterov bool) func(steps int) [][]float64 {
	return func(steps int) (path [][]float64) {
		theta, v := append([]float64(nil), start...), make([]float64, len(start))
		for range steps {
			for i, g := range gradient(theta) {
				v[i] = momentum*v[i] + g
				if nesterov {
					theta[i] -= lr * (g + momentum*v[i])
				} else {
					theta[i] -= lr * v[i]
				}
			}
			path = append(path, append([]float64(nil), theta...))
		}
		return path
	}
}

func adam(lr, b1, b2, eps, decay float64) func(steps int) [][]float64 {
	return func(steps int) (path [][]float64) {
		theta := append([]float64(nil), start...)
		m, v := make([]float64, len(start)), make([]float64, len(start))
		for t := 1; t <= steps; t++ {
			for i, g := range gradient(theta) {
				m[i] = b1*m[i] + (1-b1)*g
				v[i] = b2*v[i] + (1-b2)*g*g
				mHat := m[i] / (1 - math.Pow(b1, float64(t)))
				vHat := v[i] / (1 - math.Pow(b2, float64(t)))
				theta[i] -= lr*decay*theta[i] + lr*mHat/(math.Sqrt(vHat)+eps)
			}
			path = append(path, append([]float64(nil), theta...))
		}
		return path
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
		{"sgd", optim.SGD{LR: 0.003}, sgd(0.003, 0, false)},
		{"sgd, defaults", optim.SGD{}, sgd(0.01, 0, false)},
		{"momentum", optim.SGD{LR: 0.003, Momentum: 0.8}, sgd(0.003, 0.8, false)},
		{"nesterov", optim.SGD{LR: 0.003, Momentum: 0.8, Nesterov: true}, sgd(0.003, 0.8, true)},
		{"adam, defaults", optim.Adam{}, adam(0.001, 0.9, 0.999, 1e-8, 0)},
		{"adam", optim.Adam{LR: 0.1, Beta1: 0.7, Beta2: 0.95, Eps: 0.3}, adam(0.1, 0.7, 0.95, 0.3, 0)},
		{"adamw, defaults", optim.AdamW{}, adam(0.001, 0.9, 0.999, 1e-8, 0.01)},
		{"adamw", optim.AdamW{LR: 0.1, Beta1: 0.7, Beta2: 0.95, Eps: 0.3, WeightDecay: 0.4}, adam(0.1, 0.7, 0.95, 0.3, 0.4)},
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
