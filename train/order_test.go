package train

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestPermuteIsAPermutation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		order := make([]int32, rapid.IntRange(0, 300).Draw(t, "rows"))
		seed, epoch := rapid.Uint64().Draw(t, "seed"), rapid.IntRange(0, 1000).Draw(t, "epoch")
		permute(order, seed, epoch)
		again := make([]int32, len(order))
		permute(again, seed, epoch)
		if !slices.Equal(order, again) {
			t.Fatal("the order depends on more than seed and epoch")
		}
		slices.Sort(again)
		for i, r := range again {
			if int(r) != i {
				t.Fatalf("row %d is missing or there twice", i)
			}
		}
	})
}

// Each row comes to each place equally often: χ² with 49 degrees of freedom is
// below 94 with probability 0.9999.
func TestPermuteIsUniform(t *testing.T) {
	const rows, draws = 50, 5000
	var count [rows][rows]int
	order := make([]int32, rows)
	for epoch := range draws {
		permute(order, 1, epoch)
		for place, r := range order {
			count[place][r]++
		}
	}
	for place, of := range count {
		chi := 0.0
		for _, n := range of {
			d := float64(n) - draws/rows
			chi += d * d / (draws / rows)
		}
		if chi > 94 {
			t.Errorf("place %d: χ² = %.1f", place, chi)
		}
	}
}

func TestPermuteDiffers(t *testing.T) {
	base, other := make([]int32, 100), make([]int32, 100)
	permute(base, 1, 0)
	for _, c := range []struct {
		seed  uint64
		epoch int
	}{{1, 1}, {2, 0}, {0, 1}} {
		permute(other, c.seed, c.epoch)
		same := 0
		for i := range base {
			if base[i] == other[i] {
				same++
			}
		}
		if same > 10 {
			t.Errorf("seed %d, epoch %d: %d of 100 rows stay where they were", c.seed, c.epoch, same)
		}
	}
}
