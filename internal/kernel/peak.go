package kernel

import "runtime"

// peakRef performs eight independent multiply-adds a round.
func peakRef(rounds int) (operations int) {
	var acc [8]float32
	x := float32(0)
	for range rounds {
		for i := range acc {
			acc[i] += float32(x * x)
		}
	}
	runtime.KeepAlive(acc)
	return rounds * 2 * len(acc)
}
