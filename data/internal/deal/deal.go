// Package deal divides the members of a data set into parts.
package deal

import (
	"cmp"
	"math"
	"slices"

	"github.com/descent-ml/descent/data"
)

// Parts are the names of parts, in the order of shares.
var Parts = [4]string{"train", "valid", "tune", "test"}

// Shares returns the share of each part that a split asks for, as [data.Split] says.
func Shares(s data.Split) [4]float64 {
	if s.Train == 0 && s.Valid == 0 && s.Test == 0 {
		return [4]float64{0.70 - s.Tune, 0.15, s.Tune, 0.15}
	}
	return [4]float64{s.Train, s.Valid, s.Tune, s.Test}
}

// Group is members that stay together since they are equal.
type Group struct {
	Key     uint64 // depends on the content of the members alone
	Members []int
	Stratum int // groups of one stratum are divided apart from others, so that each part has its share of them
}

// Deal returns the part of each member, an index in [Parts]; the shares are relative to their sum.
//
// Each group has a random place in its stratum, a function of seed and key. In this order groups fill the parts, each up to its
// share of the stratum in whole members; what is lost by rounding is made up in the next stratum. So parts have their
// shares but for the size of a group, of the whole and but for twice that of each stratum, and a member more leaves most where they are.
func Deal(seed uint64, shares [4]float64, groups []Group) map[int]int {
	sum := shares[0] + shares[1] + shares[2] + shares[3]
	for p := range shares {
		shares[p] /= sum
	}
	place := func(g Group) uint64 { return mix(mix(seed) ^ g.Key) }
	order := slices.Clone(groups)
	slices.SortStableFunc(order, func(a, b Group) int {
		return cmp.Or(cmp.Compare(a.Stratum, b.Stratum), cmp.Compare(place(a), place(b)))
	})
	part := map[int]int{}
	var have [4]int
	for len(order) > 0 {
		n, size := 0, 0 // groups and members of this stratum
		for n < len(order) && order[n].Stratum == order[0].Stratum {
			size += len(order[n].Members)
			n++
		}
		room := quotas(shares, have, size)
		for _, g := range order[:n] {
			p := fill(room, len(g.Members))
			for _, m := range g.Members {
				part[m] = p
			}
			room[p] -= len(g.Members)
			have[p] += len(g.Members)
		}
		order = order[n:]
	}
	return part
}

// quotas divides n members more between parts that have some already: each goes to the part that is furthest below its share.
func quotas(shares [4]float64, have [4]int, n int) (quota [4]int) {
	all := float64(have[0] + have[1] + have[2] + have[3] + n)
	for range n {
		p, most := 0, math.Inf(-1)
		for k, share := range shares {
			if lack := float64(share*all) - float64(have[k]+quota[k]); share > 0 && lack > most+1e-9 {
				p, most = k, lack
			}
		}
		quota[p]++
	}
	return quota
}

// fill returns the first part with room for a group of n, or the one with most room.
func fill(room [4]int, n int) int {
	best := 0
	for p, free := range room {
		if free >= n {
			return p
		}
		if free > room[best] {
			best = p
		}
	}
	return best
}

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
