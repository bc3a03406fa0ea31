package kernel

import "runtime"

// peakRef performs eight independent multiply-adds a round.
func peakRef(rounds int) (operations int) {
	var a, b, c, d, e, f, g, h float32
	x := float32(0)
	for range rounds {
		a += float32(x * x)
		b += float32(x * x)
		c += float32(x * x)
		d += float32(x * x)
		e += float32(x * x)
		f += float32(x * x)
		g += float32(x * x)
		h += float32(x * x)
	}
	runtime.KeepAlive(a + b + c + d + e + f + g + h)
	return rounds * 2 * 8
}
