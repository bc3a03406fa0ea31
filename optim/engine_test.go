package optim_test

import (
	"context"
	"math"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/optim"
	"github.com/descent-ml/descent/program"
)

// given starts a parameter at fixed numbers.
type given []float64

func (v given) Fill(dst []float32, shape []int, seed uint64, name string) {
	for i := range dst {
		dst[i] = float32(v[i])
	}
}

// TestEngine takes steps in float32, where new values may overwrite old ones, and
// compares every parameter with the float64 reference.
func TestEngine(t *testing.T) {
	const steps = 9
	for name, o := range map[string]optim.Optimizer{
		"sgd":     optim.EMA{Decay: 0.7, Of: optim.ClipNorm{Max: 3, Of: optim.SGD{LR: 0.1, Momentum: 0.5, Nesterov: true, Schedule: optim.StepDecay{Every: 3, By: 0.5}}}},
		"adamw":   optim.ClipValue{Max: 2, Of: optim.EMA{Decay: 0.7, Of: optim.AdamW{LR: 0.1, Eps: 0.3, Schedule: optim.Cosine{Warmup: 2, Steps: 7}}}},
		"average": optim.EMA{Of: optim.Adam{LR: 0.01, Eps: 0.1}},
	} {
		t.Run(name, func(t *testing.T) {
			want := runAll(t, o, steps)
			g := graph.New(graph.Training)
			theta := g.Param(graph.Param{Name: "w", Shape: []int{len(start)}, Init: given(start)})
			away := theta.Sub(g.Array([]int{len(start)}, target))
			loss := away.PowConst(4).Mul(g.Array([]int{len(start)}, slope)).Sum()
			updates := o.Updates(g, []*graph.Node{theta}, graph.Gradient(loss, []*graph.Node{theta}))
			state := program.NewState(1)
			p, err := program.Compile(state, program.Spec{Updates: updates, Guard: []*graph.Node{loss}})
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			for step := range steps {
				if err := p.Run(context.Background(), program.Batch{Rows: 1, Step: int64(step + 1)}); err != nil {
					t.Fatal(err)
				}
				for _, name := range state.Names() {
					v, _ := state.Get(name)
					for i, got := range v.Numbers() {
						if w := want[name][step][i]; !(math.Abs(float64(got)-w) <= 1e-5*math.Max(1, math.Abs(w))) {
							t.Errorf("step %d, %s[%d]: got %v, want %v", step+1, name, i, got, w)
						}
					}
				}
			}
		})
	}
}
