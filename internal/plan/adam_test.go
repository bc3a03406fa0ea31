package plan

import (
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/optim"
)

// TestAdamIsOneStep holds that the rules of package optim are recognised, so that a
// change of one side cannot pass unnoticed, and that a rule whose new weights are
// read elsewhere is left to the general way.
func TestAdamIsOneStep(t *testing.T) {
	for name, c := range map[string]struct {
		optimizer optim.Optimizer
		steps     int
	}{
		"adam":  {optim.Adam{LR: 1e-3}, 5}, // of six parameters one is a single number
		"adamw": {optim.AdamW{LR: 1e-3, WeightDecay: 0.1}, 5},
		"ema":   {optim.EMA{Decay: 0.9, Of: optim.Adam{}}, 0},
		"sgd":   {optim.SGD{LR: 0.1}, 0},
	} {
		loss, grads, _ := net(3, 64, 32, 1)
		g := loss.Graph()
		updates := c.optimizer.Updates(g, g.Trainable(), grads)
		if err := g.Diagnostics().Err(); err != nil {
			t.Fatal(err)
		}
		p := build(t, 64, map[string]*graph.Node{"loss": loss}, append(grads, loss), updates)
		found := 0
		for s, steps := range p.Stages {
			for _, st := range steps {
				if _, ok := st.Do.(*Move); ok && s >= p.Updates {
					t.Errorf("%s: %s is copied in an update", name, st.Do.describe())
				}
				if _, ok := st.Do.(*Adam); ok {
					found++
					if s < p.Updates {
						t.Errorf("%s: a parameter changes in stage %d, before stage %d", name, s, p.Updates)
					}
				}
			}
		}
		if found != c.steps {
			t.Errorf("%s: %d parameters are updated in one step, want %d", name, found, c.steps)
		}
	}
}
