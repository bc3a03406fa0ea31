package engine

import (
	"testing"
	"time"
)

const quiet, busy = 10 * time.Microsecond, 90 * time.Microsecond

// TestCrowd holds that runs that take longer than one worker would make the next
// ones single, ever more of them, and that quiet runs undo it.
func TestCrowd(t *testing.T) {
	var c crowd
	alone := func() int {
		n := 0
		for c.single() {
			n++
		}
		return n
	}
	c.judge(quiet, 2)
	for _, want := range []int{1, 2, 4, 8} {
		c.judge(busy, 2)
		if got := alone(); got != want {
			t.Fatalf("%d runs alone, want %d", got, want)
		}
	}
	for range 20 {
		c.judge(busy, 2)
		if got := alone(); got > longestSpell {
			t.Fatalf("%d runs alone, above %d", got, longestSpell)
		}
	}
	for range 12 {
		c.judge(2*quiet, 2) // as one worker would take at most
		if got := alone(); got != 0 {
			t.Fatalf("%d runs alone after a quiet one", got)
		}
	}
	c.judge(busy, 2)
	if got := alone(); got != 1 {
		t.Fatalf("%d runs alone after a quiet time, want 1", got)
	}
}

// TestCrowdFromTheStart holds that cores that were busy from the first run on are
// noticed by what one worker takes.
func TestCrowdFromTheStart(t *testing.T) {
	var c crowd
	c.judge(busy, 2)
	c.judge(busy, 2)
	if c.single() {
		t.Fatal("alone without a reason")
	}
	c.lower(2 * quiet)
	c.judge(busy, 2)
	if !c.single() {
		t.Error("several workers go on though one alone took less")
	}
}

// TestCrowdForgets holds that a bound from faster times is given up.
func TestCrowdForgets(t *testing.T) {
	var c crowd
	c.judge(quiet, 2)
	for range trusted + 1 {
		c.judge(busy, 2)
	}
	for c.single() {
	}
	c.judge(busy, 2)
	if c.single() {
		t.Error("a processor that has become slower is taken for a busy one")
	}
}
