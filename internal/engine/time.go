package engine

import "time"

// Times runs the whole plan on one worker, that often, and returns the shortest time
// that each step took. Parameters change as by so many runs.
func (m *Machine) Times(r Run, runs int) [][]time.Duration {
	m.begin(r)
	m.single = true
	shortest := make([][]time.Duration, len(m.plan.Stages))
	for run := range runs {
		for s, steps := range m.plan.Stages {
			if run == 0 {
				shortest[s] = make([]time.Duration, len(steps))
			}
			for i := range steps {
				start := time.Now()
				m.do(span{&steps[i], 0, steps[i].Tasks}, 0)
				if took := time.Since(start); run == 0 || took < shortest[s][i] {
					shortest[s][i] = took
				}
			}
		}
	}
	return shortest
}
