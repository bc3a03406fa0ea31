package data

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestQuotas(t *testing.T) {
	for _, tc := range []struct {
		n      int
		shares [parts]float64
		want   [parts]int
	}{
		{10000, [parts]float64{0.7, 0.15, 0, 0.15}, [parts]int{7000, 1500, 0, 1500}},
		{333, [parts]float64{0.7, 0.15, 0, 0.15}, [parts]int{233, 50, 0, 50}},
		{9667, [parts]float64{0.7, 0.15, 0, 0.15}, [parts]int{6767, 1450, 0, 1450}},
		{10, [parts]float64{0.7, 0.15, 0, 0.15}, [parts]int{7, 2, 0, 1}},
		{1, [parts]float64{0.34, 0.33, 0, 0.33}, [parts]int{1, 0, 0, 0}},
		{0, [parts]float64{0.7, 0.15, 0, 0.15}, [parts]int{0, 0, 0, 0}},
		{7, [parts]float64{1, 0, 0, 0}, [parts]int{7, 0, 0, 0}},
		{7, [parts]float64{0.5, 0, 0, 0.5}, [parts]int{4, 0, 0, 3}},
	} {
		if got := quotas(tc.n, tc.shares); got != tc.want {
			t.Errorf("quotas(%d, %v) = %v, want %v", tc.n, tc.shares, got, tc.want)
		}
	}
}

// splitCase is a table to divide: the class and the content of each row.
type splitCase struct {
	split   Split
	classes int
	class   []int32
	group   []int32
}

// drawSplit makes rows of which some are equal: each is a copy of an earlier one with the chance of repeat in ten.
func drawSplit(t *rapid.T, repeat int) splitCase {
	c := splitCase{classes: rapid.IntRange(1, 4).Draw(t, "classes")}
	weights := rapid.SampledFrom([][parts]float64{{}, {0.6, 0.2, 0, 0.2}, {0.34, 0.33, 0, 0.33}, {0.8, 0.2, 0, 0}, {0.5, 0, 0, 0.5}, {0.4, 0.2, 0.2, 0.2}, {0, 0, 0.3, 0}}).Draw(t, "shares")
	c.split = Split{Train: weights[0], Valid: weights[1], Tune: weights[2], Test: weights[3], Seed: rapid.Uint64().Draw(t, "seed")}
	for r := range rapid.IntRange(1, 300).Draw(t, "rows") {
		if r > 0 && rapid.IntRange(1, 10).Draw(t, "copy") <= repeat {
			of := c.group[rapid.IntRange(0, r-1).Draw(t, "of")]
			c.group, c.class = append(c.group, of), append(c.class, c.class[of])
			continue
		}
		c.group = append(c.group, int32(r))
		c.class = append(c.class, int32(rapid.IntRange(0, c.classes-1).Draw(t, "class")))
	}
	return c
}

// count returns the rows of each class in each part.
func (c splitCase) count(part parted) [][parts]int {
	n := make([][parts]int, c.classes)
	for r, p := range part {
		n[c.class[r]][p]++
	}
	return n
}

// Without equal rows each class is divided by the quotas exactly, and the same seed gives the same parts.
func TestDivideIsStratified(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawSplit(t, 0)
		part := divide(c.split, c.class, c.classes, c.group)
		for k, n := range c.count(part) {
			if want := quotas(n[0]+n[1]+n[2]+n[3], c.split.shares()); n != want {
				t.Fatalf("class %d: %v, want %v", k, n, want)
			}
		}
		if again := divide(c.split, c.class, c.classes, c.group); !slices.Equal(part, again) {
			t.Fatal("another result for the same seed")
		}
	})
}

// Equal rows stay together; while they are few the quotas hold all the same.
func TestDivideKeepsEqualRowsTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawSplit(t, rapid.IntRange(1, 9).Draw(t, "repeat"))
		part := divide(c.split, c.class, c.classes, c.group)
		for r, g := range c.group {
			if part[r] != part[g] {
				t.Fatalf("rows %d and %d are equal and in parts %d and %d", g, r, part[g], part[r])
			}
		}
		shares := c.split.shares()
		for _, p := range part {
			if shares[p] == 0 {
				t.Fatalf("a row is in %s, which has no share", partNames[p])
			}
		}
		singles, several := make([]int, c.classes), make([]int, c.classes)
		size := make([]int, len(c.group))
		for _, g := range c.group {
			size[g]++
		}
		largest := 0
		for r, g := range c.group {
			if size[g] == 1 {
				singles[c.class[r]]++
			} else {
				several[c.class[r]]++
				largest = max(largest, size[g])
			}
		}
		for k, n := range c.count(part) {
			want := quotas(n[0]+n[1]+n[2]+n[3], shares)
			fits := true // each group finds room wherever the others went
			for p, q := range want {
				fits = fits && (shares[p] == 0 || q >= several[k]+largest)
			}
			if fits && n != want {
				t.Fatalf("class %d: %v, want %v", k, n, want)
			}
		}
	})
}

