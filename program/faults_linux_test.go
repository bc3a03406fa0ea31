package program

import (
	"context"
	"runtime/debug"
	"syscall"
	"testing"
)

// TestNoFaults holds that steps touch no memory that they have not touched before.
func TestNoFaults(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	inputs := rows(64, 32)
	p, _, _ := trained(t, 2, 20, inputs, 32, 256, 256, 1)
	defer p.Close()
	faults := func() int64 {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			t.Fatal(err)
		}
		return u.Minflt + u.Majflt
	}
	const steps = 200
	fewest := int64(steps)
	for range 5 { // other threads of the test may fault in between
		before := faults()
		for i := range steps {
			if err := p.Run(context.Background(), Batch{Rows: 64, Step: int64(i + 1), Inputs: inputs}); err != nil {
				t.Fatal(err)
			}
		}
		fewest = min(fewest, faults()-before)
	}
	if fewest > 2 {
		t.Errorf("%d page faults in %d steps", fewest, steps)
	}
}
