package engine

import "time"

// crowd notices that the cores are busy with something else. A worker whose core is
// taken keeps all others waiting, and one worker alone is faster. Who computes what
// changes no result, so this may follow the clock.
//
// A run of several workers that took longer than all their work has ever taken, one
// after the other, was crowded. That bound is the shortest run so far times the
// number of workers, or what one worker took alone.
type crowd struct {
	bound time.Duration // 0 until known
	waits int           // runs since the bound was last lowered
	alone int           // runs that are still to be done by one worker
	spell int           // how many there were the last time
}

// longestSpell bounds how many runs pass before several workers are tried again,
// trusted how many the bound stands for: the processor may have become slower.
const (
	longestSpell = 32
	trusted      = 10000
)

// single reports whether the next run is better done by one worker.
func (c *crowd) single() bool {
	if c.alone > 0 {
		c.alone--
		return true
	}
	return false
}

// judge looks at a run of several workers that took that long. Twice as many runs
// are done alone after each one that was crowded, half as many after one that was
// not.
func (c *crowd) judge(took time.Duration, workers int) {
	crowded := c.bound > 0 && took > c.bound
	c.lower(took * time.Duration(workers))
	if crowded {
		c.spell = min(max(1, 2*c.spell), longestSpell)
		c.alone = c.spell
	} else {
		c.spell /= 2
	}
}

// lower takes what all the work of a run needs one after the other, at most.
func (c *crowd) lower(work time.Duration) {
	if c.waits++; c.bound == 0 || work < c.bound || c.waits > trusted {
		c.bound, c.waits = work, 0
	}
}
