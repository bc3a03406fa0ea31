package data

import (
	"encoding/binary"
	"hash/maphash"
	"math"
)

// groups returns, for each row, the first row with equal cells in all the columns. Missing cells are equal to each other.
func groups(rows int, columns []*Column) []int32 {
	seed := maphash.MakeSeed() // decides where rows are looked up, not what is found
	return groupsBy(func(b []byte) uint64 { return maphash.Bytes(seed, b) }, rows, columns)
}

func groupsBy(hash func([]byte) uint64, rows int, columns []*Column) []int32 {
	group := make([]int32, rows)
	first := make(map[uint64]int32, rows) // row by hash
	next := map[int32]int32{}             // another first row with the same hash
	var buf []byte
	for r := range rows {
		buf = buf[:0]
		for _, c := range columns {
			buf = binary.LittleEndian.AppendUint64(buf, c.bits(r))
		}
		h := hash(buf)
		g, known := first[h]
		if !known {
			first[h] = int32(r)
			group[r] = int32(r)
			continue
		}
		for !equal(columns, int(g), r) {
			other, more := next[g]
			if !more {
				next[g], other = int32(r), int32(r)
			}
			g = other
		}
		group[r] = g
	}
	return group
}

// bits returns 64 bits that are equal for equal cells of the column.
func (c *Column) bits(row int) uint64 {
	if c.Codes != nil {
		return uint64(c.Codes[row])
	}
	return math.Float64bits(c.Numbers[row])
}

func equal(columns []*Column, a, b int) bool {
	for _, c := range columns {
		if c.bits(a) != c.bits(b) {
			return false
		}
	}
	return true
}

// shared counts the groups of more than one row, and those of them with rows in different parts.
func shared(group []int32, part parted) (several, apart int) {
	const counted, split = 1, 2
	seen := make([]uint8, len(group))
	for r, g := range group {
		if int(g) == r {
			continue
		}
		if seen[g] == 0 {
			seen[g] = counted
			several++
		}
		if seen[g] == counted && part[r] != part[g] {
			seen[g] = split
			apart++
		}
	}
	return several, apart
}
