package data

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/descent-ml/descent/data/internal/words"
)

// parted says in which part each row is, as an index in partNames.
type parted []uint8

// divide puts rows into parts by shares and seed. Rows with equal features and target (one group, named by its first row)
// stay together. Without stratify, class is nil.
//
// The part of a row depends on the seed, its number in the file and the groups, never on the columns' order or on values
// as such. Within each class the parts have their shares to one row, as far as groups allow.
func divide(s Split, class []int32, classes int, group []int32) parted {
	part := make(parted, len(group))
	size := make([]int32, len(group))
	for _, g := range group {
		size[g]++
	}
	heads := make([][]int32, max(classes, 1)) // of each class: the first row of each group
	rows := make([]int, max(classes, 1))
	for r, g := range group {
		k := 0
		if class != nil {
			k = int(class[r])
		}
		rows[k]++
		if int(g) == r {
			heads[k] = append(heads[k], g)
		}
	}
	for k, h := range heads {
		deal(part, s.Seed, h, size, quotas(rows[k], s.shares()))
	}
	for r, g := range group {
		part[r] = part[g]
	}
	return part
}

// deal gives each group a part with room for it. Groups of several rows go first, the largest ahead, each into a part drawn in
// proportion to the room left; single rows then fill the parts to their quotas in a random order.
func deal(part parted, seed uint64, heads, size []int32, room [parts]int) {
	type head struct {
		row, size int32
		random    uint64
	}
	order := make([]head, len(heads))
	for i, h := range heads {
		order[i] = head{h, size[h], draw(seed, h)}
	}
	slices.SortFunc(order, func(a, b head) int {
		return cmp.Or(cmp.Compare(b.size, a.size), cmp.Compare(a.random, b.random), cmp.Compare(a.row, b.row))
	})
	for _, h := range order {
		p := fill(room)
		if h.size > 1 {
			p = place(room, int(h.size), h.random)
		}
		part[h.row] = uint8(p)
		room[p] -= int(h.size)
	}
}

// fill returns the first part with room, or the one with most.
func fill(room [parts]int) int {
	for p, n := range room {
		if n > 0 {
			return p
		}
	}
	return most(room)
}

// place draws one of the parts with room for n rows in proportion to their room; without any it returns the one with most.
func place(room [parts]int, n int, random uint64) int {
	total := 0
	for _, free := range room {
		if free >= n {
			total += free
		}
	}
	if total == 0 {
		return most(room)
	}
	at := int(random % uint64(total))
	for p, free := range room {
		if free < n {
			continue
		}
		if at < free {
			return p
		}
		at -= free
	}
	panic("data: place drew a part that is not there")
}

func most(room [parts]int) int {
	best := 0
	for p, n := range room {
		if n > room[best] {
			best = p
		}
	}
	return best
}

// quotas divides n rows by shares: each part gets the whole number below its share, and what is left goes to the
// largest fractions (Hamilton's method), the earlier part first among equals.
func quotas(n int, shares [parts]float64) [parts]int {
	var q [parts]int
	var fraction [parts]float64
	left := n
	for p, s := range shares {
		want := s * float64(n)
		q[p] = int(math.Floor(want))
		fraction[p] = want - float64(q[p])
		left -= q[p]
	}
	for _, p := range sortedBy(parts, func(p int) float64 { return -fraction[p] }) {
		if left > 0 {
			q[p]++
			left--
		}
	}
	return q
}

// draw returns 64 random bits that depend on the seed and the row alone: two rounds of the finaliser of SplitMix64
// (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
func draw(seed uint64, row int32) uint64 { return mix(mix(seed) + uint64(row)) }

func mix(z uint64) uint64 {
	z += 0x9E3779B97F4A7C15
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// named reads the part of each row from the column that names it.
func named(t *Table, c *Column) (parted, error) {
	if c.Codes == nil { // a reader that follows Options.Use gives texts
		return nil, badPart(t, c, 0, "a number")
	}
	codes := make([]int, len(c.Levels))
	for i, l := range c.Levels {
		codes[i] = slices.Index(partNames[:], l)
	}
	part := make(parted, t.Rows)
	for r, k := range c.Codes {
		if k < 0 {
			return nil, badPart(t, c, r, `""`)
		}
		if codes[k] < 0 {
			return nil, badPart(t, c, r, words.Quote(c.Levels[k]))
		}
		part[r] = uint8(codes[k])
	}
	return part, nil
}

func badPart(t *Table, c *Column, row int, value string) *Problem {
	return &Problem{File: t.File, Line: t.Lines[row], Col: c.Index,
		What: fmt.Sprintf("split column %s: %s is no part", words.Quote(c.Name), value), Code: "bad-value",
		Notes:  words.Lines("expected", "train, valid, tune or test", "found", words.Names(c.Levels, 10)),
		Fixes:  []string{"write train, valid, tune or test in each row", "or split = split() to have Descent choose"},
		Option: "split"}
}

// rows returns the rows of each part, ascending.
func (p parted) rows() [parts][]int32 {
	var rows [parts][]int32
	for r, k := range p {
		rows[k] = append(rows[k], int32(r))
	}
	return rows
}
