//go:build amd64 && !noasm

package kernel

func peakVector(rounds int) (operations int) {
	const call = 8192
	rounds = (rounds + call - 1) / call * call
	for range rounds / call {
		peakAVX2(call)
	}
	return rounds * 12 * 8 * 2
}
