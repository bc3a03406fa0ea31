package engine

import "time"

// crowd notices that the cores are busy with something else. Then the workers
// wait for each other longer than they compute, and one worker alone is faster.
// Who computes what changes no result, so this may follow the clock.
type crowd struct {
	waited time.Duration // of worker 0 in the current run
	alone  int           // runs that are still to be done by one worker
	spell  int           // how many there were the last time
}

// longestSpell bounds how many runs pass before several workers are tried again.
const longestSpell = 32

// single reports whether the next run is better done by one worker.
func (c *crowd) single() bool {
	if c.alone > 0 {
		c.alone--
		return true
	}
	return false
}

// judge looks at a run of several workers that took that long. Twice as many runs
// are done alone after each one that was mostly waiting, half as many after one
// that was not.
func (c *crowd) judge(took time.Duration) {
	if c.waited > took/2 {
		c.spell = min(max(1, 2*c.spell), longestSpell)
		c.alone = c.spell
	} else {
		c.spell /= 2
	}
	c.waited = 0
}
