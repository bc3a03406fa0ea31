package image

import (
	"math"
	"math/bits"
)

// dice are random numbers that are a function of a key and of how many came before: no state outlives a sample.
type dice struct{ key, n uint64 }

// diceFor returns the dice of one sample of an epoch.
func diceFor(seed uint64, epoch, sample int) dice {
	const images = 0x696d61676573 // "images": keeps these draws apart from others of the same seed
	return dice{key: mix(mix(mix(seed^images)+uint64(epoch)) + uint64(sample))}
}

// part returns dice of their own for step k of what is done to a sample, so that a step more does not change the others.
func (d dice) part(k int) *dice { return &dice{key: mix(d.key + uint64(k+1)*golden)} }

func (d *dice) next() uint64 {
	d.n++
	return mix(d.key + d.n*golden)
}

// unit returns a number in [0, 1).
func (d *dice) unit() float64 { return float64(d.next()>>11) / (1 << 53) }

// below returns one of 0 to n-1, each as likely but for n parts in 2^64.
func (d *dice) below(n int) int {
	high, _ := bits.Mul64(d.next(), uint64(n))
	return int(high)
}

// between returns a number in [lo, hi).
func (d *dice) between(lo, hi float64) float64 { return lo + float64(d.unit()*(hi-lo)) }

// normal returns a number of the standard normal distribution (Box and Muller, "A note on the generation of random normal
// deviates", 1958).
func (d *dice) normal() float64 {
	u := 1 - d.unit() // in (0, 1]
	return float64(math.Sqrt(-2*math.Log(u)) * math.Cos(2*math.Pi*d.unit()))
}

const golden = 0x9e3779b97f4a7c15 // 2^64 divided by the golden ratio

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
