package engine

import (
	"testing"
	"time"
)

// TestCrowd holds that runs that are mostly waiting make the next ones single, ever
// more of them, and that quiet runs undo it.
func TestCrowd(t *testing.T) {
	var c crowd
	alone := func() int {
		n := 0
		for c.single() {
			n++
		}
		return n
	}
	run := func(waited time.Duration) {
		c.waited = waited
		c.judge(10 * time.Microsecond)
	}
	for _, want := range []int{1, 2, 4, 8} {
		run(9 * time.Microsecond)
		if got := alone(); got != want {
			t.Fatalf("%d runs alone, want %d", got, want)
		}
	}
	for range 20 {
		run(9 * time.Microsecond)
		if got := alone(); got > longestSpell {
			t.Fatalf("%d runs alone, above %d", got, longestSpell)
		}
	}
	for range 12 {
		run(time.Microsecond)
		if got := alone(); got != 0 {
			t.Fatalf("%d runs alone after a quiet one", got)
		}
	}
	run(9 * time.Microsecond)
	if got := alone(); got != 1 {
		t.Fatalf("%d runs alone after a quiet time, want 1", got)
	}
}