// Another seed gives other parts, and each row is as likely in one place as in another.
func TestDivideIsUniform(t *testing.T) {
	const rows, seeds = 100, 2000
	group := make([]int32, rows)
	for r := range group {
		group[r] = int32(r)
	}
	train := make([]int, rows)
	for seed := range uint64(seeds) {
		for r, p := range divide(Split{Seed: seed}, nil, 0, group) {
			if p == 0 {
				train[r]++
			}
		}
	}
	// 70 of 100 rows train: a binomial of mean 1400 and standard deviation 20.5; five of them leave one run in 20,000.
	for r, n := range train {
		if math.Abs(float64(n)-0.7*seeds) > 5*math.Sqrt(seeds*0.7*0.3) {
			t.Errorf("row %d trains with %d of %d seeds", r, n, seeds)
		}
	}
}

// Pairs of equal rows are spread over the parts as single rows are, not kept for training.
func TestDivideSpreadsGroups(t *testing.T) {
	const pairs = 1000
	group := make([]int32, 4*pairs)
	for r := range group {
		group[r] = int32(r)
		if r < 2*pairs {
			group[r] = int32(r &^ 1)
		}
	}
	var n [parts]int
	for r, p := range divide(Split{Seed: 3}, nil, 0, group) {
		if r < 2*pairs {
			n[p]++
		}
	}
	if n[0] < 1300 || n[0] > 1500 || n[1] < 200 || n[1] > 400 || n[3] < 200 || n[3] > 400 {
		t.Errorf("rows of pairs in parts: %v, want about [1400 300 0 300]", n)
	}
}

func TestGroups(t *testing.T) {
	nan := math.NaN()
	columns := []*Column{
		{Numbers: []float64{1, 1, 2, nan, 1, nan, 2}},
		{Codes: []int32{0, 0, 0, 1, 0, 1, -1}, Levels: []string{"a", "b"}},
	}
	if got, want := groups(7, columns), []int32{0, 0, 2, 3, 0, 3, 6}; !slices.Equal(got, want) {
		t.Errorf("groups %v, want %v", got, want)
	}
	same := func([]byte) uint64 { return 7 }
	if got, want := groupsBy(same, 7, columns), []int32{0, 0, 2, 3, 0, 3, 6}; !slices.Equal(got, want) {
		t.Errorf("groups %v when all hashes are equal, want %v", got, want)
	}
	several, apart := shared([]int32{0, 0, 2, 3, 0, 3, 6}, parted{0, 0, 1, 2, 1, 2, 0})
	if several != 2 || apart != 1 {
		t.Errorf("%d groups, %d apart; want 2, 1", several, apart)
	}
}

func TestMoments(t *testing.T) {
	nan := math.NaN()
	for _, tc := range []struct {
		name      string
		x         []float64
		mean, std float64
		missing   int
	}{
		{"population", []float64{1, 3, 5, 3, 3}, 3, math.Sqrt(8.0 / 5), 0},
		{"missing", []float64{nan, 2, nan, 4}, 3, 1, 2},
		{"nothing", []float64{nan, nan}, 0, 0, 2},
		{"equal", []float64{0.1, 0.1, 0.1}, 0.1, 0, 0},
		{"far from zero", []float64{1e9 + 1, 1e9 + 2, 1e9 + 3}, 1e9 + 2, math.Sqrt(2.0 / 3), 0},
		{"large", []float64{-1.5e308, 1.5e308}, 0, 1.5e308, 0},
		{"small", []float64{-3e-300, 1e-300}, -1e-300, 2e-300, 0},
		{"smallest", []float64{0, 1e-323}, 5e-324, 5e-324, 0},
	} {
		rows := make([]int32, len(tc.x))
		for r := range rows {
			rows[r] = int32(r)
		}
		mean, std, missing := moments(tc.x, rows)
		if math.Abs(mean-tc.mean) > 1e-15*math.Abs(tc.mean) || math.Abs(std-tc.std) > 1e-12*tc.std || missing != tc.missing {
			t.Errorf("%s: mean %v, std %v, missing %d; want %v, %v, %d", tc.name, mean, std, missing, tc.mean, tc.std, tc.missing)
		}
	}
}
