//go:build amd64 && !noasm

package kernel

const (
	roundLen  = 32  // numbers an assembly routine makes at once
	maxRounds = 256 // and how often in one call
)

func uniformVector(dst []float32, s Stream, start uint64) {
	for len(dst) > 0 {
		if rounds := wholeRounds(dst, start); rounds > 0 {
			uniformAVX2(&dst[0], rounds, start/4, s.ID, s.Key)
			dst, start = dst[rounds*roundLen:], start+uint64(rounds*roundLen)
			continue
		}
		var part [roundLen]float32
		uniformAVX2(&part[0], 1, start/4, s.ID, s.Key)
		n := copy(dst, part[start%4:])
		dst, start = dst[n:], start+uint64(n)
	}
}

func normalVector(dst []float32, s Stream, start uint64) {
	for len(dst) > 0 {
		if rounds := wholeRounds(dst, start); rounds > 0 {
			normalAVX2(&dst[0], rounds, start/4, s.ID, s.Key)
			dst, start = dst[rounds*roundLen:], start+uint64(rounds*roundLen)
			continue
		}
		var part [roundLen]float32
		normalAVX2(&part[0], 1, start/4, s.ID, s.Key)
		n := copy(dst, part[start%4:])
		dst, start = dst[n:], start+uint64(n)
	}
}

// wholeRounds returns how many rounds of numbers dst can take as they are: none where it begins within a block.
func wholeRounds(dst []float32, start uint64) int {
	if start%4 != 0 {
		return 0
	}
	return min(len(dst)/roundLen, maxRounds)
}
