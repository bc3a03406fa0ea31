package train

import "math/bits"

// permute fills order with the rows 0, 1, ... in the sequence in which an epoch
// visits them: a permutation that is a function of seed and epoch alone, so that
// a resumed run needs nothing but its place in it.
func permute(order []int32, seed uint64, epoch int) {
	for i := range order {
		order[i] = int32(i)
	}
	shuffle(order, mix(mix(seed^orderKey)+uint64(epoch)))
}

// shuffle puts rows in an order that is a function of key: that of Fisher and Yates
// with draws that are a function of key and place.
func shuffle(order []int32, key uint64) {
	for i := len(order) - 1; i > 0; i-- {
		j, _ := bits.Mul64(mix(key+uint64(i)*golden), uint64(i)+1) // uniform on 0..i but for 1 part in 2^32
		order[i], order[j] = order[j], order[i]
	}
}

const (
	golden   = 0x9e3779b97f4a7c15 // 2^64 divided by the golden ratio
	orderKey = 0x6f72646572       // "order": keeps these draws apart from others of the same seed
)

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast Splittable
// Pseudorandom Number Generators", OOPSLA 2014).
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
