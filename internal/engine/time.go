package engine

import "time"

// Times runs the whole plan on one worker, that often or, after two runs, until the
// limit, and returns the shortest time that each step took. Parameters change as by so
// many runs.
func (m *Machine) Times(r Run, runs int, limit time.Duration) [][]time.Duration {
	m.begin(r)
	m.single = true
	shortest := make([][]time.Duration, len(m.plan.Stages))
	end := time.Now().Add(limit)
	for run := range runs {
		if run >= 2 && time.Now().After(end) { // the first run touches new pages
			break
		}
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
