package engine

import (
	"testing"

	"github.com/descent-ml/descent/internal/kernel"
	"github.com/descent-ml/descent/internal/plan"
)

// TestDivide holds that every task has one worker, that a step of many tasks is shared
// evenly whatever its stage holds besides, and that the others balance.
func TestDivide(t *testing.T) {
	many, few := plan.Step{Tasks: 40, Cost: 40000}, plan.Step{Tasks: 1, Cost: 10000}
	for _, workers := range []int{1, 2, 3, 5} {
		pool := NewPool(workers)
		m := New(&plan.Plan{Stages: [][]plan.Step{{few, many, few}}}, kernel.Reference(), pool, nil)
		loads, done := make([]int, workers), map[*plan.Step]int{}
		for w := range workers {
			for _, sp := range m.share[w][0] {
				loads[w] += sp.step.Cost * (sp.to - sp.from) / sp.step.Tasks
				if want := 40 / workers; sp.step.Tasks == 40 && (sp.to-sp.from < want || sp.to-sp.from > want+1) {
					t.Errorf("%d workers: worker %d has %d of 40 tasks", workers, w, sp.to-sp.from)
				}
				if sp.from != done[sp.step] {
					t.Errorf("%d workers: worker %d begins with task %d after %d", workers, w, sp.from, done[sp.step])
				}
				done[sp.step] = sp.to
			}
		}
		for i := range m.plan.Stages[0] {
			if st := &m.plan.Stages[0][i]; done[st] != st.Tasks {
				t.Errorf("%d workers: %d of %d tasks have a worker", workers, done[st], st.Tasks)
			}
		}
		if workers == 2 && loads[0] != loads[1] {
			t.Errorf("2 workers: loads %v", loads)
		}
		pool.Close()
	}
}
